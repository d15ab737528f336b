"""Smooth curves through a mesh's points, and what part of each pixel a shape covers.

Shared by everything that is drawn with an edge: lips, eyes, lines, lashes.
"""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.results import F32, U8

#: Whole pixels: left, top, right, bottom.
Box = tuple[int, int, int, int]

#: Bits behind the point in polygon coordinates.
_SHIFT: Final = 6
#: A pixel is looked at in so many places across and down; on large boxes in fewer, their edges are soft
#: against their size anyway.
_FINE: Final = 4
_MANY_PX: Final = 60_000


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


def box_around(points_xy: F32, room_px: float, size_px: tuple[int, int]) -> Box | None:
    """Whole pixels around points (n, 2), clipped to a picture of that width and height; None outside it."""
    # Plain numbers: an array of two costs ten times as long.
    (left, top), (right, bottom) = points_xy.min(axis=0).tolist(), points_xy.max(axis=0).tolist()
    x0, y0 = max(math.floor(left - room_px), 0), max(math.floor(top - room_px), 0)
    x1, y1 = min(math.ceil(right + room_px), size_px[0]), min(math.ceil(bottom + room_px), size_px[1])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def cut(image_bgr: U8, box: Box) -> U8:
    """A box of the picture, as a view."""
    x0, y0, x1, y1 = box
    return image_bgr[y0:y1, x0:x1]


def covered(shapes_xy: Sequence[F32], box: Box) -> U8:
    """How far shapes (each (n, 2), pixels of the picture) cover each pixel of a box: (h, w) uint8.

    Drawn larger and averaged: an outline drawn with anti-aliasing is half a pixel too fat, which is much
    of a fine line, and two shapes that touch would show a seam. Where shapes overlap it is covered once.
    """
    canvas, scale = fine_canvas(box)
    for shape in shapes_xy:
        cv2.fillPoly(canvas, [fine_points(shape, box, scale)], 255, cv2.LINE_8, _SHIFT)
    return averaged(canvas, scale)


def fine_canvas(box: Box) -> tuple[U8, int]:
    """A black canvas for a box, so many times as large."""
    x0, y0, x1, y1 = box
    scale = _FINE if (x1 - x0) * (y1 - y0) <= _MANY_PX else 2
    return np.zeros(((y1 - y0) * scale, (x1 - x0) * scale), np.uint8), scale


def fine_points(points_xy: F32, box: Box, scale: int) -> npt.NDArray[np.int32]:
    """Points (..., 2) of the picture on a fine canvas, with _SHIFT bits behind the point."""
    # Landmarks count from a pixel's corner, polygons from its centre.
    corner = np.array(box[:2], np.float32)
    at = (points_xy - corner) * np.float32(scale << _SHIFT) - np.float32(1 << (_SHIFT - 1))
    return np.asarray(np.rint(at), np.int32)


def averaged(canvas: U8, scale: int) -> U8:
    """A fine canvas in the box's own size."""
    size = (canvas.shape[1] // scale, canvas.shape[0] // scale)
    return np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
