"""How much light is on a face, so that paint does not glow on a face in the dark.

A dark face in good light and a fair face in the dark have the same grey, and a product's colour must be
true on both: so a colour is only darkened on evidence. A fair face in the dark is as pale in hue as fair
skin is, though something else in view is much brighter than it, or nothing in view is bright. Dark skin is
more saturated, except for the very darkest, which is darker than a face that a camera exposes for.
"""

import math
from typing import Final

import numpy as np

from edge.scene import Face
from models.results import F32, U8

#: Grey of fair skin in good light, at the least.
_LIT: Final = 150.0
#: How far the colour follows the face into the dark (exponent), and no further than this factor.
_FOLLOWS, _DARKEST = 0.8, 0.45
#: Saturation, (max - min) / max, of skin that is certainly not fair, and of skin that may be. Monk skin
#: tones 6 to 8 have 0.46 to 0.48, tones 1 to 5 up to 0.30.
_DARK_SKIN, _FAIR_SKIN = 0.38, 0.30
#: Brightest thing in view over the face: no evidence, full evidence.
_ALIKE, _BRIGHTER = 1.25, 1.6
#: Grey of a face: may be the darkest skin (Monk 9 is 50), cannot be.
_DARKEST_SKIN, _EXPOSED = 55.0, 85.0
#: Nothing in view is brighter than this: the room is dark.
_DARK_ROOM: Final = 110.0
_BRIGHT: Final = 0.98
#: Samples along the longer side of the picture.
_SAMPLES: Final = 32
#: Forehead, temples, cheeks, beside the nose, chin.
_SKIN: Final = (9, 151, 108, 337, 50, 280, 101, 330, 118, 347, 36, 266, 205, 425, 207, 427, 199)
_GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


def gain(image_bgr: U8, face: Face) -> float:
    """Factor for a colour that was measured in good light: 0.45 to 1, and 1 wherever there is doubt."""
    skin_bgr = _skin(image_bgr, face)
    if skin_bgr is None:
        return 1.0
    skin, white = float(skin_bgr @ _GREY_OF_BGR), _white(image_bgr)
    saturation = 1 - float(skin_bgr.min() / skin_bgr.max())
    fair = _rise(saturation, _DARK_SKIN, _FAIR_SKIN) * _rise(skin, _DARKEST_SKIN, _EXPOSED)
    shaded = 1.0 if white < _DARK_ROOM else _rise(white / skin, _ALIKE, _BRIGHTER)
    evidence = fair * shaded
    lit = min(max(math.pow(skin / _LIT, _FOLLOWS), _DARKEST), 1.0)
    return 1 - evidence * (1 - lit)


def _rise(value: float, none: float, full: float) -> float:
    """0 at `none`, 1 at `full`, straight between."""
    return min(max((value - none) / (full - none), 0.0), 1.0)


def _white(image_bgr: U8) -> float:
    """Grey of the brightest part of the picture, over a coarse grid."""
    step = max(1, max(image_bgr.shape[:2]) // _SAMPLES)
    grey = (image_bgr[::step, ::step] @ _GREY_OF_BGR).ravel()
    at = int(_BRIGHT * (grey.size - 1))
    return float(np.partition(grey, at)[at])


def _skin(image_bgr: U8, face: Face) -> F32 | None:
    """Median colour of the skin, (3,), at least 1; None where the face is not in the picture."""
    height, width = image_bgr.shape[:2]
    xy = np.nan_to_num(face.landmarks_xyz[_SKIN, :2], nan=-1)
    inside = xy[((xy >= 0) & (xy < (width, height))).all(axis=1)].astype(int)
    if len(inside) == 0:
        return None
    ranked = np.sort(image_bgr[inside[:, 1], inside[:, 0]], axis=0)
    return np.asarray(np.maximum(ranked[len(ranked) // 2], 1), np.float32)
