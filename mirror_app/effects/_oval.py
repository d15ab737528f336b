"""Where a face may have skin, from the mesh alone: its oval without eyes, brows and lips."""

from typing import Final

import cv2
import numpy as np

from models.results import F32, U8

_OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_RIGHT_EYE: Final = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
_LEFT_EYE: Final = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
#: The upper edge of each brow, where the hair is, and the mesh's lower edge, which often is lid.
_RIGHT_BROW: Final = ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55))
_LEFT_BROW: Final = ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285))
_LIPS: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)

#: Everything below in eye distances: how far the edge of the face is blended inwards, and how much wider
#: than the mesh's polygon is left free around the eyes (lashes).
_EDGE: Final = 0.16
_EYE_ROOM: Final = 0.02
#: How much of a brow is left free: what colour there is between its hairs is skin.
_BROW_FREE: Final = 160
#: Bits behind the point in polygon coordinates.
_SHIFT: Final = 4


def mask(points: F32, eye: float, shape: tuple[int, int]) -> U8:
    """255 on skin, 0 elsewhere, soft between: (h, w) uint8.

    points: (478, 2) landmarks in cells, counted from a cell's corner. eye: eye distance in cells.
    """
    face: U8 = np.zeros(shape, np.uint8)
    _fill(face, points[list(_OVAL)])
    size = 2 * round(eye * _EDGE / 2) + 1
    # Half of a blurred edge lies outside; only the inner half counts.
    face = np.asarray(cv2.blur(face, (size, size), borderType=cv2.BORDER_REPLICATE), np.uint8)
    face = np.asarray(cv2.LUT(face, _INNER_HALF), np.uint8)
    return np.asarray(cv2.subtract(face, _parts(points, eye, shape)), np.uint8)


def _parts(points: F32, eye: float, shape: tuple[int, int]) -> U8:
    """Brows, eyes and lips, with soft edges."""
    parts: U8 = np.zeros(shape, np.uint8)
    for upper, lower in (_RIGHT_BROW, _LEFT_BROW):
        above = points[list(upper)]
        below = (above + points[list(lower)]) * np.float32(0.5)
        _fill(parts, np.concatenate((above, below[::-1])), _BROW_FREE)
    for eye_ring in (_RIGHT_EYE, _LEFT_EYE):
        _fill(parts, points[list(eye_ring)], 255, round(2 * _EYE_ROOM * eye))
    _fill(parts, points[list(_LIPS)])
    return np.asarray(cv2.blur(parts, (3, 3)), np.uint8)


def _fill(canvas: U8, outline: F32, value: int = 255, thick: int = 0) -> None:
    at = [np.rint((outline - np.float32(0.5)) * (1 << _SHIFT)).astype(np.int32)]
    cv2.fillPoly(canvas, at, value, cv2.LINE_8, _SHIFT)
    if thick > 0:
        cv2.polylines(canvas, at, isClosed=True, color=value, thickness=thick, shift=_SHIFT)


_HALF: Final = np.clip((np.arange(256) / 255 - 0.5) * 2, 0, 1)
_INNER_HALF: Final = np.rint(255 * _HALF * _HALF * (3 - 2 * _HALF)).astype(np.uint8)
