"""Brows: the hair of the brow takes the shade's colour; gaps in it are filled with hair as it grows there.

     ╱╱╱╱╱──────__          Hair is what is darker than the skin around it, so skin between the hairs and
  ╱╱╱╱╱╱╱╱╱───────╲         a brow's own outline stay. Strokes grow up at the nose, along the brow in its
inner          outer        tail, and hardly where there is no hair to join.
"""

from dataclasses import dataclass
from typing import Annotated, Final

import cv2
import numpy as np
from cv2.typing import MatLike
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.colour import Bgr, grey_of_bgr
from mirror_app.effects import _curves, _eyes, _film, _tiles
from mirror_app.subject import Subject
from models.results import F32, U8

ORDER: Final = 50


@dataclass(frozen=True, slots=True)
class Finish:
    """How a product colours a brow. hair: the hair itself, 0..1. stroke: single strokes between. haze: the
    skin between, as a powder does."""

    hair: float
    stroke: float
    haze: float


FINISHES: Final = {
    "gel": Finish(hair=1.0, stroke=0.35, haze=0.0),
    "pencil": Finish(hair=0.9, stroke=0.6, haze=0.1),
    "powder": Finish(hair=0.8, stroke=0.25, haze=0.5),
}

#: Curves through the brow's points, as weights (17, 12) of an eye's marks: lower edge and upper edge, from
#: the outer end to the inner one.
_SPLINE: Final = _curves.spline(5, 4)
_N: Final = len(_SPLINE)
_EDGE: Final = (np.pad(_SPLINE, ((0, 0), (0, 7))), np.pad(_SPLINE, ((0, 0), (5, 2))))
#: In widths of the eye: how soft the outline is, how far filling reaches from hair, how far beside hair
#: there is skin.
_SOFT, _NEAR, _BESIDE = 0.10, 0.16, 0.34
#: Filling, of 255: for each level of hair nearby, and where there is none at all.
_NEAR_HAIR, _NO_HAIR = 4.0, 32.0
#: How much darker than the skin, as a share of it: skin, hair.
_SKIN_DARK, _HAIR_DARK = 0.05, 0.50
#: One, in shares of the skin's grey, and hair by that share.
_ONE: Final = 200
_DARKER: Final = np.asarray(
    255 * np.clip((1 - _film.GREYS / _ONE - _SKIN_DARK) / (_HAIR_DARK - _SKIN_DARK), 0, 1), np.uint8
)
#: A pale shade on dark hair: so much of the hair's own darkness is kept.
_DEPTH: Final = 0.8
_STROKES: Final = 40
#: Length and width of a stroke, in widths of the eye.
_STROKE, _WIDE = 0.17, 0.010


class Parameters(layers.Parameters):
    """How the product is used."""

    #: How far gaps are filled, 0 not at all.
    fill: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.35


#: As a product that says nothing more.
_PLAIN: Final = Parameters()


def apply(subject: Subject, layer: layers.Layer) -> None:
    """Tint the brows in place; nothing where a brow is turned away or has no hair."""
    eyes = subject.once(_eyes.of)
    if not eyes:
        return
    fill = layer.parameters.fill if isinstance(layer.parameters, Parameters) else _PLAIN.fill
    finish, film_bgr = FINISHES[layer.finish], subject.light.bgr(layer.lab)
    brows = _brows(subject, eyes)
    shape = _shape(brows)
    grey = brows.tiles.grey(subject.image_bgr)
    for part in brows.tiles.apart(grey):
        cv2.GaussianBlur(part, (3, 3), 0, dst=part)
    hair = _hair(brows, grey)
    cv2.multiply(shape, hair, scale=1 / 255, dst=hair)
    alpha = cv2.convertScaleAbs(hair, alpha=finish.hair)
    if fill > 0:
        near = _near(brows, hair)
        cv2.multiply(shape, near, scale=1 / 255, dst=near)
        strokes = _strokes(brows)
        # No finer than a pixel, but then it covers less of it.
        thin = min(1.5 * _WIDE * brows.width_px, 1.0)
        cv2.multiply(strokes, near, scale=thin * fill * finish.stroke / 255, dst=strokes)
        cv2.max(alpha, strokes, dst=alpha)
        if finish.haze:
            cv2.max(alpha, cv2.convertScaleAbs(near, alpha=fill * finish.haze), dst=alpha)
    alpha = brows.tiles.scaled(alpha, [layer.opacity * each for each in eyes.strength])
    _film.lay(brows.tiles.views(subject.image_bgr), _coloured(grey, film_bgr), alpha)


@dataclass(frozen=True, slots=True, eq=False)
class _Brows:
    """The brows of the eyes that are seen. outlines, strokes: (n, points, 2) of `_curves.fixed`, of each
    stroke both ends. width_px: of an eye."""

    tiles: _tiles.Tiles
    outlines: _curves.I32
    strokes: _curves.I32
    width_px: float

    def odd(self, share: float) -> tuple[int, int]:
        """Size of a filter that reaches about so many widths of the eye to both sides."""
        size = 2 * max(round(share * self.width_px), 1) + 1
        return size, size


