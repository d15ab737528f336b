"""`vitrine counter`: one ceiling or door camera of a box, counting people, in one process without a window.

camera thread -> counting (this thread) -> outbox
                     |
                live view thread
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cloud_api.contract.events import EventData
    from edge import config
    from edge.floor.live import Counting
    from edge.outbox import Outbox
    from edge.scene import Frame

HELP = "count people before one camera of a box, until Ctrl-C or SIGTERM"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")
    parser.add_argument("name", metavar="NAME", help="the counter's name in the box file")


def run(args: argparse.Namespace) -> None:
    """Run it; ConfigError where the file does not fit."""
    import logging
    import sys

    from edge import config

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    box = config.load(args.box)
    with opened(box, args.name, _say) as counting, _stopped_by_signals(counting.stop):
        counting.run()


def _say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def opened(box: "config.Box", name: str, say: Callable[[str], None]) -> "Iterator[Counting]":
    """Everything of a counter, wired together and running but for the loop; ConfigError as for `run`.

    What was counted is on disk when this is left.
    """
    from deploy.cli.screen import outbox_of, version, viewed
    from edge.cameras.thread import CameraThread
    from edge.floor.live import Counting
    from edge.floor.occupancy import Occupancy
    from edge.floor.setup import journal
    from edge.health import Health
    from edge.latest import Latest

    occupancy = Occupancy(occupancy_file(box, name))
    counting = journal(box, name, occupancy)
    settings = box.counters[name]
    frames: Latest[Frame] = Latest()
    with ExitStack() as closing:
        outbox = closing.enter_context(outbox_of(box))
        pane = closing.enter_context(viewed(settings, name, say, "counters"))
        camera = CameraThread(box.cameras[settings.camera], frames)
        closing.callback(camera.stop)
        camera.start()
        health = Health(name, box.state_path, outbox.depth, version())
        yield Counting(counting, frames, lambda: camera.status, _recorder(outbox), pane=pane, health=health)


def occupancy_file(box: "config.Box", name: str) -> Path:
    """Where a counter keeps how many are inside, over restarts."""
    return box.state_path / f"occupancy-{name}.json"


def _recorder(outbox: "Outbox") -> "Callable[[EventData, datetime], object]":
    """Events wait in the outbox's own thread; a full disk is logged there, and counting goes on."""
    return lambda event, time: outbox.record(event, time)


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    import signal

    caught = (signal.SIGINT, signal.SIGTERM)
    before = [(number, signal.signal(number, lambda *_: stop())) for number in caught]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
