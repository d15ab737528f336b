"""Eyeliner: a tapered line on the edge of the lid, with a wing or along the lower lid where the product says.

                    ___----———___
        wing  ╲ ▬▬███████████▬▬▬▬▬__           The line's own edge is the lash line, so the eye stays clean;
               ▔▔▔▔  ○ eye ○    ▔▔▔▔▔          towards the inner corner it thins out, and a blink takes it
                ▂▂▃▃▃▂▂▁▁  lower               down with the lid.

Everything is measured in millimetres of an eye of average width, so the line grows with the face.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

import cv2
import numpy as np
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.colour import Bgr
from mirror_app.effects import _eyes, _film, _tiles
from mirror_app.subject import Subject
from models.results import F32

ORDER: Final = 80

#: How bright the light along its middle is, 0..1.
FINISHES: Final = {"matte": 0.0, "satin": 0.4}

#: Width of the opening, corner to corner, of an average adult's eye.
_EYE_MM: Final = 28.0
_AT: Final = np.linspace(0, 1, 33)
#: The line's height along the lid, from the outer corner to the inner one, of its full height.
_SHARE: Final = np.interp(_AT, (0, 0.1, 0.25, 0.6, 0.85, 0.95, 1), (0.85, 1, 0.95, 0.66, 0.34, 0, 0)).astype(
    np.float32
)
#: The same along the lower lid, which is lined from the outer corner only.
_LOWER_SHARE: Final = np.interp(_AT, (0, 0.1, 0.4, 0.66, 1), (0.7, 0.6, 0.35, 0.0, 0.0)).astype(np.float32)
_LOWER_POINTS: Final = 22
#: Where light lies on a film that shines: along the lid, and across the line.
_LIT, _LIT_ACROSS = slice(7, 22), (0.35, 0.7)
#: Tip of the longest wing from the outer corner, in widths of the eye.
_WING: Final = np.array((-0.30, 0.19), np.float32)
#: How much of it every line has, so that none ends bluntly.
_FLICK: Final = 0.22
#: Point of the upper lid at which a wing leaves it, and how hollow its upper edge is.
_WING_FROM, _HOLLOW = 9, 0.22
#: How soft the edge is, in widths of the eye: a pencil's or a brush's, and no screen's.
_SOFT: Final = 0.012


class Parameters(layers.Parameters):
    """How the line is drawn."""

    #: Height of the line at its strongest, millimetres.
    width_mm: Annotated[float, Field(ge=0.3, le=4, allow_inf_nan=False)] = 1.4
    #: Length of the wing, 0 none, 1 as long as a third of the eye.
    wing: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    #: The lower lid's line, 0 none, 1 as dark as the upper one.
    lower: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0


#: As a product that says nothing more.
_PLAIN: Final = Parameters()


def apply(subject: Subject, layer: layers.Layer) -> None:
    """Line the eyes in place; nothing on an eye that is not seen."""
    eyes = subject.once(_eyes.of)
    if not eyes:
        return
    parameters = layer.parameters if isinstance(layer.parameters, Parameters) else _PLAIN
    film_bgr, height = subject.light.bgr(layer.lab), parameters.width_mm / _EYE_MM
    opacity = [layer.opacity * each for each in eyes.strength]
    _line(subject, _upper(height, parameters.wing), _SOFT, film_bgr, opacity)
    # The lids meet in a blink: one line, not two.
    lower = [each * parameters.lower * gap for each, gap in zip(opacity, eyes.openness, strict=True)]
    if max(lower) > 0:
        _line(subject, _lower(0.6 * height), _SOFT, film_bgr, lower)
    if shine := FINISHES[layer.finish]:
        blue, green, red = [(each + 255) / 2 for each in film_bgr]
        _line(subject, _lit(height), 3 * _SOFT, (blue, green, red), [each * shine for each in opacity])


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Outlines by weights (points, 70) of an eye's marks, one after the other: shapes that are filled, and
    last the eye's opening, which is left out."""

    weights: F32
    filled: tuple[slice, ...]
    opening: slice

    @classmethod
    def of(cls, *filled: F32) -> "_Shapes":
        ends = np.cumsum([0, *map(len, filled)]).tolist()
        parts = tuple(map(slice, ends[:-1], ends[1:]))
        return cls(np.concatenate((*filled, _eyes.OPENING)), parts, slice(ends[-1], None))


def _line(subject: Subject, shapes: _Shapes, soft: float, bgr: Bgr, opacity: Sequence[float]) -> None:
    """Lay one colour over what shapes cover around the eyeballs.

    soft: how soft the edges are, in widths of the eye. opacity: on each eye.
    """
    eyes = subject.once(_eyes.of)
    radius = max(round(soft * eyes.widest_px), 1)
    points = eyes.points(shapes.weights)
    boxes = _tiles.around(points[:, : shapes.opening.start], radius + 1)
    tiles = _tiles.Tiles.around(boxes, subject.size_px)
    mask, inside = tiles.covered(points, shapes.filled, (shapes.opening,))
    for part in tiles.apart(mask):
        cv2.GaussianBlur(part, (2 * radius + 1,) * 2, 0, dst=part)
    cv2.min(mask, cv2.bitwise_not(inside, dst=inside), dst=mask)
    _film.lay_flat(tiles.views(subject.image_bgr), bgr, mask, opacity)


@lru_cache(maxsize=64)
def _lit(height: float) -> _Shapes:
    """Where light lies along the middle of the line."""
    low, high = (_eyes.off_upper(_SHARE * np.float32(height * share))[_LIT] for share in _LIT_ACROSS)
    return _Shapes.of(np.concatenate((low, high[::-1])))


@lru_cache(maxsize=64)
def _upper(height: float, wing: float) -> _Shapes:
    """The line on the upper lid and its wing."""
    edge, top = _eyes.UPPER, _eyes.off_upper(_SHARE * np.float32(height))
    # Tip of the wing from the outer corner, and how hollow its edges are.
    own = np.array(((_FLICK + (1 - _FLICK) * wing) * _WING, (0, -_HOLLOW * height)), np.float32)
    ends = np.concatenate((top[_WING_FROM : _WING_FROM + 1], edge[:1], own @ _eyes.AXES))
    return _Shapes.of(np.concatenate((edge, top[::-1])), np.concatenate((_BOWS @ ends, edge[:_WING_FROM])))


@lru_cache(maxsize=64)
def _lower(height: float) -> _Shapes:
    """The line on the lower lid."""
    edge, under = _eyes.LOWER, _eyes.off_lower(_LOWER_SHARE * np.float32(height))
    return _Shapes.of(np.concatenate((edge[:_LOWER_POINTS], under[:_LOWER_POINTS][::-1])))


def _bows() -> F32:
    """Weights (16, 4) of a wing's start and end, its tip off its end, and how hollow its edges are."""
    t = np.linspace(0, 1, 8)
    none, bend = 0 * t, 4 * t * (1 - t)
    there, back = np.stack((1 - t, t, t, bend), axis=1), np.stack((none, none + 1, 1 - t, bend), axis=1)
    return np.concatenate((there, back)).astype(np.float32)


_BOWS: Final = _bows()
