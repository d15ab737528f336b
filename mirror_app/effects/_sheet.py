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
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import F64
from mirror_app.effects import _tiles
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
    def per_v_px(self) -> tuple[float, float]:
        """Pixels of the map in one u and in one v."""
        width, height = self.map_px
        return (width - 1) / (self.u[1] - self.u[0]), (height - 1) / (self.v[1] - self.v[0])

    @cached_property
    def steps(self) -> tuple[float, float]:
        """Columns and rows of the grid in one unit of the part."""
        width, height = self.grid_px
        return (width - 1) / (self.u[1] - self.u[0]), (height - 1) / (self.y[1] - self.y[0])


def heights(plan: Plan, points: F32, lengths: tuple[int, ...]) -> F32:
    """Height of each row over the grid's columns, (rows, n w): those of n parts side by side.

    points: (n, points, 2) in units of the part, row after row. lengths: points of each row.
    """
    # One after the other along one axis: one call is as dear as a whole curve.
    aside, at, apart = _set_apart(plan, len(points), lengths)
    values = np.interp(at, np.maximum.accumulate((points[..., 0] + aside).ravel()), points[..., 1].ravel())
    found = values.reshape(len(lengths), -1) - apart
    return np.asarray(np.maximum.accumulate(found) + apart, np.float32)


@lru_cache(maxsize=16)
def _set_apart(plan: Plan, parts: int, lengths: tuple[int, ...]) -> tuple[F32, F32, F32]:
    """How far to the side each point of the curves stands, where to look, and how far rows are apart."""
    rows = len(lengths)
    aside = (np.arange(parts * rows, dtype=np.float32) * np.float32(_ASIDE)).reshape(parts, rows)
    at = plan.grid_u + aside.T[..., None]
    apart = np.arange(rows, dtype=np.float32)[:, None] * np.float32(_APART)
    return np.repeat(aside, lengths, axis=1), at.ravel(), apart


def places(plan: Plan, found: F32) -> F32:
    """Place on the map, x and y, of every point of the grid: (h, n w, 2), of parts side by side.

    found: (rows, n w) heights.
    """
    slopes = _rises(plan) / (found[1:] - found[:-1])
    # Each stretch goes on from where the one before ends, with a slope of its own; below the first is none.
    slopes[1:] -= slopes[:-1].copy()
    up = plan.grid_y - found[:-1, None]
    np.maximum(up[1:], 0, out=up[1:])
    up *= slopes[:, None]
    places = np.empty((*up.shape[1:], 2), np.float32)
    places[..., 0] = _places_x(plan, up.shape[2])
    lowest = (plan.rows[0] - plan.v[0]) * plan.per_v_px[1]
    np.add.reduce(up, axis=0, out=places[..., 1], initial=lowest)
    return places


