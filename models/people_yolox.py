"""People by any YOLOX in ONNX form: the official exports, or a shop's own, of any input size.

Input size, strides and classes are read from the file and checked when it is loaded, by one run on an empty
picture: a file that is something else is refused in words before the first frame.

Conventions of YOLOX (Apache-2.0): BGR 0..255, the picture in the top left corner of its input, grey 114
beside and below it; output one row an anchor, (x, y, w, h, objectness, classes), where a centre is
(xy + grid) * stride and a size exp(wh) * stride, unless it was exported with --decode_in_inference.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models import store
from models.anchors import overlaps
from models.errors import ModelError
from models.images import require_bgr
from models.people import Wanted
from models.providers import CPU, Runtime
from models.results import F32, U8, People
from models.session import Array, Session
from models.weights import DOWNLOADS

#: YOLOX's strides, and those of its P6 variants.
_STRIDES: Final = ((8, 16, 32), (8, 16, 32, 64))
#: YOLOX pads with this grey.
_PAD: Final = 114
_BOX, _OBJECTNESS, _PERSON = slice(0, 4), 4, 5
#: COCO's classes, of which the first is a person, or a model of people alone.
_CLASSES: Final = (80, 1)
#: Somebody who is followed already is believed with this share of the confidence: in a clip of overlapping
#: visits half of it found 12 of 12 exits where all of it found 10 to 12 (from 10 to 2 frames a second).
_WEAK: Final = 0.5
#: More people than this are in no picture; the least sure are left out.
_MOST: Final = 300
#: exp of more than this is wider than any picture.
_LONGEST_LOG: Final = 12.0
#: The exports that `vitrine models pull` knows.
_PULLED: Final = tuple(each.name for each in DOWNLOADS if each.user == "people_yolox")
_GIVE: Final = (
    f"Give {' or '.join(_PULLED)} (`vitrine models pull {_PULLED[0]}`), or the path of an ONNX file, "
    "relative to the box file and ending in .onnx."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file wants and gives.

    floats: it wants float32, else uint8. decoded: its boxes are in pixels of its input. grid_xy: (n, 2) an
    anchor's column and row; strides: (n, 1) pixels; n is the length of its output.
    """

    input: str
    width_px: int
    height_px: int
    floats: bool
    decoded: bool
    grid_xy: F32
    strides: F32


class YoloxDetector:
    """Finds people in each picture by itself: it learns nothing and knows no time.

    path: an ONNX file; ModelError says why it is none that can be used.
    """

    name = "yolox"
    share = 0.0

    def __init__(
        self, path: Path, confidence: float = 0.2, nms_iou: float = 0.5, runtime: Runtime = CPU
    ) -> None:
        self._session = _opened(path, runtime)
        try:
            self.layout = layout_of(self._session)
        except _Unfit as why:
            raise ModelError(
                f"{path} is no YOLOX that can be used: {why}. Export it with YOLOX's own "
                "tools/export_onnx.py, or take the usual one: `vitrine models pull yolox_nano`."
            ) from None
        self._confidence, self._nms_iou = confidence, nms_iou
        self.words = f"YOLOX {path.stem}, {self.layout.width_px}×{self.layout.height_px}"

    def detect(self, image_bgr: U8, time_s: float) -> People:  # noqa: ARG002 - a picture says it all
        """People in a (h, w, 3) uint8 BGR picture; ValueError for anything else."""
        require_bgr(image_bgr)
        picture, scale = preprocess(image_bgr, self.layout)
        rows = self._session.run({self.layout.input: picture})[0][0]
        return decode(rows, self.layout, image_bgr.shape[1::-1], scale, self._confidence, self._nms_iou)

    def forget(self) -> None:
        """There is nothing to forget."""


def detector(wanted: Wanted) -> YoloxDetector:
    """The one that a box file wants; ModelError where its weights are missing or something else."""
    if wanted.model.lower().endswith(".onnx"):
        path = wanted.base_dir / wanted.model
    elif wanted.model in _PULLED:
        path = store.path(wanted.model)
    else:
        raise ModelError(f"there is no YOLOX called {wanted.model!r}. {_GIVE}")
    return YoloxDetector(path, wanted.confidence, wanted.nms_iou, wanted.runtime)


