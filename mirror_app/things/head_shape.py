"""What a head hides: how far away its surface is, over a rectangle of the picture.

The skull is an ellipsoid in the head's frame; the face, which is not, comes from its mesh. Both only decide
what is behind them (the temples of glasses, the far earring), so a few millimetres do not matter.
"""

import math
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from edge.scene import Face
from models.results import F32

#: Middle and half axes of the skull, mm (head breadth 152, length 195, Farkas 1994), a little less wide than
#: it is so that temples lie outside.
_MIDDLE_MM: Final = np.array((0.0, -12.0, 82.0), np.float32)
_AXES_MM: Final = np.array((68.0, 108.0, 94.0), np.float32)
#: What lies up to this deep inside still shows: the surface is not known better; glasses cut into the sides
#: of the nose.
_SKULL_GIVE_MM, _FACE_GIVE_MM = 4.0, 14.0
#: Cells are this many pixels wide, and wider where there would be more than so many: on a hat seen close.
_CELL_PX, _MOST_CELLS = 4, 8000
#: Behind everything, mm.
NOWHERE_MM: Final = 1e4
#: Blur of the face's depths, cells.
_SMOOTH: Final = 1.6


def depth_mm(face: Face, head: Head, box_xyxy: tuple[int, int, int, int]) -> F32:
    """(h, w) float32 on a coarse grid over a rectangle: z of the head's surface in the camera's frame, from
    the origin of the head's.

    box_xyxy: whole pixels. NOWHERE_MM where there is no head.
    """
    x0, y0, x1, y1 = box_xyxy
    cell = max(_CELL_PX, math.sqrt((x1 - x0) * (y1 - y0) / _MOST_CELLS))
    columns, rows = max(int((x1 - x0) / cell), 2), max(int((y1 - y0) / cell), 2)
    x = np.linspace(x0, x1, columns, dtype=np.float32) - head.origin_px[0]
    y = np.linspace(y0, y1, rows, dtype=np.float32) - head.origin_px[1]
    skull = _skull(head, x / head.px_per_mm * (-1 if head.mirrored else 1), y / head.px_per_mm)
    return np.minimum(skull, _face(face, head, box_xyxy, (columns, rows)), out=skull)


def _skull(head: Head, x_mm: F32, y_mm: F32) -> F32:
    """(rows, columns) where rays along the camera's axis first meet the ellipsoid. x_mm: of the columns.

    Along the ray the ellipsoid is a z² + 2 b z + c = 0, with b linear and c quadratic in x and y.
    """
    # The ray's place at z = 0 and its direction where the skull is the unit sphere.
    right, down, along = head.rotation / _AXES_MM
    middle = _MIDDLE_MM / _AXES_MM
    a = along @ along
    b = (y_mm * (down @ along) - middle @ along)[:, None] + x_mm * (right @ along)
    c = (y_mm * (y_mm * (down @ down) - 2 * down @ middle) + (middle @ middle - 1))[:, None] + (
        x_mm * (x_mm * (right @ right) - 2 * right @ middle)
    )
    c += np.outer(y_mm, x_mm) * (2 * right @ down)
    inside = b * b - a * c
    nearest = _SKULL_GIVE_MM - (b + np.sqrt(np.maximum(inside, 0))) / a
    nearest[inside <= 0] = NOWHERE_MM
    return np.asarray(nearest, np.float32)


def _face(face: Face, head: Head, box_xyxy: tuple[int, int, int, int], size: tuple[int, int]) -> F32:
    """Depth of the mesh on the cells that it covers."""
    columns, rows = size
    x0, y0, x1, y1 = box_xyxy
    scale = np.array((columns / (x1 - x0), rows / (y1 - y0)), np.float32)
    at = np.floor((face.landmarks_xyz[:468, :2] - (x0, y0)) * scale).astype(np.intp)
    z_mm = (face.landmarks_xyz[:468, 2] - head.origin_px[2]) / np.float32(head.px_per_mm)
    ok = (at >= 0).all(axis=1) & (at[:, 0] < columns) & (at[:, 1] < rows)
    where = at[ok, 1] * columns + at[ok, 0]
    sums = [np.bincount(where, each, minlength=rows * columns) for each in (np.ones(len(where)), z_mm[ok])]
    count, total = (
        cv2.GaussianBlur(each.reshape(rows, columns).astype(np.float32), (0, 0), _SMOOTH) for each in sums
    )
    depth = np.where(count > 0.2, total / np.maximum(count, 1e-3) + _FACE_GIVE_MM, NOWHERE_MM)
    return depth.astype(np.float32)
