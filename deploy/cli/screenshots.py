"""`vitrine screenshots DIR`: the pictures of the README, from a demo store that opens for a few minutes."""

import argparse
import sys
from pathlib import Path

HELP = "make the README's pictures: store, mirror, arena, ceiling camera, card and every page"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go; made if missing")


def run(args: argparse.Namespace) -> int:
    """Make them; 1 where something is missing or did not come."""
    from deploy import screenshots
    from deploy.demo import DemoFailed

    try:
        screenshots.take(args.folder, lambda line: print(line, flush=True))
    except (screenshots.ScreenshotsFailed, DemoFailed, TimeoutError) as failure:
        print(f"vitrine screenshots: {failure}", file=sys.stderr)
        return 1
    return 0
