"""The upper lid as a map: u along the lash line (0 outer corner, 1 inner), v up from it.

    v = 1 ─ brow ──────────────     v follows the rows of the mesh, so what is drawn on the map is pulled
    2/3  ─ halo 3 ─────────────     along when the lid moves; u runs straight on in the eye's own frame.
    1/3  ─ halo 2 ─────────────
      0  ─ lash line ──────────

The map is laid on a coarse grid over the eye first (what lies on a lid is soft), then on the picture.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
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
#: The coarse grid over the eye's own frame: x as u, y in widths of the eye from, to; its size.
_Y: Final = (-0.35, 0.95)
_GRID_PX: Final = (40, 36)
_GRID_U: Final = np.linspace(*_U, _GRID_PX[0], dtype=np.float32)
_GRID_Y: Final = np.linspace(*_Y, _GRID_PX[1], dtype=np.float32)[:, None]
_MAP_X: Final = np.broadcast_to((_GRID_U - _U[0]) / (_U[1] - _U[0]) * (_MAP_PX[0] - 1), _GRID_PX[::-1]).copy()
#: Rows never come closer than this, in widths of the eye.
_APART: Final = 0.03
#: Width of the finest noise over the map, how many there are, each half as fine; pixels of a grain.
_FINEST_PX, _LEVELS, _GRAIN_PX = 1024, 5, 1.2


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
        """Something on the coarse grid over the box."""
        size = (self.outside.shape[1], self.outside.shape[0])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(coarse, self.to_grid, size, flags=flags, borderMode=cv2.BORDER_CONSTANT)

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
        grid_per_px = float(np.hypot(*self.to_grid[0, :2]))
        across_px = (_GRID_PX[0] - 1) / max(grid_per_px, 1e-6)
        return min(max(round(math.log2(_FINEST_PX * _GRAIN_PX / across_px)), 0), _LEVELS - 1)


@lru_cache(maxsize=8)
def _grains(level: int) -> U8:
    """(h, w) uint8 over the map, each level half as fine as the one before and of the same grains."""
    random = np.random.default_rng(20)
    noise = random.standard_normal((_FINEST_PX * 3 // 8, _FINEST_PX), np.float32)
    for _ in range(level):
        noise = np.asarray(cv2.pyrDown(noise), np.float32)
    noise = np.asarray(cv2.GaussianBlur(noise, (3, 3), 0), np.float32)
    return np.asarray(np.clip((noise / noise.std() - 0.4) * 110, 0, 255), np.uint8)


def of(subject: Subject) -> tuple[Lid, ...]:
    """The upper lids that are seen."""
    return tuple(_lid(around) for around in subject.once(_eyes.around))


def _lid(around: _eyes.Around) -> Lid:
    eye, box = around.eye, around.box
    return Lid(box, _map_y(eye), _to_grid(eye, box), around.outside, eye.strength)


def _map_y(eye: _eyes.Eye) -> F32:
    """Place on the map, down, of every point of the coarse grid: (h, w) float32."""
    lash, halo2, halo3, brow = _rows(eye)
    y = _GRID_Y
    v = (y - lash) / (halo2 - lash)
    v = np.where(y > halo2, 1 + (y - halo2) / (halo3 - halo2), v)
    v = np.where(y > halo3, 2 + (y - halo3) / (brow - halo3), v)
    return np.asarray((v / 3 - _V[0]) * ((_MAP_PX[1] - 1) / (_V[1] - _V[0])), np.float32)


def _rows(eye: _eyes.Eye) -> tuple[F32, F32, F32, F32]:
    """Height of the four rows over the columns of the grid, each (w,), in widths of the eye."""
    lash = eye.from_picture(eye.upper_xy)
    rows = [_height(lash)]
    for points in eye.above:
        rows.append(np.maximum(_height(points), rows[-1] + _APART))
    return rows[0], rows[1], rows[2], rows[3]


def _height(points: F32) -> F32:
    along = np.maximum.accumulate(points[:, 0])
    return np.interp(_GRID_U, along, points[:, 1]).astype(np.float32)


def _to_grid(eye: _eyes.Eye, box: _curves.Box) -> F64:
    """Matrix (2, 3) from a box's pixels to those of the coarse grid."""
    per = np.array(((_GRID_PX[0] - 1) / (_U[1] - _U[0]), (_GRID_PX[1] - 1) / (_Y[1] - _Y[0])))
    low = np.array((_U[0], _Y[0]))
    turn = per[:, None] * (eye.axes / np.float32(eye.width_px**2))
    corner = np.array(box[:2]) + 0.5 - eye.origin
    shift = turn @ corner - low * per
    return np.column_stack((turn, shift))
