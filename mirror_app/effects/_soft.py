"""Soft shapes on the skin: drawn through landmarks, so that they turn with the head, and gone from a side
that turns away.

A shape is a few points of the face, each a mix of landmarks; a smooth closed curve through them is filled at
the low resolution of the skin and blurred. The curve is linear in the landmarks, so that all shapes of an
effect are one matrix, made once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from mirror_app.effects._pairs import LEFT_OF
from mirror_app.effects._skin import Normal, Piece, Skin
from models.results import F32, U8

F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
#: One point: landmarks and their weights, which sum up to 1.
Mix = Sequence[tuple[int, float]]

#: Bits behind the point in polygon coordinates.
_SHIFT: Final = 4
#: Points of the curve between two given ones.
_SUBDIVISION: Final = 4
#: How far a piece must look at the camera: not seen, seen.
_AWAY, _SEEN = 0.08, 0.45


@dataclass(frozen=True, slots=True)
class Part:
    """A closed curve through points, in order around it.

    piece: which must look at the camera. strength: 0..1, beside the other parts of its shape. fine: half as
    soft as they are.
    """

    points: Sequence[Mix]
    piece: Piece
    strength: float = 1.0
    fine: bool = False

    def mirrored(self) -> "Part":
        """The same on the subject's other side."""
        left = [[(LEFT_OF.get(index, index), weight) for index, weight in mix] for mix in self.points]
        # What runs clockwise on one side runs the other way round on the other.
        first, second, third = self.piece
        turned = (LEFT_OF.get(first, first), LEFT_OF.get(third, third), LEFT_OF.get(second, second))
        return Part(left, turned, self.strength, self.fine)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Parts that are painted at once: near each other, and equally soft.

    landmarks: (n,) indices. matrix: (m, n) float32, landmarks to the points of all curves; rows: those of
    each part. pieces: (k, 3) indices, of each part. softness: how far edges reach in and out, in eye
    distances.
    """

    parts: tuple[Part, ...]
    landmarks: npt.NDArray[np.intp]
    matrix: F32
    rows: tuple[slice, ...]
    pieces: npt.NDArray[np.intp]
    softness: float


class Cut(NamedTuple):
    """A part of a patch: its first cell, x and y, and its weight there."""

    at: tuple[int, int]
    weight: F32


@dataclass(frozen=True, slots=True)
class Patch:
    """A soft shape over a piece of the skin.

    drawn: the shape. at: the piece's first cell, x and y. weight: (h, w) float32 0..1, nothing where there is
    no skin, and along the edges. outline: of all parts of the shape, (n, 2) cells of the skin. reach: how
    many cells their soft edges go beyond them.
    """

    drawn: Shape
    at: tuple[int, int]
    weight: F32
    outline: F32
    reach: int

    def cut(self, cells: U8) -> U8:
        """That of something that covers all of the skin, (h, w, ...), as a view."""
        x, y = self.at
        return cells[y : y + self.weight.shape[0], x : x + self.weight.shape[1]]

    def part(self, index: int) -> "Cut":
        """One part of the shape, as a view."""
        (x, y), (rows, columns) = self.at, self.weight.shape
        outline = self.outline[self.drawn.rows[index]] - np.array(self.at, np.float32)
        x0, y0, x1, y1 = _bounds(outline, self.reach, (columns, rows))
        return Cut((x + x0, y + y0), self.weight[y0:y1, x0:x1])


def shape(softness: float, *parts: Part) -> Shape:
    """Parts to be painted at once."""
    landmarks = sorted({index for part in parts for mix in part.points for index, _ in mix})
    curves: list[F64] = []
    for part in parts:
        mixes = np.zeros((len(part.points), len(landmarks)))
        for row, mix in enumerate(part.points):
            for index, weight in mix:
                mixes[row, landmarks.index(index)] += weight
        curves.append(_ring(len(part.points)) @ mixes)
    ends = np.cumsum([0, *(len(curve) for curve in curves)]).tolist()
    rows = tuple(slice(start, end) for start, end in pairwise(ends))
    matrix = np.concatenate(curves).astype(np.float32)
    return Shape(parts, np.array(landmarks), matrix, rows, np.array([part.piece for part in parts]), softness)


def both(part: Part) -> tuple[Part, Part]:
    """A part on the subject's right side, and the same on their left."""
    return part, part.mirrored()


def patch(skin: Skin, drawn: Shape, light: Callable[[Normal], float] | None = None) -> Patch | None:
    """A shape on the skin, as far as it is seen; None where nothing of it is.

    light: how strong a part is by its normal, 0..1, besides.
    """
    strengths = _strengths(skin, drawn, light)
    if max(strengths) <= 0:
        return None
    outline = drawn.matrix @ skin.points.take(drawn.landmarks, axis=0)
    reach = max(round(drawn.softness * skin.eye), 1)
    rows, columns = skin.cover.shape
    x0, y0, x1, y1 = _bounds(outline, reach, (columns, rows))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    # OpenCV counts from the middle of a cell.
    fixed = (outline - np.array((x0 + 0.5, y0 + 0.5), np.float32)) * np.float32(1 << _SHIFT)
    soft = _filled(drawn, np.rint(fixed).astype(np.int32), strengths, (y1 - y0, x1 - x0), reach)
    weight = cv2.multiply(skin.cover[y0:y1, x0:x1], soft, scale=1 / 255, dtype=cv2.CV_32F)
    return Patch(drawn, (x0, y0), np.asarray(weight, np.float32), outline, reach)


def _bounds(outline: F32, reach: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Whole cells around an outline and its soft edge, inside the skin's."""
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    columns, rows = size
    x0, y0 = int(left) - reach - 1, int(top) - reach - 1
    x1, y1 = int(right) + reach + 2, int(bottom) + reach + 2
    return min(max(x0, 0), columns), min(max(y0, 0), rows), min(max(x1, 0), columns), min(max(y1, 0), rows)


def _filled(drawn: Shape, at: I32, strengths: Sequence[float], size: tuple[int, int], reach: int) -> U8:
    """The parts on a canvas, 0..255; fine ones after the others, so that they are blurred less."""
    canvas: U8 = np.zeros(size, np.uint8)
    # Twice a box is nearly a bell; each widens by half of its size.
    for fine, width in ((False, reach), (True, max(reach // 2, 2))):
        drawn_any = False
        for part, rows, strength in zip(drawn.parts, drawn.rows, strengths, strict=True):
            if part.fine is fine and strength > 0:
                cv2.fillPoly(canvas, [at[rows]], round(255 * strength), cv2.LINE_8, _SHIFT)
                drawn_any = True
        kernel = (2 * (width // 2) + 1,) * 2
        for _ in range(2 if drawn_any else 0):
            cv2.blur(canvas, kernel, dst=canvas, borderType=cv2.BORDER_REPLICATE)
    return canvas


def _strengths(skin: Skin, drawn: Shape, light: Callable[[Normal], float] | None) -> list[float]:
    """0..1: how strong each part is drawn."""
    strengths = []
    for part, across in zip(drawn.parts, skin.normals(drawn.pieces), strict=True):
        seen = min(max((-across[2] - _AWAY) / (_SEEN - _AWAY), 0.0), 1.0)
        strengths.append(part.strength * seen * (1.0 if light is None else light(across)))
    return strengths


def _ring(points: int) -> F64:
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
