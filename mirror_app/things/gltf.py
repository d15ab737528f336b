"""Solids from 3-D models: glTF 2.0 (.glb, .gltf), read by trimesh.

glTF is in metres, y up, and a model that faces the viewer looks along +z; a head's frame is in millimetres, y
down, z into the head. All parts share one texture, in which every material has a tile: its picture, or its
colour alone. What is transparent is drawn last.
"""

import logging
import math
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from mirror_app.things import kept
from mirror_app.things.artwork import ArtworkError
from mirror_app.things.solid import Solid
from mirror_app.things.wear import Thing
from models.results import F32, U8

log = logging.getLogger(__name__)

_MM: Final = 1000.0
#: More triangles than this cannot be drawn at the camera's rate.
_MOST_TRIANGLES: Final = 20_000
#: A material's picture is made smaller than this.
_TILE_PX: Final = 1024
#: From glTF's axes to the head's.
_AXES: Final = np.diag((1.0, -1.0, -1.0)).astype(np.float32)


@lru_cache(maxsize=32)
def load(path: Path, at_mm: tuple[float, float, float], until_mm: float = math.inf) -> Thing:
    """A model as a thing.

    at_mm: where its origin lies in the head's frame. until_mm: what lies deeper in that frame is left out:
    ears and hair hide the ends of temples.

    ArtworkError where the file is no model, has no triangles or too many. A missing texture is told in the
    log and replaced by the material's colour.
    """
    name = kept.name_of(path, at_mm, until_mm)
    if name is not None and (found := kept.find(name)) is not None:
        return Thing(*found)
    parts, whole = _read(path, at_mm, until_mm)
    if name is not None and whole:
        kept.keep(name, parts)
    return Thing(*parts)


def _read(path: Path, at_mm: tuple[float, float, float], until_mm: float) -> tuple[kept.Parts, bool]:
    """A model's parts, and whether nothing is missing."""
    import trimesh

    try:
        scene = trimesh.load_scene(path)
        meshes = [each for each in scene.dump() if isinstance(each, trimesh.Trimesh)]
    except Exception as wrong:  # trimesh raises whatever its readers raise
        raise ArtworkError(f"{path} cannot be read as glTF: {wrong}") from wrong
    count = sum(len(mesh.faces) for mesh in meshes)
    if not 0 < count <= _MOST_TRIANGLES:
        raise ArtworkError(f"{path} has {count} triangles; 1 to {_MOST_TRIANGLES} can be worn")
    parts = [_part(mesh, path, np.array(at_mm, np.float32), until_mm) for mesh in meshes]
    opaque = tuple(solid for solid, clear in parts if not clear)
    whole = not any(_lacks_texture(mesh) for mesh in meshes)
    return (opaque, tuple(solid for solid, clear in parts if clear)), whole


def _part(mesh: Any, path: Path, at_mm: F32, until_mm: float) -> tuple[Solid, bool]:
    """One mesh, and whether one sees through it."""
    texture, clear = _texture(mesh, path)
    vertices = np.asarray(mesh.vertices, np.float32) * np.float32(_MM) @ _AXES + at_mm
    if not np.isfinite(vertices).all():
        raise ArtworkError(f"{path} has vertices that are no numbers")
    uv = getattr(mesh.visual, "uv", None)
    if uv is None or len(uv) != len(vertices):
        place: F32 = np.full((len(vertices), 2), 0.5, np.float32)
    else:
        place = np.asarray(uv, np.float32) % 1.0
        place[:, 1] = 1 - place[:, 1]  # trimesh counts from below
    normals = np.asarray(mesh.vertex_normals, np.float32) @ _AXES
    faces = np.asarray(mesh.faces, np.int32)
    faces = faces[vertices[faces, 2].mean(axis=1) < until_mm]
    return Solid(vertices.astype(np.float32), faces, place, normals.astype(np.float32), texture), clear


def _texture(mesh: Any, path: Path) -> tuple[U8, bool]:
    """The material's picture times its colour, or the colour alone, and whether it is transparent."""
    material = getattr(mesh.visual, "material", None)
    colour = np.full(4, 255.0)
    given = getattr(material, "baseColorFactor", None)
    if given is not None:
        given = np.asarray(given, float)
        colour[: len(given)] = given * (255 if given.max() <= 1 else 1)
    elif material is not None and hasattr(material, "main_color"):
        colour = np.asarray(material.main_color, float)
    picture = getattr(material, "baseColorTexture", None)
    bgra = colour[[2, 1, 0, 3]]
    if picture is None:
        if _lacks_texture(mesh):
            log.warning("%s: a texture is missing; its material's colour stands in", path)
        return np.full((4, 4, 4), np.rint(bgra), np.uint8), bool(bgra[3] < 250)
    pixels = np.asarray(picture.convert("RGBA"))[:, :, [2, 1, 0, 3]]
    if (size := max(pixels.shape[:2])) > _TILE_PX:
        pixels = cv2.resize(
            pixels, None, fx=_TILE_PX / size, fy=_TILE_PX / size, interpolation=cv2.INTER_AREA
        )
    tinted = np.rint(pixels * (bgra / 255)).astype(np.uint8)
    return tinted, bool(getattr(material, "alphaMode", None) == "BLEND" or tinted[:, :, 3].min() < 250)


def _lacks_texture(mesh: Any) -> bool:
    """Whether coordinates were made for a picture that is not there."""
    material, uv = (getattr(mesh.visual, name, None) for name in ("material", "uv"))
    return material is not None and uv is not None and getattr(material, "baseColorTexture", None) is None
