"""Foundation: the skin takes the shade's colour, blotches even out, pores and the light on the face stay.

Skin in a picture is pigment x shading + shine. The shading is the cell's grey over that of the skin; a film
of foundation is the shade times that shading. Shine has the colour of the light and lies on top: a matte
film swallows it, a dewy one adds to it. Only the change from skin to film is put into the picture, at low
resolution, so that everything finer than a cell (pores, down, lines) stays as it is.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np

from mirror_app.effects import _skin, _tinted
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import F32, U8

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
    light = _light(skin, finish := FINISHES[layer.finish])
    change = cv2.transform(light.astype(np.float32), film @ _evened(finish))
    bare = skin.low_bgr.astype(np.float32)
    cv2.scaleAdd(bare, _LIFE - 1, change, dst=change)
    cover = cv2.cvtColor(skin.cover.astype(np.float32), cv2.COLOR_GRAY2BGR)
    cv2.multiply(change, cover, dst=change, scale=layer.opacity / 255)
    # Both as floats: bytes and floats together take twice as long.
    cv2.convertScaleAbs(cv2.add(change, bare, dst=change), dst=skin.low_bgr)
    subject.owe(skin.lay)


def _light(skin: _skin.Skin, finish: Finish) -> U8:
    """(h, w, 3), in grey levels of the bare skin: its form, its shine, its grey."""
    form = _form(skin)
    # Bytes: what would be below 0 is 0.
    shine = cv2.addWeighted(skin.grey, 1, form, -1, -_SHINE * skin.tone.grey)
    if glow := finish.glow / finish.shine:
        cv2.add(shine, cv2.addWeighted(form, glow, form, 0, -glow * skin.tone.grey), dst=shine)
    return np.asarray(cv2.merge((form, shine, skin.grey)), np.uint8)


@cache
def _evened(finish: Finish) -> F32:
    """Matrix (4, 4): form, bare shine, grey and 1 to the shading, evened, the shine of the film, grey and 1.

    Shading is the form and, of what stands out from it and is no shine, the relief.
    """
    relief, shine = finish.relief, finish.shine
    rows = (1 - relief, -relief, relief, 0), (0, shine, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
    return np.array(rows, np.float32)


def _form(skin: _skin.Skin) -> U8:
    """The slow part of the skin's grey; beyond the skin it goes on as it is near its edge."""
    # What is slow needs only every fourth cell, in two steps because `resize` looks at four and no more.
    rows, columns = skin.grey.shape
    half, quarter = ((max(columns // each, 1), max(rows // each, 1)) for each in (2, 4))
    size = (2 * round(skin.eye * _FORM / 8) + 1,) * 2
    sure = cv2.resize(skin.cover, quarter) + np.float32(5)
    summed = cv2.resize(cv2.resize(skin.grey, half), quarter) * sure
    cv2.blur(summed, size, dst=summed, borderType=cv2.BORDER_REPLICATE)
    cv2.blur(sure, size, dst=sure, borderType=cv2.BORDER_REPLICATE)
    form = cv2.divide(summed, sure, dtype=cv2.CV_8U)
    return np.asarray(cv2.resize(form, (columns, rows)), np.uint8)
