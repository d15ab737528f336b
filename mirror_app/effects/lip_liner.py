"""Lip liner: a line on the outer contour of the lips, sharp towards the skin, blended towards the lip.

skin ┃████▓▓▒▒░░  lip            It stays on the lips' side of the contour, so it never draws them larger,
     ▲ contour                   and lipstick, which comes after it, leaves its edge free.
"""

from typing import Annotated, Final

import cv2
import numpy as np
from cv2.typing import MatLike
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.effects import _curves, _film, _lip_skin, _lips
from mirror_app.subject import Subject
from models.results import F32

ORDER: Final = 100

#: How much of the lip's own light and shade is seen on it, beside that of the shading.
FINISHES: Final = {"matte": 0.35, "satin": 0.8}

#: Distance of the outer corners of an average adult's eyes.
_EYES_MM: Final = 90.0


class Parameters(layers.Parameters):
    """How the line is drawn."""

    #: Width of the line, millimetres.
    width_mm: Annotated[float, Field(ge=0.5, le=5, allow_inf_nan=False)] = 1.8


#: As a product that says nothing more.
_PLAIN: Final = Parameters()


def apply(subject: Subject, layer: layers.Layer) -> None:
    """Line the lips in place; nothing where they cannot be found."""
    skin = subject.once(_lip_skin.of)
    if skin is None:
        return
    parameters = layer.parameters if isinstance(layer.parameters, Parameters) else _PLAIN
    film = skin.film(subject.light.on(layer.lab), FINISHES[layer.finish])
    line = _line(skin.lips, skin.soft, parameters.width_mm / _EYES_MM * skin.lips.eye_distance_px)
    alpha = cv2.convertScaleAbs(line, alpha=layer.opacity * skin.lips.strength)
    _film.lay(skin.lips.tiles.views(subject.image_bgr), film, alpha)


def _line(lips: _lips.Lips, soft: MatLike, width_px: float) -> MatLike:
    """How far the line covers each pixel of the lips' tile."""
    (whole,) = lips.tiles.covered((lips.edges_xy.reshape(1, -1, 2)[:, _lips.WHOLE],))
    inner = np.zeros_like(whole)
    points = lips.tiles.points(_inset(lips.edges_xy, width_px)[None])
    cv2.fillPoly(inner, [points[0]], 255, cv2.LINE_AA, _curves.SHIFT)
    size = 2 * max(round(0.6 * width_px), 1) + 1
    line = cv2.subtract(whole, cv2.blur(inner, (size, size), dst=inner), dst=whole)
    # Where a lip is no wider than the line, the mouth begins: nothing is drawn on teeth.
    return cv2.min(line, cv2.LUT(soft, _ON_LIP), dst=line)


#: Soft mask of the lips to the most that a line may cover; what is outside is cut by the contour itself.
_ON_LIP: Final = np.clip((_film.GREYS / 255 - 0.45) / 0.1 * 255, 0, 255).astype(np.uint8)


def _inset(edges_xy: F32, width_px: float) -> F32:
    """The outline of both lips (2 n, 2), moved into each by the line's width. edges_xy: (4, n, 2)."""
    outer = edges_xy[::3]
    way = edges_xy[1:3] - outer
    far = np.hypot(way[..., 0], way[..., 1]) + np.float32(1e-3)
    upper, lower = outer + way * np.minimum(width_px / far, 0.9)[..., None]
    return np.concatenate((upper, lower[::-1]))
