"""Pictures with alpha as they are laid on things: at several sizes, and in the light."""

import math
import operator
from typing import Final, NamedTuple

import cv2
import numpy as np

from mirror_app.colour import Bgr
from mirror_app.things.lamp import LAMP, brightness
from models.results import F32, U8

#: A picture is halved until it has at most so many texels for a pixel of the screen.
_SHARPEST: Final = 1.6
#: In bytes so much is full light: a warm room's red has more than a measured colour's.
_FULL: Final = 200
#: A light that moved by less than this, of full, leaves the picture as it was lit: less than a grey level.
_UNSEEN: Final = 1 / 255


class _Light(NamedTuple):
    """How a picture was lit. lamp: where it was. bright: (n,) along the width."""

    level: int
    lamp: tuple[float, ...]
    bright: F32
    gain_bgr: Bgr

    def alike(self, normals: F32, lamp: F32, where: tuple[float, ...], gain_bgr: Bgr) -> bool:
        """Whether one would not see a difference to another. where: its lamp as numbers."""
        gain = 0.0 if gain_bgr == self.gain_bgr else max(map(abs, map(operator.sub, gain_bgr, self.gain_bgr)))
        if gain + LAMP * math.dist(where, self.lamp) <= _UNSEEN:
            return True  # no surface becomes so much brighter: they need not be asked
        return gain + float(np.abs(brightness(normals, lamp) - self.bright).max()) <= _UNSEEN


class Texture:
    """A picture, (h, w, 4) uint8 with straight alpha; all that it gives has its colours multiplied by it.

    It remembers how it was lit last. Not for several threads at once.
    """

    def __init__(self, bgra: U8) -> None:
        self._levels = _halved(bgra)
        self._light: _Light | None = None
        self._lit: U8 = np.zeros((0, 0, 4), np.uint8)

    def at(self, texels_per_px: float) -> U8:
        """(h, w, 4): as fine as a screen can show on which it lies with so many of its pixels for one."""
        return self._levels[self._level(texels_per_px)]

    def lit(self, texels_per_px: float, normals: F32, lamp: F32, gain_bgr: Bgr) -> U8:
        """The same on a surface with these normals (n, 3) along the width, in light of a colour, 0..1.27.

        lamp: (3,) where it is, see `mirror_app.things.lamp`.
        """
        level, where = self._level(texels_per_px), tuple(lamp.tolist())
        last = self._light
        if last is None or last.level != level or not last.alike(normals, lamp, where, gain_bgr):
            bright, bare = brightness(normals, lamp), self._levels[level]
            self._light = _Light(level, where, bright, gain_bgr)
            if self._lit.shape != bare.shape:
                self._lit = np.empty_like(bare)
            cv2.multiply(bare, _columns(bright, gain_bgr, bare.shape), dst=self._lit, scale=1 / _FULL)
        return self._lit

    def _level(self, texels_per_px: float) -> int:
        level = 0
        while texels_per_px > _SHARPEST and level < len(self._levels) - 1:
            texels_per_px, level = texels_per_px / 2, level + 1
        return level


def _halved(bgra: U8) -> tuple[U8, ...]:
    """The picture with its colours multiplied by alpha, at full, half, quarter … size."""
    alpha = bgra[:, :, 3:].astype(np.uint16)
    level = bgra.copy()
    level[:, :, :3] = (bgra[:, :, :3] * alpha + 127) // 255
    levels = [level]
    while min(level.shape[:2]) >= 8:
        level = np.asarray(cv2.resize(level, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        levels.append(level)
    return tuple(levels)


def _columns(bright: F32, gain_bgr: Bgr, shape: tuple[int, ...]) -> U8:
    """(h, w, 4) of a light along the width; it leaves alpha as it is."""
    row = np.full((1, len(bright), 4), _FULL, np.uint8)
    row[0, :, :3] = np.minimum(np.outer(bright, gain_bgr) * _FULL + 0.5, 255)
    wide = cv2.resize(row, (shape[1], 1), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.repeat(wide, shape[0], 1), np.uint8)
