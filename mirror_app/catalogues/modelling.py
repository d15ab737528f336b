"""Models the 3-D glasses of the demo catalogue, as a brand would export them: glTF, metres, y up.

    python -m mirror_app.catalogues.modelling FOLDER

Two panto rims of round wire, a keyhole bridge, temples that bend behind the ear, tinted lenses.
"""

import sys
from pathlib import Path
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import trimesh

F64 = npt.NDArray[np.float64]

#: Millimetres until the last step.
_RIM_MM, _WIRE_MM, _TEMPLE_MM = 1.7, 1.5, 1.6
_LENS_AT_MM, _LENS_WIDE_MM, _LENS_HIGH_MM = 33.5, 25.0, 22.5
_CURVE_MM: Final = 132.0
_ROUND: Final = 10

_CLARET: Final = (96, 22, 40, 255)
_GOLD: Final = (198, 158, 92, 255)
_ROSE_LENS: Final = (150, 84, 88, 110)


def main(folder: Path) -> None:
    """Write the model into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    scene = trimesh.Scene()
    for name, colour, parts in (
        ("wire", _GOLD, _wires()),
        ("rims", _CLARET, _rims()),
        ("lenses", _ROSE_LENS, _lenses()),
    ):
        mesh = cast("trimesh.Trimesh", trimesh.util.concatenate(parts))
        mesh.apply_scale(0.001)
        mode = "BLEND" if colour[3] < 255 else "OPAQUE"
        material = trimesh.visual.material.PBRMaterial(baseColorFactor=colour, alphaMode=mode)
        mesh.visual = trimesh.visual.TextureVisuals(material=material)
        scene.add_geometry(mesh, geom_name=name)
    scene.export(folder / "panto-claret.glb")


def _panto(side: int, scale: float = 1.0) -> F64:
    """(n, 3) the outline of one lens: round below, flatter above, on the curve of the front."""
    angle = np.linspace(0, 2 * np.pi, 56, endpoint=False)
    across, up = np.cos(angle), np.sin(angle)
    wide = _LENS_WIDE_MM * scale * (1 - 0.10 * np.maximum(-up, 0) ** 2)
    high = _LENS_HIGH_MM * scale * (1 - 0.10 * np.maximum(up, 0) ** 3)
    return _on_front(side * (_LENS_AT_MM + wide * across), high * up - 7.0)


def _on_front(x: F64, y: F64) -> F64:
    return np.stack((x, y, -(x**2) / (2 * _CURVE_MM)), axis=1)


def _rims() -> list[trimesh.Trimesh]:
    return [_tube(_panto(side), _RIM_MM, closed=True) for side in (-1, 1)]


def _lenses() -> list[trimesh.Trimesh]:
    lenses = []
    for side in (-1, 1):
        rim = _panto(side, 0.99)
        points = np.vstack((rim.mean(axis=0), rim))
        n = len(rim)
        faces = [(0, 1 + k, 1 + (k + 1) % n) for k in range(n)]
        lenses.append(trimesh.Trimesh(points, faces, process=False))
    return lenses


def _wires() -> list[trimesh.Trimesh]:
    """The bridge and the temples."""
    inner = _LENS_AT_MM - _LENS_WIDE_MM
    x = np.linspace(-inner, inner, 15)
    parts = [_tube(_on_front(x, 1.5 + 4.5 * np.cos(x / inner * np.pi / 2)), _WIRE_MM)]
    for side in (-1, 1):
        outer = _LENS_AT_MM + _LENS_WIDE_MM - 1
        hinge = np.array((side * outer, 0.0, -(outer**2) / (2 * _CURVE_MM)))
        bend = np.array((side * (outer + 9), 1.0, hinge[2] - 6))
        ear, end = np.array((side * 71.0, 3.0, -112.0)), np.array((side * 70.0, -22.0, -132.0))
        t = np.linspace(0, 1, 12)[:, None]
        line = np.vstack((hinge, bend + (ear - bend) * t, ear + (end - ear) * t[3::3] ** 1.2))
        parts.append(_tube(line, _TEMPLE_MM))
    return parts


def _tube(path: F64, radius: float, *, closed: bool = False) -> trimesh.Trimesh:
    """A round wire along a path."""
    along = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    if not closed:
        along[0], along[-1] = path[1] - path[0], path[-1] - path[-2]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(along, (0.0, 0.35, 1.0))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, along)
    angle = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)
    ring = np.cos(angle)[None, :, None] * side[:, None] + np.sin(angle)[None, :, None] * up[:, None]
    points = (path[:, None] + radius * ring).reshape(-1, 3)
    faces = []
    for k in range(len(path) if closed else len(path) - 1):
        here, there = k * _ROUND, (k + 1) % len(path) * _ROUND
        for j in range(_ROUND):
            a, b = here + j, here + (j + 1) % _ROUND
            c, d = there + j, there + (j + 1) % _ROUND
            faces += [(a, b, c), (b, d, c)]
    return trimesh.Trimesh(points, faces, process=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
