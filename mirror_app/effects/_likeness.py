"""What of a face's oval is skin: neither hair, beard, nor the frame of glasses, nor a wall behind it.

Shading leaves the hue of skin nearly as it is; hair is darker, and yellower or greyer than the skin of the
same person. So a cell is skin as far as its ratios of red to green and of blue to green are those of the
cheeks, nose and chin, and its grey is not that of something much darker. How much the ratios may differ is
learned from the same face: a lamp from one side spreads them, a grey camera narrows them.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from mirror_app.colour import GREY_OF_BGR, Bgr, grey_of_bgr
from mirror_app.effects._film import GREYS
from models.results import F32, U8

#: Landmarks on plain skin: cheeks, nose, between the brows, chin, jaw.
_PLAIN: Final = (
    *(50, 101, 36, 205, 117, 118, 123, 187, 207, 119, 100, 142, 147, 214),
    *(280, 330, 266, 425, 346, 347, 352, 411, 427, 348, 329, 371, 376, 434),
    *(5, 195, 197, 6, 51, 281, 9, 8, 107, 336, 151, 108, 337, 69, 299, 222, 442),
    *(199, 200, 18, 201, 421, 212, 432),
)
#: Fewer of them in the picture tell nothing.
_MIN_POINTS: Final = 4
#: Grey over that of the skin: never skin (hair, nostrils, frames), certainly in the skin's own shading.
_DARK, _LIT = 0.28, 0.48
#: How far a ratio may be off: at least this, this share of how far the skin is from grey, this many times
#: the spread of the skin's own middle; and no more than that. Nothing is skin at _NEVER times as far.
_AT_LEAST, _OF_COLOUR, _OF_SPREAD, _AT_MOST = 0.05, 0.33, 1.75, 0.25
_NEVER: Final = 1.8
#: Skin reddens in folds and where it is hot; hair does not without getting much darker.
_REDDER: Final = 3.0
#: A ratio like the skin's own, in the bytes that ratios are kept in.
_ONE: Final = 110.0


@dataclass(frozen=True, slots=True)
class Tone:
    """What the bare skin of a face is like.

    bgr: mean blue, green, red. grey: theirs, 1 at least. red_off, blue_off: how far the ratios of red
    and of blue to green may be from those of bgr on skin that is surely skin, as a share.
    """

    bgr: Bgr
    grey: float
    red_off: float
    blue_off: float


def tone(smooth_bgr: U8, points: F32) -> Tone | None:
    """The tone of a face's skin; None where too little of it is in the picture.

    smooth_bgr: (h, w, 3) uint8 without noise. points: (478, 2) landmarks in its pixels.
    """
    rows, columns = smooth_bgr.shape[:2]
    at = points.take(_POINTS, axis=0).astype(np.int32)
    left, top, across, down = cv2.boundingRect(at)
    if left < 0 or top < 0 or left + across > columns or top + down > rows:
        # Taken as a number without a sign, what is negative is beyond every edge too.
        at = at[(at.view(np.uint32) < np.array((columns, rows), np.uint32)).all(axis=1)]
    if (n := len(at)) < _MIN_POINTS:
        return None
    samples = smooth_bgr.reshape(-1, 3).take(at @ (1, columns), axis=0) + np.float32(0.5)
    # Blue and red over green; between them the grey.
    sorts = samples / samples[:, 1:2]
    sorts[:, 1] = samples @ GREY_OF_BGR
    sorts.sort(axis=0)
    (blue, grey, red), (blue_wide, _, red_wide) = (_mean_and_spread(n) @ sorts).tolist()
    green = max(grey / grey_of_bgr((blue, 1.0, red)), 1.0)
    bgr = blue * green, green, red * green
    return Tone(bgr, max(grey_of_bgr(bgr), 1.0), _allowed(red, red_wide), _allowed(blue, blue_wide))


@lru_cache(maxsize=128)
def _mean_and_spread(n: int) -> F32:
    """(2, n) weights of sorted values: for the mean of their middle half, and for how far they spread.

    Between the means of a lower and of an upper part: quartiles themselves are shakier.
    """
    quarter, cut, half = n // 4, n // 6, n // 2
    weights = np.zeros((2, n), np.float32)
    weights[0, quarter : n - quarter] = 1 / (n - 2 * quarter)
    weights[1, cut:half] -= 1 / max(half - cut, 1)
    weights[1, n - half : n - cut] += 1 / max(half - cut, 1)
    return weights


def likeness(smooth_bgr: U8, grey: U8, skin: Tone, telling: U8) -> U8:
    """(h, w) uint8: 255 where a cell is skin beyond doubt, down to 0.

    telling: (h, w) uint8, how much hue counts.
    """
    blue, green, red = cv2.split(smooth_bgr)
    own_blue, own_green, own_red = skin.bgr
    redness = cv2.divide(red, green, scale=_ONE * own_green / own_red)
    blueness = cv2.divide(blue, green, scale=_ONE * own_green / own_blue)
    off = cv2.LUT(redness, _off(skin.red_off, skin.red_off * _REDDER))
    cv2.add(off, cv2.LUT(blueness, _off(skin.blue_off, skin.blue_off)), dst=off)
    cv2.multiply(off, telling, dst=off, scale=1 / 255)
    return np.asarray(cv2.subtract(cv2.LUT(grey, _lit(round(skin.grey))), off, dst=off), np.uint8)


def _allowed(ratio: float, spread: float) -> float:
    """How far a ratio may be off, as a share, in steps too small to be seen."""
    off = max(_AT_LEAST, _OF_COLOUR * abs(1 - ratio), _OF_SPREAD * spread / ratio)
    return round(min(off, _AT_MOST) * 500) / 500


@lru_cache(maxsize=256)
def _off(below: float, above: float) -> U8:
    """Table (256,): ratio in bytes to 0 where it may be skin's, 255 where it cannot; below and above 1."""
    away = GREYS / np.float32(_ONE) - 1
    return _ramp(np.maximum(away / np.float32(-below), away / np.float32(above)), 1.0, _NEVER)


@lru_cache(maxsize=256)
def _lit(skin_grey: int) -> U8:
    """Table (256,): grey to 0 where it is too dark for this skin, 255 where it is not."""
    return _ramp(GREYS / np.float32(max(skin_grey, 1)), _DARK, _LIT)


def _ramp(value: F32, none: float, full: float) -> U8:
    """0 at `none`, 255 at `full`, straight between."""
    return np.asarray(np.rint(255 * np.clip((value - none) / (full - none), 0, 1)), np.uint8)


_POINTS: Final = np.array(_PLAIN)
