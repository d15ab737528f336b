"""What one 1080p frame costs the mirror, against MediaPipe's FaceMesh alone.

Ours: from the captured array to the painted picture in the screen's surface, as the product does it:
perception in its process (two people allowed, one in view; hands and what stands before the face are
watched) beside a main thread that paints and blits. The frames are those of a clip, none of which is
dropped; they lie in memory that both processes share, where cameras put them. Theirs:
`FaceMesh(refine_landmarks=True).process` on the same frames and nothing else; its conversion from BGR to RGB
is not counted, which favours it. Both are warmed up and free to use every core. Blocks of frames alternate
within one run, the portrait moves on and on, and medians over the blocks count.

sustained: time of a block over its frames. Both are warm again before it is measured: each block begins with
    20 frames more, in which ours fills its pipeline (the first takes as long as one alone) and both find what
    the other drove out of the caches; ours goes on for 20 more after it. With those counted as well the ratio
    of five effects is about 0.03 higher.
latency: one frame alone, from its capture to the surface, the next one only afterwards.

Ours keeps two cores busy at the same time, theirs little more than one: on a machine that does other work
besides, the ratio is worse than on an idle one. It moves by a tenth from run to run; so does theirs. With all
effects eleven runs gave 1.50 to 1.66, their median 1.58: a bar so near wants several runs.

What was tried (ms of a 1080p frame with five effects; at first 7.3 sustained, 9.1 latency):
* Perception and drawing in two processes instead of two threads (kept: 7.3 to 6.0): alone each took 4.4,
  and as threads they waited for each other's Python. Frames in shared memory instead of a copy (kept: 0.6).
  No thread between camera, process and stage, instead of one that asks and one that listens (kept: 0.35). A
  poll object of our own instead of `Connection.poll`'s selector (kept: 0.1). Six frames of a clip under way
  instead of three (kept: 0.2). A frame mirrored while it is still looked at (kept: 0.9 of latency).
  Processes pinned to cores (3 to 5 %: not kept, a box has more screens than cores), large pages for the
  other process (nothing to be seen), palms beside the faces of the same frame on a thread of that process
  (nothing: whoever looks for palms is waited for); beside the next frames, at first three, then five (kept:
  0.1 to 0.2). A clip's camera woken once for three frames (kept: 0.1). Python built with profile-guided
  optimization makes the drawing 3 to 8 % quicker, and FaceMesh's own Python, too: the ratio stays.
* Perception, 4.4 to 2.9 alone: covers from the mesh's own close-up instead of another cut (0.35), in every
  second frame while a face is bare and known (0.25), the fit of light only when it is learned or something
  is there; what follows a face in fewer arrays (0.3); a crop without a copy of what is upright (0.14);
  palms once a second, others twice a second, far ones every third time (0.3), a palm that was none not again
  for 5 s. Not kept: halving before the crop (jitter), linear sampling of covers and skipping unchanged
  texels (bars missed, or never the case), two ONNX Runtime threads for one mesh, other session options, I/O
  binding, no arena, denormals as zero, covers learned every 0.2 s (a bar missed). Beside the drawing the mesh
  takes 2.2 instead of 1.5: with 32 MB read between two runs it takes that alone, too; both share the cache.
* Drawing, 4.0 to 2.9 alone: one change for all skin effects, laid down once; both eyes as one batch of
  tiles, boxes of exactly what is drawn, tables instead of arithmetic; plain floats and fewer small arrays
  everywhere: cold, a call costs 3 microseconds. Then 2.9 to 2.5: curves of eyes and brows as one product of
  matrices, foundation in bytes with its form on every fourth cell, dark paint in half the calls; the light
  measured ten times a second (0.1); shapes filled without copies of their points (0.1). Not kept:
  coarser cells (calm is lost), coarser lids, `blendLinear` (three times slower), 16-bit sums, bands.
* Things, hat, glasses and earrings, 6.5 to 3: curtains, of which a straight one is a single affine map,
  instead of rasterized triangles; a head's shape once for all of them; a hat in two boxes, crown and brim;
  its picture read in a row before texels are looked up here and there (0.15).
  Not kept: sprites by pose (`warpAffine` costs as much as `remap`), fixed-point maps (slower), three boxes,
  a thread for things beside the painting (measured again in the end: 9.4 becomes 9.8, for Python runs one
  thread at a time and the other core is half busy), one plain loop for all of a hat compiled by Numba (a
  trial that was not tuned: 2.0 instead of 0.7 for as many pixels; 1.3 s at every start, 190 MB on disk).
* All effects, 7.6 to 6.0: hat, glasses and earrings are drawn ahead by the process that sees, as long as
  nobody waits for it (`edge.ahead`; both processes work 6.0 a frame then, and neither rests). Always drawn
  there: 6.6, for then that process is the slower one. Drawn there until somebody does wait: 6.4; until the
  frame before is taken (kept): 6.0. A third process for it: 7.6 as before (latency 2.95 to 2.45 times
  FaceMesh), and 6.9 where it drew those of the next frame. No gain: shares of films in one channel, fewer
  sheets, shapes of both eyes filled in one call, four frames under way instead of six.
* The two copies of the picture, 1.2 beside perception and 0.6 alone: at the speed of memory, most of it to
  fetch what is only written over. Bands of 20 to 270 rows that stay in the cache, straight onto the screen
  but for the face (converted, then mirrored where it lies), reading or touching both sides in a row before,
  large pages for the frames: nothing. The next frame mirrored on a thread while this one is painted: 0.65
  less here, 0.4 more in the painting beside it. OpenCV's own two threads: 0.2 less for 3 more of CPU.
* 4K: bytes halved and added, in bands, from three channels (7.1 to 3.8); `resize` 9.1, `pyrUp` 11.8, nearest
  3.3 and blocky.
"""

