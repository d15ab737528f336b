"""Foundation: the skin takes the shade's colour, blotches even out, pores and the light on the face stay.

Skin in a picture is pigment x shading + shine. The shading is the cell's grey over that of the skin; a film
of foundation is the shade times that shading. Shine has the colour of the light and lies on top: a matte
film swallows it, a dewy one adds to it. Only the change from skin to film is put into the picture, at low
resolution, so that everything finer than a cell (pores, down, lines) stays as it is.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mirror_app.effects import _skin, _tinted
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import F32

ORDER: Final = 10


@dataclass(frozen=True, slots=True)
class Finish:
    """What a film of foundation does to light.

    relief: how much of the unevenness between pore and form stays, 0..1. shine: how strong the skin's own
    shine is afterwards, as a factor. glow: how strong the form's own light is, as a share of its grey.
    """

    relief: float
    shine: float
    glow: float


FINISHES: Final = {
    "matte": Finish(relief=0.7, shine=0.25, glow=0.0),
    "natural": Finish(relief=0.82, shine=0.8, glow=0.0),
    "dewy": Finish(relief=0.82, shine=1.5, glow=0.3),
}

#: Where unevenness ends and the form of the face begins, in eye distances.
_FORM: Final = 0.3
#: What stands out from the form by more than this share of the skin's grey is shine.
_SHINE: Final = 0.05
#: Of the skin's own play of colour (cheeks redder, temples paler), how much lives through full coverage.
_LIFE: Final = 0.25


def apply(subject: Subject, layer: Layer) -> None:
    """Paint the skin in place; nothing where it cannot be found. layer.finish: a key of FINISHES."""
    skin = subject.once(_skin.of)
    if skin is None or layer.opacity <= 0:
        return
    film = _tinted.colours(subject.light.bgr(layer.lab), skin.tone.bgr, skin.tone.grey, _LIFE, subject.light)
    # Shading and shine in colour, less the bare skin, but for what lives through of its play of colour.
    change = cv2.transform(_light(skin, FINISHES[layer.finish]), film)
    cv2.scaleAdd(skin.low_bgr.astype(np.float32), _LIFE - 1, change, dst=change)
    cover = cv2.cvtColor(skin.cover, cv2.COLOR_GRAY2BGR)
    cv2.multiply(change, cover, dst=change, scale=layer.opacity)
    cv2.add(skin.low_bgr, change, dst=skin.low_bgr, dtype=cv2.CV_8U)
    subject.owe(skin.lay)


def _light(skin: _skin.Skin, finish: Finish) -> F32:
    """(h, w, 3), in grey levels of the bare skin: its shading, evened, the shine of the film, its grey."""
    grey = skin.grey.astype(np.float32)
    form = _form(skin, grey)
    over = grey - form
    shine = np.maximum(over - np.float32(_SHINE * skin.tone.grey), 0)
    over -= shine
    even = cv2.scaleAdd(over, finish.relief, form)
    shine *= np.float32(finish.shine)
    if finish.glow:
        shine += np.maximum(form - np.float32(skin.tone.grey), 0) * np.float32(finish.glow)
    return np.asarray(cv2.merge((even, shine, grey)), np.float32)


def _form(skin: _skin.Skin, grey: F32) -> F32:
    """The slow part of the skin's grey; beyond the skin it goes on as it is near its edge."""
    # What is slow needs only every second cell.
    rows, columns = grey.shape
    half = max(columns // 2, 1), max(rows // 2, 1)
    size = (2 * round(skin.eye * _FORM / 4) + 1,) * 2
    sure = skin.cover + np.float32(0.02)
    summed = cv2.blur(cv2.resize(grey * sure, half), size, borderType=cv2.BORDER_REPLICATE)
    weight = cv2.blur(cv2.resize(sure, half), size, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(cv2.divide(summed, weight, dst=summed), (columns, rows)), np.float32)
