"""What a head hides: how far away its surface is.

The skull is an ellipsoid in the head's frame; the face, which is not, comes from its mesh. Both only decide
what is behind them (the temples of glasses, the far earring), so a few millimetres do not matter. The surface
is found once for a face, on a coarse grid around its head, and looked up by everything that is worn on it.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from edge.scene import Face
from models.results import F32, U8

#: Middle and half axes of the skull, mm (head breadth 152, length 195, Farkas 1994), a little less wide than
#: it is so that temples lie outside.
_MIDDLE_MM: Final = np.array((0.0, -12.0, 82.0), np.float32)
_AXES_MM: Final = np.array((68.0, 108.0, 94.0), np.float32)
#: What lies up to this deep inside still shows: the surface is not known better; glasses cut into the sides
#: of the nose.
_SKULL_GIVE_MM, _FACE_GIVE_MM = 4.0, 14.0
#: The grid, seen from the camera: its cells, and how far it reaches from the middle of the skull.
_CELL_MM, _REACH_MM = 3.0, 111.0
_CELLS: Final = round(2 * _REACH_MM / _CELL_MM)
_RIMMED: Final = _CELLS + 2
#: How far the cells are from the middle, x and y; of that x², y², xy, x and y, (5, n * n).
_AWAY_MM: Final = np.indices((_CELLS, _CELLS), np.float32).reshape(2, -1)[::-1] * _CELL_MM - (
    _REACH_MM - _CELL_MM / 2
)
_SQUARES_MM: Final = np.concatenate((_AWAY_MM**2, _AWAY_MM[:1] * _AWAY_MM[1:], _AWAY_MM))
#: Behind everything that is worn, mm.
NOWHERE_MM: Final = 400.0
#: Blur of the face's depths, cells.
_SMOOTH: Final = 1.6


@dataclass(frozen=True, slots=True)
class HeadShape:
    """A head's surface as the camera sees it.

    depth_mm: (n, n) float32, z in the camera's frame from the origin of the head's; NOWHERE_MM where there is
    no head. corner_px, cell_px: where the grid lies in the picture.
    """

    depth_mm: F32
    corner_px: tuple[float, float]
    cell_px: float

    @classmethod
    def of(cls, face: Face, head: Head) -> "HeadShape":
        """The surface of a face's head."""
        x, y, z = head.project(_MIDDLE_MM[None])[0].tolist()
        corner_px = x - _REACH_MM * head.px_per_mm, y - _REACH_MM * head.px_per_mm
        cell_px = _CELL_MM * head.px_per_mm
        skull = _skull(head, (z - float(head.origin_px[2])) / head.px_per_mm)
        return cls(np.minimum(skull, _face(face, head, corner_px, cell_px), out=skull), corner_px, cell_px)

    def over(self, box_xyxy: tuple[int, int, int, int], cells: tuple[int, int]) -> F32:
        """(rows, columns) float32: the depths on a grid of so many columns and rows over a rectangle."""
        x0, y0, x1, y1 = box_xyxy
        across, down = (x1 - x0) / cells[0] / self.cell_px, (y1 - y0) / cells[1] / self.cell_px
        left, top = (x0 - self.corner_px[0]) / self.cell_px, (y0 - self.corner_px[1]) / self.cell_px
        matrix = np.array(((across, 0, left + across / 2 - 0.5), (0, down, top + down / 2 - 0.5)))
        return np.asarray(
            cv2.warpAffine(
                self.depth_mm,
                matrix,
                cells,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=NOWHERE_MM,
            ),
            np.float32,
        )

    def bounds(self, around_px: int) -> tuple[int, int, int, int]:
        """The rectangle that holds all that is head, and so much more at every side."""
        (left, top), length = self.corner_px, _CELLS * self.cell_px + around_px
        x0, y0 = math.floor(left) - around_px, math.floor(top) - around_px
        return x0, y0, math.ceil(left + length), math.ceil(top + length)


def is_head(depth_mm: F32) -> U8:
    """255 where these depths are a head's."""
    return np.asarray(cv2.inRange(depth_mm, -NOWHERE_MM, NOWHERE_MM / 2), np.uint8)


def _skull(head: Head, middle_mm: float) -> F32:
    """(n, n) where rays along the camera's axis first meet the ellipsoid. middle_mm: z of its middle.

    Along the ray the ellipsoid is a z² + 2 b z + c = 0, with b linear and c quadratic in x and y.
    """
    # The camera's axes where the skull is the unit sphere.
    (xx, xy, xz), (_, yy, yz), (_, _, a) = _products(head.rotation / _AXES_MM)
    if head.mirrored:
        xy, xz = -xy, -xz
    factors = (xz * xz - a * xx, yz * yz - a * yy, 2 * (xz * yz - a * xy), 0, 0), (0, 0, 0, xz, yz)
    inside, b = np.array(factors, np.float32) @ _SQUARES_MM
    inside += np.float32(a)
    beside = inside <= 0
    nearest = np.sqrt(np.maximum(inside, 0, out=inside), out=inside)
    nearest += b
    nearest *= np.float32(-1 / a)
    nearest += np.float32(_SKULL_GIVE_MM + middle_mm)
    np.putmask(nearest, beside, NOWHERE_MM)
    return np.asarray(nearest.reshape(_CELLS, _CELLS), np.float32)


def _products(axes: F32) -> list[list[float]]:
    """The inner products of three vectors with one another, as plain numbers."""
    products: list[list[float]] = (axes @ axes.T).tolist()
    return products


def _face(face: Face, head: Head, corner_px: tuple[float, float], cell_px: float) -> F32:
    """Depth of the mesh on the cells that it covers."""
    corner = np.array((corner_px[0] - cell_px, corner_px[1] - cell_px, head.origin_px[2]), np.float32)
    scale = np.array((1 / cell_px, 1 / cell_px, 1 / head.px_per_mm), np.float32)
    places = (face.landmarks_xyz[:468] - corner) * scale
    # What lies beyond the grid falls on a rim around it, which is cut off.
    cells = np.minimum(np.maximum(places[:, :2], 0), _RIMMED - 1).astype(np.intp)
    where, rimmed = cells[:, 1] * _RIMMED + cells[:, 0], (_RIMMED, _RIMMED)
    sums = np.empty((_CELLS, _CELLS, 2), np.float32)
    for channel, weights in enumerate((None, places[:, 2])):
        sums[:, :, channel] = np.bincount(where, weights, _RIMMED**2).reshape(rimmed)[1:-1, 1:-1]
    smooth = cv2.GaussianBlur(sums, (9, 9), _SMOOTH)
    count, total = smooth[:, :, 0], smooth[:, :, 1]
    depth = total / np.maximum(count, 1e-3)
    # Where it ends it falls away steeply, without a step: so the edges of what it hides are no stairs.
    depth += np.maximum(_COVERED - count, 0) * (2 * NOWHERE_MM / _COVERED) + _FACE_GIVE_MM
    return np.asarray(depth, np.float32)


#: Points in a cell, blurred, from which on the mesh covers it.
_COVERED: Final = 0.2