@lru_cache(maxsize=16)
def _rises(plan: Plan) -> F32:
    """(rows - 1, 1) pixels of the map from each row to the next."""
    return np.asarray(np.diff(plan.rows)[:, None] * plan.per_v_px[1], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """A map on n parts of one face that are alike: the lids, or the lips (n = 1).

    tiles: where they are in the picture. cells: (n h, w, 2) float32, a stack of few large cells over the
    tiles: which place on the map each shows. unit_px: how large one unit of a part is.
    """

    plan: Plan
    tiles: _tiles.Tiles
    cells: F32
    unit_px: float

    @classmethod
    def of(cls, plan: Plan, tiles: _tiles.Tiles, there: F32, origin: F32, axes: F32) -> "Sheets":
        """there: of `places`. origin: (n, 1, 2) pixels of the picture. axes: (n, 2, 2) pixels of one unit
        along a part and of one across it; square and of one length."""
        frames = [
            _Frame(*corner, *axis) for (corner,), axis in zip(origin.tolist(), axes.tolist(), strict=True)
        ]
        unit_px = max(1e-6, *[math.hypot(*frame.along) for frame in frames])
        cell_px = max(round(_CELLS * unit_px / plan.steps[0]), 1)
        across, down = -(-tiles.width_px // cell_px), -(-tiles.height_px // cell_px)
        step = tiles.width_px / across, tiles.height_px / down
        cells = np.empty((len(tiles) * down, across, 2), np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        columns = plan.grid_px[0]
        for k, (frame, corner, part) in enumerate(
            zip(frames, tiles.corners_px, tiles.parts(cells), strict=True)
        ):
            own, turn = there[:, k * columns : (k + 1) * columns], frame.turn(plan, corner, step)
            cv2.warpAffine(own, turn, (across, down), dst=part, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return cls(plan, tiles, cells, unit_px)

    def laid(self, drawing: U8) -> U8:
        """A drawing on the map, (h, w, 4) uint8, over the tiles: a stack.

        Nothing lies beyond the map; the drawing's own alpha is 0 along its edges.
        """
        return np.asarray(self._spread(_looked_up(drawing, self.cells)), np.uint8)

    def laid_finely(self, drawing: U8) -> U8:
        """The same for a drawing of any size and channels, whose pixels are about the picture's."""
        width, height = self.plan.map_px
        rows, columns = drawing.shape[:2]
        scale = np.array(((columns - 1) / (width - 1), (rows - 1) / (height - 1)), np.float32)
        places = self._spread(self.cells * scale)
        return _looked_up(drawing, places)

    @property
    def level(self) -> int:
        """The finest noise whose grains are still a pixel or two."""
        across_px = (self.plan.u[1] - self.plan.u[0]) * self.unit_px
        return min(max(round(math.log2(_FINEST_PX * _GRAIN_PX / across_px)), 0), _LEVELS - 1)

    def _spread(self, cells: MatLike) -> MatLike:
        """Cells over the tiles: enlarged."""
        tiles = self.tiles
        stack = np.empty((tiles.rows, tiles.width_px, cells.shape[2]), cells.dtype)
        # Where it is a few pixels, a call of Intel's library takes three times as long as OpenCV's own way.
        cv2.ipp.setUseIPP(False)
        try:
            for part, own in zip(tiles.parts(stack), tiles.parts(cells), strict=True):
                cv2.resize(own, (tiles.width_px, tiles.height_px), dst=part)
        finally:  # the setting is the thread's, and most other calls are quicker with it
            cv2.ipp.setUseIPP(True)
        return stack


class _Frame(NamedTuple):
    """Where a part is, in plain numbers: its origin, and its axes; pixels of the picture."""

    x: float
    y: float
    along: list[float]
    across: list[float]

    def turn(self, plan: Plan, corner_px: tuple[int, int], step_px: tuple[float, float]) -> F64:
        """(2, 3) from cells of a tile, so many pixels wide and high, to the plan's grid."""
        (ax, ay), (bx, by), (step_x, step_y), (columns, rows) = self.along, self.across, step_px, plan.steps
        x, y = corner_px[0] + step_x / 2 - self.x, corner_px[1] + step_y / 2 - self.y
        square = max(ax * ax + ay * ay, 1e-12)
        a, b = columns / square, rows / square
        return np.array(
            (
                (ax * a * step_x, ay * a * step_y, (ax * x + ay * y) * a - plan.u[0] * columns),
                (bx * b * step_x, by * b * step_y, (bx * x + by * y) * b - plan.y[0] * rows),
            )
        )


@lru_cache(maxsize=16)
def _places_x(plan: Plan, columns: int) -> F32:
    x = (plan.grid_u - plan.u[0]) * np.float32(plan.per_v_px[0])
    return np.tile(x, columns // len(x))


def _looked_up(drawing: U8, places: MatLike) -> U8:
    """A drawing at places (h, w, 2) on it; nothing beyond it: any other border takes five times as long."""
    return np.asarray(cv2.remap(drawing, places, None, cv2.INTER_LINEAR), np.uint8)  # type: ignore[call-overload]


@lru_cache(maxsize=16)
def grains(level: int, sparse: float) -> U8:
    """Grains that catch the light, (h, w) uint8 over a map, for `laid_finely`.

    Each level is half as fine as the one before and has the same grains. sparse: the higher, the fewer.
    """
    random = np.random.default_rng(20)
    noise = random.standard_normal((_FINEST_PX * 3 // 8, _FINEST_PX), np.float32)
    for _ in range(level):
        noise = np.asarray(cv2.pyrDown(noise), np.float32)
    return np.asarray(np.clip((noise / noise.std() - sparse) * 140, 0, 255), np.uint8)
