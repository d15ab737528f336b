"""A coarse grid over a rectangle of a picture, for what changes slowly from pixel to pixel."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mirror_app.things.scratch import T, scratch

F64 = npt.NDArray[np.float64]

#: Left, top, right, bottom.
Box = tuple[int, int, int, int]


def shared(one: Box, other: Box) -> Box | None:
    """What two rectangles have in common; None where that is nothing."""
    x0, y0, x1, y1 = (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells over a rectangle and half a cell around it, so that every pixel lies between middles.

    inner_xyxy: the rectangle, whole pixels. box_xyxy: what the cells cover. cells: columns and rows.
    """

    inner_xyxy: Box
    box_xyxy: Box
    cells: tuple[int, int]
    cell_px: int

    @classmethod
    def of(cls, inner_xyxy: Box, cell_px: int) -> "Grid":
        """Cells of that size; half a cell more than needed at most."""
        x0, y0, x1, y1 = inner_xyxy
        half, more = (cell_px // 2, 1) if cell_px > 1 else (0, 0)
        columns, rows = (-(-length // cell_px) + more for length in (x1 - x0, y1 - y0))
        left, top = x0 - half, y0 - half
        box = left, top, left + columns * cell_px, top + rows * cell_px
        return cls(inner_xyxy, box, (columns, rows), cell_px)

    @classmethod
    def over(cls, inner_xyxy: Box, most_cells: int) -> "Grid":
        """About so many cells at most; where there are fewer pixels, every pixel is one."""
        x0, y0, x1, y1 = inner_xyxy
        return cls.of(inner_xyxy, max(round(math.sqrt((x1 - x0) * (y1 - y0) / most_cells)), 1))

    @property
    def middles_px(self) -> tuple[F64, F64]:
        """x of the columns' middles and y of the rows'."""
        (x, y, _, _), (columns, rows), cell = self.box_xyxy, self.cells, self.cell_px
        half = cell / 2
        return np.arange(x + half, x + columns * cell, cell), np.arange(y + half, y + rows * cell, cell)

    def part(self, x: int, y: int, columns: int, rows: int) -> tuple["Grid", tuple[slice, slice]]:
        """Some of its cells and one more all around, and where they stand among all."""
        (left, top, _, _), cell, inner = self.box_xyxy, self.cell_px, self.inner_xyxy
        x0, y0 = left + (x - 1) * cell, top + (y - 1) * cell
        x1, y1 = left + (x + columns + 1) * cell, top + (y + rows + 1) * cell
        return self.within((max(x0, inner[0]), max(y0, inner[1]), min(x1, inner[2]), min(y1, inner[3])))

    def within(self, inner_xyxy: Box) -> tuple["Grid", tuple[slice, slice]]:
        """Its cells that tell of a rectangle within its own, and where they stand among all."""
        x0, y0, x1, y1 = inner_xyxy
        (left, top, _, _), (columns, rows), cell = self.box_xyxy, self.cells, self.cell_px
        # A pixel lies between middles: one cell more at either end.
        first, last = max((x0 - left) // cell - 1, 0), min((x1 - left - 1) // cell + 2, columns)
        upper, lower = max((y0 - top) // cell - 1, 0), min((y1 - top - 1) // cell + 2, rows)
        box = left + first * cell, top + upper * cell, left + last * cell, top + lower * cell
        part = Grid(inner_xyxy, box, (last - first, lower - upper), cell)
        return part, (slice(upper, lower), slice(first, last))

    def enlarged(self, name: str, cells: npt.NDArray[T]) -> npt.NDArray[T]:
        """Values of the cells for every pixel of the rectangle, straight in between. name: of its memory."""
        (left, top, right, bottom), (x0, y0, x1, y1) = self.box_xyxy, self.inner_xyxy
        large = cells
        if self.cell_px > 1:
            large = scratch(name, (bottom - top, right - left), cells.dtype.type)
            cv2.resize(cells, (right - left, bottom - top), dst=large, interpolation=cv2.INTER_LINEAR)
        return large[y0 - top : y1 - top, x0 - left : x1 - left]
