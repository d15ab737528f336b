"""Foundation: the skin takes the shade's colour, blotches even out, pores and the light on the face stay.

Skin in a picture is pigment x shading + shine. The shading is the cell's grey over that of the skin; a film
of foundation is the shade times that shading. Only the change from skin to film is put into the picture, at
low resolution, so that everything finer than a cell (pores, down, lines) stays as it is.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mirror_app.effects import _skin
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import F32

ORDER: Final = 10


@dataclass(frozen=True, slots=True)
class Finish:
    """What a film of foundation does to light.

    relief: how much of the unevenness between blotch and form stays, 0..1. shine: how strong the skin's own
    shine is afterwards, as a factor.
    """

    relief: float
    shine: float


FINISHES: Final = {
    "matte": Finish(relief=0.55, shine=0.25),
    "natural": Finish(relief=0.75, shine=0.9),
    "dewy": Finish(relief=0.75, shine=1.7),
}

#: Where blotches end and the form of the face begins, in eye distances.
_FORM: Final = 0.14
#: A pale shade on dark skin would multiply its shading; no more than this.
_MAX_CONTRAST: Final = 1.25
#: Of the skin's own play of colour (cheeks redder, temples paler), how much lives through full coverage.
_LIFE: Final = 0.25
_GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


def apply(subject: Subject, layer: Layer) -> None:
    """Paint the skin in place; nothing where it cannot be found. layer.finish: a key of FINISHES."""
    skin = subject.once(_skin.of)
    if skin is None or layer.opacity <= 0:
        return
    shading = _shading(skin, FINISHES[layer.finish])
    shade_bgr = subject.light.on(layer.lab)
    low = skin.low_bgr.astype(np.float32)
    contrast = min(1.0, _MAX_CONTRAST * skin.tone.grey / max(float(shade_bgr @ _GREY_OF_BGR), 1.0))
    film = cv2.merge([(1 + contrast * (shading - 1)) * np.float32(each) for each in shade_bgr])
    own = skin.grey * np.float32(1 / skin.tone.grey)
    life = low - cv2.merge([own * each for each in skin.tone.bgr])
    film = cv2.addWeighted(film, 1, life, _LIFE * contrast, 0)
    amount = skin.cover * np.float32(layer.opacity)
    skin.lay(
        subject.image_bgr,
        np.asarray(cv2.multiply(film - low, cv2.merge((amount, amount, amount))), np.float32),
    )


def _shading(skin: _skin.Skin, finish: Finish) -> F32:
    """(h, w): grey over that of the skin, evened."""
    grey = skin.grey.astype(np.float32)
    form = _form(skin, grey)
    over = grey - form
    shine = np.maximum(over, 0) * np.float32(finish.shine - 1)
    even = form + np.float32(finish.relief) * over + shine
    return np.asarray(np.maximum(even, 0) * np.float32(1 / skin.tone.grey), np.float32)


def _form(skin: _skin.Skin, grey: F32) -> F32:
    """The slow part of the skin's grey; beyond the skin it goes on as it is near its edge."""
    size = (2 * round(skin.eye * _FORM / 2) + 1,) * 2
    sure = skin.cover + np.float32(0.02)
    summed = cv2.blur(grey * sure, size, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(summed / cv2.blur(sure, size, borderType=cv2.BORDER_REPLICATE), np.float32)
