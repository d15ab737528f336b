"""How bright the light on a face is, so that paint neither glows in a dim room nor in a back-lit face.

A dark face in good light and a fair face in dim light have the same grey; what tells them apart is what
else is there: the white of the eyes, teeth, a collar. Only where something is clearly brighter than the
lips and still far from white, the light is called dim.
"""

from typing import Final

import numpy as np

from edge.scene import Face
from models.results import U8

#: Grey that the brightest thing about a face has in good light.
_GOOD: Final = 200.0
#: How much brighter than the lips it must be to be believed: not at all, and fully.
_DOUBTED, _BELIEVED = 1.2, 1.5
_DARKEST: Final = 0.3
_SAMPLES: Final = 32
#: Landmarks on the face's oval: top, chin, and both sides.
_EXTREMES: Final = (10, 152, 234, 454)
#: Share of the face's rectangle that is left out on each side: what is behind the face has its own light.
_BORDER: Final = 0.12
_BRIGHT: Final = 0.97
_GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


def gain(image_bgr: U8, face: Face, level: float) -> float:
    """Factor for a colour that was measured in good light, at most 1. level: mean grey of the lips."""
    grey = _sample(image_bgr, face) @ _GREY_OF_BGR
    if grey.size == 0:
        return 1.0
    white = float(np.partition(grey.ravel(), at := int(_BRIGHT * (grey.size - 1)))[at])
    belief = float(np.clip((white / level - _DOUBTED) / (_BELIEVED - _DOUBTED), 0, 1))
    return 1 - belief * (1 - float(np.clip(white / _GOOD, _DARKEST, 1)))


def _sample(image_bgr: U8, face: Face) -> U8:
    """A coarse grid over the inner part of the face, (n, m, 3)."""
    xy = face.landmarks_xyz[_EXTREMES, :2]
    if not np.isfinite(xy).all():
        return image_bgr[:0, :0]
    height, width = image_bgr.shape[:2]
    low, high = xy.min(axis=0), xy.max(axis=0)
    margin = (high - low) * _BORDER
    x0, y0 = np.clip(low + margin, 0, (width, height)).astype(int).tolist()
    x1, y1 = np.clip(high - margin, 0, (width, height)).astype(int).tolist()
    step = max(1, (x1 - x0) // _SAMPLES, (y1 - y0) // _SAMPLES)
    return image_bgr[y0:y1:step, x0:x1:step]
