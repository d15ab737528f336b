"""`vitrine demo`: the whole store on this computer, nothing to set up."""

import argparse
import sys

HELP = "start the demo store: mirror, arena, ceiling camera, uplink and cloud; print the addresses"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument(
        "--port", type=int, help="first port to try (default: 8700 for the cloud, 8710 for the mirror)"
    )
    parser.add_argument("--verbose", action="store_true", help="show what every process says")


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C; 1 where something did not start, with its last lines."""
    from deploy import demo, place
    from deploy.cli.models import build_with_bar

    try:
        demo.run(place.of_user(), build_with_bar, port=args.port, verbose=args.verbose)
    except demo.DemoFailed as failure:
        print(f"vitrine demo: {failure}", file=sys.stderr)
        return 1
    return 0
