"""Rectangles of one size in the picture, one for each of a pair, stacked: both are handled in one call.

      picture                      stack
    ┌─────────────────┐          ┌──────┐
    │  ┌─0──┐  ┌─1──┐ │          │  0   │      Eyes and brows are small: handing them to OpenCV takes as
    │  └────┘  └────┘ │    ──→   ├──────┤      long as what is done to their pixels.
    │                 │          │  1   │
    └─────────────────┘          └──────┘

A stack is (n h, w) or (n h, w, channels); `part` is a view of one tile in it. What looks at neighbours
(blurs) goes tile by tile, so that nothing of one reaches into the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from mirror_app.effects import _curves
from models.results import F32, U8

I32 = npt.NDArray[np.int32]
#: Left, top, right, bottom, in pixels.
Edges = tuple[float, float, float, float]

#: What a coordinate of the picture has to be on a tile: polygons count from the centre of a pixel.
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Tiles:
    """corners_px: left and top of each tile, whole pixels. All of them lie inside the picture."""

    corners_px: tuple[tuple[int, int], ...]
    width_px: int
    height_px: int

    @classmethod
    def around(cls, boxes: Sequence[Edges], picture_px: tuple[int, int]) -> "Tiles":
        """Tiles that hold these boxes as far as they are in the picture."""
        spans = [
            (*_span(left, right, picture_px[0]), *_span(top, bottom, picture_px[1]))
            for left, top, right, bottom in boxes
        ]
        width, height = (max(span[k + 1] - span[k] for span in spans) for k in (0, 2))
        corners = tuple(
            (min(x, picture_px[0] - width), min(y, picture_px[1] - height)) for x, _, y, _ in spans
        )
        return cls(corners, width, height)

    def __len__(self) -> int:
        return len(self.corners_px)

    @property
    def rows(self) -> int:
        """Rows of a stack."""
        return len(self.corners_px) * self.height_px

    def views(self, image: U8) -> list[U8]:
        """Each tile of a picture, as a view."""
        width, height = self.width_px, self.height_px
        return [image[y : y + height, x : x + width] for x, y in self.corners_px]

    def parts(self, stack: MatLike) -> list[MatLike]:
        """Each tile of a stack, as a view."""
        height = len(stack) // len(self.corners_px)
        return [stack[k : k + height] for k in range(0, len(stack), height)]

    def grey(self, image_bgr: U8) -> U8:
        """The stack's grey."""
        grey = np.empty((self.rows, self.width_px), np.uint8)
        for view, part in zip(self.views(image_bgr), self.parts(grey), strict=True):
            cv2.cvtColor(view, cv2.COLOR_BGR2GRAY, dst=part)
        return grey

    def points(self, points_xy: F32, scale: int = 1) -> I32:
        """Points (n, ..., 2) of the picture on each tile, drawn `scale` times as large; see _curves.SHIFT."""
        fine = np.float32(scale << _curves.SHIFT)
        corners = np.array(self.corners_px, np.float32) * fine + np.float32(_HALF / scale) * fine
        corners.shape = (len(corners), *(1,) * (points_xy.ndim - 2), 2)
        return np.asarray(np.rint(points_xy * fine - corners), np.int32)

    def covered(self, shapes_xy: Sequence[F32]) -> U8:
        """How far shapes, each (n, points, 2) in pixels of the picture, cover each pixel: a stack."""
        canvas, scale = self.canvas()
        points, first = self.points(np.concatenate(shapes_xy, axis=1), scale), 0
        parts = self.parts(canvas)
        for shape in shapes_xy:
            last = first + shape.shape[1]
            for part, own in zip(parts, points, strict=True):
                cv2.fillPoly(part, [own[first:last]], 255, cv2.LINE_8, _curves.SHIFT)
            first = last
        return _curves.averaged(canvas, scale)

    def canvas(self) -> tuple[U8, int]:
        """A black stack to draw on, and how many times as large it is."""
        scale = _curves.fine(self.width_px * self.height_px)
        return np.zeros((self.rows * scale, self.width_px * scale), np.uint8), scale

    def scaled(self, stack: MatLike, factors: Sequence[float]) -> MatLike:
        """A stack times a factor for each tile, in place."""
        if min(factors) == max(factors):
            return cv2.convertScaleAbs(stack, alpha=factors[0], dst=stack)
        for part, factor in zip(self.parts(stack), factors, strict=True):
            cv2.convertScaleAbs(part, alpha=factor, dst=part)
        return stack


def around(points_xy: F32, room_px: float) -> list[Edges]:
    """Boxes around points (n, points, 2), in pixels."""
    low, high = points_xy.min(axis=1).tolist(), points_xy.max(axis=1).tolist()
    return [
        (left - room_px, top - room_px, right + room_px, bottom + room_px)
        for (left, top), (right, bottom) in zip(low, high, strict=True)
    ]


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole pixels from `low` to `high` that are in the picture; one at its edge where none is."""
    first = min(max(int(low), 0), size - 1)
    # Truncated and one more: at least as far as the next whole number.
    return first, min(max(int(high) + 1, first + 1), size)
