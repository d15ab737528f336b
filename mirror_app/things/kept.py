"""What a 3-D model was read to, kept on disk: its reader brings libraries that take half a second to load and
seventy megabytes to have, before the first picture of a mirror that may show no model all day.

Kept are models of one file (.glb), by the hash of all that makes them what they are; the newest only.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import platformdirs

from mirror_app.things.solid import I32, Solid
from models.results import F32, U8, expect

#: A catalogue has a handful of models.
_MOST_FILES: Final = 64
#: What a model becomes depends on these files beside this one.
_READERS: Final = ("gltf.py", "kept.py", "solid.py")
_KINDS: Final = ["f4", "i4", "f4", "f4", "u1"]
_PARTS: Final = ("vertices_mm", "triangles", "uv", "normals", "texture_bgra")

#: The opaque parts of a model, and those that one sees through.
Parts = tuple[tuple[Solid, ...], tuple[Solid, ...]]


def folder() -> Path:
    """Where they are kept."""
    return platformdirs.user_cache_path("vitrine") / "solids"


def name_of(path: Path, *how: object) -> str | None:
    """What a model is kept under; None where it cannot be. how: what else decides how it is read."""
    if path.suffix.lower() != ".glb":
        return None  # its pictures lie elsewhere and may change
    try:
        readers = [Path(__file__).with_name(name).read_bytes() for name in _READERS]
        made_of = b"".join([path.read_bytes(), *readers])
    except OSError:
        return None
    return hashlib.sha256(made_of + repr(how).encode()).hexdigest()


def find(name: str) -> Parts | None:
    """A kept model; None where there is none, or it is damaged."""
    try:
        with (folder() / f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            opaque, clear = arrays["counts"].tolist()
            solids = [_checked(*(arrays[f"{at}.{part}"] for part in _PARTS)) for at in range(opaque + clear)]
    except Exception:  # a damaged archive raises whatever its readers raise
        return None
    return tuple(solids[:opaque]), tuple(solids[opaque:])


def _checked(vertices_mm: F32, triangles: I32, uv: F32, normals: F32, texture_bgra: U8) -> Solid:
    """A solid that can be drawn; ValueError for any other."""
    kinds = [array.dtype.str[1:] for array in (vertices_mm, triangles, uv, normals, texture_bgra)]
    if kinds != _KINDS:
        raise ValueError(f"expected {_KINDS}, got {kinds}")
    if triangles.size and not 0 <= triangles.min() <= triangles.max() < len(vertices_mm):
        raise ValueError("a triangle has a corner that is not there")
    expect("texture_bgra", texture_bgra, (*texture_bgra.shape[:2], 4))
    return Solid(vertices_mm, triangles, uv, normals, texture_bgra)


def keep(name: str, parts: Parts) -> None:
    """Keep a model; where the disk does not let us, it is read again next time."""
    opaque, clear = parts
    arrays = {
        f"{at}.{part}": getattr(solid, part) for at, solid in enumerate(opaque + clear) for part in _PARTS
    }
    temporary = None
    try:
        folder().mkdir(parents=True, exist_ok=True)
        for old in [*_newest_first()][_MOST_FILES - 1 :]:
            old.unlink(missing_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, counts=np.array([len(opaque), len(clear)]), **arrays)
        Path(temporary).replace(folder() / f"{name}.npz")
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _newest_first() -> Iterator[Path]:
    yield from sorted(folder().iterdir(), key=lambda path: -path.stat().st_mtime)
