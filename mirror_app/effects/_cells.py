"""Soft paint at low resolution: a rectangle of the picture in cells, and changes laid on both.

    picture ── thinned out ──→ low_bgr ── effect ──→ change ── enlarged ──→ added to the picture

Only the change is enlarged: pores, hairs and noise stay exactly as they are, and what is soft costs a
sixteenth of its pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from models.results import F32, U8

#: A change up to this fits into a byte, in which _ZERO is no change; less than _SEEN is none.
_FITS, _ZERO, _SEEN = 127.0, 128, 0.5
_MAX_CELLS: Final = 1024

Box = tuple[int, int, int, int]


@dataclass(slots=True)
class Cells:
    """A rectangle of one picture.

    box_xyxy: whole pixels, inside the picture. cell_px: side of a cell in pixels. low_bgr: (h, w, 3) uint8,
    the picture in cells, with the paint so far.
    """

    box_xyxy: Box
    cell_px: int
    low_bgr: U8

    def pixels(self, image_bgr: U8, at: tuple[int, int], shape: tuple[int, ...]) -> U8:
        """The part of the picture, a view, that cells (h, w, ...) lie on; less where the picture ends."""
        cell, (left, top, right, bottom) = self.cell_px, self.box_xyxy
        x0, y0 = left + at[0] * cell, top + at[1] * cell
        return image_bgr[y0 : min(y0 + shape[0] * cell, bottom), x0 : min(x0 + shape[1] * cell, right)]

    def lay(self, image_bgr: U8, change: F32, at: tuple[int, int] = (0, 0)) -> None:
        """Add a change to the picture and to the small copy of it.

        change: (h, w, 3) float32, grey levels for each cell of a part whose first cell, x and y, is `at`; 0
        along those edges of the part that lie inside the picture.
        """
        low, high, *_ = cv2.minMaxLoc(change.reshape(len(change), -1))
        if high < _SEEN and low > -_SEEN:
            return
        if low > -_SEEN:
            self._put(image_bgr, cv2.convertScaleAbs(change), at, _lighten)
        elif high < _SEEN:
            self._put(image_bgr, cv2.convertScaleAbs(change), at, _darken)
        elif max(high, -low) <= _FITS:
            self._put(image_bgr, cv2.convertScaleAbs(change, beta=_ZERO), at, _shift)
        else:
            # More than a byte with a sign holds: in two steps.
            lighter = np.maximum(change, 0)
            self.lay(image_bgr, lighter, at)
            self.lay(image_bgr, change - lighter, at)

    def _put(
        self, image_bgr: U8, coded: MatLike, at: tuple[int, int], onto: Callable[[U8, MatLike], None]
    ) -> None:
        """Lay a change, coded in bytes, on the small copy and, enlarged, on the picture."""
        height, width = coded.shape[:2]
        onto(self.low_bgr[at[1] : at[1] + height, at[0] : at[0] + width], coded)
        patch = self.pixels(image_bgr, at, coded.shape)
        if (cell := self.cell_px) > 1:
            coded = cv2.resize(coded, (width * cell, height * cell))
        onto(patch, coded[: patch.shape[0], : patch.shape[1]])


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
    if cell_px == 1:
        return image[y0:y1, x0:x1].copy()
    size = -(-(x1 - x0) // cell_px), -(-(y1 - y0) // cell_px)
    return np.asarray(cv2.resize(image[y0:y1, x0:x1], size), np.uint8)


def _lighten(patch_bgr: U8, coded: MatLike) -> None:
    cv2.add(patch_bgr, coded, dst=patch_bgr)


def _darken(patch_bgr: U8, coded: MatLike) -> None:
    cv2.subtract(patch_bgr, coded, dst=patch_bgr)


def _shift(patch_bgr: U8, coded: MatLike) -> None:
    """Both, around _ZERO; takes three times as long as one of them."""
    cv2.addWeighted(patch_bgr, 1, coded, 1, -_ZERO, dst=patch_bgr)
