"""What of a face's oval is skin: neither hair, beard, nor the frame of glasses, nor what stands before it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from models.results import F32, U8

#: Of the oval's grey values, darkest and brightest first, those that tell of skin: neither hair and beard
#: nor shine.
_PLAIN: Final = (0.30, 0.95)
#: Cells that are needed to tell.
_MIN_CELLS: Final = 12
#: Grey over that of the skin: never skin (hair, nostrils, frames), certainly in the skin's own shading.
_DARK, _LIT = 0.30, 0.50
#: Distance in hue from the skin, in ratios of red to green and blue to green over the skin's own.
_SAME_HUE, _OTHER_HUE = 0.16, 0.34
_GREYS: Final = np.arange(256, dtype=np.float32)
_GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


@dataclass(frozen=True, slots=True)
class Tone:
    """What the bare skin of a face is like: mean (3,) blue, green, red and their grey, 1 at least."""

    bgr: F32
    grey: float


def tone(low_bgr: U8, grey: U8, shape: U8) -> Tone | None:
    """The tone of the skin inside `shape` (0..255); None where too little of it is in the picture."""
    inside = cv2.threshold(shape, 127, 255, cv2.THRESH_BINARY)[1]
    counts = cv2.calcHist([grey], [0], inside, [256], [0, 256]).ravel()
    below = np.cumsum(counts)
    if (total := float(below[-1])) < _MIN_CELLS:
        return None
    low, high = np.searchsorted(below, (_PLAIN[0] * total, _PLAIN[1] * total)).tolist()
    plain = cv2.bitwise_and(cv2.inRange(grey, low, high), inside)
    bgr = np.maximum(np.array(cv2.mean(low_bgr, plain)[:3], np.float32), 1)
    return Tone(bgr, float(bgr @ _GREY_OF_BGR))


def likeness(low_bgr: U8, grey: U8, skin: Tone) -> F32:
    """0..1 for each cell."""
    lit = np.asarray(cv2.LUT(grey, _rise(_GREYS / skin.grey, _DARK, _LIT)), np.float32)
    blue, green, red = cv2.split((low_bgr.astype(np.float32) + 1) / (skin.bgr + 1))
    away = np.abs(red / green - 1) + np.abs(blue / green - 1)
    return lit * _rise(np.asarray(away, np.float32), _OTHER_HUE, _SAME_HUE)


def _rise(value: F32, none: float, full: float) -> F32:
    """0 at `none`, 1 at `full`, smooth between."""
    t = np.clip((value - np.float32(none)) * np.float32(1 / (full - none)), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
