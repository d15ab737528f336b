"""Soft paint at low resolution: effects paint the cells of a rectangle of the picture, not the picture.

    picture ── thinned out ──→ low_bgr ── effects ──→ what has changed ── enlarged ──→ added to the picture

Only the change is enlarged: pores, hairs and noise stay exactly as they are, and what is soft costs a
sixteenth of its pixels. Enlarging is the dear part: effects that come after each other paint the cells, one
after the other, and the picture gets all of it at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from models.results import F32, U8

#: A change up to this, up or down, fits into a byte in which _ZERO is no change.
_FITS, _ZERO = 127, 128
_MAX_CELLS: Final = 1024

Box = tuple[int, int, int, int]


@dataclass(slots=True)
class Cells:
    """A rectangle of one picture.

    box_xyxy: whole pixels, inside the picture. cell_px: side of a cell in pixels. low_bgr: (h, w, 3) uint8,
    the picture in cells, with the paint so far, also with what is not yet on the picture.
    """

    box_xyxy: Box
    cell_px: int
    low_bgr: U8
    _laid_bgr: U8 = field(init=False)

    def __post_init__(self) -> None:
        self._laid_bgr = self.low_bgr.copy()

    def pixels(self, image_bgr: U8, at: tuple[int, int], shape: tuple[int, ...]) -> U8:
        """The part of the picture, a view, that cells (h, w, ...) lie on; less where the picture ends."""
        cell, (left, top, right, bottom) = self.cell_px, self.box_xyxy
        x0, y0 = left + at[0] * cell, top + at[1] * cell
        return image_bgr[y0 : min(y0 + shape[0] * cell, bottom), x0 : min(x0 + shape[1] * cell, right)]

    def lay(self, image_bgr: U8) -> None:
        """Add to the picture what was painted on its cells since the last time."""
        off = cv2.absdiff(self.low_bgr, self._laid_bgr)
        left, top, width, height = cv2.boundingRect(off.reshape(len(off), -1))
        if width == 0:
            return
        # One cell more all around, in which nothing changes: what is enlarged ends softly.
        x0, y0, x1 = max(left // 3 - 1, 0), max(top - 1, 0), (left + width - 1) // 3 + 2
        part = np.s_[y0 : top + height + 1, x0:x1]
        there, before = self.low_bgr[part], self._laid_bgr[part]
        patch = self.pixels(image_bgr, (x0, y0), there.shape)
        if cv2.norm(off, cv2.NORM_INF) <= _FITS:
            coded = self._enlarged(cv2.addWeighted(there, 1, before, -1, _ZERO), patch)
            cv2.addWeighted(patch, 1, coded, 1, -_ZERO, dst=patch)
        else:
            cv2.add(patch, self._enlarged(cv2.subtract(there, before), patch), dst=patch)
            cv2.subtract(patch, self._enlarged(cv2.subtract(before, there), patch), dst=patch)
        np.copyto(self._laid_bgr, self.low_bgr)

    def _enlarged(self, cells: MatLike, patch: U8) -> MatLike:
        """Cells as pixels, as many as a patch has."""
        if (cell := self.cell_px) > 1:
            # Where OpenCV may round as Intel's library does, it takes two thirds of the time. Only here:
            # the setting is the thread's, and small pictures take longer.
            cv2.ipp.setUseIPP_NotExact(True)
            try:
                cells = cv2.resize(cells, (cells.shape[1] * cell, cells.shape[0] * cell))
            finally:
                cv2.ipp.setUseIPP_NotExact(False)
        return cells[: patch.shape[0], : patch.shape[1]]


def box(
    left: float, top: float, right: float, bottom: float, cell_px: int, size_px: tuple[int, int]
) -> Box | None:
    """A rectangle of whole cells, one more all around, cut only by the picture's edge.

    size_px: width and height of the picture. None where nothing of it is inside, or too much of it to be.
    """
    width, height = size_px
    x0, y0 = max(int(left) - cell_px, 0), max(int(top) - cell_px, 0)
    x1, y1 = min(int(right) + cell_px + 1, width), min(int(bottom) + cell_px + 1, height)
    x1, y1 = min(x0 - (x0 - x1) // cell_px * cell_px, width), min(y0 - (y0 - y1) // cell_px * cell_px, height)
    if x1 <= x0 or y1 <= y0 or max(x1 - x0, y1 - y0) > _MAX_CELLS * cell_px:
        return None
    return x0, y0, x1, y1


def thinned(image: U8, box_xyxy: Box, cell_px: int) -> U8:
    """A copy of a rectangle of a picture in cells; the few pixels that are looked at tell enough."""
    x0, y0, x1, y1 = box_xyxy
    part = image[y0:y1, x0:x1]
    if cell_px == 1:
        return part.copy()
    columns, rows = -(-(x1 - x0) // cell_px), -(-(y1 - y0) // cell_px)
    if cell_px % 2:
        # At once it would look at one pixel of each cell, with all of its noise, instead of at four.
        part = np.asarray(cv2.resize(part, (2 * columns, 2 * rows)), np.uint8)
    return np.asarray(cv2.resize(part, (columns, rows)), np.uint8)


def scale(bgr: U8, weight: F32, factor_bgr: Sequence[float]) -> None:
    """Take cells times 1 + weight x factor, in place. bgr: (h, w, 3) uint8; weight: (h, w) float32."""
    blue, green, red = factor_bgr
    factors = np.array(((blue, 0, 0, 1), (0, green, 0, 1), (0, 0, red, 1)), np.float32)
    # From three channels to three takes a tenth of the time from one to three.
    gain = cv2.transform(cv2.cvtColor(weight, cv2.COLOR_GRAY2BGR), factors)
    cv2.multiply(bgr, gain, dst=bgr, dtype=cv2.CV_8U)
