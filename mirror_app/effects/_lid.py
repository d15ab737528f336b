"""The upper lid as a map: u along the lash line (0 outer corner, 1 inner), v up from it.

    v = 1 ─── brow ────────────     v follows the rows of the mesh, so what is drawn on the map is pulled
        .62 ─ halo 3 ──────────     along when the lid moves; u runs straight on in the eye's own frame.
        .50 ─ halo 2 ──────────     The shares are those of an open eye, so v is nearly a height there.
          0 ─ lash line ───────

The map is laid on a coarse grid over the eye first (what lies on a lid is soft), then on the picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import F64
from mirror_app.effects import _curves, _eyes
from mirror_app.subject import Subject
from models.results import F32, U8

#: What the map shows: u and v from, to; its size.
_U, _V = (-0.5, 1.3), (-0.2, 1.1)
_MAP_PX: Final = (96, 64)
MAP_U, MAP_V = np.meshgrid(
    np.linspace(*_U, _MAP_PX[0], dtype=np.float32), np.linspace(*_V, _MAP_PX[1], dtype=np.float32)
)
#: v of the rows.
_HALO_2, _HALO_3 = 0.50, 0.62
#: The coarse grid over the eye's own frame: x as u, y in widths of the eye from, to; its size.
_Y: Final = (-0.35, 0.95)
_GRID_PX: Final = (30, 30)
_GRID_U: Final = np.linspace(*_U, _GRID_PX[0], dtype=np.float32)
_GRID_Y: Final = np.linspace(*_Y, _GRID_PX[1], dtype=np.float32)[:, None]
_MAP_X: Final = np.broadcast_to((_GRID_U - _U[0]) / (_U[1] - _U[0]) * (_MAP_PX[0] - 1), _GRID_PX[::-1]).copy()
#: Columns and rows of the grid in one width of the eye; those before the outer corner.
_PER_WIDTH: Final = np.array(((_GRID_PX[0] - 1) / (_U[1] - _U[0]), (_GRID_PX[1] - 1) / (_Y[1] - _Y[0])))
_FIRST: Final = _PER_WIDTH * (_U[0], _Y[0])
#: How far what is drawn on a lid reaches to both sides and down, in the eye's own frame.
_SIDES, _DOWN = (-0.34, 1.1), -0.06
#: Rows never come closer than this, in widths of the eye.
_APART: Final = 0.03
#: Width of the finest noise over the map, how many there are, each half as fine; pixels of a grain.
_FINEST_PX, _LEVELS, _GRAIN_PX = 1024, 5, 0.85


@dataclass(frozen=True, slots=True)
class Lid:
    """One upper lid in one picture.

    box: its whole pixels. map_y: (h, w) float32 over the coarse grid: how far down on the map. to_grid:
    (2, 3) float64, pixels of the box to pixels of the grid. outside: (h, w) uint8 over the box, 0 inside
    the eye, 255 outside. strength: 0..1.
    """

    box: _curves.Box
    map_y: F32
    to_grid: F64
    outside: U8
    strength: float

    def laid(self, palette: U8) -> tuple[U8, U8]:
        """A drawing on the map, (h, w, 4) uint8, over the box: its colour (h, w, 3) and its alpha (h, w)."""
        coarse = cv2.remap(palette, _MAP_X, self.map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        fine = self._spread(coarse)
        alpha = cv2.multiply(cv2.extractChannel(fine, 3), self.outside, scale=1 / 255)
        return np.asarray(cv2.cvtColor(fine, cv2.COLOR_BGRA2BGR), np.uint8), np.asarray(alpha, np.uint8)

    def _spread(self, coarse: MatLike) -> MatLike:
        """Something on the coarse grid over the box: turned at a low resolution, which is soft enough."""
        height, width = self.outside.shape
        cell = max(round(1 / (self._grid_per_px * 0.8)), 1)
        size = (-(-width // cell), -(-height // cell))
        turn = self.to_grid * np.array((cell, cell, 1.0))
        turn[:, 2] += self.to_grid[:, :2].sum(axis=1) * ((cell - 1) / 2)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cells = cv2.warpAffine(coarse, turn, size, flags=flags, borderMode=cv2.BORDER_CONSTANT)
        if cell == 1:
            return cells
        return cv2.resize(cells, (size[0] * cell, size[1] * cell))[:height, :width]

    @property
    def _grid_per_px(self) -> float:
        return max(float(np.hypot(*self.to_grid[0, :2])), 1e-6)

    def sparkle(self, painted_bgr: MatLike, levels: float) -> None:
        """Grains that catch the light, in place: up to `levels` grey levels more.

        They lie on the map, so they move with the lid and stay as they are under a camera's noise.
        """
        grains = _grains(self._level())
        rows, columns = grains.shape
        at = cv2.merge(
            (
                _MAP_X * ((columns - 1) / (_MAP_PX[0] - 1)),
                self.map_y * np.float32((rows - 1) / (_MAP_PX[1] - 1)),
            )
        )
        shine = cv2.remap(grains, self._spread(at), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)  # type: ignore[call-overload]
        shine = cv2.convertScaleAbs(shine, alpha=levels / 255)
        cv2.add(painted_bgr, cv2.cvtColor(shine, cv2.COLOR_GRAY2BGR), dst=painted_bgr)

    def _level(self) -> int:
        """The finest noise whose grains are still a pixel or two."""
        across_px = (_GRID_PX[0] - 1) / self._grid_per_px
        return min(max(round(math.log2(_FINEST_PX * _GRAIN_PX / across_px)), 0), _LEVELS - 1)


@lru_cache(maxsize=8)
def _grains(level: int) -> U8:
    """(h, w) uint8 over the map, each level half as fine as the one before and of the same grains."""
    random = np.random.default_rng(20)
    noise = random.standard_normal((_FINEST_PX * 3 // 8, _FINEST_PX), np.float32)
    for _ in range(level):
        noise = np.asarray(cv2.pyrDown(noise), np.float32)
    return np.asarray(np.clip((noise / noise.std() - 0.8) * 140, 0, 255), np.uint8)


def of(subject: Subject) -> tuple[Lid, ...]:
    """The upper lids that are seen."""
    found = subject.once(_eyes.around)
    boxes = [_curves.box_around(_eyes.reach(around.eye, _SIDES, _DOWN), 1, around.box) for around in found]
    seen = [(around, box) for around, box in zip(found, boxes, strict=True) if box is not None]
    if not seen:
        return ()
    maps = _maps_y([around.eye for around, _ in seen])
    return tuple(
        Lid(
            box=box,
            map_y=map_y,
            to_grid=_to_grid(around.eye, box),
            outside=_curves.cut(around.outside, box, around.box),
            strength=around.eye.strength,
        )
        for (around, box), map_y in zip(seen, maps, strict=True)
    )


def _maps_y(eyes: Sequence[_eyes.Eye]) -> F32:
    """Place on the map, down, of every point of the coarse grid: (eyes, h, w) float32."""
    lash, halo2, halo3, brow = np.stack([_rows(eye) for eye in eyes], axis=1)[:, :, None]
    # Straight between the rows: three slopes, each going on from where the one before ends.
    slopes = (_HALO_2 / (halo2 - lash), (_HALO_3 - _HALO_2) / (halo3 - halo2), (1 - _HALO_3) / (brow - halo3))
    v = (_GRID_Y - lash) * slopes[0]
    v += np.maximum(_GRID_Y - halo2, 0) * (slopes[1] - slopes[0])
    v += np.maximum(_GRID_Y - halo3, 0) * (slopes[2] - slopes[1])
    v *= np.float32((_MAP_PX[1] - 1) / (_V[1] - _V[0]))
    return np.asarray(v - np.float32(_V[0] * (_MAP_PX[1] - 1) / (_V[1] - _V[0])), np.float32)


def _rows(eye: _eyes.Eye) -> F32:
    """Height of the four rows over the columns of the grid, (4, w), in widths of the eye."""
    rows = np.empty((4, _GRID_PX[0]), np.float32)
    for row, points in zip(rows, (eye.from_picture(eye.upper_xy), *eye.above), strict=True):
        row[:] = np.interp(_GRID_U, np.maximum.accumulate(points[:, 0]), points[:, 1])
    for below, row in pairwise(rows):
        np.maximum(row, below + _APART, out=row)
    return rows


def _to_grid(eye: _eyes.Eye, box: _curves.Box) -> F64:
    """Matrix (2, 3) from a box's pixels to those of the coarse grid."""
    matrix = np.empty((2, 3))
    matrix[:, :2] = eye.axes * (_PER_WIDTH[:, None] / eye.width_px**2)
    matrix[:, 2] = matrix[:, :2] @ (np.array((box[0] + 0.5, box[1] + 0.5)) - eye.origin) - _FIRST
    return matrix
