"""Brows: the hair of the brow takes the shade's colour; gaps in it are filled with hair as it grows there.

     ╱╱╱╱╱──────__          Hair is what is darker than the skin around it, so skin between the hairs and
  ╱╱╱╱╱╱╱╱╱───────╲         a brow's own outline stay. Strokes grow up at the nose, along the brow in its
inner          outer        tail, and hardly where there is no hair to join.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

import cv2
import numpy as np
from cv2.typing import MatLike
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.effects import _curves, _eyes, _film
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
    "pencil": Finish(hair=0.9, stroke=0.8, haze=0.1),
    "powder": Finish(hair=0.8, stroke=0.25, haze=0.5),
}

#: From the outer end to the inner one, upper and lower edge: the subject's right brow, the left one.
_ROWS: Final = np.array(
    (
        ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55)),
        ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285)),
    )
)
_SPLINE: Final = _curves.spline(5, 4)
_N: Final = len(_SPLINE)
#: In widths of the eye: how soft the brow's outline is, how far filling reaches from hair.
_SOFT, _NEAR = 0.10, 0.16
#: Filling, of 255: for each level of hair nearby, and where there is none at all.
_NEAR_HAIR, _NO_HAIR = 4.0, 50.0
#: How much darker than the skin, as a share of it: skin, hair.
_SKIN_DARK, _HAIR_DARK = 0.05, 0.50
#: Of the grey values in the brow's outline, darkest first, those that are skin.
_SKIN_SHARE: Final = (0.60, 0.95)
#: A pale shade on dark hair: so much of the hair's own darkness is kept.
_DEPTH: Final = 0.55
_STROKES, _POINTS = 48, 4
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
    fill = layer.parameters.fill if isinstance(layer.parameters, Parameters) else _PLAIN.fill
    height, width = subject.image_bgr.shape[:2]
    film_bgr = subject.light.on(layer.lab)
    for eye in subject.once(_eyes.of):
        rows = _SPLINE @ subject.xy[_ROWS[eye.side]]
        box = _curves.box_around(rows.reshape(-1, 2), 0.12 * eye.width_px + 1, (0, 0, width, height))
        if box is not None:
            opacity = layer.opacity * eye.strength
            _tint(_Brow(eye, rows, box, _curves.cut(subject.image_bgr, box)), film_bgr, opacity, fill, layer)


@dataclass(frozen=True, slots=True)
class _Brow:
    """One brow: its eye, its edges (2, n, 2) in pixels, its box and the view of the picture there."""

    eye: _eyes.Eye
    rows: F32
    box: _curves.Box
    patch_bgr: U8


def _tint(brow: _Brow, film_bgr: F32, opacity: float, fill: float, layer: layers.Layer) -> None:
    finish, width_px = FINISHES[layer.finish], brow.eye.width_px
    shape = _shape(brow)
    grey = cv2.GaussianBlur(cv2.cvtColor(brow.patch_bgr, cv2.COLOR_BGR2GRAY), (3, 3), 0)
    level = _film.level([(grey, cv2.threshold(shape, 127, 255, cv2.THRESH_BINARY)[1])], _SKIN_SHARE)
    if level is None:
        return
    hair = cv2.multiply(shape, cv2.LUT(grey, _darker(round(level))), scale=1 / 255)
    alpha = cv2.convertScaleAbs(hair, alpha=finish.hair)
    if fill > 0:
        near = cv2.blur(hair, (2 * max(round(_NEAR / 2 * width_px), 1) + 1,) * 2)
        near = cv2.convertScaleAbs(near, alpha=_NEAR_HAIR, beta=_NO_HAIR)
        near = cv2.multiply(shape, near, scale=1 / 255)
        strokes = cv2.multiply(_strokes(brow), near, scale=fill * finish.stroke / 255)
        haze = cv2.convertScaleAbs(near, alpha=fill * finish.haze)
        alpha = cv2.max(alpha, cv2.max(strokes, haze))
    _film.lay(brow.patch_bgr, _coloured(grey, film_bgr), cv2.convertScaleAbs(alpha, alpha=opacity))


def _shape(brow: _Brow) -> MatLike:
    """The brow's outline, soft, over its box."""
    mask: U8 = np.zeros(brow.patch_bgr.shape[:2], np.uint8)
    outline = _curves.fine_points(np.concatenate((brow.rows[0], brow.rows[1][::-1])), brow.box, 1)
    cv2.fillPoly(mask, [outline], 255, cv2.LINE_8, _curves.SHIFT)
    size = 2 * max(round(_SOFT / 2 * brow.eye.width_px), 1) + 1
    return cv2.blur(mask, (size, size))


