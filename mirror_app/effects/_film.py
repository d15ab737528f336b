"""What make-up of every kind has in common: how it lies on a picture, and the grey of what it lies on."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import Bgr, grey_of_bgr
from models.results import U8

#: Grey values of a byte.
GREYS: Final = np.arange(256, dtype=np.float32)
_EACH: Final = np.ones(256, np.float32)
#: Grey of a colour that is black.
_BLACK: Final = 45.0
#: A pale shade on dark skin would multiply its relief and the camera's noise; no more than this.
_MAX_CONTRAST: Final = 1.25


def lay(patches_bgr: Sequence[U8], film_bgr: MatLike, alpha: MatLike) -> None:
    """Lay a film over patches of the picture in place, all of one size.

    film_bgr, alpha: uint8, those of the patches one below the other (see _tiles); alpha 0 leaves a pixel as
    it is.
    """
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR)  # half the time of `merge`
    film = cv2.multiply(film_bgr, weight, scale=1 / 255)
    cv2.bitwise_not(weight, dst=weight)
    height = patches_bgr[0].shape[0]
    for k, patch in enumerate(patches_bgr):
        part = slice(k * height, (k + 1) * height)
        rest = weight[part]
        cv2.multiply(patch, rest, scale=1 / 255, dst=rest)
        cv2.add(film[part], rest, dst=patch)


def lay_flat(patches_bgr: Sequence[U8], bgr: Bgr, alpha: MatLike, opacity: Sequence[float]) -> None:
    """Lay one colour over patches of the picture in place; see `lay`. opacity: over alpha, on each patch.

    A black colour makes nothing lighter: what is in the shade is darker still.
    """
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR)
    colour: MatLike = (*map(round, bgr), 0)  # type: ignore[assignment] # OpenCV's scalar
    black = grey_of_bgr(bgr) < _BLACK
    height = patches_bgr[0].shape[0]
    for k, (patch, own) in enumerate(zip(patches_bgr, opacity, strict=True)):
        part = weight[k * height : (k + 1) * height]
        # How much lighter than the colour each pixel is: nothing where it is darker.
        off = cv2.subtract(patch, colour)
        cv2.multiply(off, part, scale=own / 255, dst=off)
        if not black:
            up = cv2.subtract(colour, patch)
            cv2.add(patch, cv2.multiply(up, part, scale=own / 255, dst=up), dst=patch)
        cv2.subtract(patch, off, dst=patch)


def level(grey: MatLike, mask: MatLike, between: tuple[float, float]) -> float | None:
    """Mean of the grey values between two shares of them, darkest first; at least 1, None for no pixels.

    mask: (0 or not); both (h, w) uint8.
    """
    below = cv2.calcHist([grey], [0], mask, [256], [0, 256]).cumsum()
    if (total := float(below[-1])) < 1:
        return None
    low, high = between[0] * total, between[1] * total
    # The sum over all greys of how many pixels are no brighter: by so much the mean is below 256.
    darker = float(np.minimum(np.maximum(below, low), high) @ _EACH) - 256 * low
    return max(256 - darker / (high - low), 1.0)


def contrast(level: float, film_bgr: Bgr) -> float:
    """How much of the relief of what lies below a film may show on it, 0..1."""
    return min(1.0, _MAX_CONTRAST * level / max(grey_of_bgr(film_bgr), 1.0))
