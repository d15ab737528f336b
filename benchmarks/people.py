"""Finding people in a camera's picture: YOLOX as the product runs it, against the same file run plainly.

Ours is `YoloxDetector.detect`: one buffer in the corner of a grey square, planes by OpenCV, only likely rows
decoded. Theirs is the same ONNX file in ONNX Runtime with its default options (its threads spin) and what
YOLOX's demo describes around it: the padded picture transposed as float32, every row decoded, every class
scored, then thinned out by OpenCV. `opencv` is the file in OpenCV's own DNN module with ours around it, and
`motion` the detector without weights. Blocks alternate within one run, medians over blocks count; both sides
must find the same people.

Pictures: a drawn walker, 1280 x 720, or a clip (--clip). Weights: `vitrine models pull yolox_nano`, or any
YOLOX by --model.

Measured on two busy cores, where only ratios say something: one thread .90 on a real clip of 768 x 432 and
.92 on the walker, two threads .46, because the plain one spins for cores that are taken; OpenCV 1.3 to 1.6 of
ours, motion .1. What remains is the network: all around it is .34 ms of ours, 2 %.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from models.people_yolox import Layout
    from models.results import F32, U8

HELP = "time per picture of finding people, against the same YOLOX run plainly"

_SIZE_PX: Final = (1280, 720)
_PICTURES: Final = 24
_FPS: Final = 2.0
_CONFIDENCE: Final = 0.2
_NMS_IOU: Final = 0.5
_MS: Final = 1000

Look = Callable[["U8"], int]


def register(parser: argparse.ArgumentParser) -> None:
    """What to measure, and how long."""
    parser.add_argument("--model", default="yolox_nano", metavar="NAME|FILE.onnx", help="which YOLOX")
    parser.add_argument("--clip", type=Path, help="a video instead of the drawn walker")
    parser.add_argument("--threads", type=int, default=1, help="cores for one run (default: 1)")
    parser.add_argument("--blocks", type=int, default=30, help="alternating blocks (default: 30)")
    parser.add_argument("--frames", type=int, default=8, help="pictures in a block (default: 8)")


@dataclass(frozen=True, slots=True)
class Side:
    """One way to look. found: people over all pictures. took_s: seconds a picture, a value a block."""

    look: Look
    found: list[int]
    took_s: list[float]


def run(args: argparse.Namespace) -> int:
    """Measure and print; the last line is one JSON object."""
    import cv2

    cv2.setNumThreads(args.threads)
    pictures = _from_clip(args.clip) if args.clip else _drawn()
    sides = {name: Side(look, [], []) for name, look in _looks(args).items()}
    for block in range(args.blocks + 1):
        some = [pictures[(block * args.frames + k) % len(pictures)] for k in range(args.frames)]
        for side in sides.values():
            _measure(side, some, warm=block == 0)
    ours, plain = sides["ours"], sides["plain"]
    ratio = statistics.median(a / b for a, b in zip(ours.took_s, plain.took_s, strict=True))
    result = {
        "benchmark": "people",
        "ratio": round(ratio, 3),
        "ms": {name: round(statistics.median(side.took_s) * _MS, 2) for name, side in sides.items()},
        "best_ms": {name: round(min(side.took_s) * _MS, 2) for name, side in sides.items()},
        "people": {name: sum(side.found) for name, side in sides.items()},
        "threads": args.threads,
        "cores": os.cpu_count(),
        "blocks": args.blocks,
        "frames_per_block": args.frames,
    }
    print(json.dumps(result))
    return 0


def _measure(side: Side, pictures: "list[U8]", *, warm: bool) -> None:
    begun_s = time.perf_counter()
    found = [side.look(picture) for picture in pictures]
    took_s = (time.perf_counter() - begun_s) / len(pictures)
    if not warm:
        side.found.extend(found)
        side.took_s.append(took_s)


def _looks(args: argparse.Namespace) -> dict[str, Look]:
    """Every way to look, by name."""
    from models.people import Wanted
    from models.people_motion import MotionDetector
    from models.people_yolox import detector
    from models.providers import Runtime

    wanted = Wanted(model=args.model, confidence=_CONFIDENCE, nms_iou=_NMS_IOU, runtime=Runtime(args.threads))
    yolox, motion = detector(wanted), MotionDetector()
    path, times_s = _path(args.model), iter(range(10**9))
    return {
        "ours": lambda picture: int((yolox.detect(picture, 0.0).scores >= _CONFIDENCE).sum()),
        "plain": _Plain(path, args.threads).look,
        "opencv": _OpenCv(path, yolox.layout).look,
        "motion": lambda picture: len(motion.detect(picture, next(times_s) / _FPS)),
    }


def _path(model: str) -> Path:
    from models import store

    return Path(model) if model.endswith(".onnx") else store.path(model)


class _Plain:
    """The file in ONNX Runtime with nothing done about speed."""

    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0]

    def look(self, picture: "U8") -> int:
        import cv2
        import numpy as np

        height, width = self._input.shape[2:]
        scale = min(height / picture.shape[0], width / picture.shape[1])
        padded = np.ones((height, width, 3), np.uint8) * 114
        size = int(picture.shape[1] * scale), int(picture.shape[0] * scale)
        padded[: size[1], : size[0]] = cv2.resize(picture, size).astype(np.uint8)
        planes = np.ascontiguousarray(padded.transpose(2, 0, 1), np.float32)
        rows = self._session.run(None, {self._input.name: planes[None]})[0][0]
        return _everything(rows, (width, height))


def _everything(rows: "F32", size_px: tuple[int, int]) -> int:
    """Every row decoded and every class scored; how many people remain."""
    import cv2
    import numpy as np

    grids, strides = [], []
    for stride in (8, 16, 32):
        xs, ys = np.meshgrid(np.arange(size_px[0] // stride), np.arange(size_px[1] // stride))
        grids.append(np.stack((xs, ys), 2).reshape(-1, 2))
        strides.append(np.full((len(grids[-1]), 1), stride))
    rows[:, :2] = (rows[:, :2] + np.concatenate(grids)) * np.concatenate(strides)
    rows[:, 2:4] = np.exp(rows[:, 2:4]) * np.concatenate(strides)
    boxes = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, 2:4]], axis=1)
    scores = (rows[:, 4:5] * rows[:, 5:])[:, 0]
    return len(cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), _CONFIDENCE, _NMS_IOU))


class _OpenCv:
    """The file in OpenCV's DNN module."""

    def __init__(self, path: Path, layout: "Layout") -> None:
        import cv2

        self._net, self._layout = cv2.dnn.readNetFromONNX(str(path)), layout

    def look(self, picture: "U8") -> int:
        import numpy as np

        from models.people_yolox import decode, preprocess

        planes, scale = preprocess(picture, self._layout)
        self._net.setInput(planes.astype(np.float32))
        rows = self._net.forward()[0]
        people = decode(rows, self._layout, picture.shape[1::-1], scale, _CONFIDENCE, _NMS_IOU)
        return int((people.scores >= _CONFIDENCE).sum())


def _drawn() -> "list[U8]":
    """Somebody who walks."""
    from edge.gait import Gait
    from edge.synthetic.walker import WalkerPainter

    painter = WalkerPainter(_SIZE_PX)
    return [painter.paint(Gait(), k / _FPS) for k in range(_PICTURES)]


def _from_clip(path: Path) -> "list[U8]":
    """Pictures spread over a clip."""
    import cv2
    import numpy as np

    from edge.toml_file import ConfigError

    clip = cv2.VideoCapture(str(path))
    count = int(clip.get(cv2.CAP_PROP_FRAME_COUNT))
    if count < 1:
        raise ConfigError(f"{path}: this is no video that can be read")
    pictures = []
    for k in range(_PICTURES):
        clip.set(cv2.CAP_PROP_POS_FRAMES, k * count // _PICTURES)
        there, picture = clip.read()
        if there:
            pictures.append(np.asarray(picture, np.uint8))
    return pictures
