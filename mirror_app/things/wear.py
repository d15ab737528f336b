"""Puts things on a face in a picture: hidden where the head is before them, their shadow on the skin."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from mirror_app.light import Light
from mirror_app.subject import Subject
from mirror_app.things import curtain, rasterize, sprite
from mirror_app.things.curtain import Curtain
from mirror_app.things.film import Film
from mirror_app.things.grid import Box
from mirror_app.things.head_shape import HeadShape
from mirror_app.things.solid import Solid
from mirror_app.things.sprite import Sprite
from models.results import F32, U8

#: Edges of solids are drawn so many times finer and averaged; what one sees through brings its own as alpha.
_FINER: Final = 2
#: Cells of the head's shape under a solid: as wide as this, wider where there would be more than so many.
_CELL_PX, _MOST_CELLS = 4, 8000


@dataclass(frozen=True, eq=False)
class Thing:
    """What is worn, in the order in which its parts are laid over one another.

    opaque: solids that hide one another. clear: solids that one sees through. curtains: pictures, which bring
    their outline. shadow: whether the last one lies so near to the skin that it darkens it; so do the opaque.
    """

    opaque: tuple[Solid, ...] = ()
    clear: tuple[Solid, ...] = ()
    curtains: tuple[Curtain, ...] = ()
    shadow: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and how a thing is drawn. fixed: the head that it turns with; head: the one that hides it."""

    head: Head
    fixed: Head
    shape: HeadShape
    size_px: tuple[int, int]
    light: Light


def put_on(subject: Subject, thing: Thing, fixed: Head | None = None, opacity: float = 1.0) -> None:
    """Draw a thing on a subject's picture, in place; nothing where no head is known.

    fixed: what it is fixed to, where that is not the subject's own head (an earring that swings).
    """
    head, shape = subject.face.head, subject.once(_shape)
    if head is None or shape is None:
        return
    place = _Place(head, fixed or head, shape, subject.size_px, subject.light)
    for part, casts in _sprites(thing, place):
        if casts and (dark := _shadow(part, place, subject.paper)):
            subject.lay(dark)
        for film in sprite.films(part, opacity, subject.paper):
            subject.lay(film)


def _shadow(part: Sprite, place: _Place, paper: sprite.Paper) -> Film | None:
    return sprite.shadow(part, place.shape, place.fixed.px_per_mm, place.size_px, paper)


def _shape(subject: Subject) -> HeadShape | None:
    face = subject.face
    return None if face.head is None else HeadShape.of(face, face.head)


def _sprites(thing: Thing, place: _Place) -> Iterator[tuple[Sprite, bool]]:
    """The parts that show, and whether they cast a shadow."""
    if thing.opaque and (part := _opaque(thing.opaque, place)):
        yield part, thing.shadow
    for solid in thing.clear:
        if part := _clear(solid, place):
            yield part, thing.shadow and solid is thing.clear[-1]
    for hung in thing.curtains:
        if part := curtain.draw(hung, place.fixed, place.head, place.size_px, place.light, place.shape):
            yield part, thing.shadow and hung is thing.curtains[-1]


def _clear(solid: Solid, place: _Place) -> Sprite | None:
    """A part that one sees through; None where it does not show."""
    if (box := rasterize.bounds((solid,), place.fixed, place.size_px)) is None:
        return None
    drawn = rasterize.draw(solid, place.fixed, place.head, box, _depth(box, place), place.light.gain_bgr)
    return None if drawn is None else Sprite(box, drawn[0])


def _opaque(solids: tuple[Solid, ...], place: _Place) -> Sprite | None:
    """The parts that hide one another, as one; None where they do not show."""
    if (box := rasterize.bounds(solids, place.fixed, place.size_px)) is None:
        return None
    x0, y0, x1, y1 = box
    fine_px = ((x1 - x0) * _FINER, (y1 - y0) * _FINER)
    depth = np.asarray(cv2.resize(_depth(box, place), fine_px, interpolation=cv2.INTER_LINEAR), np.float32)
    whole: U8 | None = None
    for solid in solids:
        drawn = rasterize.draw(solid, place.fixed, place.head, box, depth, place.light.gain_bgr)
        if drawn is not None:
            picture, depth = drawn
            whole = picture if whole is None else _over(picture, whole)
    return None if whole is None else Sprite(box, whole)


def _depth(box: Box, place: _Place) -> F32:
    """Of the head, on a coarse grid over a rectangle."""
    width, height = box[2] - box[0], box[3] - box[1]
    cell = max(_CELL_PX, math.sqrt(width * height / _MOST_CELLS))
    return place.shape.over(box, (max(int(width / cell), 2), max(int(height / cell), 2)))


def _over(picture: U8, below: U8) -> U8:
    """One picture over another, colours multiplied by alpha in both."""
    rest = cv2.bitwise_not(picture[:, :, 3])
    under = cv2.multiply(below, cv2.merge((rest, rest, rest, rest)), scale=1 / 255)
    return np.asarray(cv2.add(picture, under), np.uint8)
