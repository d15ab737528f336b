"""Mascara: darker, longer lashes.

     ╲ ╲ │ │ ╱          Three things: the lash line gets denser, the lashes that the picture shows get darker,
      ╲╲╲││╱╱            and single tapered lashes are drawn from the lid's edge, fanned as lashes are. They
    ▔▔ ○ eye ○ ▔▔        stand where they stand on the lid and move with it; in a blink they sink with it.

Lengths are in widths of the eye; a lash is about a third of it long, and seen from the front half of that.
"""

from functools import lru_cache
from typing import Annotated, Final

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.effects import _curves, _eyes, _film, _tiles
from mirror_app.subject import Subject
from models.results import F32, U8

I32 = npt.NDArray[np.int32]

ORDER: Final = 90

#: How much of the drawn lashes is seen, 0..1: a film that shines lets some light through.
FINISHES: Final = {"matte": 0.85, "satin": 0.74}

#: Lashes on the upper lid and on the lower one.
_UPPER, _LOWER = 34, 22
#: Points along one lash.
_POINTS: Final = 5
#: Length of an upper lash at the outer corner, its longest place, the middle and the inner corner.
_LENGTHS: Final = ((0.0, 0.14, 0.25, 0.6, 1.0), (0.15, 0.20, 0.20, 0.15, 0.04))
#: How far it leans towards the inner corner at the outer corner, in the middle and at the inner corner.
_LEANS: Final = ((0.0, 0.3, 0.6, 1.0), (-1.15, -0.6, -0.1, 0.6))
#: Width of a lash at its root, and how much wider the fullest mascara makes it.
_ROOT, _FULLER = 0.007, 0.010
#: How high the dense lash line is, and how far up the picture's own lashes are looked for.
_LINE, _OWN = 0.020, 0.15
#: Grey over that of the skin of the lid: lash, skin.
_LASH, _SKIN = 0.45, 0.80
#: Of the grey values along the lashes, darkest first, those that are skin.
_SKIN_SHARE: Final = (0.55, 0.95)


#: How far a lash bends away from the straight way to its tip.
_CURL: Final = 0.5
#: Of the points of all shapes: outlines of the lashes, of the lash line, of the opening, and of where the
#: picture's own lashes are.
_END: Final = (_UPPER + _LOWER) * 2 * _POINTS
_LASHES_AT, _LINE_AT = slice(0, _END), slice(_END, _END + 66)
_OPENING_AT, _OWN_AT = slice(_END + 66, _END + 132), slice(_END + 132, None)
#: Along one lash, root to tip, and its width there.
_T: Final = np.linspace(0, 1, _POINTS, dtype=np.float32)[:, None]
_TAPER: Final = np.power(1 - _T, 0.7) + np.float32(0.1)


def _stand(count: int, first: float, last: float) -> tuple[F32, F32]:
    """Where lashes stand: weights (count, 33) of the edge's points, and their places 0..1 along it.

    Evenly, but no two the same way: hair is not combed by a machine.
    """
    random = np.random.default_rng(count)
    places = np.linspace(first, last, count) + random.uniform(-0.4, 0.4, count) * (last - first) / count
    weights = np.maximum(1 - np.abs(places[:, None] * 32 - np.arange(33)), 0)
    return weights.astype(np.float32), places.astype(np.float32)


def _reach(places: F32, lengths: float, seed: int) -> F32:
    """From root to tip, (count, 2), in the eye's frame."""
    random = np.random.default_rng(seed)
    length = lengths * np.interp(places, *_LENGTHS) * random.uniform(0.65, 1.12, len(places))
    lean = np.interp(places, *_LEANS) + random.normal(0, 0.12, len(places))
    return np.stack((length * np.sin(lean), length * np.cos(lean)), axis=1).astype(np.float32)


