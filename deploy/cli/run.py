"""`vitrine run`: every process of a box, for a demo or a small shop without systemd."""

import argparse
from pathlib import Path

HELP = "run a box: its uplink, every screen and every counter of the file, until Ctrl-C"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")


def run(args: argparse.Namespace) -> None:
    """Start everything, restart what dies, end everything on Ctrl-C or SIGTERM."""
    import sys

    from deploy.supervisor import Supervisor, prefixed, programs_of, stopped_by_signals
    from edge import config

    programs = programs_of(config.load(args.box), args.box.resolve())
    supervisor = Supervisor(prefixed([program.name for program in programs], sys.stdout))
    with stopped_by_signals(supervisor), supervisor:
        for program in programs:
            supervisor.start(program)
        supervisor.watch()