def _brows(subject: Subject, eyes: _eyes.Eyes) -> _Brows:
    points_xy = eyes.points(_DRAWN, _eyes.BROWS)
    boxes = _tiles.around(points_xy[:, : 2 * _N], 0.12 * eyes.widest_px + 1)
    tiles, points = _tiles.Tiles.around(boxes, subject.size_px), _curves.fixed(points_xy)
    return _Brows(tiles, points[:, : 2 * _N], points[:, 2 * _N :], eyes.widest_px)


def _hair(brows: _Brows, grey: U8) -> MatLike:
    """255 on hair, 0 on skin. Hair is darker than the brightest beside it; a shadow is dark all over."""
    size, skin = brows.odd(_BESIDE / 2), np.empty_like(grey)
    around = cv2.getStructuringElement(cv2.MORPH_RECT, size)
    for part, bright in zip(brows.tiles.parts(grey), brows.tiles.parts(skin), strict=True):
        cv2.dilate(part, around, dst=bright)
        cv2.blur(bright, size, dst=bright)
    return cv2.LUT(cv2.divide(grey, skin, scale=_ONE, dst=skin), _DARKER)


def _near(brows: _Brows, hair: MatLike) -> MatLike:
    """How far filling may go: where hair is near, and a little where none is."""
    near, size = np.empty_like(hair), brows.odd(_NEAR / 2)
    for part, reached in zip(brows.tiles.apart(hair), brows.tiles.apart(near), strict=True):
        cv2.blur(part, size, dst=reached)
    return cv2.convertScaleAbs(near, alpha=_NEAR_HAIR, beta=_NO_HAIR, dst=near)


def _shape(brows: _Brows) -> MatLike:
    """The brows' outlines, soft."""
    stack = np.zeros((brows.tiles.rows, brows.tiles.width_px), np.uint8)
    size = brows.odd(_SOFT / 2)
    brows.tiles.fill(stack, brows.outlines, ((slice(None),),))
    for mask in brows.tiles.apart(stack):
        cv2.blur(mask, size, dst=mask)
    return stack


def _coloured(grey: MatLike, film_bgr: Bgr) -> MatLike:
    """The box as if it were hair all over: the shade, with the hairs' own depth in it."""
    # Between the hairs the shade is as measured; hairs that are darker than it keep most of their depth.
    film_grey = max(grey_of_bgr(film_bgr), 1.0)
    dark = cv2.threshold(grey, film_grey, 0, cv2.THRESH_TRUNC)[1]
    # Straight in the grey, so three times one channel; a table of three would take twice as long.
    return cv2.merge(
        [
            cv2.convertScaleAbs(dark, alpha=each * _DEPTH / film_grey, beta=each * (1 - _DEPTH))
            for each in film_bgr
        ]
    )


def _strokes(brows: _Brows) -> MatLike:
    """Hair as it grows on the brows, a stack; no stroke finer than a pixel."""
    stack = np.zeros((brows.tiles.rows, brows.tiles.width_px), np.uint8)
    wide = max(round(_WIDE * brows.width_px), 1)
    tiles = brows.tiles
    for canvas, own, offset in zip(tiles.parts(stack), brows.strokes, tiles.offsets(), strict=True):
        strokes = list((own + np.array(offset, np.int32)).reshape(_STROKES, 2, 2))
        cv2.polylines(canvas, strokes, False, 255, wide, cv2.LINE_AA, _curves.BITS)  # noqa: FBT003
    return stack


def _grown() -> F32:
    """Both ends of each stroke, root and tip: weights (2 strokes, 12) of an eye's marks. No two strokes the
    same way."""
    random = np.random.default_rng(11)
    along = np.linspace(0.03, 0.97, _STROKES) + random.uniform(-0.02, 0.02, _STROKES)
    down = random.uniform(0.35, 1.0, _STROKES)[:, None]
    weights = np.maximum(1 - np.abs(along[:, None] * (_N - 1) - np.arange(_N)), 0)
    lower, upper = _EDGE
    roots = weights * down @ lower + weights * (1 - down) @ upper
    # From upright at the nose (along = 1) to lying down in the tail.
    lean = np.interp(along, (0, 0.3, 0.8, 1), (1.75, 1.35, 0.8, 0.25)) + random.normal(0, 0.12, _STROKES)
    length = _STROKE * np.interp(along, (0, 0.2, 1), (0.7, 1, 0.9)) * random.uniform(0.75, 1.1, _STROKES)
    tips = roots.copy()
    tips[:, -2:] += np.stack((-length * np.sin(lean), length * np.cos(lean)), axis=1)
    return np.stack((roots, tips), axis=1).reshape(-1, roots.shape[1]).astype(np.float32)


#: What is drawn on a brow, (points, 12): its outline, and the strokes.
_DRAWN: Final = np.concatenate((_EDGE[1], _EDGE[0][::-1], _grown()))
