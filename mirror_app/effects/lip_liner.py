"""Lip liner: a line on the outer contour of the lips, sharp towards the skin, blended towards the lip.

skin ┃████▓▓▒▒░░  lip            It stays on the lips' side of the contour, so it never draws them larger,
     ▲ contour                   and lipstick, which comes after it, leaves its edge free.
"""

import math
from functools import lru_cache
from typing import Annotated, Final

import cv2
import numpy as np
from cv2.typing import MatLike
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.effects import _film, _lip_skin
from mirror_app.subject import Subject
from models.results import U8

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
    film = skin.film(subject.light.bgr(layer.lab), FINISHES[layer.finish])
    line = _line(skin, parameters.width_mm / _EYES_MM * skin.lips.eye_distance_px)
    alpha = cv2.convertScaleAbs(line, alpha=layer.opacity * skin.lips.strength)
    _film.lay(skin.lips.tiles.views(subject.image_bgr), film, alpha)


def _line(skin: _lip_skin.LipSkin, width_px: float) -> MatLike:
    """How far the line covers each pixel of the lips' tile."""
    whole = skin.lips.covered()
    size = 2 * math.ceil(_BLEND_TO * width_px) + 1
    # How much of what is around a pixel is lip tells how far inside it is.
    around = cv2.blur(whole, (size, size), borderType=cv2.BORDER_REPLICATE)
    line = cv2.multiply(whole, cv2.LUT(around, _blended(size, max(round(width_px, 1), 0.1))), scale=1 / 255)
    # Where a lip is no wider than the line, the mouth begins: nothing is drawn on teeth.
    return cv2.min(line, cv2.LUT(skin.soft, _ON_LIP), dst=line)


#: In widths of the line, how far from the contour it is whole, and how far it is seen.
_WHOLE_TO, _BLEND_TO = 0.25, 1.45
#: Soft mask of the lips to the most that a line may cover: over a pixel or so, or the edge along teeth would
#: be jagged; what is outside is cut by the contour itself.
_ON_LIP: Final = np.clip((_film.GREYS / 255 - 0.36) / 0.19 * 255, 0, 255).astype(np.uint8)


@lru_cache(maxsize=128)
def _blended(size_px: int, width_px: float) -> U8:
    """Table (256,): how much is lip in a square around a pixel, half of it on the contour, to coverage."""
    inside = (_film.GREYS / 255 - 0.5) * size_px / width_px
    return np.asarray(np.rint(255 * np.clip((_BLEND_TO - inside) / (_BLEND_TO - _WHOLE_TO), 0, 1)), np.uint8)
