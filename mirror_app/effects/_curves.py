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
SHIFT: Final = 6
#: A pixel is looked at in so many places across and down; in a large box in fewer, where a line is many
#: pixels wide anyway.
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


def box_around(points_xy: F32, room_px: float, within: Box) -> Box | None:
    """Whole pixels around points (n, 2), inside another box; None where nothing is left."""
    # Plain numbers: an array of two costs ten times as long.
    (left, top), (right, bottom) = points_xy.min(axis=0).tolist(), points_xy.max(axis=0).tolist()
    return box((left - room_px, top - room_px, right + room_px, bottom + room_px), within)


def box(edges: tuple[float, float, float, float], within: Box) -> Box | None:
    """Whole pixels around a rectangle, inside another box; None where nothing is left."""
    x0, y0 = max(math.floor(edges[0]), within[0]), max(math.floor(edges[1]), within[1])
    x1, y1 = min(math.ceil(edges[2]), within[2]), min(math.ceil(edges[3]), within[3])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def cut(image: U8, box: Box, of: Box | None = None) -> U8:
    """A box of a picture, as a view. of: the box that the picture shows, where it is not a whole one."""
    x0, y0, x1, y1 = box
    left, top = of[:2] if of else (0, 0)
    return image[y0 - top : y1 - top, x0 - left : x1 - left]


def covered(shapes_xy: Sequence[F32], box: Box) -> U8:
    """How far shapes (each (n, 2), pixels of the picture) cover each pixel of a box: (h, w) uint8.

    Drawn larger and averaged: an outline drawn with anti-aliasing is half a pixel too fat, which is much
    of a fine line. Where shapes overlap it is covered once.
    """
    canvas, scale = fine_canvas(box)
    points, first = fine_points(np.concatenate(shapes_xy), box, scale), 0
    for shape in shapes_xy:
        cv2.fillPoly(canvas, [points[first : first + len(shape)]], 255, cv2.LINE_8, SHIFT)
        first += len(shape)
    return averaged(canvas, scale)


def fine_canvas(box: Box) -> tuple[U8, int]:
    """A black canvas for a box, and how many times as large it is."""
    x0, y0, x1, y1 = box
    scale = _FINE if (x1 - x0) * (y1 - y0) <= _MANY_PX else 2
    return np.zeros(((y1 - y0) * scale, (x1 - x0) * scale), np.uint8), scale


def fine_points(points_xy: F32, box: Box, scale: int) -> npt.NDArray[np.int32]:
    """Points (..., 2) of the picture on a fine canvas, with SHIFT bits behind the point."""
    # Landmarks count from a pixel's corner, polygons from its centre.
    shift = np.array(box[:2], np.float32) + np.float32(0.5 / scale)
    return np.asarray(np.rint((points_xy - shift) * np.float32(scale << SHIFT)), np.int32)


def averaged(canvas: U8, scale: int) -> U8:
    """A fine canvas in the box's own size. Halves, again and again: four times as fast as a quarter."""
    while scale > 1:
        size = (canvas.shape[1] // 2, canvas.shape[0] // 2)
        canvas, scale = (
            np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8),
            scale // 2,
        )
    return canvas
