"""How bright the light is, so that paint does not glow in a dim room.

A dark face in good light and a fair face in dim light have the same grey, and a product's colour must be
true on both. So only a picture in which nothing at all reaches middle grey, though something is clearly
brighter than the face, is called dim. That is cautious: a lamp in view, or a face against a window, and
the product keeps its measured colour.
"""

from typing import Final

import numpy as np

from edge.scene import Face
from models.results import F32, U8

#: Grey that the brightest part of a picture has in good light, at the least.
_GOOD: Final = 110.0
_DARKEST: Final = 0.3
#: How much brighter than the face the brightest part must be to be believed: not at all, and fully.
_DOUBTED, _BELIEVED = 1.25, 1.6
_BRIGHT: Final = 0.98
#: Samples along the longer side of the picture.
_SAMPLES: Final = 32
#: Cheeks, forehead, chin.
_SKIN: Final = (50, 280, 205, 425, 151, 199)
_GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


def gain(image_bgr: U8, face: Face) -> float:
    """Factor for a colour that was measured in good light, 0.3 to 1; 1 wherever there is doubt."""
    step = max(1, max(image_bgr.shape[:2]) // _SAMPLES)
    grey = (image_bgr[step // 2 :: step, step // 2 :: step] @ _GREY_OF_BGR).ravel()
    if grey.size == 0:
        return 1.0
    at = int(_BRIGHT * (grey.size - 1))
    white = float(np.partition(grey, at)[at])
    if white >= _GOOD:
        return 1.0
    skin = _skin_grey(image_bgr, face)
    belief = float(np.clip((white / max(skin, 1.0) - _DOUBTED) / (_BELIEVED - _DOUBTED), 0, 1))
    return 1 - belief * (1 - max(white / _GOOD, _DARKEST))


def _skin_grey(image_bgr: U8, face: Face) -> float:
    """Median grey of the face where it is in the picture; white where it is not."""
    height, width = image_bgr.shape[:2]
    xy: F32 = np.nan_to_num(face.landmarks_xyz[_SKIN, :2], nan=-1)
    inside = xy[((xy >= 0) & (xy < (width, height))).all(axis=1)].astype(int)
    if len(inside) == 0:
        return 255.0
    return float(np.median(image_bgr[inside[:, 1], inside[:, 0]] @ _GREY_OF_BGR))
