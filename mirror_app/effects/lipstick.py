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

from mirror_app.effects import _lips
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
    """

    relief: float
    shine: float
    sharpness: float


FINISHES: Final = {
    "matte": Finish(relief=0.35, shine=0.0, sharpness=0.0),
    "satin": Finish(relief=0.5, shine=0.7, sharpness=0.0),
    "gloss": Finish(relief=0.4, shine=3.2, sharpness=1.0),
}

#: Where shading ends and relief or shine begins, in eye distances.
_SHADING_SCALE: Final = 0.10
#: A pale shade on dark lips would multiply their relief and the camera's noise; no more than this.
_MAX_CONTRAST: Final = 1.25
#: Of the lips' grey values, darkest and brightest first, those that tell of pigment: neither the line
#: between the lips nor shine.
_DULL: Final = (0.10, 0.85)
#: Coverage over the soft mask, which is 128 on the contour: nothing outside, quickly full inside.
_RISE: Final = (0.50, 0.85)
#: Soft mask from which on a pixel is lip beyond doubt.
_INSIDE: Final = 170
#: Shine of this many grey levels counts half in a finish that sharpens.
_WEAK_SHINE: Final = 12.0
_GREYS: Final = np.arange(256, dtype=np.float32)
#: Soft mask to 0..255: the rim, where brighter skin shows through, is no shine.
_AWAY_FROM_RIM: Final = np.clip((_GREYS - 150) / (235 - 150) * 255, 0, 255).astype(np.uint8)
#: Rec. 601 luma, the weights of OpenCV's grey.
_GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


def apply(subject: Subject, layer: Layer) -> None:
    """Paint the lips in place; nothing where they cannot be found. layer.finish: a key of FINISHES."""
    lips = subject.once(_lips.of)
    if lips is None or lips.strength == 0:
        return
    bare = _bare(lips, subject.image_bgr)
    if bare is None:
        return
    film_bgr = subject.light.on(layer.lab)
    painted = _paint(bare, film_bgr, layer.opacity, FINISHES[layer.finish])
    weight = cv2.LUT(bare.soft, _weights(lips.strength))
    cv2.blendLinear(painted, bare.patch_bgr, weight, 1 - weight, dst=bare.patch_bgr)


@dataclass(frozen=True, slots=True)
class _Bare:
    """What the picture tells of the lips before they are painted, over the lips' rectangle.

    patch_bgr: a view of the picture. soft: soft mask. grey: the patch's grey, without the finest noise.
    shading: the slow part of the grey. level: the grey of the lips' own pigment.
    """

    patch_bgr: U8
    soft: MatLike
    grey: MatLike
    shading: MatLike
    level: float


def _bare(lips: _lips.Lips, image_bgr: U8) -> _Bare | None:
    """None where too little of the lips is in the picture to tell."""
    patch, soft = lips.cut(image_bgr), lips.mask()
    _, inside = cv2.threshold(soft, _INSIDE, 255, cv2.THRESH_BINARY)
    grey = cv2.GaussianBlur(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), (3, 3), 0)
    level = _pigment_level(grey, inside)
    if level is None:
        return None
    return _Bare(patch, soft, grey, _shading(grey, inside, level, lips.eye_distance_px), level)


def _paint(bare: _Bare, film_bgr: F32, coverage: float, finish: Finish) -> MatLike:
    """The patch as if it were lip all over."""
    standing_out = cv2.subtract(bare.grey, bare.shading)
    tone = cv2.addWeighted(bare.grey, 1.0, standing_out, finish.relief - 1, 0)
    film = cv2.LUT(cv2.cvtColor(tone, cv2.COLOR_GRAY2BGR), _film(bare.level, film_bgr))
    painted = cv2.addWeighted(film, coverage, bare.patch_bgr, 1 - coverage, 0)
    shine = cv2.LUT(standing_out, _shine(finish, coverage))
    cv2.multiply(shine, cv2.LUT(bare.soft, _AWAY_FROM_RIM), dst=shine, scale=1 / 255)
    return cv2.add(painted, cv2.cvtColor(shine, cv2.COLOR_GRAY2BGR), dst=painted)


def _pigment_level(grey: MatLike, inside: MatLike) -> float | None:
    """Mean grey of the lips without the line between them and without shine; None for no lips."""
    counts = cv2.calcHist([grey], [0], inside, [256], [0, 256]).ravel()
    below = np.cumsum(counts)
    if (total := below[-1]) < 1:
        return None
    low, high = (fraction * total for fraction in _DULL)
    kept = np.clip(below, low, high) - np.clip(below - counts, low, high)
    return max(float(kept @ _GREYS) / float(kept.sum()), 1.0)


def _shading(grey: MatLike, inside: MatLike, level: float, eye_distance_px: float) -> MatLike:
    """The slow part of the lips' grey. Beyond the lips it goes on at their mean, so that neither dark
    mouth nor bright skin makes their rim stand out."""
    filled = np.full_like(grey, round(level))
    cv2.copyTo(grey, inside, filled)
    size = 2 * int(eye_distance_px * _SHADING_SCALE / 2) + 1
    return cv2.blur(filled, (size, size), dst=filled, borderType=cv2.BORDER_REPLICATE)


def _film(level: float, film_bgr: F32) -> U8:
    """Table (1, 256, 3): grey of the lip to colour of the film."""
    film_grey = float(film_bgr @ _GREY_OF_BGR)
    contrast = min(1.0, _MAX_CONTRAST * level / max(film_grey, 1.0))
    factor = np.maximum(1 + contrast * (_GREYS / level - 1), 0)
    film: F32 = np.rint(np.minimum(factor[:, None] * film_bgr, 255))
    return film.astype(np.uint8).reshape(1, 256, 3)


@lru_cache(maxsize=64)
def _shine(finish: Finish, coverage: float) -> U8:
    """Table (256,): how far the lip stands out above its shading to shine on the film.

    Where the film does not cover, the lip's own shine is still in the picture.
    """
    strength = max(finish.shine - (1 - coverage), 0.0)
    curve = np.power(_GREYS / (_GREYS + _WEAK_SHINE), finish.sharpness)
    shine: F32 = np.rint(np.minimum(strength * curve * _GREYS, 255))
    return shine.astype(np.uint8)


@lru_cache(maxsize=64)
def _weights(strength: float) -> F32:
    """Table (256,): soft mask to weight of the painted picture, 0..1."""
    low, high = _RISE
    t = np.clip((_GREYS / 255 - low) / (high - low), 0, 1)
    return np.asarray(strength * t * t * (3 - 2 * t), np.float32)