_UPPER_AT, _places = _stand(_UPPER, 0.02, 0.93)
_UPPER_REACH: Final = _reach(_places, 1.0, 3)
_LOWER_AT, _places = _stand(_LOWER, 0.06, 0.72)
_LOWER_REACH: Final = _reach(_places, 0.34, 4) * np.array((1, -1), np.float32)
#: Both lids in one: weights (lashes, 66) of the upper edge and of the lower one.
_AT: Final = np.zeros((_UPPER + _LOWER, 66), np.float32)
_AT[:_UPPER, :33], _AT[_UPPER:, 33:] = _UPPER_AT, _LOWER_AT
#: Shapes along the lid, (33,): how far up its own lashes are looked for, and how high the line is.
_ALONG: Final = np.linspace(0, 1, 33)
_OWN_SHAPE: Final = (_OWN * np.interp(_ALONG, (0, 0.15, 0.6, 1), (0.75, 1, 0.8, 0.15))).astype(np.float32)
_LINE_SHAPE: Final = (_LINE * np.interp(_ALONG, (0, 0.1, 0.7, 0.92, 1), (0.6, 1, 0.7, 0, 0))).astype(
    np.float32
)


class Parameters(layers.Parameters):
    """What the brush does."""

    #: How long the lashes get: 0 as they are, 1 as long as false ones.
    length: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.4
    #: How full the lashes get.
    volume: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.4
    #: The lower lashes, 0 none.
    lower: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.4


#: As a product that says nothing more.
_PLAIN: Final = Parameters()


def apply(subject: Subject, layer: layers.Layer) -> None:
    """Darken and lengthen the lashes in place; nothing on an eye that is not seen."""
    eyes = subject.once(_eyes.of)
    if not eyes:
        return
    parameters = layer.parameters if isinstance(layer.parameters, Parameters) else _PLAIN
    shapes = _shapes(eyes, parameters)
    tiles = _tiles.Tiles.around(_tiles.around(shapes, _soft_px(eyes) + 2), subject.size_px)
    mask, inside = _drawn(tiles, shapes, FINISHES[layer.finish])
    grey = tiles.grey(subject.image_bgr)
    own = _own(eyes, tiles, tiles.points(shapes[:, _OWN_AT]), grey, 0.3 + 0.4 * parameters.volume)
    cv2.max(mask, own, dst=mask)
    cv2.min(mask, cv2.bitwise_not(inside, dst=inside), dst=mask)
    opacity = [layer.opacity * each for each in eyes.strength]
    _film.lay_flat(tiles.views(subject.image_bgr), subject.light.on(layer.lab), mask, opacity)


def _longer(parameters: Parameters) -> float:
    return 0.55 + 0.9 * parameters.length


def _soft_px(eyes: _eyes.Eyes) -> int:
    """How soft the edge of the part is in which the picture's own lashes are looked for."""
    return max(round(_OWN / 4 * eyes.widest_px), 1)


def _own(eyes: _eyes.Eyes, tiles: _tiles.Tiles, outlines: _tiles.I32, grey: U8, opacity: float) -> U8:
    """Where the picture shows lashes above the lash lines, a stack, opacity at the most."""
    soft, size = np.zeros_like(grey), (2 * _soft_px(eyes) + 1,) * 2
    for of_skin, mask, outline in zip(tiles.parts(grey), tiles.parts(soft), outlines, strict=True):
        cv2.fillPoly(mask, [outline], 255, cv2.LINE_8, _curves.SHIFT)
        cv2.blur(mask, size, dst=mask)
        cv2.GaussianBlur(of_skin, (3, 3), 0, dst=of_skin)
        level = _film.level(of_skin[::2], mask[::2], _SKIN_SHARE)
        dark = _dark(round(level), opacity) if level else _NONE
        cv2.multiply(mask, cv2.LUT(of_skin, dark), scale=1 / 255, dst=mask)
    return soft


#: Table (256,): where nothing tells what is lash.
_NONE: Final = np.zeros(256, np.uint8)


@lru_cache(maxsize=256)
def _dark(level: int, opacity: float) -> U8:
    """Table (256,): 0 on skin of a grey level, 255 times opacity on lashes."""
    dark = np.minimum(np.maximum((_SKIN - _film.GREYS / level) / (_SKIN - _LASH), 0), 1)
    return np.asarray(255 * opacity * dark, np.uint8)