@lru_cache(maxsize=256)
def _darker(level: int) -> U8:
    """Table (256,): 255 on hair, 0 on skin of a grey level."""
    dark = (1 - _film.GREYS / level - _SKIN_DARK) / (_HAIR_DARK - _SKIN_DARK)
    return np.asarray(255 * np.minimum(np.maximum(dark, 0), 1), np.uint8)


def _coloured(grey: MatLike, film_bgr: F32) -> MatLike:
    """The box as if it were hair all over: the shade, with the hairs' own depth in it."""
    # Between the hairs the shade is as measured; hairs that are darker than it keep some of their depth.
    film_grey = max(float(film_bgr @ _film.GREY_OF_BGR), 1.0)
    factor = np.minimum(1 - _DEPTH * (1 - _film.GREYS / film_grey), 1)
    table: F32 = np.rint(np.maximum(factor, 0)[:, None] * film_bgr)
    return cv2.LUT(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), table.astype(np.uint8).reshape(1, 256, 3))


def _strokes(brow: _Brow) -> MatLike:
    """Hair as it grows on the brow, how far it covers the pixels of the box."""
    canvas, scale = _curves.fine_canvas(brow.box)
    roots, tips = _ROOTS @ brow.rows.reshape(-1, 2), _STROKE_REACH @ brow.eye.axes
    square = tips[:, ::-1] * np.array((-1, 1), np.float32)
    square *= (_WIDE / _STROKE / 2) * _TAPER[0]
    middle = roots[:, None] + _T * tips[:, None]
    side = square[:, None] * _TAPER
    points = _curves.fine_points(
        np.concatenate((middle - side, (middle + side)[:, ::-1]), axis=1), brow.box, scale
    )
    for first in range(3):
        cv2.fillPoly(canvas, list(points[first::3]), 255, cv2.LINE_8, _curves.SHIFT)
    return cv2.GaussianBlur(_curves.averaged(canvas, scale), (3, 3), 0.6)


#: Along one stroke, root to tip, and its width there.
_T: Final = np.linspace(0, 1, _POINTS, dtype=np.float32)[:, None]
_TAPER: Final = np.sqrt(1 - _T) + np.float32(0.15)


def _grown() -> tuple[F32, F32]:
    """Where strokes stand, as weights (strokes, 2 n) of the edges' points, and from root to tip, (strokes,
    2), in the eye's frame. No two the same way."""
    random = np.random.default_rng(11)
    along = np.linspace(0.03, 0.97, _STROKES) + random.uniform(-0.02, 0.02, _STROKES)
    down = random.uniform(0.35, 1.0, _STROKES)
    weights = np.maximum(1 - np.abs(along[:, None] * (_N - 1) - np.arange(_N)), 0)
    roots = np.concatenate((weights * (1 - down)[:, None], weights * down[:, None]), axis=1)
    # From upright at the nose (along = 1) to lying down in the tail.
    lean = np.interp(along, (0, 0.3, 0.8, 1), (1.75, 1.35, 0.8, 0.25)) + random.normal(0, 0.12, _STROKES)
    length = _STROKE * np.interp(along, (0, 0.2, 1), (0.7, 1, 0.9)) * random.uniform(0.75, 1.1, _STROKES)
    reach = np.stack((-length * np.sin(lean), length * np.cos(lean)), axis=1)
    return roots.astype(np.float32), reach.astype(np.float32)


_ROOTS, _STROKE_REACH = _grown()
