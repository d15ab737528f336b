"""Soft shapes on the skin: drawn through landmarks, so that they turn with the head, and gone from a side
that turns away.

A shape is a few points of the face, each a mix of landmarks; a smooth closed curve through them is filled at
the low resolution of the skin and blurred. The curve is linear in the landmarks, so that a shape is one
matrix, made once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mirror_app.effects._pairs import LEFT_OF
from mirror_app.effects._skin import Skin
from models.results import F32, U8

#: One point: landmarks and their weights, which sum up to 1.
Mix = Sequence[tuple[int, float]]
#: Three landmarks, clockwise in a picture that is not mirrored: a piece of the face that is seen or not.
Piece = tuple[int, int, int]

#: Bits behind the point in polygon coordinates.
_SHIFT: Final = 4
#: Points of the curve between two given ones.
_SUBDIVISION: Final = 4
#: How far a piece must look at the camera: not seen, seen.
_AWAY, _SEEN = 0.08, 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A closed curve on the face.

    landmarks: (n,) indices. matrix: (m, n) float32, landmarks to points of the curve. softness: how far its
    edge reaches in and out, in eye distances. piece: which must look at the camera; None for the middle of
    the face, which always does.
    """

    landmarks: np.typing.NDArray[np.intp]
    matrix: F32
    softness: float
    piece: Piece | None


@dataclass(frozen=True, slots=True)
class Patch:
    """A soft shape over a part of the skin. at: the part's first cell, x and y. weight: (h, w) float32 0..1,
    nothing where there is no skin, and along the edges."""

    at: tuple[int, int]
    weight: F32

    def cut(self, cells: U8) -> U8:
        """The part of something that covers all of the skin, (h, w, ...), as a view."""
        x, y = self.at
        return cells[y : y + self.weight.shape[0], x : x + self.weight.shape[1]]


def shape(points: Sequence[Mix], softness: float, piece: Piece | None = None) -> Shape:
    """A shape through points, in order around it."""
    landmarks = sorted({index for mix in points for index, _ in mix})
    mixes = np.zeros((len(points), len(landmarks)))
    for row, mix in enumerate(points):
        for index, weight in mix:
            mixes[row, landmarks.index(index)] += weight
    matrix = np.asarray(_ring(len(points)) @ mixes, np.float32)
    return Shape(np.array(landmarks), matrix, softness, piece)


def both(points: Sequence[Mix], softness: float, piece: Piece | None = None) -> tuple[Shape, Shape]:
    """A shape on the subject's right side, and the same on their left."""
    left = [[(LEFT_OF.get(index, index), weight) for index, weight in mix] for mix in points]
    # What runs clockwise on one side runs the other way round on the other.
    turned = None if piece is None else (LEFT_OF[piece[0]], LEFT_OF[piece[2]], LEFT_OF[piece[1]])
    return shape(points, softness, piece), shape(left, softness, turned)


def patch(skin: Skin, drawn: Shape) -> Patch | None:
    """A shape on the skin, as far as it is seen; None where nothing of it is."""
    seen = 1.0 if drawn.piece is None else (facing(skin.landmarks_xyz, drawn.piece) - _AWAY) / (_SEEN - _AWAY)
    if seen <= 0:
        return None
    outline = drawn.matrix @ skin.points[drawn.landmarks]
    reach = max(round(drawn.softness * skin.eye), 1)
    rows, columns = skin.cover.shape
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    x0, y0 = max(int(left) - reach - 1, 0), max(int(top) - reach - 1, 0)
    x1, y1 = min(int(right) + reach + 2, columns), min(int(bottom) + reach + 2, rows)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    soft = _filled(outline - np.array((x0 + 0.5, y0 + 0.5), np.float32), (y1 - y0, x1 - x0), reach)
    scale = min(seen, 1.0) / 255
    weight = cv2.multiply(skin.cover[y0:y1, x0:x1], soft, scale=scale, dtype=cv2.CV_32F)
    return Patch((x0, y0), np.asarray(weight, np.float32))


def facing(landmarks_xyz: F32, piece: Piece) -> float:
    """How far a piece of the face looks at the camera: 1 straight, 0 sideways or away."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = landmarks_xyz[list(piece)].tolist()
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    # A mirrored picture turns every triangle round; a large one in the middle of the face tells.
    (px, py), (qx, qy), (rx, ry) = landmarks_xyz[[10, 454, 152], :2].tolist()
    way = 1.0 if (qx - px) * (ry - py) - (qy - py) * (rx - px) > 0 else -1.0
    return float(max(way * z / max((x * x + y * y + z * z) ** 0.5, 1e-6), 0.0))


def _filled(outline: F32, size: tuple[int, int], reach: int) -> U8:
    canvas: U8 = np.zeros(size, np.uint8)
    at = np.rint(outline * np.float32(1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(canvas, [at], 255, cv2.LINE_8, _SHIFT)
    kernel = (2 * (reach // 2) + 1,) * 2
    # Twice a box is nearly a bell; each widens by half of its size.
    cv2.blur(canvas, kernel, dst=canvas, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.blur(canvas, kernel, dst=canvas, borderType=cv2.BORDER_REPLICATE), np.uint8)


def _ring(points: int) -> np.typing.NDArray[np.float64]:
    """(m, points): points to a closed Catmull-Rom curve through them."""
    matrix = np.zeros((points * _SUBDIVISION, points))
    for row in range(points * _SUBDIVISION):
        segment, t = row // _SUBDIVISION, row % _SUBDIVISION / _SUBDIVISION
        weights = (
            -0.5 * t + t**2 - 0.5 * t**3,
            1 - 2.5 * t**2 + 1.5 * t**3,
            0.5 * t + 2 * t**2 - 1.5 * t**3,
            -0.5 * t**2 + 0.5 * t**3,
        )
        for step, weight in enumerate(weights, start=-1):
            matrix[row, (segment + step) % points] += weight
    return matrix
