"""People by motion: a running Lab background, no weights. Low confidence in crowds, and figures say so.

Lab, because a shadow changes L and hardly a or b. The background is frozen under the foreground (with a
slow leak, so that a moved chair is learned in minutes), else a reader at a table would fade away. MOG2 was
tried before and is far worse on real clips: recall .44, precision .32 where this reaches 1.00 and .98.
"""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Self

import cv2
import numpy as np
import numpy.typing as npt

from models.people import Wanted
from models.results import F32, U8, People

#: A camera in which people are smaller than this share of its height looks down on them.
_OVERHEAD: Final = 0.2


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """Lab in CIE units; lengths as a fraction of the image height, areas of the image area.

    person_height: how tall a person stands in the image; parts of one person (a head over a pale coat
        before a pale wall) are joined across gaps of up to `gap` of it.
    overhead: seen from above, where a person is person_height across: a blob that is several across is
        several people side by side.
    """

    person_height: float = 0.9
    overhead: bool = False
    gap: float = 0.28
    min_area: float = 0.006
    min_part_area: float = 0.0008
    threshold: float = 13.0
    lightness_weight: float = 0.5
    shadow_depth: float = 0.25
    shadow_chroma: float = 9.0
    learn_s: float = 4.0
    leak_s: float = 120.0
    width_px: int = 256

    @classmethod
    def of(cls, person_height: float) -> Self:
        """The settings for people of this size.

        Areas follow from a standing figure: the constants give .006 and .0008 of the picture at full height,
        as measured on the one-by-one clip.
        """
        share = (person_height / 0.9) ** 2
        return cls(
            person_height=person_height,
            overhead=person_height <= _OVERHEAD,
            min_area=max(0.0004, 0.006 * share),
            min_part_area=max(0.0003, 0.0008 * share),
            width_px=256 if person_height > 0.3 else 384,
        )


#: A gap in time teaches the background no more than this would: nobody saw what happened in it.
_LONGEST_STEP_S = 2.0
#: People side by side that a cut can tell apart; a longer blob is no row of people.
_MOST_IN_A_ROW = 4
#: A person from above covers .3 of the square of their width; a streak of less than two thirds of that is a
#: shadow.
_THIN = 0.2
#: A motion blob says "something stands out here", not "a person": its score stays below a detector's.
_SCORE = 0.5


class MotionDetector:
    """Stateful: one per camera, fed in the order of time."""

    name = "motion"
    words = "motion; low in crowds"

    def __init__(self, settings: MotionSettings | None = None) -> None:
        self._settings = settings or MotionSettings()
        self._background: F32 | None = None
        self._time_s = 0.0
        #: Share of the last image that stands out, 0..1; near 1 the light or the camera changed, not people.
        self.share = 0.0

    def forget(self) -> None:
        """The next image is the new background."""
        self._background, self.share = None, 0.0

    def detect(self, image_bgr: U8, time_s: float) -> People:
        """People in an image taken at time_s (seconds, any origin, not decreasing).

        image_bgr: (h, w, 3) uint8; another size than before starts the background anew.
        """
        scale = self._settings.width_px / image_bgr.shape[1]
        lab = _small_lab(image_bgr, scale)
        if self._background is None or self._background.shape != lab.shape:
            self._background, self._time_s, self.share = lab, time_s, 0.0
            return _people([], scale)
        difference = lab - self._background
        foreground = _foreground(lab, difference, self._background, self._settings)
        self.share = float(foreground.mean())
        self._learn(difference, foreground, min(max(0.0, time_s - self._time_s), _LONGEST_STEP_S))
        self._time_s = max(time_s, self._time_s)
        persons = _persons(_parts(foreground, self._settings), lab.shape, self._settings)
        if self._settings.overhead:
            across = self._settings.person_height * lab.shape[0]
            persons = [one for group in persons for one in _apart(group, foreground, across)]
        return _people(persons, scale)

    def _learn(self, difference: F32, foreground: U8, elapsed_s: float) -> None:
        """Follow the light where nobody stands, and only leak where somebody does."""
        assert self._background is not None
        occupied = cv2.dilate(foreground, np.ones((7, 7), np.uint8))
        fast = 1 - math.exp(-elapsed_s / self._settings.learn_s)
        slow = 1 - math.exp(-elapsed_s / self._settings.leak_s)
        rate = np.where(occupied[..., None] > 0, np.float32(slow), np.float32(fast))
        self._background = np.asarray(self._background + rate * difference, np.float32)


