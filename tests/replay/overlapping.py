"""The clip one-by-one laid over itself: twelve visits, of which two at a time overlap.

A second copy begins 8 s later, 50 pixels to the left, so that two people stand at the table one mostly behind
the other, pass before each other and leave through the same line. Who stands further down in the picture
stands in front. People are cut out by their difference from the empty place, within their boxes of the truth.

Exits counted (12 are right) at 10, 5, 3.3 and 2 frames a second: yolox 13, 12, 12, 12; motion 12, 11,
10, 7. Entries: yolox 14, 14, 12, 13; motion 12, 13, 13, 13, of whom 5 to 11 turn back by its word.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from edge.cameras import Ended
from edge.scene import Frame
from models.results import F32, U8
from tests.models.people_truth import Truth, frames, truths

LATER: Final = 80
ASIDE_PX: Final = -50
FPS: Final = 10.0
#: Grey levels that a person differs from the empty place.
_DIFFERENT: Final = 22


@dataclass(frozen=True, slots=True)
class _Cut:
    """Somebody cut out of a frame. mask: (h, w) 0 or 1. feet_px: how far down they stand."""

    image_bgr: U8
    mask: U8
    feet_px: float

    def aside(self) -> "_Cut":
        """The same person elsewhere."""
        shift, size = np.array([[1, 0, ASIDE_PX], [0, 1, 0]], np.float32), self.mask.shape[::-1]
        image, mask = (np.asarray(cv2.warpAffine(each, shift, size), np.uint8) for each in self._both)
        return _Cut(image, mask, self.feet_px)

    @property
    def _both(self) -> tuple[U8, U8]:
        return self.image_bgr, self.mask


class OverlappingVisits:
    """A clip that ends, like a file. every: only every n-th frame is made."""

    live = False

    def __init__(self, realdata: Path, every: int = 1) -> None:
        self._truth = truths(realdata)
        before_anybody = [image for _, image in islice(frames(realdata), 50)]
        self._empty = np.median(before_anybody[::5], axis=0).astype(np.uint8)
        self._clip = frames(realdata)
        #: The frames that the second copy is still to show.
        self._images: deque[U8] = deque(maxlen=LATER + 1)
        self._every, self._index = every, -1

    def read(self, timeout_s: float) -> Frame:
        """The next frame; numbers and times are those of the whole clip."""
        for _ in range(self._every if self._images else 1):
            self._index += 1
            self._images.append(next(self._clip, (0, self._empty))[1])
        if self._index >= len(self._truth) + LATER:
            raise Ended("the clip is over")
        return Frame(self._image(), self._index / FPS, self._index)

    def close(self) -> None:
        """Nothing is held."""

    def _image(self) -> U8:
        image = self._images[-1].copy()
        second = self._cut(self._images[0], self._index - LATER) if self._index >= LATER else None
        if second is not None:
            second, first = second.aside(), self._cut(self._images[-1], self._index)
            visible = second.mask > 0
            if first is not None and first.feet_px > second.feet_px:
                visible &= first.mask == 0
            image[visible] = second.image_bgr[visible]
        return image

    def _cut(self, image: U8, index: int) -> _Cut | None:
        """Whoever is in that frame."""
        if index >= len(self._truth) or not len(self._truth[index].boxes_xyxy):
            return None
        box = _grown(self._truth[index])
        different = (cv2.absdiff(image, self._empty).max(axis=2) > _DIFFERENT).astype(np.uint8)
        opened = cv2.morphologyEx(different, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
        closed = np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, round_), np.uint8)
        mask = np.zeros_like(closed)
        mask[box] = closed[box]
        return _Cut(image, mask, float(self._truth[index].boxes_xyxy[0, 3]))


def _grown(truth: Truth) -> tuple[slice, slice]:
    """Rows and columns of the box and a little more, for hair and shoes."""
    box: F32 = truth.boxes_xyxy[0]
    x0, y0, x1, y1 = (max(0, int(edge)) for edge in box + np.array([-6, -4, 6, 6], np.float32))
    return slice(y0, y1), slice(x0, x1)
