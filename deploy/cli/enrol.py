"""`vitrine enrol`: exchange a one-time code for this box's credential."""

import argparse
from pathlib import Path

HELP = "give a box its credential: exchange the one-time code of `vitrine cloud box-code`"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")
    parser.add_argument("--code", required=True, help="the one-time code, as printed")


def run(args: argparse.Namespace) -> None:
    """Enrol and keep the credential in the box's state folder."""
    from edge import config, credential
    from edge.enrolment import exchange
    from edge.line import open_line

    box = config.load(args.box)
    with open_line(box.cloud.url) as client:
        given = exchange(client, args.code, box.store, box.box)
    credential.save(box.state_path, given)
    print(f"Box {given.box} of store {given.store} is enrolled at {box.cloud.url}.")
    print(f"Its credential is in {box.state_path / credential.FILE_NAME}; nobody else needs to see it.")
