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

from mirror_app.effects._cells import Box
from mirror_app.effects._pairs import LEFT_OF
from mirror_app.effects._skin import Normal, Piece, Skin
from models.results import F32, U8

F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
#: One point: landmarks and their weights, which sum up to 1.
Mix = Sequence[tuple[int, float]]

#: Bits behind the point in polygon coordinates, and half a cell in them.
_SHIFT: Final = 4
_HALF: Final = 1 << _SHIFT - 1
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

    landmarks: (n,) indices. matrix: (m, n) float32, landmarks in cells to the points of all curves, in what
    OpenCV fills. rows: those of each part. pieces: (k, 3) indices, of each part. softness: how far edges
    reach in and out, in eye distances.
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
    no skin, and along the edges. outline: of all parts of the shape, (n, 2) int32, cells of the skin with
    bits behind the point. reach: how many cells their soft edges go beyond them.
    """

    drawn: Shape
    at: tuple[int, int]
    weight: F32
    outline: I32
    reach: int

    def cut(self, cells: U8) -> U8:
        """That of something that covers all of the skin, (h, w, ...), as a view."""
        x, y = self.at
        return cells[y : y + self.weight.shape[0], x : x + self.weight.shape[1]]

    def part(self, index: int) -> "Cut":
        """One part of the shape, as a view."""
        (x, y), (rows, columns) = self.at, self.weight.shape
        outline = self.outline[self.drawn.rows[index]]
        x0, y0, x1, y1 = _bounds(outline, self.reach, (x, y, x + columns, y + rows))
        return Cut((x0, y0), self.weight[y0 - y : y1 - y, x0 - x : x1 - x])


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
    matrix = (np.concatenate(curves) * (1 << _SHIFT)).astype(np.float32)
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
    outline = (drawn.matrix @ skin.points.take(drawn.landmarks, axis=0)).astype(np.int32)
    reach = max(round(drawn.softness * skin.eye), 1)
    rows, columns = skin.cover.shape
    x0, y0, x1, y1 = _bounds(outline, reach, (0, 0, columns, rows))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    soft = _filled(drawn, outline, strengths, (x0, y0, x1, y1), reach)
    weight = cv2.multiply(skin.cover[y0:y1, x0:x1], soft, scale=1 / 255**2, dtype=cv2.CV_32F)
    return Patch(drawn, (x0, y0), np.asarray(weight, np.float32), outline, reach)


def _bounds(outline: I32, reach: int, inside: Box) -> Box:
    """Whole cells around an outline and its soft edge, inside of others."""
    left, top, width, height = cv2.boundingRect(outline)
    right, bottom = left + width - 1 >> _SHIFT, top + height - 1 >> _SHIFT
    x0, y0, x1, y1 = inside
    return (
        min(max((left >> _SHIFT) - reach - 1, x0), x1),
        min(max((top >> _SHIFT) - reach - 1, y0), y1),
        min(max(right + reach + 2, x0), x1),
        min(max(bottom + reach + 2, y0), y1),
    )


def _filled(drawn: Shape, outline: I32, strengths: Sequence[float], on: Box, reach: int) -> U8:
    """The parts on some cells, 0..255; fine ones after the others, so that they are blurred less."""
    x0, y0, x1, y1 = on
    canvas: U8 = np.zeros((y1 - y0, x1 - x0), np.uint8)
    # OpenCV counts from the middle of a cell.
    corner = -((x0 << _SHIFT) + _HALF), -((y0 << _SHIFT) + _HALF)
    # Twice a box is nearly a bell; each widens by half of its size.
    for fine, width in ((False, reach), (True, max(reach // 2, 2))):
        kernel: tuple[int, int] | None = None
        for part, rows, strength in zip(drawn.parts, drawn.rows, strengths, strict=True):
            if part.fine is fine and strength > 0:
                kernel = (2 * (width // 2) + 1,) * 2
                cv2.fillPoly(canvas, [outline[rows]], round(255 * strength), cv2.LINE_8, _SHIFT, corner)
        if kernel:
            cv2.blur(canvas, kernel, dst=canvas, borderType=cv2.BORDER_REPLICATE)
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
