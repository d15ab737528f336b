"""Following faces at 1080p, against MediaPipe's own FaceMesh(refine_landmarks=True) on the same frames.

Ours is `Perception.see` with the need "faces", as the product runs it: cut out, mesh, back to the picture,
who is who, smoothing, head and expression. Theirs is `FaceMesh.process`; its conversion from BGR to RGB is
not counted, which favours it. `one`: one person, one allowed. `two`: two people, two allowed; they are the
portrait and the same one mirrored and recoloured, moving differently. Both are warmed up and free to use
every core; blocks of frames alternate within one run, people move on and on, and medians over blocks count.

`--soak N` follows N frames more and says how memory grew: two people, gone for a frame now and then.

What was tried, on two cores, one thread for the mesh, one face of 200 px between the eyes (about 2.2 ms, of
which the model is 1.6 and the rest its surroundings):

* copying the face out of the picture before it is warped (kept: 0.4 ms; see models.images);
* several faces on threads beside each other (kept: two faces take little more than one where cores are free;
  one run over a batch of both would need a second built model and was not tried);
* looking for others four times a second, near or far, not both (kept; MediaPipe looks in every frame while
  fewer people are in view than allowed);
* a profile of the mesh alone: four fifths convolutions, spread over 143 of them; nothing left to take out;
* bounding boxes from rows instead of columns, one matrix for all three coordinates (kept: 0.05 ms);
* head and expression from one product with a constant matrix each (kept: they cost 0.05 ms a face).
"""

import argparse
import json
import os
import statistics
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks._parts import FaceMesh, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.scene import Frame
    from models.results import U8

HELP = "time per 1080p frame of following one face and two, against MediaPipe's FaceMesh"

_SIZE_PX: Final = (1920, 1080)
_FPS: Final = 30.0
#: Different pictures; they are shown forward and backward, so that the movement never jumps.
_PICTURES: Final = 45
_WARM_UP_FRAMES: Final = 40
_PEOPLE: Final = {"one": 1, "two": 2}
#: Memory is measured this often, and not before so many frames have passed.
_MEASURE_FRAMES, _SETTLE_FRAMES = 250, 1000
#: Every so many frames of a soak nobody is in view: tracks are lost, detectors run.
_GONE_FRAMES: Final = 90


@dataclass(frozen=True, slots=True)
class Block:
    """Seconds per frame in one block."""

    ours_s: float
    theirs_s: float


def register(parser: argparse.ArgumentParser) -> None:
    """How long to measure."""
    parser.add_argument("--blocks", type=count, default=40, help="alternating blocks (default: 40)")
    parser.add_argument("--frames", type=count, default=12, help="frames in a block (default: 12)")
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="frames to watch memory over")


def run(args: argparse.Namespace) -> int:
    """Measure and print; the last line is one JSON object."""
    os.environ.setdefault("GLOG_minloglevel", "2")
    import cv2

    from models import store

    cv2.setNumThreads(1)  # as the product's perception thread does
    store.ensure()
    result: dict[str, object] = {"benchmark": "faces"}
    measured = {name: _measure(count, args) for name, count in _PEOPLE.items()}
    ratios = {name: round(_ratio(blocks), 3) for name, (blocks, _) in measured.items()}
    result |= {"ratio": max(ratios.values()), "ratios": ratios}
    for name, (blocks, missed) in measured.items():
        result[name] = _figures(name, blocks, missed)
    if args.soak:
        result["soak"] = _soak(args.soak)
    print(json.dumps(result | {"blocks": args.blocks, "frames_per_block": args.frames}))
    return 0


def _measure(people: int, args: argparse.Namespace) -> tuple[list[Block], dict[str, int]]:
    """Alternating blocks with so many people."""
    frames, ours, theirs = _frames(people), _Ours(people), FaceMesh(people)
    for side in (ours, theirs):
        side.follow(list(islice(frames, _WARM_UP_FRAMES)))
        side.missed = 0
    blocks = []
    for _ in range(args.blocks):
        same = list(islice(frames, args.frames))
        blocks.append(Block(ours.follow(same), theirs.follow(same)))
    ours.close()
    theirs.close()
    return blocks, {"ours": ours.missed, "mediapipe": theirs.missed}