def _drawn(tiles: _tiles.Tiles, shapes_xy: F32, opacity: float) -> tuple[U8, U8]:
    """How far lashes and lash lines cover the pixels, opacity at the most; how far openings do: stacks."""
    canvas, scale = tiles.canvas(2)
    shapes = tiles.points(shapes_xy[:, : _OPENING_AT.stop], scale)
    parts, grey = tiles.parts(canvas, 2), 255 * opacity
    for own, part, opening in zip(shapes, parts, parts[len(shapes) :], strict=False):
        lashes = own[_LASHES_AT].reshape(-1, 2 * _POINTS, 2)
        # Neighbours overlap, and what overlaps within one call is left out: every second one at a time.
        for first in (0, 1):
            combs = [_comb(lashes[first:_UPPER:2]), _comb(lashes[_UPPER + first :: 2])]
            cv2.fillPoly(part, combs, grey, cv2.LINE_8, _curves.SHIFT)
        cv2.fillPoly(part, [own[_LINE_AT]], grey, cv2.LINE_8, _curves.SHIFT)
        cv2.fillPoly(opening, [own[_OPENING_AT]], 255, cv2.LINE_8, _curves.SHIFT)
    both = _curves.averaged(canvas, scale)
    drawn, inside = both[: tiles.rows], both[tiles.rows :]
    for part in tiles.apart(drawn):
        cv2.GaussianBlur(part, (3, 3), 0.6, dst=part)
    return drawn, inside


def _comb(outlines: I32) -> I32:
    """Many outlines (k, n, 2) as one, root to root and back: handing each to OpenCV is slower."""
    return np.concatenate((outlines.reshape(-1, 2), outlines[::-1, 0]))


def _shapes(eyes: _eyes.Eyes, parameters: Parameters) -> F32:
    """Points (n, ..., 2) in pixels, outline after outline: each lash, those of the lower lid last; the dense
    lash line; the opening; where the picture's own lashes are looked for."""
    roots = _AT @ np.concatenate((eyes.upper_xy, eyes.lower_xy), axis=1)
    outlines = _outlines(tuple(round(openness, 2) for openness in eyes.openness), parameters)
    lashes = outlines @ eyes.axes + np.repeat(roots, 2 * _POINTS, axis=1)
    line = eyes.off_upper(_LINE_SHAPE * np.float32(0.5 + parameters.volume))[:, ::-1]
    own = eyes.off_upper(_OWN_SHAPE)[:, ::-1]
    edge = eyes.upper_xy
    return np.concatenate((lashes, edge, line, eyes.opening_xy, edge, own), axis=1)


@lru_cache(maxsize=256)
def _outlines(openness: tuple[float, ...], parameters: Parameters) -> F32:
    """Outlines of all lashes, 2 * _POINTS each, around their roots: (n, points, 2) in the eyes' frames."""
    return np.stack([_fan(each, parameters) for each in openness])


def _fan(openness: float, parameters: Parameters) -> F32:
    """The same of one eye, (points, 2)."""
    # Seen from the front a lash of a shut lid points down, and forward.
    rise = np.array((1, 1.5 * openness - 0.5), np.float32)
    reach = np.concatenate((_UPPER_REACH * rise, _LOWER_REACH)) * np.float32(_longer(parameters))
    widths = np.full((len(reach), 1), (_ROOT + _FULLER * parameters.volume) / 2, np.float32)
    widths[_UPPER:] *= 0.5 * parameters.lower * openness
    # A lash leaves the lid flat and curls up towards its tip.
    bend = reach * np.array((_CURL, -_CURL), np.float32)
    middle = _T * reach[:, None] + (_T * (1 - _T)) * bend[:, None]
    square = reach[:, ::-1] * np.array((-1, 1), np.float32)
    square *= widths / (np.hypot(*reach.T) + np.float32(1e-4))[:, None]
    side = square[:, None] * _TAPER
    outlines = np.concatenate((middle - side, (middle + side)[:, ::-1]), axis=1)
    return np.asarray(outlines.reshape(-1, 2), np.float32)
