"""A solid: triangles with one texture, in the frame of a head (millimetres; see edge.head)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mirror_app.things.texture import Texture
from models.results import F32, U8, expect

I32 = npt.NDArray[np.int32]


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
    def _texture(self) -> Texture:
        return Texture(self.texture_bgra)

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
        return self._texture.at(self._texels_per_mm / max(px_per_mm, 1e-6))