class _Ours:
    """The product's perception. missed: faces that were in view and not found."""

    def __init__(self, people: int) -> None:
        from edge.perception import Perception

        self._perception = Perception(frozenset({"faces"}), people)
        self._people, self.missed = people, 0

    def follow(self, frames: "list[Frame]") -> float:
        """Seconds per frame."""
        took_s = 0.0
        for frame in frames:
            begun_s = time.perf_counter()
            scene = self._perception.see(frame)
            took_s += time.perf_counter() - begun_s
            self.missed += self._people - len(scene.faces)
        return took_s / len(frames)

    def close(self) -> None:
        self._perception.close()


def _frames(people: int) -> "Iterator[Frame]":
    """People moving side by side, rendered beforehand, for ever."""
    import numpy as np

    from edge.cameras.portrait import Portrait
    from edge.scene import Frame

    width, height = _SIZE_PX
    portraits = [Portrait((width // people, height), _FPS, seed=k) for k in range(people)]
    times_s = [k / _FPS for k in range(_PICTURES)]
    each = [[portrait.render(time_s) for time_s in times_s] for portrait in portraits]
    for others in each[1:]:
        others[:] = [_other_person(picture) for picture in others]
    pictures = [np.hstack(row) for row in zip(*each, strict=True)]
    for index, picture in enumerate(cycle(pictures + pictures[-2:0:-1])):
        yield Frame(picture, index / _FPS, index)


def _other_person(picture_bgr: "U8") -> "U8":
    """The picture mirrored, in another light."""
    import numpy as np

    tint = np.array([0.95, 0.85, 0.75])
    return np.ascontiguousarray(picture_bgr[:, ::-1] * tint, np.uint8)


def _soak(count: int) -> dict[str, object]:
    """How the memory of this process grows while frames pass; None where the system does not say."""
    import numpy as np

    from edge.scene import Frame

    ours, sizes = _Ours(2), []
    nobody = np.full((*_SIZE_PX[::-1], 3), 90, np.uint8)
    for frame in islice(_frames(2), count):
        gone = frame.index % _GONE_FRAMES == 0
        ours.follow([Frame(nobody, frame.captured_s, frame.index) if gone else frame])
        if frame.index >= min(_SETTLE_FRAMES, count // 2) and frame.index % _MEASURE_FRAMES == 0:
            sizes.append((frame.index, _resident_kib()))
    ours.close()
    at, kib = np.array(sizes, float).reshape(-1, 2).T
    slope = float(np.polyfit(at, kib, 1)[0]) if len(at) > 2 and kib.all() else None
    print(f"memory over {count} frames: {kib[:1]} to {kib[-1:]} KiB")
    return {"frames": count, "kib_per_1000_frames": slope and round(slope * 1000, 2)}


def _resident_kib() -> int:
    """Memory of this process in use; 0 where there is no /proc."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def _ratio(blocks: list[Block]) -> float:
    return statistics.median(block.ours_s / block.theirs_s for block in blocks)


def _figures(name: str, blocks: list[Block], missed: dict[str, int]) -> dict[str, object]:
    """Prints one line for people; the rest for the JSON object."""
    ours, theirs = (1000 * statistics.median(getattr(b, n) for b in blocks) for n in ("ours_s", "theirs_s"))
    spread = sorted(block.ours_s / block.theirs_s for block in blocks)
    print(
        f"{name:4} 1080p: ours {ours:6.2f} ms a frame, FaceMesh {theirs:6.2f} ms, ratio {_ratio(blocks):.3f}"
    )
    return {
        "ours_ms": round(ours, 3),
        "theirs_ms": round(theirs, 3),
        "ratios_min_max": [round(spread[0], 3), round(spread[-1], 3)],
        "faces_missed": missed,
    }
