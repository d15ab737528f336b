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

from mirror_app.effects import _film, _lid, _sheet
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import F32, U8

ORDER: Final = 60

#: Blue, green and red of each tone, 0..255.
_Films = tuple[tuple[int, ...], ...]


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
#: One, in factors.
_ONE: Final = 96


def apply(subject: Subject, layer: Layer) -> None:
    """Powder the lids in place; nothing on an eye that is not seen. layer.tones: one to three."""
    lids = subject.once(_lid.of)
    if lids is None:
        return
    finish = FINISHES[layer.finish]
    films = tuple(tuple(map(round, subject.light.bgr(tone))) for tone in layer.tones[:3])
    tiles, laid = lids.sheets.tiles, _laid(lids.sheets, films, _kinds(layer.tones), finish)
    grey = tiles.grey(subject.image_bgr)
    alpha = cv2.extractChannel(laid, 3)
    lids.clear(alpha)
    # Of both lids together: the one in the shade stays in the shade.
    inside = cv2.threshold(alpha, _INSIDE, 255, cv2.THRESH_BINARY)[1]
    level = _film.level(grey[::2], inside[::2], _SKIN_OF_LID)
    if level is None:
        return
    blue, green, red = [sum(each) / len(films) for each in zip(*films, strict=True)]
    contrast = finish.relief * _film.contrast(level, (blue, green, red))
    relief = cv2.convertScaleAbs(grey, alpha=_ONE * contrast / level, beta=_ONE * (1 - contrast))
    film = cv2.cvtColor(laid, cv2.COLOR_BGRA2BGR)
    cv2.multiply(film, cv2.cvtColor(relief, cv2.COLOR_GRAY2BGR), scale=1 / _ONE, dst=film)
    off_lashes = cv2.LUT(grey, _off_lashes(round(level), layer.opacity))
    cv2.multiply(alpha, off_lashes, scale=1 / 255, dst=alpha)
    _film.lay(tiles.views(subject.image_bgr), film, tiles.scaled(alpha, lids.strength))


@lru_cache(maxsize=256)
def _off_lashes(level: int, opacity: float) -> U8:
    """Table (256,): 0 on lashes, 255 times opacity on skin."""
    return np.asarray(255 * opacity * _rise(_film.GREYS / np.float32(level), _LASH, _SKIN), np.uint8)


def _kinds(tones: Sequence[tuple[float, float, float]]) -> tuple[str, ...]:
    """Where each tone goes."""
    third = "inner" if len(tones) > 2 and tones[2][0] > tones[0][0] else "outer"
    return ("lid", "crease", third)[: len(tones)]


def _laid(sheets: _sheet.Sheets, films: _Films, kinds: tuple[str, ...], finish: Finish) -> U8:
    """What lies where over the lids: a stack (n h, w, 4), blue, green, red, alpha."""
    if finish.sparkle:
        return sheets.laid_finely(_sparkling(films, kinds, finish, sheets.level))
    return sheets.laid(_palette(films, kinds, finish.sheen))


@lru_cache(maxsize=32)
def _palette(films_bgr: _Films, kinds: tuple[str, ...], sheen: float) -> U8:
    """What lies where on the map of the lid: (h, w, 4) uint8, blue, green, red, alpha."""
    shares, alpha = _shares(kinds, sheen)
    film = np.minimum(shares @ np.array(films_bgr, np.float32), 255)
    return np.asarray(np.rint(np.concatenate((film, alpha), axis=2)), np.uint8)


@lru_cache(maxsize=32)
def _sparkling(films_bgr: _Films, kinds: tuple[str, ...], finish: Finish, level: int) -> U8:
    """The same with grains in it, as large as they are."""
    grains = cv2.convertScaleAbs(_sheet.grains(level, _SPARSE), alpha=finish.sparkle / 255)
    palette = _palette(films_bgr, kinds, finish.sheen)
    down, across = (
        (small - 1) / (fine - 1) for small, fine in zip(palette.shape, grains.shape, strict=False)
    )
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    matrix = np.array(((across, 0, 0), (0, down, 0)))
    large = cv2.warpAffine(palette, matrix, grains.shape[::-1], flags=flags, borderMode=border)
    return np.asarray(cv2.add(large, cv2.merge([grains] * 3 + [np.zeros_like(grains)])), np.uint8)


@lru_cache(maxsize=32)
def _shares(kinds: tuple[str, ...], sheen: float) -> tuple[F32, F32]:
    """On the map of the lid: how bright each tone is there, (h, w, tones), and alpha, (h, w, 1) 0..255."""
    u, v = _lid.PLAN.map_uv
    shares, alpha = np.zeros((*u.shape, len(kinds)), np.float32), _wash(u, v)
    shares[..., 0] = 1
    for k, kind in enumerate(kinds[1:], 1):
        share = _PLACES[kind](u, v)
        shares *= 1 - share[..., None]
        shares[..., k] = share
        alpha = np.maximum(alpha, share * _edges(u, v))
    shares *= (1 + sheen * _bump(u, 0.5, 0.30) * _bump(v, 0.26, 0.2))[..., None]
    return shares, 255 * alpha[..., None]


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
