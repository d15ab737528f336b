"""A solid: triangles with one texture, in the frame of a head (millimetres; see edge.head)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.results import F32, U8, expect

I32 = npt.NDArray[np.int32]

#: A texture is halved until it has at most so many texels for a pixel of the screen.
_SHARPEST: Final = 1.6


@dataclass(frozen=True, eq=False)
class Solid:
    """Triangles with a texture.

    vertices_mm: (n, 3) float32. x to the subject's left, y down, z into the head; the origin between the
    eyes. triangles: (m, 3) int32, either side shows. uv: (n, 2) float32, 0..1 of the texture, from its upper
    left corner. normals: (n, 3) float32, unit. texture_bgra: (h, w, 4) uint8, straight alpha.
    """

    vertices_mm: F32
    triangles: I32
    uv: F32
    normals: F32
    texture_bgra: U8

    def __post_init__(self) -> None:
        n = len(self.vertices_mm)
        expect("vertices_mm", self.vertices_mm, (n, 3))
        expect("uv", self.uv, (n, 2))
        expect("normals", self.normals, (n, 3))
        expect("triangles", self.triangles, (len(self.triangles), 3))

    @cached_property
    def _levels(self) -> tuple[U8, ...]:
        """The texture with its colours multiplied by alpha, at full, half, quarter … size."""
        alpha = self.texture_bgra[:, :, 3:].astype(np.uint16)
        level = self.texture_bgra.copy()
        level[:, :, :3] = (self.texture_bgra[:, :, :3] * alpha + 127) // 255
        levels = [level]
        while min(level.shape[:2]) >= 8:
            level = np.asarray(
                cv2.resize(level, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
            )
            levels.append(level)
        return tuple(levels)

    @cached_property
    def _texels_per_mm(self) -> float:
        """How fine the texture lies on the solid, by the area of its triangles."""
        corners, uv = self.vertices_mm[self.triangles], self.uv[self.triangles]
        size = np.array(self.texture_bgra.shape[1::-1], np.float32)
        sides, texels = corners[:, 1:] - corners[:, :1], (uv[:, 1:] - uv[:, :1]) * size
        area = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1).sum()
        texel_area = np.abs(texels[:, 0, 0] * texels[:, 1, 1] - texels[:, 0, 1] * texels[:, 1, 0]).sum()
        return float(np.sqrt(texel_area / max(area, 1e-6)))

    def texture_at(self, px_per_mm: float) -> U8:
        """(h, w, 4) uint8, colours multiplied by alpha: the texture as fine as this picture can show."""
        texels = self._texels_per_mm / max(px_per_mm, 1e-6)
        level = 0
        while texels > _SHARPEST and level < len(self._levels) - 1:
            texels, level = texels / 2, level + 1
        return self._levels[level]

    def moved(self, by_mm: tuple[float, float, float]) -> "Solid":
        """The same elsewhere."""
        vertices = self.vertices_mm + np.array(by_mm, np.float32)
        return Solid(vertices, self.triangles, self.uv, self.normals, self.texture_bgra)


def sheet(
    points_mm: npt.NDArray[np.floating],
    texture_bgra: U8,
    uv: tuple[float, float, float, float] = (0, 0, 1, 1),
) -> Solid:
    """A bent rectangle. points_mm: (rows, columns, 3), from its upper left corner, seen from the front.

    uv: what part of the texture lies on it: left, top, right, bottom.
    """
    rows, columns = points_mm.shape[:2]
    left, top, right, bottom = uv
    u, v = np.meshgrid(np.linspace(left, right, columns), np.linspace(top, bottom, rows))
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    upper = np.stack((corner, corner + 1, corner + columns), axis=1)
    lower = np.stack((corner + 1, corner + columns + 1, corner + columns), axis=1)
    across, down = (np.asarray(np.gradient(points_mm, axis=axis)) for axis in (1, 0))
    normals = np.cross(down, across).reshape(-1, 3)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    return Solid(
        points_mm.reshape(-1, 3).astype(np.float32),
        np.concatenate((upper, lower)).astype(np.int32),
        np.stack((u.ravel(), v.ravel()), axis=1).astype(np.float32),
        normals.astype(np.float32),
        texture_bgra,
    )