def preprocess(image_bgr: U8, layout: Layout) -> tuple[npt.NDArray[np.generic], float]:
    """(1, 3, height, width) and how many of its pixels one of the picture's is."""
    height, width = image_bgr.shape[:2]
    scale = min(layout.width_px / width, layout.height_px / height)
    size = max(1, int(width * scale)), max(1, int(height * scale))
    canvas = np.full((layout.height_px, layout.width_px, 3), _PAD, np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(image_bgr, size, interpolation=cv2.INTER_LINEAR)
    picture = np.empty((1, 3, layout.height_px, layout.width_px), np.uint8)
    cv2.split(canvas, list(picture[0]))
    return (picture.astype(np.float32) if layout.floats else picture), scale


def decode(
    rows: F32,
    layout: Layout,
    size_px: tuple[int, int],
    scale: float,
    confidence: float,
    nms_iou: float,
) -> People:
    """People in pixels of the picture, cut off at its border, surest first.

    rows: (n, 5 + classes). size_px: the picture's width and height. scale: as `preprocess` gave it. Only rows
    that are likely enough are looked at: a few dozen of thousands.
    """
    scores = rows[:, _OBJECTNESS] * rows[:, _PERSON]
    likely = np.flatnonzero(scores >= confidence * _WEAK)
    likely = likely[np.argsort(-scores[likely], kind="stable")][:_MOST]
    boxes = _boxes(rows[likely, _BOX], layout, likely) / np.float32(scale)
    boxes = np.clip(boxes, 0, np.array([*size_px, *size_px], np.float32))
    there = np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
    boxes, scores = boxes[there], scores[likely][there]
    kept = distinct(boxes, nms_iou)
    return People(boxes[kept], scores[kept], scores[kept] >= confidence)


def _boxes(values: F32, layout: Layout, which: npt.NDArray[np.intp]) -> F32:
    """(k, 4) boxes in the input's pixels, from the first four values of these rows."""
    centre, size = values[:, :2], values[:, 2:]
    if not layout.decoded:
        strides = layout.strides[which]
        centre = (centre + layout.grid_xy[which]) * strides
        size = np.exp(np.minimum(size, np.float32(_LONGEST_LOG))) * strides
    return np.concatenate([centre - size / 2, centre + size / 2], axis=1)


def distinct(boxes_xyxy: F32, most_iou: float) -> npt.NDArray[np.intp]:
    """Which of these boxes, surest first, remain where the surer of two that overlap more takes both."""
    left = np.arange(len(boxes_xyxy))
    kept: list[int] = []
    while len(left):
        first, left = left[0], left[1:]
        kept.append(int(first))
        left = left[overlaps(boxes_xyxy[first], boxes_xyxy[left]) <= most_iou]
    return np.array(kept, np.intp)


class _Unfit(Exception):  # noqa: N818 - read as a sentence where it is raised
    """Why a file is no YOLOX."""


def layout_of(session: Session) -> Layout:
    """What the file wants and gives, found out by a run on an empty picture."""
    name, (width, height), floats = _input(session)
    try:
        empty = np.full((1, 3, height, width), _PAD, np.float32 if floats else np.uint8)
        outputs = session.run({name: empty})
    except Exception as wrong:  # ONNX Runtime's own exceptions share no base; a huge input finds no memory
        raise _Unfit(f"it does not run on an empty picture ({' '.join(str(wrong).split())})") from None
    rows = _rows(outputs)
    grid_xy, strides = _grid((width, height), len(rows))
    _check_values(rows)
    decoded = bool(rows[:, 0].max() > width / 2)
    return Layout(name, width, height, floats, decoded, grid_xy, strides)


def _input(session: Session) -> tuple[str, tuple[int, int], bool]:
    """Name, (width, height), and whether it wants float32."""
    if len(session.inputs) != 1:
        raise _Unfit(f"it has {len(session.inputs)} inputs, a YOLOX has one")
    ((name, shape),) = session.inputs.items()
    kind = session.types[name]
    told = f"its input {name!r} is {kind} of shape {list(shape)}"
    if kind not in ("tensor(float)", "tensor(uint8)"):
        raise _Unfit(f"{told}, a YOLOX takes float32")
    # A batch that is left open has a name in place of a number.
    fits = len(shape) == 4 and shape[1] == 3 and (shape[0] in (1, None) or isinstance(shape[0], str))
    sides = shape[2:]
    if not fits or not all(isinstance(side, int) and side >= 32 and side % 32 == 0 for side in sides):
        raise _Unfit(f"{told}, a YOLOX takes 1 x 3 x height x width, fixed multiples of 32")
    return name, (int(sides[1]), int(sides[0])), kind == "tensor(float)"


def _rows(outputs: list[Array]) -> F32:
    """(n, 5 + classes)."""
    shapes = [_told(each) for each in outputs]
    if not all(isinstance(each, np.ndarray) for each in outputs):
        raise _Unfit(f"it gives {', '.join(shapes)}, a YOLOX one array")
    if len(outputs) != 1 or outputs[0].ndim != 3 or outputs[0].shape[0] != 1:
        raise _Unfit(f"it gives {', '.join(shapes)}, a YOLOX one array of 1 x anchors x (5 + classes)")
    if outputs[0].dtype != np.float32:
        raise _Unfit(f"it gives {shapes[0]}, a YOLOX float32")
    rows: F32 = outputs[0][0]
    return rows


def _told(output: object) -> str:
    """An output for people: ONNX Runtime gives lists and dicts for sequences and maps."""
    if isinstance(output, np.ndarray):
        return f"{list(output.shape)} {output.dtype}"
    return f"a {type(output).__name__}"


def _grid(size_px: tuple[int, int], count: int) -> tuple[F32, F32]:
    """The anchors' columns and rows (n, 2) and strides (n, 1) of a model with so many of them."""
    width, height = size_px
    counts = {}
    for strides in _STRIDES:
        maps = [(width // stride, height // stride, stride) for stride in strides]
        counts[sum(across * down for across, down, _ in maps)] = maps
    if count not in counts:
        expected = " or ".join(map(str, counts))
        raise _Unfit(f"it gives {count} rows, a YOLOX of {width} x {height} gives {expected}")
    grids = [
        np.stack(np.meshgrid(np.arange(a), np.arange(d)), axis=2).reshape(-1, 2) for a, d, _ in counts[count]
    ]
    strides_px = [np.full((a * d, 1), stride) for a, d, stride in counts[count]]
    return np.concatenate(grids).astype(np.float32), np.concatenate(strides_px).astype(np.float32)


def _check_values(rows: F32) -> None:
    """Whether what it gives for an empty picture is boxes and probabilities of classes."""
    classes = rows.shape[1] - _PERSON
    if classes < 1:
        raise _Unfit(f"it gives {rows.shape[1]} values a row, a YOLOX 5 and one for each class")
    if classes not in _CLASSES:
        wanted = " or ".join(map(str, _CLASSES))
        raise _Unfit(f"it knows {classes} classes; which of them is a person is known for {wanted}")
    likely = rows[:, _OBJECTNESS:]
    if not np.isfinite(rows).all() or likely.min() < 0 or likely.max() > 1:
        raise _Unfit("its scores are not between 0 and 1")


def _opened(path: Path, runtime: Runtime) -> Session:
    try:
        return Session(path, runtime)
    except ModelError as wrong:
        why = wrong.__cause__
        if why is None:  # not the file's fault
            raise
        raise ModelError(_unopened(path, why)) from wrong


def _unopened(path: Path, why: BaseException) -> str:
    """Why a file cannot be opened, with the remedy."""
    if isinstance(why, FileNotFoundError | NotADirectoryError):
        return f"there is no file {path}. {_GIVE}"
    if isinstance(why, OSError):
        return f"{path} cannot be read ({why.strerror}): it must be a file that whoever runs Vitrine may read"
    return (
        f"{path} cannot be loaded ({' '.join(str(why).split())}); it is damaged or no YOLOX: copy it again, "
        "or run `vitrine models pull yolox_nano`"
    )
