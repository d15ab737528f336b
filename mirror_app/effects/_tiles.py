"""Rectangles of one size in the picture, one for each of a pair, stacked: both are handled in one call.

      picture                      stack
    ┌─────────────────┐          ┌──────┐
    │  ┌─0──┐  ┌─1──┐ │          │  0   │      Eyes and brows are small: handing them to OpenCV takes as
    │  └────┘  └────┘ │    ──→   ├──────┤      long as what is done to their pixels.
    │                 │          │  1   │
    └─────────────────┘          └──────┘

A stack is (n h, w) or (n h, w, channels); `part` is a view of one tile in it. What looks at neighbours
(blurs) goes tile by tile where something of one could be seen in the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.effects import _curves
from mirror_app.effects._curves import I32
from models.results import F32, U8

#: Left, top, right, bottom, in pixels.
Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Tiles:
    """corners_px: left and top of each tile, whole pixels. All of them lie inside the picture. whole: no box
    was cut off, so what is drawn keeps the room to its tile's edge that its box gave it."""

    corners_px: tuple[tuple[int, int], ...]
    width_px: int
    height_px: int
    whole: bool = False

    @classmethod
    def around(cls, boxes: Sequence[Edges], picture_px: tuple[int, int]) -> "Tiles":
        """Tiles that hold these boxes as far as they are in the picture."""
        columns, rows = picture_px
        corners, width, height, whole = [], 1, 1, True
        for left, top, right, bottom in boxes:
            # Truncated and one more: at least as far as the next whole number.
            x, y, x_end, y_end = int(left), int(top), int(right) + 1, int(bottom) + 1
            if left < 0 or top < 0 or x_end > columns or y_end > rows:
                whole, (x, x_end), (y, y_end) = False, _span(x, x_end, columns), _span(y, y_end, rows)
            width, height = max(width, x_end - x), max(height, y_end - y)
            corners.append((x, y))
        most_x, most_y = columns - width, rows - height
        return cls(tuple([(min(x, most_x), min(y, most_y)) for x, y in corners]), width, height, whole)

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

    def parts(self, stack: MatLike, layers: int = 1) -> list[MatLike]:
        """Each tile of a stack, or of several one below the other, as a view."""
        height = len(stack) // (layers * len(self.corners_px))
        return [stack[k : k + height] for k in range(0, len(stack), height)]

    def apart(self, stack: MatLike) -> list[MatLike]:
        """What must be blurred one by one: the whole stack where nothing drawn comes near its tile's edge."""
        return [stack] if self.whole else self.parts(stack)

    def grey(self, image_bgr: U8) -> U8:
        """The stack's grey."""
        stack = np.empty((self.rows, self.width_px), np.uint8)
        for view, part in zip(self.views(image_bgr), self.parts(stack), strict=True):
            cv2.cvtColor(view, cv2.COLOR_BGR2GRAY, dst=part)
        return stack

    def offsets(self, scale: int = 1) -> list[tuple[int, int]]:
        """What takes `_curves.fixed` points of the picture to each tile drawn so many times as large."""
        # Polygons count from the centre of a pixel.
        half = 1 << _curves.BITS - scale.bit_length()
        return [(-(x << _curves.BITS) - half, -(y << _curves.BITS) - half) for x, y in self.corners_px]

    def covered(self, points_xy: F32, *layers: Sequence[slice]) -> list[U8]:
        """How far shapes cover each pixel: of each layer of shapes a stack.

        Shapes are parts of points (n, points, 2) in pixels of the picture. What several shapes of a layer
        cover counts once.
        """
        canvas, scale = self.canvas(len(layers))
        points, rows = _curves.fixed(points_xy), self.rows
        for k, layer in enumerate(layers):
            stack = canvas[k * rows * scale : (k + 1) * rows * scale]
            self.fill(stack, points, [(shape,) for shape in layer])
        covered = _curves.averaged(canvas, scale)
        return [covered[k : k + rows] for k in range(0, len(covered), rows)]

    def fill(
        self,
        stack: MatLike,
        points: I32,
        shapes: Sequence[Sequence[slice]],
        value: float = 255,
        line: int = cv2.LINE_8,
    ) -> None:
        """Fill shapes on a stack, which may be a canvas: each tile's own.

        points: (n, points, 2) of `_curves.fixed`, of the picture. shapes: parts of them; those of one call of
        OpenCV together, which leaves out what two of them cover.
        """
        scale = stack.shape[1] // self.width_px
        bits = _curves.BITS + 1 - scale.bit_length()
        for part, own, offset in zip(self.parts(stack), points, self.offsets(scale), strict=True):
            for shape in shapes:
                cv2.fillPoly(part, [own[each] for each in shape], value, line, bits, offset)

    def canvas(self, layers: int = 1) -> tuple[U8, int]:
        """Black stacks to draw on, one below the other, and how many times as large they are."""
        scale = _curves.fine(self.width_px * self.height_px)
        return np.zeros((layers * self.rows * scale, self.width_px * scale), np.uint8), scale

    def scaled(self, stack: MatLike, factors: Sequence[float]) -> MatLike:
        """A stack times a factor for each tile, in place."""
        if min(factors) == max(factors):
            return cv2.convertScaleAbs(stack, alpha=factors[0], dst=stack)
        for part, factor in zip(self.parts(stack), factors, strict=True):
            cv2.convertScaleAbs(part, alpha=factor, dst=part)
        return stack


def around(points_xy: F32, room_px: float) -> list[Edges]:
    """Boxes around points (n, points, 2), in pixels."""
    found = []
    for points in points_xy:
        x, y, width, height = cv2.boundingRect(points)  # a tenth of the time of NumPy's min and max
        found.append((x - room_px, y - room_px, x + width + room_px, y + height + room_px))
    return found


def _span(low: int, high: int, size: int) -> tuple[int, int]:
    """What of `low` to `high` is in the picture; a pixel at its edge where nothing is."""
    first = min(max(low, 0), size - 1)
    return first, min(max(high, first + 1), size)