import argparse
import json
import os
import statistics
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks._parts import FaceMesh, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.scene import Frame
    from mirror_app.layer import Layer

HELP = "time per 1080p frame with lipstick, against MediaPipe's FaceMesh alone"

_SIZE_PX: Final = (1920, 1080)
_DISPLAYS: Final = {"1080p": (1920, 1080), "4k": (3840, 2160)}
_EFFECTS_HELP: Final = (
    "1: lipstick (default); 5: with foundation, blush, eyeshadow and eyeliner; all there are"
)
_FIVE: Final = ("foundation", "blush", "eyeshadow", "eyeliner", "lipstick")
_FPS: Final = 30.0
#: What the mirror asks of perception (mirror_app.mirror.Mirror), hands-free pictures included.
_NEEDS: Final = frozenset({"faces", "occlusion", "hands"})
#: Frames before a block is measured, and after: see `sustained` above.
_SETTLE: Final = 20
#: Different pictures; they are shown forward and backward, so that the movement never jumps.
_PICTURES: Final = 90
_WARM_UP_FRAMES: Final = 60
_PATIENCE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Block:
    """Seconds per frame in one block."""

    ours_s: float
    theirs_s: float
    ours_latency_s: float


def register(parser: argparse.ArgumentParser) -> None:
    """How long to measure."""
    parser.add_argument("--effects", choices=("1", "5", "all"), default="1", help=_EFFECTS_HELP)
    parser.add_argument("--display", choices=tuple(_DISPLAYS), default="1080p", help="size of the screen")
    parser.add_argument("--blocks", type=count, default=12, help="alternating blocks (default: 12)")
    parser.add_argument("--frames", type=count, default=120, help="frames in a block (default: 120)")


