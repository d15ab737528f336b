"""`vitrine uplink`: the process that empties a box's outbox into the cloud and fetches its catalogue."""

import argparse
from pathlib import Path

HELP = "send what a box has to say to the cloud, fetch its catalogue; waits quietly without a line"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")


def run(args: argparse.Namespace) -> int:
    """Send until SIGTERM or Ctrl-C; 2 where another uplink of this box runs."""
    import fcntl
    import logging
    import os
    import random
    import signal
    import sys
    import threading
    import time
    from datetime import UTC, datetime

    from edge import catalogue_line, config, uplink_loop
    from edge.outbox import FILE_NAME, Backlog

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    box = config.load(args.box)
    box.state_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    only = os.open(box.state_path / "uplink.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(only, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"vitrine uplink: another uplink of {box.box} runs already", file=sys.stderr)
        return 2
    # Leaving in the middle of a request or a transaction is safe: rows go only after their confirmation.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    def wait(seconds: float) -> bool:
        time.sleep(seconds)
        return False

    world = uplink_loop.World(wait, lambda: datetime.now(UTC), random.random)
    # What comes down must not wait for what goes up; it ends with the process, whatever it is doing.
    fetching = (box.cloud.url, box.state_path, world)
    threading.Thread(target=catalogue_line.keep, args=fetching, name="catalogue", daemon=True).start()
    uplink_loop.drain(box.cloud.url, box.state_path, Backlog(box.state_path / FILE_NAME), world)
    return 0
