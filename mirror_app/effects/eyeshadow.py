"""Eyeshadow: one to three powders on the upper lid, from the lash line towards the brow.

What is laid where is drawn once, on a map of the lid (u along the lash line, v from it to the brow), and put
on the eye through the rows of the mesh: so it moves with the lid, and the lid that shuts shows more of it.

      v ▲   ·  ·  ·  ·  brow  ·           one tone     a wash over the lid, blended out below the brow
        │  ·  ·  crease  ·  ·  ·          two          the second in the crease and the outer third
        │    ·  ·  lid  ·  ·              three        the third in the outer V; a pale one as light in the
        └──────────────────────▶ u                     inner corner instead

The skin's own relief stays: the powder is darkened and lightened as the lid is. The eye is cut out exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.effects import _curves, _film, _lid
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import F32, U8

ORDER: Final = 60


@dataclass(frozen=True, slots=True)
class Finish:
    """What a powder does to light.

    relief: contrast of the lid's own light and shade on it. sheen: how much lighter it is in the middle of
    the lid, where that is turned to the light. sparkle: grey levels that single grains add or take.
    """

    relief: float
    sheen: float
    sparkle: float


FINISHES: Final = {
    "matte": Finish(relief=0.85, sheen=0.0, sparkle=0.0),
    "satin": Finish(relief=1.0, sheen=0.16, sparkle=0.0),
    "shimmer": Finish(relief=1.05, sheen=0.2, sparkle=46.0),
}

#: Grey over that of the lid: lashes, which stay as they are; skin.
_LASH, _SKIN = 0.30, 0.60
#: Of the lids' grey values, darkest and brightest first, those of the skin: neither lashes nor shine.
_SKIN_OF_LID: Final = (0.35, 0.95)
#: How few grains shine.
_SPARSE: Final = 0.8
#: Alpha from which on a pixel is lid beyond doubt, 0..255.
_INSIDE: Final = 128
#: One, in the table of factors.
_ONE: Final = 96


def apply(subject: Subject, layer: Layer) -> None:
    """Powder the lids in place; nothing on an eye that is not seen. layer.tones: one to three."""
    finish = FINISHES[layer.finish]
    films = tuple(tuple(np.rint(subject.light.on(tone)).astype(int).tolist()) for tone in layer.tones[:3])
    palette = _palette(films, _kinds(layer.tones), finish.sheen)
    lids = [_bare(subject, lid, palette) for lid in subject.once(_lid.of)]
    level = _film.level(((bare.grey[::2], bare.inside[::2]) for bare in lids), _SKIN_OF_LID) if lids else None
    if level is None:
        return
    # Of both lids together: the one in the shade stays in the shade.
    contrast = finish.relief * _film.contrast(level, np.asarray(np.mean(films, axis=0), np.float32))
    factor = _factor(round(level), round(contrast, 2))
    for bare in lids:
        _powder(bare, factor, _off_lashes(round(level), layer.opacity * bare.lid.strength), finish)


@dataclass(frozen=True, slots=True)
class _Bare:
    """A lid before it is powdered: its box of the picture (a view), its grey, and what is to lie on it."""

    lid: _lid.Lid
    patch_bgr: U8
    grey: MatLike
    film_bgr: MatLike
    alpha: MatLike
    inside: MatLike


def _bare(subject: Subject, lid: _lid.Lid, palette: U8) -> _Bare:
    patch = _curves.cut(subject.image_bgr, lid.sheet.box)
    film, alpha = lid.laid(palette)
    grey = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY)
    inside = cv2.threshold(alpha, _INSIDE, 255, cv2.THRESH_BINARY)[1]
    return _Bare(lid, patch, grey, film, alpha, inside)


def _powder(bare: _Bare, factor: U8, off_lashes: U8, finish: Finish) -> None:
    relief = cv2.LUT(bare.grey, factor)
    painted = cv2.multiply(bare.film_bgr, cv2.cvtColor(relief, cv2.COLOR_GRAY2BGR), scale=1 / _ONE)
    if finish.sparkle:
        shine = cv2.convertScaleAbs(bare.lid.sheet.grains(_SPARSE), alpha=finish.sparkle / 255)
        cv2.add(painted, cv2.cvtColor(shine, cv2.COLOR_GRAY2BGR), dst=painted)
    alpha = cv2.multiply(bare.alpha, cv2.LUT(bare.grey, off_lashes), scale=1 / 255)
    _film.lay(bare.patch_bgr, painted, alpha)


@lru_cache(maxsize=256)
def _factor(level: int, contrast: float) -> U8:
    """Table (256,): grey of the lid to the light on it, _ONE where it is the mean."""
    factor = np.minimum(np.maximum(1 + contrast * (_film.GREYS / level - 1), 0), 255 / _ONE)
    return np.asarray(np.rint(factor * _ONE), np.uint8)


@lru_cache(maxsize=256)
def _off_lashes(level: int, opacity: float) -> U8:
    """Table (256,): 0 on lashes, 255 times opacity on skin."""
    return np.asarray(255 * opacity * _rise(_film.GREYS / np.float32(level), _LASH, _SKIN), np.uint8)


def _kinds(tones: Sequence[tuple[float, float, float]]) -> tuple[str, ...]:
    """Where each tone goes."""
    third = "inner" if len(tones) > 2 and tones[2][0] > tones[0][0] else "outer"
    return ("lid", "crease", third)[: len(tones)]


@lru_cache(maxsize=32)
def _palette(films_bgr: tuple[tuple[int, ...], ...], kinds: tuple[str, ...], sheen: float) -> U8:
    """What lies where on the map of the lid: (h, w, 4) uint8, blue, green, red, alpha."""
    u, v = _lid.PLAN.map_uv
    film = np.broadcast_to(np.array(films_bgr[0], np.float32), (*u.shape, 3))
    alpha = _wash(u, v)
    for kind, colour in zip(kinds[1:], films_bgr[1:], strict=True):
        share = _PLACES[kind](u, v)
        film = film + (np.array(colour, np.float32) - film) * share[..., None]
        alpha = np.maximum(alpha, share * _edges(u, v))
    film = film * (1 + sheen * _bump(u, 0.5, 0.30) * _bump(v, 0.26, 0.2))[..., None]
    return np.asarray(np.rint(np.dstack((np.minimum(film, 255), alpha * 255))), np.uint8)


def _wash(u: F32, v: F32) -> F32:
    """Over the lid, blended out between the crease and the brow, higher outside than inside."""
    top = 0.86 - 0.2 * u
    return _edges(u, v) * (1 - _rise(v, top - 0.36, top))


def _edges(u: F32, v: F32) -> F32:
    """Blended out past the outer corner and before the inner one, and never below the lash line."""
    lowest = np.asarray(np.maximum(-u, 0) * 1.2, np.float32)
    # Round at the outer end: the higher, the nearer to the middle.
    outer = np.asarray(0.5 * np.maximum(v - 0.3, 0) - 0.32, np.float32)
    sides = _rise(u, outer, outer + 0.32) * (1 - _rise(u, 0.76, 1.04))
    sides = sides * _rise(v, lowest - 0.20, lowest - 0.07)
    return np.asarray(sides * (1 - _rise(v, 0.75, 0.96)), np.float32)


def _crease(u: F32, v: F32) -> F32:
    bow = _bump(v, 0.56 - 0.08 * u, 0.13) * (1 - _rise(u, 0.55, 0.95))
    corner = 0.6 * (1 - _rise(u, 0.02, 0.38)) * (1 - _rise(v, 0.36, 0.72))
    return np.asarray(np.maximum(0.9 * bow, corner), np.float32)


def _outer(u: F32, v: F32) -> F32:
    bow = _bump(v, 0.54, 0.11) * (1 - _rise(u, 0.25, 0.6))
    corner = (1 - _rise(u, 0.0, 0.32)) * (1 - _rise(v, 0.32, 0.70))
    return np.asarray(np.maximum(0.7 * bow, corner), np.float32)


def _inner(u: F32, v: F32) -> F32:
    return np.asarray(_rise(u, 0.62, 0.86) * (1 - _rise(v, 0.25, 0.5)), np.float32)


_PLACES: Final = {"crease": _crease, "outer": _outer, "inner": _inner}


def _rise(value: F32, none: F32 | float, full: F32 | float) -> F32:
    """0 at `none`, 1 at `full`, smooth between."""
    t = np.clip((value - none) / (full - none), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _bump(value: F32, middle: F32 | float, width: float) -> F32:
    """1 in the middle, falling to both sides."""
    return np.asarray(np.exp(-(((value - middle) / width) ** 2)), np.float32)
