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
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.effects import _curves, _eyes, _film, _tiles
from mirror_app.subject import Subject
from models.results import F32, U8

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
#: Points of a lash's outline, up one side, around the tip and down the other.
_ROUND: Final = 2 * _POINTS - 1
#: Combs of lashes, each one outline: neighbours overlap, and what overlaps within one call of OpenCV is left
#: out, so every second lash of a lid. From root to root it goes back: a call for each lash is slower.
_COMBS: Final = tuple(
    [range(first + k, end, 2) for k in (0, 1) for first, end in ((0, _UPPER), (_UPPER, _UPPER + _LOWER))]
)
#: Which lash each point of the combs is on.
_LASH_OF: Final = np.concatenate([np.concatenate((np.repeat(comb, _ROUND), comb[::-1])) for comb in _COMBS])
_ENDS: Final = np.cumsum([0] + [len(comb) * (_ROUND + 1) for comb in _COMBS]).tolist()
#: Of the points of all shapes: combs, one of each lid together; the lash line; the opening; and where the
#: picture's own lashes are.
_COMB_AT: Final = tuple(map(slice, _ENDS[:-1], _ENDS[1:]))
_COMBS_AT: Final = (_COMB_AT[:2], _COMB_AT[2:])
_LINE_AT, _OPENING_AT, _OWN_AT = (slice(_ENDS[-1] + k, _ENDS[-1] + k + 66) for k in (0, 66, 132))
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
#: Roots of all lashes, by weights of an eye's marks.
_ROOTS: Final = np.concatenate((_UPPER_AT @ _eyes.UPPER, _LOWER_AT @ _eyes.LOWER))
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
    canvas, scale = tiles.canvas(2)
    points = _curves.fixed(shapes)
    mask, inside = _drawn(tiles, canvas, scale, points, FINISHES[layer.finish])
    own = _own(eyes, tiles, points, tiles.grey(subject.image_bgr), 0.3 + 0.4 * parameters.volume)
    cv2.max(mask, own, dst=mask)
    cv2.min(mask, cv2.bitwise_not(inside, dst=inside), dst=mask)
    opacity = [layer.opacity * each for each in eyes.strength]
    _film.lay_flat(tiles.views(subject.image_bgr), subject.light.bgr(layer.lab), mask, opacity)


def _longer(parameters: Parameters) -> float:
    return 0.55 + 0.9 * parameters.length


def _soft_px(eyes: _eyes.Eyes) -> int:
    """How soft the edge of the part is in which the picture's own lashes are looked for."""
    return max(round(_OWN / 4 * eyes.widest_px), 1)


def _own(eyes: _eyes.Eyes, tiles: _tiles.Tiles, points: _curves.I32, grey: U8, opacity: float) -> U8:
    """Where the picture shows lashes above the lash lines, a stack, opacity at the most."""
    soft, size = np.zeros(grey.shape, np.uint8), (2 * _soft_px(eyes) + 1,) * 2
    tiles.fill(soft, points, ((_OWN_AT,),))
    for mask, of_skin in zip(tiles.apart(soft), tiles.apart(grey), strict=True):
        cv2.blur(mask, size, dst=mask)
        cv2.GaussianBlur(of_skin, (3, 3), 0, dst=of_skin)
    for mask, of_skin in zip(tiles.parts(soft), tiles.parts(grey), strict=True):
        level = _film.level(of_skin[::2], mask[::2], _SKIN_SHARE)
        cv2.LUT(of_skin, _dark(round(level), opacity) if level else _NONE, dst=of_skin)
    cv2.multiply(soft, grey, scale=1 / 255, dst=soft)
    return soft


#: Table (256,): where nothing tells what is lash.
_NONE: Final = np.zeros(256, np.uint8)


@lru_cache(maxsize=256)
def _dark(level: int, opacity: float) -> U8:
    """Table (256,): 0 on skin of a grey level, 255 times opacity on lashes."""
    dark = np.minimum(np.maximum((_SKIN - _film.GREYS / level) / (_SKIN - _LASH), 0), 1)
    return np.asarray(255 * opacity * dark, np.uint8)


def _drawn(tiles: _tiles.Tiles, canvas: U8, scale: int, points: _curves.I32, opacity: float) -> tuple[U8, U8]:
    """How far lashes and lash lines cover the pixels, opacity at the most; how far openings do: stacks."""
    lashes, openings = canvas.reshape(2, -1, canvas.shape[1])
    tiles.fill(lashes, points, (*_COMBS_AT, (_LINE_AT,)), 255 * opacity)
    tiles.fill(openings, points, ((_OPENING_AT,),))
    both = _curves.averaged(canvas, scale)
    drawn, inside = both[: tiles.rows], both[tiles.rows :]
    for part in tiles.apart(drawn):
        cv2.GaussianBlur(part, (3, 3), 0.6, dst=part)
    return drawn, inside


def _shapes(eyes: _eyes.Eyes, parameters: Parameters) -> F32:
    """Points (n, ..., 2) in pixels, outline after outline: see _COMBS_AT."""
    outlines = _outlines(tuple([round(openness, 2) for openness in eyes.openness]), parameters)
    fixed, roots = eyes.points(_fixed(parameters.volume)), len(_ROOTS)
    lashes = outlines @ eyes.axes
    lashes += fixed.take(_LASH_OF, axis=1)
    return np.concatenate((lashes, fixed[:, roots:]), axis=1)


@lru_cache(maxsize=64)
def _fixed(volume: float) -> F32:
    """By weights of an eye's marks: the roots of the lashes, and outlines of the dense lash line, of the
    opening, and of where the picture's own lashes are looked for."""
    line, own = _eyes.off_upper(_LINE_SHAPE * np.float32(0.5 + volume)), _eyes.off_upper(_OWN_SHAPE)
    edge = _eyes.UPPER
    return np.concatenate((_ROOTS, edge, line[::-1], _eyes.OPENING, edge, own[::-1]))


@lru_cache(maxsize=256)
def _outlines(openness: tuple[float, ...], parameters: Parameters) -> F32:
    """Outlines of all lashes around their roots, comb after comb: (n, points, 2) in the eyes' frames."""
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
    ways = np.concatenate((middle - side, (middle + side)[:, -2::-1]), axis=1)
    combs = [way for comb in _COMBS for way in (ways[comb].reshape(-1, 2), ways[comb[::-1], 0])]
    return np.asarray(np.concatenate(combs), np.float32)
