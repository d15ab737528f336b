"""`vitrine check`: what is wrong with a box, and what to do about it."""

import argparse
import os
import sys
from pathlib import Path

HELP = "say what is wrong with a box: file, models, cameras, credential, cloud, outbox, disk, fonts"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")


def run(args: argparse.Namespace) -> int:
    """One line per thing; 1 where any is wrong."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from deploy import check

    green, red, plain = ("\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("", "", "")
    wrong = 0
    for finding in check.findings(args.box):
        wrong += not finding.ok
        mark = f"{green}ok{plain}   " if finding.ok else f"{red}WRONG{plain}"
        print(f"{mark}  {finding.what:<16}  {finding.words}", flush=True)
    if wrong:
        print(f"\n{wrong} to be mended.", file=sys.stderr)
    return 1 if wrong else 0
