"""Parts of a face that are covered, made whole: gaps and holes are filled; what an eye looks through is none.

Pure; `cover` asks.
"""

from typing import Final

import cv2
import numpy as np

from edge import cover_evidence as evidence
from edge.cover_atlas import Bool, geometry
from models.results import U8

#: A hole with so many bare texels of an eye, and with so many of its texels of the eye bare, is a clear lens.
_EYE_MIN: Final = 20
_EYE_BARE: Final = 0.6
_EYE_DRAWN: Final = 6
#: Gaps of less than this are no gaps.
_CLOSE: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
_PAD: Final = 6


def whole(covered: Bool, bare: Bool, now: U8) -> tuple[Bool, Bool | None]:
    """With the gaps and holes of the parts filled, less the windows that an eye looks through; and these."""
    padded = cv2.copyMakeBorder(covered.astype(np.uint8), _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _CLOSE)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(closed, outlines, -1, (1,), cv2.FILLED)
    filled = (closed[_PAD:-_PAD, _PAD:-_PAD] > 0) & geometry().inside
    windows = _windows(filled & ~covered, bare, now)
    return (filled, None) if windows is None else (filled & ~windows, windows)


def _windows(holes: Bool, bare: Bool, now: U8) -> Bool | None:
    """Those connected parts in which much of an eye is to be seen."""
    within = holes & evidence.EYES
    if np.count_nonzero(within & bare) < _EYE_MIN:
        return None
    drawn = within & bare & evidence.drawn(now)
    count, labels = cv2.connectedComponents(holes.astype(np.uint8), connectivity=4)
    eyes = np.bincount(labels[within], minlength=count)
    seen = np.bincount(labels[within & bare], minlength=count)
    marked = np.bincount(labels[drawn], minlength=count)
    opened = (seen >= _EYE_MIN) & (seen > _EYE_BARE * eyes) & (marked >= _EYE_DRAWN)
    opened[0] = False
    if not opened.any():
        return None
    windows = opened[labels].astype(np.uint8)
    outlines, _ = cv2.findContours(windows, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(windows, outlines, -1, (1,), cv2.FILLED)
    return np.asarray(windows > 0)
