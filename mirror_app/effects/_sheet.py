"""A sheet of paint on moving skin: drawn once on a map, laid on a face through the rows of the mesh.

    map: u along, v across        coarse grid over the part          the picture
      v ▲  · · · row 3            ┌──────────────┐
        │ · · · · row 2    ──→    │  rows' place │    turned   ──→  colour, alpha, grains
        │ · · · · row 1           │  per column  │   and scaled
        └─────────▶ u             └──────────────┘

Between the rows v runs straight, so paint is pulled along when the skin moves (a lid that shuts, a mouth
that opens); u is a straight measure along the part. What lies on skin is soft, so the grid is coarse. Grains
(shimmer, glitter) lie on the map too: they move with the skin and stay what they are under camera noise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import F64
from mirror_app.effects import _curves
from models.results import F32, U8

#: Rows never come closer than this, in units of the part.
_APART: Final = 0.03
#: How far curves are set apart that are looked up together.
_ASIDE: Final = 64.0
#: Cells of the picture in one of the grid.
_CELLS: Final = 1.25
#: Width of the finest grains over the map, how many there are, each half as fine; pixels of a grain.
_FINEST_PX, _LEVELS, _GRAIN_PX = 1024, 5, 0.85


@dataclass(frozen=True, eq=False)
class Plan:
    """How the maps of one kind of part are laid out.

    u, v: what the map shows, from and to. y: what the grid shows across the part, in its units; along it is
    u. rows: v of each row of the mesh. map_px, grid_px: their sizes, width and height.
    """

    u: tuple[float, float]
    v: tuple[float, float]
    y: tuple[float, float]
    rows: tuple[float, ...]
    map_px: tuple[int, int]
    grid_px: tuple[int, int]

    @cached_property
    def map_uv(self) -> tuple[F32, F32]:
        """u and v of every pixel of the map, both (h, w)."""
        across = np.linspace(*self.u, self.map_px[0], dtype=np.float32)
        u, v = np.meshgrid(across, np.linspace(*self.v, self.map_px[1], dtype=np.float32))
        return u, v

    @cached_property
    def grid_u(self) -> F32:
        """(w,) u of the grid's columns."""
        return np.linspace(*self.u, self.grid_px[0], dtype=np.float32)

    @cached_property
    def grid_y(self) -> F32:
        """(h, 1) y of the grid's rows."""
        return np.linspace(*self.y, self.grid_px[1], dtype=np.float32)[:, None]

    @cached_property
    def map_x(self) -> F32:
        """(h, w) place on the map, to the right, of every point of the grid."""
        x = (self.grid_u - self.u[0]) * np.float32(self.per_v_px[0])
        return np.ascontiguousarray(np.broadcast_to(x, self.grid_px[::-1]))

    @cached_property
    def per_v_px(self) -> tuple[float, float]:
        """Pixels of the map in one u and in one v."""
        width, height = self.map_px
        return (width - 1) / (self.u[1] - self.u[0]), (height - 1) / (self.v[1] - self.v[0])

    @cached_property
    def to_grid(self) -> tuple[F64, F64]:
        """Columns and rows of the grid in one unit of the part; those before its origin."""
        per = np.array(
            ((self.grid_px[0] - 1) / (self.u[1] - self.u[0]), (self.grid_px[1] - 1) / (self.y[1] - self.y[0]))
        )
        return per, per * (self.u[0], self.y[0])


def heights(plan: Plan, parts: Sequence[Sequence[F32]]) -> F32:
    """Height of each row over the grid's columns, (parts, rows, w).

    parts: of each part its rows, (n, 2) points each, in units of the part.
    """
    curves = [curve for part in parts for curve in part]
    # One after the other along one axis: one call is as dear as a whole curve.
    first, at = _set_apart(plan, tuple(map(len, curves)))
    points = np.concatenate(curves)
    values = np.interp(at, np.maximum.accumulate(points[:, 0] + first), points[:, 1])
    found = values.astype(np.float32).reshape(len(parts), -1, plan.grid_px[0])
    for k in range(1, found.shape[1]):
        np.maximum(found[:, k], found[:, k - 1] + np.float32(_APART), out=found[:, k])
    return found


@lru_cache(maxsize=16)
def _set_apart(plan: Plan, lengths: tuple[int, ...]) -> tuple[F32, F32]:
    """How far to the side each point of curves of such lengths stands, and where to look."""
    aside = np.arange(len(lengths), dtype=np.float32) * np.float32(_ASIDE)
    return np.repeat(aside, lengths), (plan.grid_u + aside[:, None]).ravel()


