"""`vitrine languages`: brings the catalogues of translations up to date with the code, for translators.

Run in the repository after a text has changed; then fill what is empty in `*/languages/*/LC_MESSAGES/*.po`.
"""

import argparse

HELP = "Bring the translations up to date with the texts in the code; say what is missing."


def register(parser: argparse.ArgumentParser) -> None:
    """Write, or only look."""
    parser.add_argument("--check", action="store_true", help="write nothing; say what is wrong")


def run(args: argparse.Namespace) -> int:
    """One line a catalogue; 1 where something is left to do."""
    from deploy import languages
    from edge.speech import NAMES, SOURCE

    left = 0
    for package in languages.PACKAGES:
        for code in (code for code in NAMES if code != SOURCE):
            if not args.check:
                languages.bring_up_to_date(package, code)
            wrong = [*languages.faults(package, code)]
            left += len(wrong)
            print(f"{package} {code}: {'; '.join(wrong) or 'complete'}")
    return 1 if left else 0
