"""Lipstick: the lips take the shade's colour and keep their own relief and light.

In a picture a lip is pigment x shading + shine. Grey values are nearly logarithmic, so a change of light
is a factor in them too: the shading is the pixel's grey over the mean grey of the lips, and the painted
pixel is the shade times that factor. As it depends on one grey value only, it is one table per face and
frame. Shine is what stands out above the shading; it has the colour of the light, not of the pigment, and
is what makes a finish: matte swallows it, satin keeps it, gloss sharpens and adds to it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import Bgr
from mirror_app.effects import _film, _lip_skin, _lips, _sheet
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import F32, U8

ORDER: Final = 110


@dataclass(frozen=True, slots=True)
class Finish:
    """What a film of lipstick does to light.

    relief: how much of what stands out is relief of the lip and takes the shade's colour, 0..1.
    shine: how strong the lip's own shine is afterwards, as a factor.
    sharpness: 0 leaves the shine as it is; higher, and weak shine gives way to strong.
    tint: how far shine has the shade's colour, as on metal, and not that of the light, 0..1.
    depth: how much deeper the shading is; metal mirrors what is dark as well.
    glitter: grey levels of the brightest grain in it.
    """

    relief: float
    shine: float
    sharpness: float
    tint: float = 0.0
    depth: float = 0.0
    glitter: float = 0.0


FINISHES: Final = {
    "matte": Finish(relief=0.35, shine=0.0, sharpness=0.0),
    "satin": Finish(relief=0.5, shine=0.7, sharpness=0.0),
    "gloss": Finish(relief=0.4, shine=3.2, sharpness=1.0),
    "metallic": Finish(relief=0.6, shine=3.0, sharpness=0.7, tint=0.65, depth=0.7),
    "glitter": Finish(relief=0.4, shine=1.6, sharpness=1.0, tint=0.2, glitter=110.0),
}

#: How few grains glitter has.
_SPARSE: Final = 1.2
#: Coverage over the soft mask, which is 128 on the contour: nothing outside, quickly full inside.
_RISE: Final = (0.50, 0.85)
#: Shine of this many grey levels counts half in a finish that sharpens.
_WEAK_SHINE: Final = 12.0
#: Soft mask to 0..255: the rim, where brighter skin shows through, is no shine.
_AWAY_FROM_RIM: Final = np.clip((_film.GREYS - 150) / (235 - 150) * 255, 0, 255).astype(np.uint8)


def apply(subject: Subject, layer: Layer) -> None:
    """Paint the lips in place; nothing where they cannot be found. layer.finish: a key of FINISHES."""
    skin = subject.once(_lip_skin.of)
    if skin is None:
        return
    finish, film_bgr = FINISHES[layer.finish], subject.light.bgr(layer.lab)
    film = skin.film(film_bgr, finish.relief, finish.depth)
    strength = round(skin.lips.strength, 2)
    patches = skin.lips.tiles.views(subject.image_bgr)
    _film.lay(patches, film, cv2.LUT(skin.soft, _weights(strength, layer.opacity)))
    if finish.shine:
        shine = _tinted(_shining(skin, finish, layer.opacity, strength), film_bgr, finish.tint)
        cv2.add(patches[0], shine, dst=patches[0])


def _shining(skin: _lip_skin.LipSkin, finish: Finish, coverage: float, strength: float) -> MatLike:
    """The film's shine over the lips, (h, w) uint8."""
    shine = cv2.LUT(skin.standing_out, _shine(finish, coverage))
    if finish.glitter:
        sheet = _lips.sheet(skin.lips)
        grains = sheet.laid_finely(_sheet.grains(sheet.level, _SPARSE))
        cv2.multiply(shine, cv2.LUT(skin.soft, _AWAY_FROM_RIM), dst=shine, scale=1 / 255)
        cv2.scaleAdd(grains, coverage * finish.glitter / 255, shine, dst=shine)
        return cv2.multiply(shine, cv2.LUT(skin.soft, _weights(strength, 1.0)), dst=shine, scale=1 / 255)
    return cv2.multiply(shine, cv2.LUT(skin.soft, _shining_weights(strength)), dst=shine, scale=1 / 255)


def _tinted(shine: MatLike, film_bgr: Bgr, tint: float) -> MatLike:
    """Shine (h, w) in the colour of the light, or in that of the film."""
    if tint == 0:
        return cv2.cvtColor(shine, cv2.COLOR_GRAY2BGR)
    # As bright as white shine: a dark shade would swallow it.
    brightest = max(*film_bgr, 1.0)
    return cv2.merge([cv2.convertScaleAbs(shine, alpha=1 + tint * (c / brightest - 1)) for c in film_bgr])


@lru_cache(maxsize=64)
def _shine(finish: Finish, coverage: float) -> U8:
    """Table (256,): how far the lip stands out above its shading to shine on the film.

    Where the film does not cover, the lip's own shine is still in the picture.
    """
    strength = max(finish.shine - (1 - coverage), 0.0)
    curve = np.power(_film.GREYS / (_film.GREYS + _WEAK_SHINE), finish.sharpness)
    shine: F32 = np.rint(np.minimum(strength * curve * _film.GREYS, 255))
    return shine.astype(np.uint8)


@lru_cache(maxsize=128)
def _weights(strength: float, coverage: float) -> U8:
    """Table (256,): soft mask to weight of the film, 0..255."""
    low, high = _RISE
    t = np.clip((_film.GREYS / 255 - low) / (high - low), 0, 1)
    return np.asarray(np.rint(255 * coverage * strength * t * t * (3 - 2 * t)), np.uint8)


@lru_cache(maxsize=128)
def _shining_weights(strength: float) -> U8:
    """Table (256,): soft mask to weight of the shine, 0..255; none at the rim."""
    return np.asarray(np.rint(_weights(strength, 1.0) * (_AWAY_FROM_RIM / 255)), np.uint8)
