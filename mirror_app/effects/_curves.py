"""Smooth curves through a mesh's points, and how finely a shape is drawn that covers parts of pixels.

Shared by everything that is drawn with an edge: lips, eyes, lines, lashes.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.results import F32, U8

#: Bits behind the point of `fixed` points.
BITS: Final = 8
_FIXED: Final = np.float32(1 << BITS)
#: A pixel is looked at in so many places across and down; in a large box in fewer, where a line is many
#: pixels wide anyway.
_FINE: Final = 4
_MANY_PX: Final = 60_000

I32 = npt.NDArray[np.int32]


def spline(points: int, subdivision: int) -> F32:
    """Matrix (m, points) that turns points into a Catmull-Rom curve through them, ends included.

    Beyond the ends the curve goes straight on (a ghost point mirrored at the end).
    """
    n = (points - 1) * subdivision + 1
    matrix = np.zeros((n, points + 2))
    at = np.arange(n) / subdivision
    segment = np.minimum(at.astype(int), points - 2)
    t = at - segment
    weights = np.stack(
        (
            -0.5 * t + t**2 - 0.5 * t**3,
            1 - 2.5 * t**2 + 1.5 * t**3,
            0.5 * t + 2 * t**2 - 1.5 * t**3,
            -0.5 * t**2 + 0.5 * t**3,
        ),
        axis=1,
    )
    for k in range(4):
        matrix[np.arange(n), segment + k] += weights[:, k]
    first, last = matrix[:, :1], matrix[:, -1:]
    inner = matrix[:, 1:-1].copy()
    inner[:, :2] += first * (2, -1)
    inner[:, -2:] += last * (-1, 2)
    return inner.astype(np.float32)


def fixed(points_xy: F32) -> I32:
    """Points of a picture as whole numbers, whatever they are drawn on: `BITS` of them behind the point."""
    return np.multiply(points_xy, _FIXED).astype(np.int32)


def fine(pixels: int) -> int:
    """In so many places across and down a pixel of a canvas is looked at."""
    return _FINE if pixels <= _MANY_PX else 2


def averaged(canvas: U8, scale: int) -> U8:
    """A fine canvas in the box's own size. Halves, again and again: four times as fast as a quarter."""
    while scale > 1:
        size = (canvas.shape[1] // 2, canvas.shape[0] // 2)
        canvas, scale = (
            np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8),
            scale // 2,
        )
    return canvas