def detector(wanted: Wanted) -> MotionDetector:
    """The one that a box file wants; it needs no weights."""
    return MotionDetector(MotionSettings.of(wanted.person_height))


@dataclass(frozen=True, slots=True)
class _Part:
    """A connected blob: box in small-image pixels and its foreground area."""

    x0: int
    y0: int
    x1: int
    y1: int
    area: int

    def joined(self, other: "_Part") -> "_Part":
        return _Part(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
            self.area + other.area,
        )


def _small_lab(image_bgr: U8, scale: float) -> F32:
    """The image at working size in CIE Lab (L 0..100), float32."""
    size = max(1, round(image_bgr.shape[1] * scale)), max(1, round(image_bgr.shape[0] * scale))
    small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2Lab), np.float32)


def _foreground(lab: F32, difference: F32, background: F32, settings: MotionSettings) -> U8:
    """1 where something stands out that is no shadow (darker, same chroma); small holes closed."""
    chroma2 = difference[..., 1] ** 2 + difference[..., 2] ** 2
    distance2 = chroma2 + (settings.lightness_weight * difference[..., 0]) ** 2
    ratio = lab[..., 0] / np.maximum(background[..., 0], 1.0)
    shadow = (ratio < 1.02) & (ratio > 1 - settings.shadow_depth) & (chroma2 < settings.shadow_chroma**2)
    strong = ((distance2 > settings.threshold**2) & ~shadow).astype(np.uint8)
    opened = cv2.morphologyEx(strong, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    reach = max(3, round(settings.person_height * lab.shape[0] / 9)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, reach * 3 // 5) | 1, reach))
    return np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel), np.uint8)


def _parts(foreground: U8, settings: MotionSettings) -> list[_Part]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(foreground)
    least = settings.min_part_area * foreground.size
    return [
        _Part(int(x), int(y), int(x + w), int(y + h), int(area))
        for x, y, w, h, area in stats[1:]
        if area >= least
    ]


def _persons(parts: list[_Part], shape: tuple[int, ...], settings: MotionSettings) -> list[_Part]:
    """Join parts that stand over one another until none is left to join; drop what is too small."""
    tallest = settings.person_height * shape[0]
    persons = list(parts)
    while pair := next(
        (p for p in combinations(persons, 2) if _same_person(*p, tallest, settings.gap)), None
    ):
        persons = [part for part in persons if part not in pair] + [pair[0].joined(pair[1])]
    return [part for part in persons if part.area >= settings.min_area * shape[0] * shape[1]]


def _same_person(a: _Part, b: _Part, tallest: float, gap: float) -> bool:
    overlap = min(a.x1, b.x1) - max(a.x0, b.x0)
    apart = max(a.y0, b.y0) - min(a.y1, b.y1)
    height = max(a.y1, b.y1) - min(a.y0, b.y0)
    return (
        overlap > 0.3 * min(a.x1 - a.x0, b.x1 - b.x0) and apart < gap * tallest and height <= 1.25 * tallest
    )


def _apart(group: _Part, foreground: U8, across: float) -> list[_Part]:
    """Cut a blob across its long axis into as many people as it is long.

    across: pixels that a person is wide from above. An ellipse's length is four times its deviation.
    """
    ys, xs = np.nonzero(foreground[group.y0 : group.y1, group.x0 : group.x1])
    if len(xs) < 3:
        return [group]
    points = np.stack([xs, ys], axis=1) - (xs.mean(), ys.mean())
    spread, axes = np.linalg.eigh(points.T @ points / len(points))
    count = min(_MOST_IN_A_ROW, round(4 * math.sqrt(float(spread[1])) / across))
    if count < 2 or group.area < count * _THIN * across**2:
        return [group]
    along = points @ axes[:, 1]
    cuts = np.quantile(along, np.arange(1, count) / count)
    place = np.searchsorted(cuts, along)
    return [_box_of(xs[place == k] + group.x0, ys[place == k] + group.y0) for k in range(count)]


def _box_of(xs: npt.NDArray[np.int64], ys: npt.NDArray[np.int64]) -> _Part:
    return _Part(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1, len(xs))


def _people(parts: list[_Part], scale: float) -> People:
    boxes = np.array([[p.x0, p.y0, p.x1, p.y1] for p in parts], np.float32).reshape(-1, 4) / scale
    return People(boxes.astype(np.float32), np.full(len(parts), _SCORE, np.float32))
