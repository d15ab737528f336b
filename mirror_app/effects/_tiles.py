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
import numpy.typing as npt
from cv2.typing import MatLike

from mirror_app.effects import _curves
from models.results import F32, U8

I32 = npt.NDArray[np.int32]
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
            whole = whole and left >= 0 and top >= 0 and right < columns and bottom < rows
            x, x_end = _span(left, right, columns)
            y, y_end = _span(top, bottom, rows)
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
        return np.concatenate([cv2.cvtColor(view, cv2.COLOR_BGR2GRAY) for view in self.views(image_bgr)])

    def points(self, points_xy: F32, scale: int = 1) -> I32:
        """Points (n, points, 2) of the picture on tiles drawn `scale` times as large; see _curves.SHIFT."""
        fine = scale << _curves.SHIFT
        # Polygons count from the centre of a pixel; rounded, as what follows truncates.
        aside = fine / scale / 2 - 0.5
        corners = [((complex(x * fine + aside, y * fine + aside),),) for x, y in self.corners_px]
        on_tile = np.multiply(points_xy, np.float32(fine), order="C")
        # A point is one number: pairs of a corner's two from those of many points take five times as long.
        on_tile.view(np.complex64)[:] -= np.array(corners, np.complex64)
        return on_tile.astype(np.int32)

    def covered(self, points_xy: F32, *layers: Sequence[slice]) -> list[U8]:
        """How far shapes cover each pixel: of each layer of shapes a stack.

        Shapes are parts of points (n, points, 2) in pixels of the picture. What several shapes of a layer
        cover counts once.
        """
        canvas, scale = self.canvas(len(layers))
        points = self.points(points_xy, scale)
        height, top = self.height_px * scale, 0
        for layer in layers:
            for own in points:
                part = canvas[top : top + height]
                for shape in layer:
                    cv2.fillPoly(part, [own[shape]], 255, cv2.LINE_8, _curves.SHIFT)
                top += height
        covered = _curves.averaged(canvas, scale)
        return [covered[k : k + self.rows] for k in range(0, len(covered), self.rows)]

    def canvas(self, layers: int = 1) -> tuple[U8, int]:
        """Black stacks to draw on, one below the other, and how many times as large they are."""
        scale = _curves.fine(self.width_px * self.height_px)
        return np.zeros((layers * self.rows * scale, self.width_px * scale), np.uint8), scale

    def shrunk(self, points: I32, scale: int) -> I32:
        """Points of tiles drawn `scale` times as large on the tiles themselves."""
        return points // scale - (_curves.HALF_PX - _curves.HALF_PX // scale)

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


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole pixels from `low` to `high` that are in the picture; one at its edge where none is."""
    first = min(max(int(low), 0), size - 1)
    # Truncated and one more: at least as far as the next whole number.
    return first, min(max(int(high) + 1, first + 1), size)
