"""`vitrine replay`: a clip through a counter of a box file, as the live counter would have counted it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from edge.toml_file import ConfigError

if TYPE_CHECKING:
    from edge import config
    from edge.cameras import Source

HELP = "count people in a clip: every frame, the same figures at every run"


def register(parser: argparse.ArgumentParser) -> None:
    """Which box file, which clip for which counter, where the events go."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")
    parser.add_argument(
        "--camera",
        required=True,
        type=_named,
        metavar="NAME=CLIP",
        help="the counter (or its camera) and the clip it sees: a file, or any address of a source that ends",
    )
    parser.add_argument("--events", type=Path, metavar="OUT.jsonl", help="where to write the events")
    parser.add_argument(
        "--every", type=_count, default=1, metavar="N", help="only every N-th frame, as a slow camera sees"
    )


def run(args: argparse.Namespace) -> None:
    """Count, write the events, print the figures as one JSON object; every error is one sentence."""
    import json
    import os
    from contextlib import closing

    from edge import config
    from edge.floor.occupancy import Occupancy
    from edge.floor.replay import replay
    from edge.floor.setup import journal

    box = config.load(args.box)
    name = _counter(box, args.camera[0])
    counting = journal(box, name, Occupancy())
    with closing(_clip(box, name, args.camera[1])) as clip:
        try:
            with Path(args.events or os.devnull).open("w", encoding="utf-8") as events:
                report = replay(counting, clip, events.write, args.every)
        except OSError as wrong:
            raise ConfigError(f"{args.events}: cannot be written ({wrong.strerror})") from None
    print(json.dumps(report.summary(counting)))


def _named(text: str) -> tuple[str, str]:
    name, equals, clip = text.partition("=")
    if not (name and equals and clip):
        raise argparse.ArgumentTypeError(f"{text!r}: write it as NAME=CLIP")
    return name, clip


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _counter(box: "config.Box", name: str) -> str:
    """The counter of that name, else the one counter of the camera of that name."""
    if name in box.counters:
        return name
    found = sorted(each for each, counter in box.counters.items() if counter.camera == name)
    if len(found) == 1:
        return found[0]
    names = ", ".join(found or sorted(box.counters)) or "none"
    why = "has several counters" if found else "is no counter and no counter's camera"
    raise ConfigError(f"--camera: {name!r} {why}; give one of: {names}")


def _clip(box: "config.Box", name: str, clip: str) -> "Source":
    """The clip in the place of the counter's camera: turned as that is, at its size where it is drawn."""
    from edge import cameras

    is_address = clip.partition(":")[0] in cameras.schemes() and ":" in clip
    source = clip if is_address else f"file:{Path(clip).resolve()}"
    camera = box.cameras[box.counters[name].camera].model_copy(update={"source": source})
    try:
        opened = cameras.open_source(camera)
    except cameras.CameraLost as lost:
        raise ConfigError(str(lost)) from None
    if opened.live:
        opened.close()
        raise ConfigError(
            f"{clip}: this never ends, so it cannot be replayed; "
            "give a video, or a drawn store that ends: synthetic:store?once=1"
        )
    return opened
