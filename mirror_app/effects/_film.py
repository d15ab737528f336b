"""What make-up of every kind has in common: how it lies on a picture, and the grey of what it lies on."""

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import GREY_OF_BGR
from models.results import F32, U8

#: Grey values of a byte.
GREYS: Final = np.arange(256, dtype=np.float32)
#: Grey of a colour that is black.
_BLACK: Final = 45.0
#: A pale shade on dark skin would multiply its relief and the camera's noise; no more than this.
_MAX_CONTRAST: Final = 1.25


def lay(patch_bgr: U8, film_bgr: MatLike, alpha: MatLike) -> None:
    """Lay a film over a patch of the picture in place. alpha: (h, w) uint8; 0 leaves a pixel as it is."""
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR)  # half the time of `merge`
    film = cv2.multiply(film_bgr, weight, scale=1 / 255)
    rest = cv2.multiply(patch_bgr, cv2.bitwise_not(weight, dst=weight), scale=1 / 255)
    cv2.add(film, rest, dst=patch_bgr)


def lay_flat(patch_bgr: U8, bgr: F32, alpha: MatLike) -> None:
    """Lay one colour over a patch of the picture in place. alpha: (h, w) uint8; 0 leaves a pixel as it is.

    A black colour makes nothing lighter: what is in the shade is darker still.
    """
    film = cv2.merge([cv2.convertScaleAbs(alpha, alpha=each / 255) for each in bgr.tolist()])
    weight = cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2BGR)
    rest = cv2.multiply(patch_bgr, weight, scale=1 / 255, dst=weight)
    if float(bgr @ GREY_OF_BGR) < _BLACK:
        cv2.min(patch_bgr, cv2.add(film, rest, dst=film), dst=patch_bgr)
    else:
        cv2.add(film, rest, dst=patch_bgr)


def level(parts: Iterable[tuple[MatLike, MatLike]], between: tuple[float, float]) -> float | None:
    """Mean of the grey values between two shares of them, darkest first; at least 1, None for no pixels.

    parts: grey and mask (0 or not), both (h, w) uint8.
    """
    counts = sum(cv2.calcHist([grey], [0], mask, [256], [0, 256]).ravel() for grey, mask in parts)
    below = np.cumsum(counts)
    if (total := float(below[-1])) < 1:
        return None
    low, high = between[0] * total, between[1] * total
    kept = np.minimum(np.maximum(below, low), high)
    kept -= np.minimum(np.maximum(below - counts, low), high)
    return max(float(kept @ GREYS) / float(kept.sum()), 1.0)


def contrast(level: float, film_bgr: F32) -> float:
    """How much of the relief of what lies below a film may show on it, 0..1."""
    return min(1.0, _MAX_CONTRAST * level / max(float(film_bgr @ GREY_OF_BGR), 1.0))
