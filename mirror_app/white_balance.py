"""The colour of a room's light as the camera shows it, so that paint is as warm as the face it lies on.

Cameras balance their own white, but seldom wholly: a lamp-lit room stays warm. A product's measured colour
must be warm to the same degree, or it glows on the face like a sticker. The light is read off the room, never
off what is sold: faces are left out (paint is no part of it, the picture is measured before anything is
drawn), and so is whatever cannot be a white thing in lamp light or daylight, because lights lie on one curve
of colours (black bodies, in mired: a million over kelvin) and red boxes do not.

A brown wall in white light is as warm as a white wall in brown light. So of all things that could be white
the less warm ones count, and only what is less warm than the skin, which is always warmer than its light.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.scene import Face
from mirror_app import bradford
from mirror_app.colour import GREY_OF_BGR, Bgr
from models.results import F32, U8

Bools = npt.NDArray[np.bool_]

#: Patches along the longer side of the picture, and samples along the side of a patch.
_PATCHES, _SAMPLES = 32, 2
#: How far beside the curve of lights a white thing may lie, in natural logarithms of B / G and R / G.
_BESIDE: Final = 0.10
#: Shifts from daylight that lights in shops have, mired: a little cooler, to candles.
_COOLEST, _WARMEST = -40.0, 300.0
#: Linear light of a patch: too dark to have a colour, too bright to have kept it.
_DARK, _CLIPPED = 0.03, 0.94
#: A patch of two colours has the colour of neither: how far its samples may differ, and by noise alone.
_UNEVEN, _NOISE = 0.3, 0.02
#: Of the patches that could be white, by brightness: the less warm part that counts.
_LESS_WARM: Final = 0.3
#: So many of all patches must agree.
_ENOUGH: Final = 0.04
#: Skin is at least so much warmer than the light on it, mired: Monk's palest tone lies at 15.
_SKIN_WARMER: Final = 8.0
#: A face and what is around it, in eye distances from the root of the nose: hair, neck, clothes move with it.
_AROUND: Final = 1.6
_DAYLIGHT_KELVIN: Final = 6504.0
_LINEAR: Final = np.power(np.arange(256, dtype=np.float32) / 255, 2.2)


def shift(image_bgr: U8, faces: Sequence[Face], skin_bgr: Bgr | None) -> float:
    """How much warmer than daylight the room is in this picture, mired; 0 where nothing tells.

    faces: in pixels of the picture; nothing is painted on them yet. skin_bgr: their skin, sRGB 0..255.
    """
    linear, even = _patches(image_bgr)
    free = _away(image_bgr.shape, even.shape, faces)
    grey = linear @ GREY_OF_BGR
    told = free & even & (grey > _DARK) & (linear.max(axis=2) < _CLIPPED)
    linear, grey = linear[told], grey[told]
    warmth, beside = _warmth(linear)
    could = (warmth > _COOLEST) & (warmth < _WARMEST) & (beside < _BESIDE)
    if skin_bgr is not None:
        skin = _warmth(_LINEAR[[[min(max(round(each), 0), 255) for each in skin_bgr]]])[0]
        could &= warmth < skin - _SKIN_WARMER
    if np.count_nonzero(could) < _ENOUGH * max(int(np.count_nonzero(free)), 1):
        return 0.0
    return _quantile(warmth[could], grey[could] * (1 - beside[could] / _BESIDE), _LESS_WARM)


@lru_cache(maxsize=64)
def gain_bgr(mired: float) -> F32:
    """(3,) factors on sRGB values for a surface in a light that is so much warmer; its grey stays."""
    rgb = bradford.adaptation(_white(mired)).sum(axis=1)
    bgr = np.power(rgb[::-1], 1 / 2.2)
    return np.asarray(bgr / (bgr @ GREY_OF_BGR), np.float32)


def _white(mired: float) -> bradford.White:
    return bradford.black_body(1e6 / (1e6 / _DAYLIGHT_KELVIN + mired))


def _patches(image_bgr: U8) -> tuple[F32, Bools]:
    """Patches over the picture: (h, w, 3) mean linear light, (h, w) whether of one colour."""
    height, width = image_bgr.shape[:2]
    scale = _PATCHES / max(height, width)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    thin = cv2.resize(image_bgr, (across * _SAMPLES, down * _SAMPLES), interpolation=cv2.INTER_NEAREST)
    light = np.asarray(cv2.LUT(thin, _LINEAR), np.float32)
    linear = np.asarray(cv2.resize(light, (across, down), interpolation=cv2.INTER_AREA), np.float32)
    # Whole rows first: NumPy's extremes over short axes take ten times as long.
    spread = _of_each(np.maximum, light) - _of_each(np.minimum, light)
    blue, green, red = np.moveaxis(spread < _UNEVEN * linear + np.float32(_NOISE), 2, 0)
    return linear, np.asarray(blue & green & red, np.bool_)


def _of_each(extreme: Callable[[F32, F32], F32], light: F32) -> F32:
    """(h, w, 3) the least or the most of the samples of each patch; light: (h x samples, w x samples, 3)."""
    rows = reduce(extreme, [light[first::_SAMPLES] for first in range(_SAMPLES)])
    return reduce(extreme, [rows[:, first::_SAMPLES] for first in range(_SAMPLES)])


def _away(image: tuple[int, ...], patches: tuple[int, ...], faces: Sequence[Face]) -> Bools:
    """Whether a patch is no face, over all patches; by the shapes of the picture and of what covers it."""
    (height, width), (down, across) = image[:2], patches
    free = np.ones((down, across), bool)
    for face in faces:
        x, y = face.landmarks_xyz[168, :2].tolist()
        reach = _AROUND * max(face.eye_distance_px, 1.0)
        if not math.isfinite(x + y + reach):
            continue
        columns = _within(x - reach, x + reach, width / across, across)
        free[_within(y - 1.4 * reach, y + 1.4 * reach, height / down, down), columns] = False
    return free


def _within(first_px: float, last_px: float, patch_px: float, count: int) -> slice:
    """The patches whose middle lies between two places."""
    start, end = (min(max(math.ceil(each / patch_px - 0.5), 0), count) for each in (first_px, last_px))
    return slice(start, end)


def _warmth(linear: F32) -> tuple[F32, F32]:
    """(n,) mired from daylight to each colour's nearest light, and (n,) how far beside the curve it lies."""
    logs = np.log(np.maximum(linear, 1e-4)) @ _OVER_GREEN
    # The square of the distance, less what is the same for all lights.
    off = logs @ (-2 * _CURVE.T)
    off += _SQUARES
    nearest = off.argmin(axis=1)
    logs -= _CURVE[nearest]
    red, blue = logs.T
    return _MIREDS[nearest], np.asarray(np.hypot(red, blue), np.float32)


def _quantile(values: F32, weights: F32, share: float) -> float:
    """The value that this share of the weight lies below."""
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order][min(int(np.searchsorted(below, share * below[-1])), len(order) - 1)])


def _curve() -> F32:
    """(n, 2) logarithms of R / G and B / G of the lights of _MIREDS, linear sRGB."""
    whites = [bradford.adaptation(_white(float(mired))).sum(axis=1) for mired in _MIREDS]
    return np.array([(math.log(r / g), math.log(max(b, 1e-3) / g)) for r, g, b in whites], np.float32)


_MIREDS: Final = np.arange(_COOLEST - 10, _WARMEST + 11, 5, dtype=np.float32)
_CURVE: Final = _curve()
_SQUARES: Final = np.square(_CURVE).sum(axis=1)
#: Logarithms of blue, green, red to those of red and blue over green.
_OVER_GREEN: Final = np.array(((0, 1), (-1, -1), (1, 0)), np.float32)
