"""Where a face may have skin, from the mesh alone: its oval without eyes, brows and lips.

The mesh ends below the hairline and at the edge of the jaw. Foundation that ended there would be a mask, so
the oval reaches up the forehead and a little under the chin; what is not skin there, `_likeness` finds out.
"""

import math
from itertools import accumulate, pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mirror_app.effects._pairs import LEFT_OF
from models.mesh_points import OVAL
from models.results import F32, U8

I32 = npt.NDArray[np.int32]

#: How far the oval reaches beyond the mesh, in eye distances: up the forehead, down under the chin.
_FOREHEAD: Final = {10: 0.42, 338: 0.42, 297: 0.36, 332: 0.26, 284: 0.14, 251: 0.04}
_CHIN: Final = {152: 0.14, 377: 0.14, 400: 0.14, 378: 0.10, 379: 0.06, 365: 0.03}
_RIGHT_EYE: Final = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
_LEFT_EYE: Final = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
#: The hair of a brow: the mesh's upper edge, and halfway to its lower edge, which often is lid.
_RIGHT_BROW: Final = (70, 63, 105, 66, 107, 107, 66, 105, 63, 70)
_LEFT_BROW: Final = (300, 293, 334, 296, 336, 336, 296, 334, 293, 300)
_RIGHT_LOWER: Final = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
_LEFT_LOWER: Final = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
_LIPS: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)

#: The middle of the face, where there is skin on nearly everybody: no hair of the head, little beard.
_IN_MIDDLE: Final = (
    *(107, 9, 336, 296, 300, 345, 352, 376, 433, 416, 364, 394, 395, 369),
    *(175, 140, 170, 169, 135, 192, 213, 147, 123, 116, 70, 66),
)
#: How much hue still tells there.
_LITTLE: Final = 64
#: How far the edge of the oval is blended inwards, and how much wider than the mesh's polygon is left free
#: around the eyes (lashes), in eye distances.
_EDGE: Final = 0.16
_EYE_ROOM: Final = 0.03
#: The oval's blurred edge from which on a cell is inside it, with half a cell to spare.
_INSIDE: Final = 0.62
#: How much of a brow is left free: what colour there is between its hairs is skin.
_BROW_FREE: Final = 90
#: Bits behind the point in polygon coordinates.
_SHIFT: Final = 4


def corners(points: F32, eye: float) -> F32:
    """(n, 2): the corners of all polygons, the outline's first; in the unit of points.

    points: (478, 2) landmarks. eye: eye distance in their unit.
    """
    (x, y), (chin_x, chin_y) = points[10].tolist(), points[152].tolist()
    up_x, up_y = x - chin_x, y - chin_y
    scale = eye / max(math.hypot(up_x, up_y), 1e-6)
    first, second = points.take(_CORNERS, axis=0)
    first += second
    first *= np.float32(0.5)
    first[OUTLINE] += _REACH * np.array((up_x * scale, up_y * scale), np.float32)
    return np.asarray(first, np.float32)


def fixed(corners: F32) -> I32:
    """Corners in cells to what OpenCV fills: from a cell's middle, with bits behind the point."""
    # Cut, not rounded: a corner would now and then fall on the cell after its own, and where that is the last
    # one the blur goes on with it: a spot with a hard edge under the chin.
    return ((corners - np.float32(0.5)) * np.float32(1 << _SHIFT)).astype(np.int32)


def mask(at: I32, eye: float, shape: tuple[int, ...]) -> U8:
    """255 on skin, 0 elsewhere: (h, w) uint8. Soft along the oval; brows, eyes and lips have hard edges.

    at: all corners, `fixed`. eye: eye distance in cells.
    """
    face: U8 = np.zeros(shape, np.uint8)
    cv2.fillPoly(face, [at[OUTLINE]], 255, cv2.LINE_8, _SHIFT)
    # Half of the blurred edge lies outside; only the inner half counts.
    face = np.asarray(cv2.LUT(_blurred(face, eye), _INNER_HALF), np.uint8)
    return np.asarray(cv2.subtract(face, _parts(at, eye, shape), dst=face), np.uint8)


def _parts(at: I32, eye: float, shape: tuple[int, ...]) -> U8:
    """Brows, eyes and lips."""
    right_brow, left_brow, right_eye, left_eye, lips = (at[each] for each in _PARTS)
    parts: U8 = np.zeros(shape, np.uint8)
    cv2.fillPoly(parts, [right_brow, left_brow], _BROW_FREE, cv2.LINE_8, _SHIFT)
    eyes = [right_eye, left_eye]
    cv2.fillPoly(parts, [*eyes, lips], 255, cv2.LINE_8, _SHIFT)
    room = max(round(2 * _EYE_ROOM * eye), 1)
    cv2.polylines(parts, eyes, isClosed=True, color=255, thickness=room, shift=_SHIFT)
    return parts


def around_middle(at: I32, eye: float, shape: tuple[int, ...]) -> U8:
    """How much hue tells of skin: 255 where there may be hair, a quarter where there is skin on nearly
    everybody and shine and reddening are likelier; soft between. (h, w) uint8."""
    canvas: U8 = np.full(shape, 255, np.uint8)
    cv2.fillPoly(canvas, [at[_MIDDLE]], _LITTLE, cv2.LINE_8, _SHIFT)
    return _blurred(canvas, eye)


def _blurred(canvas: U8, eye: float) -> U8:
    size = 2 * round(eye * _EDGE / 2) + 1
    return np.asarray(cv2.blur(canvas, (size, size), borderType=cv2.BORDER_REPLICATE), np.uint8)


def _reach(index: int) -> float:
    """How far up a point of the oval is moved, in eye distances."""
    left = LEFT_OF.get(index, index)
    return _FOREHEAD.get(left, 0.0) - _CHIN.get(left, 0.0)


_POLYGONS: Final = (OVAL, _IN_MIDDLE, _RIGHT_BROW, _LEFT_BROW, _RIGHT_EYE, _LEFT_EYE, _LIPS)
_SECOND: Final = (OVAL, _IN_MIDDLE, _RIGHT_LOWER, _LEFT_LOWER, _RIGHT_EYE, _LEFT_EYE, _LIPS)
#: Every corner as the middle of two landmarks, and which corners are which polygon's.
_CORNERS: Final = np.array([[index for each in whole for index in each] for whole in (_POLYGONS, _SECOND)])
_ENDS: Final = [0, *accumulate(len(each) for each in _POLYGONS)]
OUTLINE, _MIDDLE, *_PARTS = (slice(start, end) for start, end in pairwise(_ENDS))
_REACH: Final = np.array([[_reach(index)] for index in OVAL], np.float32)
_HALF: Final = np.clip((np.arange(256) / 255 - _INSIDE) / (1 - _INSIDE), 0, 1)
_INNER_HALF: Final = np.rint(255 * _HALF * _HALF * (3 - 2 * _HALF)).astype(np.uint8)