def run(args: argparse.Namespace) -> int:
    """Measure and print; the last line is one JSON object."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ.setdefault("GLOG_minloglevel", "2")
    from models import store

    store.ensure()
    theirs, ours = FaceMesh(), _Mirror(_layers(args.effects), _DISPLAYS[args.display])
    frames = _frames()
    ours.sustained(_next(frames, _WARM_UP_FRAMES))
    theirs.follow(_next(frames, _WARM_UP_FRAMES))
    blocks = [_block(ours, theirs, frames, args.frames) for _ in range(args.blocks)]
    ours.close()
    _report(args, blocks, (ours.missed, theirs.missed))
    return 0


def _block(ours: "_Mirror", theirs: FaceMesh, frames: "Iterator[Frame]", count: int) -> Block:
    """Both on the same frames, one after the other."""
    same = _next(frames, _SETTLE + count + _SETTLE)
    ours_s = ours.sustained(same)
    theirs.follow(same[:_SETTLE])
    return Block(ours_s, theirs.follow(same[_SETTLE:-_SETTLE]), ours.latency(_next(frames, count // 2)))


def _next(frames: "Iterator[Frame]", count: int) -> "list[Frame]":
    return [next(frames) for _ in range(count)]


def _frames() -> "Iterator[Frame]":
    """The moving portrait, rendered beforehand, for ever."""
    from edge.cameras.portrait import Portrait
    from edge.scene import Frame

    portrait = Portrait(_SIZE_PX, _FPS)
    pictures = [portrait.render(k / _FPS) for k in range(_PICTURES)]
    there_and_back = [*range(_PICTURES), *range(_PICTURES - 2, 0, -1)]
    index = 0
    while True:
        for k in there_and_back:
            yield Frame(pictures[k], index / _FPS, index)
            index += 1


def _layers(effects: str) -> "tuple[Layer, ...]":
    """What is worn: of each effect the first product of the demo catalogue; of lipsticks the first gloss."""
    from mirror_app import catalog
    from mirror_app import effects as there

    worn: dict[str, Layer] = {}
    for item in catalog.load("demo").items:
        if item.product.effect != "lipstick" or item.product.finish == "gloss":
            worn.setdefault(item.product.effect, item.layer)
    every = tuple(name for name in there.names() if not there.missing(there.load(name)))
    names = {"1": ("lipstick",), "5": _FIVE, "all": every}[effects]
    if missing := [name for name in names if name not in worn]:
        raise LookupError(f"the demo catalogue has no product for {', '.join(missing)}")
    return tuple(worn[name] for name in names)


class _Mirror:
    """The product's own parts, wired as on the stage."""

    def __init__(self, layers: "tuple[Layer, ...]", display_px: tuple[int, int]) -> None:
        import pygame

        from edge.perception_process import PerceptionProcess
        from mirror_app.glass import Glass

        pygame.display.init()
        self._screen = pygame.display.set_mode(display_px)
        self._glass = Glass(display_px)
        self._layers = layers
        self._perception = PerceptionProcess(lossless=True)
        self._perception.load(_NEEDS, max_faces=2)
        self._perception.meanwhile = self._glass.expect
        self._perception.wish = lambda: self._glass.wish
        self.missed = 0
        self._perception.start()

    def sustained(self, frames: "list[Frame]") -> float:
        """Seconds per frame with capture, perception and drawing side by side; see above."""
        camera = threading.Thread(target=self._feed, args=(frames,), daemon=True)
        camera.start()
        shown_s = []
        for _ in frames:
            self._show()
            shown_s.append(time.perf_counter())
        camera.join()
        return (shown_s[-1 - _SETTLE] - shown_s[_SETTLE - 1]) / (len(frames) - 2 * _SETTLE)

    def _feed(self, frames: "list[Frame]") -> None:
        for frame in frames:
            self._perception.put_wait(frame)

    def latency(self, frames: "list[Frame]") -> float:
        """Median seconds from one frame's capture to its picture on the surface."""
        times = []
        for frame in frames:
            begun_s = time.perf_counter()
            self._perception.put_wait(frame)
            self._show()
            times.append(time.perf_counter() - begun_s)
        return statistics.median(times)

    def _show(self) -> None:
        scene = self._perception.take(_PATIENCE_S)
        if scene is None:
            raise RuntimeError(f"nothing was seen for {_PATIENCE_S} s: {self._perception.status.words}")
        self.missed += not scene.faces
        self._glass.show(self._screen, scene, {face.track: self._layers for face in scene.faces})

    def close(self) -> None:
        self._perception.stop()


def _report(args: argparse.Namespace, blocks: list[Block], missed: tuple[int, int]) -> None:
    spread = sorted(block.ours_s / block.theirs_s for block in blocks)
    ours, theirs, latency = (
        1000 * statistics.median(getattr(block, name) for block in blocks)
        for name in ("ours_s", "theirs_s", "ours_latency_s")
    )
    ratio = statistics.median(block.ours_s / block.theirs_s for block in blocks)
    latency_ratio = statistics.median(block.ours_latency_s / block.theirs_s for block in blocks)
    what = f"mirror, effects {args.effects}, {args.display}, captured to blitted"
    print(f"{what:49} {ours:6.2f} ms a frame sustained")
    print(f"                                                  {latency:6.2f} ms latency")
    print(f"MediaPipe FaceMesh(refine_landmarks=True) alone   {theirs:6.2f} ms a frame")
    result = {
        "benchmark": "mirror",
        "effects": args.effects,
        "display": args.display,
        "ratio": round(ratio, 3),
        "latency_ratio": round(latency_ratio, 3),
        "ours_ms": round(ours, 3),
        "ours_latency_ms": round(latency, 3),
        "mediapipe_ms": round(theirs, 3),
        "ratio_best_worst": [round(spread[0], 3), round(spread[-1], 3)],
        "frames_without_face": {"ours": missed[0], "mediapipe": missed[1]},
        "blocks": len(blocks),
        "frames_per_block": args.frames,
        "cores": os.cpu_count(),
    }
    print(json.dumps(result))
