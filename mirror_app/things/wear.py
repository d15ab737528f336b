"""Puts solids on a face in a picture: hidden where the head is before them, their shadow on the skin.

Two steps, so that the first can run beside the painting of the face: `draw` needs only the face and its
light, `lay` the picture.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.head import Head
from edge.scene import Face
from mirror_app.light import Light
from mirror_app.things import head_shape, rasterize
from mirror_app.things.solid import Solid
from models.results import F32, U8

Bools = npt.NDArray[np.bool_]
Box = tuple[int, int, int, int]

#: Edges of solids are drawn so many times finer and averaged; sheets bring their outline as alpha.
_FINER: Final = 2
#: The shadow on the skin: how dark, how far below, how soft; millimetres.
_SHADOW, _BELOW_MM, _SOFT_MM = 0.30, 3.0, 5.0


@dataclass(frozen=True, eq=False)
class Thing:
    """What is worn. opaque: parts that hide one another; sheets: parts with alpha, laid over them in order.

    shadow: whether it lies so near to the skin that it darkens it.
    """

    opaque: tuple[Solid, ...] = ()
    sheets: tuple[Solid, ...] = ()
    shadow: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part of a thing, ready to be laid on a picture.

    box_xyxy: whole pixels of the picture. film_bgr: (h, w, 3) uint8, what it adds to the picture, lit. keeps:
    (h, w, 3) uint8, how much it leaves of the picture, 255 all: less under the film and in its shadow.
    """

    box_xyxy: Box
    film_bgr: U8
    keeps: U8


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and how a thing is drawn. fixed: the head that it turns with; face.head is what hides it."""

    face: Face
    head: Head
    fixed: Head
    size_px: tuple[int, int]
    light: Light
    opacity: float


def draw(
    thing: Thing,
    face: Face,
    size_px: tuple[int, int],
    light: Light,
    head: Head | None = None,
    opacity: float = 1.0,
) -> tuple[Drawn, ...]:
    """A thing on a face in a picture of that width and height, in the light that is on the face.

    Nothing where no head is known. head: what the thing is fixed to, where that is not the face's own head
    (an earring that swings).
    """
    if face.head is None:
        return ()
    place = _Place(face, face.head, head or face.head, size_px, light, opacity)
    parts = [_opaque(thing.opaque, place, shadow=thing.shadow)] if thing.opaque else []
    parts += [
        _sheet(sheet, place, shadow=thing.shadow and sheet is thing.sheets[-1]) for sheet in thing.sheets
    ]
    return tuple(part for part in parts if part is not None)


def lay(image_bgr: U8, drawn: Iterable[Drawn]) -> None:
    """Lay what was drawn on the picture in place."""
    for part in drawn:
        x0, y0, x1, y1 = part.box_xyxy
        patch = image_bgr[y0:y1, x0:x1]
        cv2.multiply(patch, part.keeps, dst=patch, scale=1 / 255)
        cv2.add(patch, part.film_bgr, dst=patch)


def _sheet(sheet: Solid, place: _Place, *, shadow: bool) -> Drawn | None:
    """One sheet; None where it does not show."""
    box = _bounds((sheet,), place, shadow=shadow)
    if box is None:
        return None
    depth = head_shape.depth_mm(place.face, place.head, box)
    drawn = rasterize.draw(sheet, place.fixed, place.head, box, depth, place.light.gain_bgr)
    return None if drawn is None else _drawn(box, drawn[0], depth, place, shadow=shadow)


def _opaque(solids: tuple[Solid, ...], place: _Place, *, shadow: bool) -> Drawn | None:
    """The parts that hide one another, as one; None where they do not show."""
    box = _bounds(solids, place, shadow=shadow)
    if box is None:
        return None
    x0, y0, x1, y1 = box
    coarse = head_shape.depth_mm(place.face, place.head, box)
    fine_px = ((x1 - x0) * _FINER, (y1 - y0) * _FINER)
    depth = np.asarray(cv2.resize(coarse, fine_px, interpolation=cv2.INTER_LINEAR), np.float32)
    whole: U8 | None = None
    for solid in solids:
        drawn = rasterize.draw(solid, place.fixed, place.head, box, depth, place.light.gain_bgr)
        if drawn is not None:
            picture, depth = drawn
            whole = picture if whole is None else _over(picture, whole)
    return None if whole is None else _drawn(box, whole, coarse, place, shadow=shadow)


def _bounds(solids: tuple[Solid, ...], place: _Place, *, shadow: bool) -> Box | None:
    """The rectangle in which solids show, with room for their shadow around and below."""
    box = rasterize.bounds(solids, place.fixed, place.size_px)
    if box is None or not shadow:
        return box
    room = math.ceil((_BELOW_MM + _SOFT_MM) * place.fixed.px_per_mm)
    (x0, y0, x1, y1), (width, height) = box, place.size_px
    return max(x0 - room, 0), y0, min(x1 + room, width), min(y1 + room, height)


def _over(picture: U8, below: U8) -> U8:
    """One picture over another, colours multiplied by alpha in both."""
    rest = cv2.bitwise_not(picture[:, :, 3])
    under = cv2.multiply(below, cv2.merge((rest, rest, rest, rest)), scale=1 / 255)
    return np.asarray(cv2.add(picture, under), np.uint8)


def _drawn(box: Box, picture: U8, depth_mm: F32, place: _Place, *, shadow: bool) -> Drawn:
    """A picture, colours multiplied by alpha, as what it adds and what it leaves."""
    if place.opacity < 1:
        picture = np.asarray(cv2.convertScaleAbs(picture, alpha=place.opacity), np.uint8)
    alpha = cv2.extractChannel(picture, 3)
    keeps = cv2.bitwise_not(alpha)
    skin = np.where(depth_mm < head_shape.NOWHERE_MM / 2, np.uint8(255), np.uint8(0))
    if shadow and skin.any():
        shade = _shade(np.asarray(alpha, np.uint8), skin, place.fixed.px_per_mm)
        keeps = cv2.multiply(keeps, shade, scale=1 / 255)
    film = cv2.cvtColor(picture, cv2.COLOR_BGRA2BGR)
    # Three of the same: a quarter of the time of `merge`.
    return Drawn(
        box, np.asarray(film, np.uint8), np.asarray(cv2.cvtColor(keeps, cv2.COLOR_GRAY2BGR), np.uint8)
    )


def _shade(alpha: U8, skin: U8, px_per_mm: float) -> U8:
    """(h, w) what of the light the skin keeps below what has this alpha. skin: 255 where it is, in cells."""
    (height, width), (rows, columns) = alpha.shape, skin.shape
    cells_per_mm = px_per_mm * rows / height
    # First thinned out, then averaged: averaging every pixel would take ten times as long.
    thin = cv2.resize(alpha, (2 * columns, 2 * rows), interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(thin, (columns, rows), interpolation=cv2.INTER_AREA)
    shift = np.array(((1, 0, 0), (0, 1, _BELOW_MM * cells_per_mm)), np.float32)
    size = 2 * max(round(_SOFT_MM * cells_per_mm / 2), 1) + 1
    soft = cv2.blur(cv2.warpAffine(small, shift, (columns, rows)), (size, size))
    dark = cv2.bitwise_and(cv2.convertScaleAbs(soft, alpha=_SHADOW), skin)
    return np.asarray(cv2.resize(cv2.bitwise_not(dark), (width, height)), np.uint8)
