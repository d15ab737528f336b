"""Whether a camera's picture can be counted on: not frozen, not dark, and of the place that was clicked.

A camera that was knocked sees another place, and one that hangs shows the past; figures from either would
be made up. What is compared is the direction of edges, on a coarse grid: people hide a part of them and
light leaves them as they are, but a camera that turns by a few degrees has none of them left in place.
"""

import math
from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from models.results import F32, U8


class Seeing(StrEnum):
    """What a camera sees."""

    GOOD = "good"
    #: The same picture again and again: the camera or its recorder hangs.
    FROZEN = "frozen"
    #: Covered, or the light is off.
    BLIND = "blind"
    #: Another place, or something before the lens; too early to say which.
    CHANGED = "changed"
    #: Another place, for good.
    MOVED = "moved"
    #: A picture of another shape than the one in which the four points were clicked.
    MISFIT = "misfit"


#: Codecs repeat a picture where nothing moves, but a camera's own noise breaks that within seconds.
FROZEN_S: Final = 10.0
#: Somebody on a ladder before the lens is gone by then.
MOVED_S: Final = 3.0
#: Likeness of edge directions. Measured on the clips at hand: people leave at least .62, other light .78;
#: turning by 5 degrees leaves .32, shifting by a twentieth of the width .17.
_LIKE: Final = 0.5
#: Grey levels of contrast below which there is nothing to see; a dim shop has 7 and more.
_BLIND_STD: Final = 3.0
_WIDTH_PX: Final = 96
#: Edges weaker than this many grey levels a pixel are noise and count for little.
_WEAK: Final = 3.0
#: How fast the place itself may change: a shelf that is moved is part of it after some minutes.
_LEARN_S: Final = 600.0


class Steady:
    """Stateful: one per camera, fed in the order of time."""

    def __init__(self) -> None:
        self._place: F32 | None = None
        self._begin_s = self._time_s = 0.0
        self._sample: U8 | None = None
        self._unlike_since_s: float | None = None
        #: Since when the picture has not changed by a single grey level.
        self.same_since_s = -math.inf

    def look(self, image_bgr: U8, time_s: float) -> Seeing:
        """What the picture (h, w, 3) uint8 at time_s is good for; time_s never runs backwards."""
        if self._repeats(image_bgr, time_s):
            return Seeing.FROZEN if time_s - self.same_since_s >= FROZEN_S else self._verdict(time_s)
        edges, contrast = _edges(image_bgr)
        if contrast < _BLIND_STD:
            return Seeing.BLIND
        if self._place is None or self._place.shape != edges.shape:
            self._place, self._begin_s = edges, time_s
        like = _likeness(edges, self._place)
        if like >= _LIKE:
            self._unlike_since_s = None
            self._learn(edges, time_s)
        elif self._unlike_since_s is None:
            self._unlike_since_s = time_s
        self._time_s = time_s
        return self._verdict(time_s)

    def repeated(self, time_s: float) -> bool:
        """Whether the picture at time_s was the same as the one before."""
        return time_s > self.same_since_s

    def _repeats(self, image_bgr: U8, time_s: float) -> bool:
        sample = image_bgr[::4, ::4]
        if self._sample is not None and np.array_equal(sample, self._sample):
            return True
        self._sample, self.same_since_s = sample.copy(), time_s
        return False

    def _verdict(self, time_s: float) -> Seeing:
        if self._unlike_since_s is None:
            return Seeing.GOOD
        return Seeing.MOVED if time_s - self._unlike_since_s >= MOVED_S else Seeing.CHANGED

    def _learn(self, edges: F32, time_s: float) -> None:
        """A mean of what was seen so far, later of the last minutes; gaps teach nothing."""
        assert self._place is not None
        elapsed_s = min(max(0.0, time_s - self._time_s), 1.0)
        age_s = min(max(time_s - self._begin_s, elapsed_s, 1e-3), _LEARN_S)
        self._place = np.asarray(self._place + (elapsed_s / age_s) * (edges - self._place), np.float32)


def _edges(image_bgr: U8) -> tuple[F32, float]:
    """(2, h, w) float32 edge directions, at most of length 1, and the contrast in grey levels."""
    size = _WIDTH_PX, max(8, round(image_bgr.shape[0] * _WIDTH_PX / image_bgr.shape[1]))
    small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32), (0, 0), 1)
    slope = np.stack([cv2.Sobel(grey, cv2.CV_32F, dx, 1 - dx, scale=1 / 8) for dx in (1, 0)])
    length = np.sqrt((slope**2).sum(axis=0))
    return np.asarray(slope / (length + _WEAK), np.float32), float(grey.std())


def _likeness(a: F32, b: F32) -> float:
    """Cosine of two edge pictures: 1 the same, about 0 nothing in common."""
    lengths = math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return float((a * b).sum()) / lengths if lengths > 0 else 1.0
