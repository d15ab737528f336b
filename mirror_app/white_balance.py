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
from collections.abc import Sequence
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
    linear, even, at = _patches(image_bgr)
    free = _away(at, faces)
    grey = linear @ GREY_OF_BGR
    told = free & even & (grey > _DARK) & (linear.max(axis=1) < _CLIPPED)
    linear, grey = linear[told], grey[told]
    warmth, beside = _warmth(linear)
    could = (warmth > _COOLEST) & (warmth < _WARMEST) & (beside < _BESIDE)
    if skin_bgr is not None:
        skin = _warmth(_LINEAR[[[min(max(round(each), 0), 255) for each in skin_bgr]]])[0]
        could &= warmth < skin - _SKIN_WARMER
    if could.sum() < _ENOUGH * max(int(free.sum()), 1):
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


def _patches(image_bgr: U8) -> tuple[F32, Bools, F32]:
    """Patches over the picture: (n, 3) mean linear light, (n,) whether of one colour, (n, 2) pixels."""
    height, width = image_bgr.shape[:2]
    scale = _PATCHES / max(height, width)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    thin = cv2.resize(image_bgr, (across * _SAMPLES, down * _SAMPLES), interpolation=cv2.INTER_NEAREST)
    light = np.asarray(cv2.LUT(thin, _LINEAR), np.float32)
    linear = cv2.resize(light, (across, down), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    # Sample by sample: NumPy's extremes over short axes take ten times as long.
    samples = [light[row::_SAMPLES, column::_SAMPLES] for row, column in np.ndindex(_SAMPLES, _SAMPLES)]
    spread = (reduce(np.maximum, samples) - reduce(np.minimum, samples)).reshape(-1, 3)
    even = np.asarray((spread < _UNEVEN * linear + np.float32(_NOISE)).all(axis=1), np.bool_)
    return np.asarray(linear, np.float32), even, _middles(width, height, across, down)


@lru_cache(maxsize=4)
def _middles(width: int, height: int, across: int, down: int) -> F32:
    """(n, 2): pixels in the middle of the patches."""
    x, y = np.meshgrid(
        (np.arange(across) + 0.5) * (width / across), (np.arange(down) + 0.5) * (height / down)
    )
    return np.stack((x.ravel(), y.ravel()), axis=1).astype(np.float32)


def _away(at: F32, faces: Sequence[Face]) -> Bools:
    """(n,) whether a patch is no face."""
    free = np.ones(len(at), bool)
    for face in faces:
        off = np.abs(at - face.landmarks_xyz[168, :2]) / max(face.eye_distance_px, 1.0)
        free &= ~((off[:, 0] < _AROUND) & (off[:, 1] < 1.4 * _AROUND))
    return free


def _warmth(linear: F32) -> tuple[F32, F32]:
    """(n,) mired from daylight to each colour's nearest light, and (n,) how far beside the curve it lies."""
    blue, green, red = np.log(np.maximum(linear, 1e-4)).T
    red, blue = red - green, blue - green
    # The square of the distance, less what is the same for all lights.
    off = np.outer(red, -2 * _CURVE[:, 0])
    off += np.outer(blue, -2 * _CURVE[:, 1])
    off += np.square(_CURVE).sum(axis=1)
    nearest = off.argmin(axis=1)
    beside = np.hypot(red - _CURVE[nearest, 0], blue - _CURVE[nearest, 1])
    return _MIREDS[nearest], np.asarray(beside, np.float32)


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