def maps_y(plan: Plan, found: F32) -> F32:
    """Place on the map, down, of every point of the grid: (parts, h, w). found: (parts, rows, w) heights."""
    rows, places = found[:, :, None], plan.rows
    slope = (places[1] - places[0]) / (rows[:, 1] - rows[:, 0])
    v = (plan.grid_y - rows[:, 0]) * slope
    for k in range(1, len(places) - 1):
        # Each stretch goes on from where the one before ends, with a slope of its own.
        steeper = (places[k + 1] - places[k]) / (rows[:, k + 1] - rows[:, k])
        v += np.maximum(plan.grid_y - rows[:, k], 0) * (steeper - slope)
        slope = steeper
    v *= np.float32(plan.per_v_px[1])
    return np.asarray(v + np.float32((places[0] - plan.v[0]) * plan.per_v_px[1]), np.float32)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map on one part of one face.

    box: whole pixels of the picture. map_y: (h, w) float32 over the grid: how far down on the map. to_grid:
    (2, 3) float64, pixels of the box to those of the grid.
    """

    plan: Plan
    box: _curves.Box
    map_y: F32
    to_grid: F64

    @classmethod
    def of(cls, plan: Plan, box: _curves.Box, map_y: F32, origin_xy: F32, axes: F32) -> "Sheet":
        """axes: (2, 2) pixels of one unit along the part and of one across it; square and of one length."""
        per, first = plan.to_grid
        matrix = np.empty((2, 3))
        matrix[:, :2] = axes * (per[:, None] / float(axes[0] @ axes[0]))
        matrix[:, 2] = matrix[:, :2] @ (np.array((box[0] + 0.5, box[1] + 0.5)) - origin_xy) - first
        return cls(plan, box, map_y, matrix)

    def laid(self, drawing: U8) -> tuple[MatLike, MatLike]:
        """A drawing on the map, (h, w, 4) uint8, over the box: its colour (h, w, 3) and its alpha (h, w).

        Nothing lies beyond the map; the drawing's own alpha is 0 along its edges.
        """
        coarse = cv2.remap(drawing, self.plan.map_x, self.map_y, cv2.INTER_LINEAR)
        fine = self._spread(coarse)
        return cv2.cvtColor(fine, cv2.COLOR_BGRA2BGR), cv2.extractChannel(fine, 3)

    def grains(self, sparse: float) -> MatLike:
        """Grains that catch the light, 0..255 over the box. sparse: the higher, the fewer."""
        noise = _noise(self._level(), sparse)
        rows, columns = noise.shape
        width, height = self.plan.map_px
        x = self._spread(self.plan.map_x * np.float32((columns - 1) / (width - 1)))
        y = self._spread(self.map_y * np.float32((rows - 1) / (height - 1)))
        return cv2.remap(noise, x, y, cv2.INTER_LINEAR)  # any other border takes five times as long

    def _spread(self, coarse: MatLike) -> MatLike:
        """Something on the grid over the box: turned at a low resolution, then enlarged."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        cell = max(round(_CELLS / self._grid_per_px), 1)
        size = (-(-width // cell), -(-height // cell))
        turn = self.to_grid * (cell, cell, 1.0)
        turn[:, 2] += self.to_grid[:, :2].sum(axis=1) * ((cell - 1) / 2)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cells = cv2.warpAffine(coarse, turn, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        if cell == 1:
            return cells
        return cv2.resize(cells, (size[0] * cell, size[1] * cell))[:height, :width]

    def _level(self) -> int:
        """The finest noise whose grains are still a pixel or two."""
        across_px = (self.plan.grid_px[0] - 1) / self._grid_per_px
        return min(max(round(math.log2(_FINEST_PX * _GRAIN_PX / across_px)), 0), _LEVELS - 1)

    @property
    def _grid_per_px(self) -> float:
        return max(math.hypot(*self.to_grid[0, :2].tolist()), 1e-6)


@lru_cache(maxsize=16)
def _noise(level: int, sparse: float) -> U8:
    """(h, w) uint8 over a map, each level half as fine as the one before and of the same grains."""
    random = np.random.default_rng(20)
    noise = random.standard_normal((_FINEST_PX * 3 // 8, _FINEST_PX), np.float32)
    for _ in range(level):
        noise = np.asarray(cv2.pyrDown(noise), np.float32)
    return np.asarray(np.clip((noise / noise.std() - sparse) * 140, 0, 255), np.uint8)
