"""Solids from pictures: a front view with alpha and its width in millimetres is all that a brand needs."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mirror_app.colour import Lab, bgr_of_lab
from mirror_app.things.curtain import Curtain
from mirror_app.things.wear import Thing
from models.results import U8

F64 = npt.NDArray[np.float64]

#: A picture larger than this is made smaller: no screen shows more.
_LARGEST_PX: Final = 2048
#: Places along a bent rail.
_STEPS: Final = 17

#: Where the bridge of glasses sits, mm in the head's frame: before the root of the nose.
_BRIDGE_MM: Final = (0.0, 3.0, -27.0)
#: How a front bends around the face: radius of base curve 4, mm (4 dioptres, n 1.53).
_BASE_CURVE_MM: Final = 132.0
#: Temples: how high, how thick at the hinge, where they end behind the ear.
_TEMPLE_HIGH_MM, _TEMPLE_IN_MM, _EAR_MM = 4.5, 3.0, (70.0, -2.0, 88.0)
#: Hats stand so far off the middle of the skull, mm, and this is that middle.
_HAT_MM, _SKULL_MM = 92.0, (0.0, 0.0, 78.0)
_EARLOBE_MM: Final = (71.0, 38.0, 74.0)


class ArtworkError(ValueError):
    """A picture that nothing can be made of; says which and why."""


@lru_cache(maxsize=256)
def read(path: Path) -> U8:
    """(h, w, 4) uint8, straight alpha; ArtworkError where it is no picture or has no alpha."""
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise ArtworkError(f"{path} cannot be read as a picture")
    if picture.dtype == np.uint16:
        picture = (picture // 257).astype(np.uint8)
    if picture.ndim != 3 or picture.shape[2] != 4:
        raise ArtworkError(f"{path} has no transparent background: export it as PNG with alpha")
    if not picture[:, :, 3].any():
        raise ArtworkError(f"{path} is transparent all over")
    if (size := max(picture.shape[:2])) > _LARGEST_PX:
        scale = _LARGEST_PX / size
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)


def _spread(picture: U8, width_mm: float, centre: tuple[float, float]) -> tuple[F64, float, float]:
    """Steps (n,) along a picture's width, its top, and its height: mm from a place in it.

    centre: that place, 0..1 of the picture's width and height.
    """
    rows, columns = picture.shape[:2]
    height_mm = rows * width_mm / columns
    return (np.linspace(0, 1, _STEPS) - centre[0]) * width_mm, -centre[1] * height_mm, height_mm


def _hung(x: F64 | float, y: float, z: F64 | float, drop_mm: float, picture: U8) -> Curtain:
    """A picture on a rail through these places."""
    rail = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    return Curtain(rail.astype(np.float32), drop_mm, picture)


@lru_cache(maxsize=128)
def glasses(path: Path, width_mm: float, bridge: tuple[float, float], temple: Lab) -> Thing:
    """Glasses from their front. bridge: where in the picture the bridge is, 0..1 of its width and height."""
    picture = read(path)
    x, top, height_mm = _spread(picture, width_mm, bridge)
    front = _hung(
        x + _BRIDGE_MM[0],
        top + _BRIDGE_MM[1],
        _BRIDGE_MM[2] + x**2 / (2 * _BASE_CURVE_MM),
        height_mm,
        picture,
    )
    hinge_y = top + _BRIDGE_MM[1] + _hinge(picture) * height_mm
    temples = (
        _temple((at, hinge_y, _BRIDGE_MM[2] + at**2 / (2 * _BASE_CURVE_MM)), side, temple)
        for side, at in ((-1, float(x[0])), (1, float(x[-1])))
    )
    return Thing(curtains=(*temples, front))


def _hinge(picture: U8) -> float:
    """How far down the front its outer edges are solid, 0..1: there the temples begin."""
    edge = max(picture.shape[1] // 40, 1)
    solid = picture[:, :edge, 3].sum(axis=1).astype(float) + picture[:, -edge:, 3].sum(axis=1)
    rows = np.arange(len(solid)) + 0.5
    return float((solid @ rows) / max(solid.sum(), 1.0) / len(solid)) if solid.any() else 0.3


def _temple(hinge_mm: tuple[float, float, float], side: int, colour: Lab) -> Curtain:
    """A temple from its hinge to the ear; its end fades into the hair."""
    begin = np.array(hinge_mm) - (side * _TEMPLE_IN_MM / 2, _TEMPLE_HIGH_MM / 2, 0)
    end = np.array((side * _EAR_MM[0], _EAR_MM[1] - _TEMPLE_HIGH_MM / 2, _EAR_MM[2]))
    texture = np.zeros((8, 64, 4), np.uint8)
    round_y = np.linspace(-1, 1, 8)[:, None, None]
    texture[:, :, :3] = np.rint(np.array(bgr_of_lab(colour)) * (1 - 0.35 * np.maximum(round_y, 0)))
    texture[:, :, 3] = np.rint(255 * np.clip((1 - np.linspace(0, 1, 64)) / 0.22, 0, 1))
    return Curtain(np.array((begin, end), np.float32), _TEMPLE_HIGH_MM, texture)


@lru_cache(maxsize=128)
def hat(path: Path, width_mm: float, seat: float) -> Thing:
    """A hat from its front, bent around the head. seat: how far down the picture the brow is, 0..1."""
    picture = read(path)
    x, top, height_mm = _spread(picture, width_mm, (0.5, seat))
    # What is seen from the front at x lies at asin(x / r) around the head; a brim stands further out.
    radius = max(_HAT_MM, float(np.abs(x).max()) * _ROUND)
    angle = np.arcsin(np.clip(x / radius, -0.99, 0.99))
    depth = _SKULL_MM[2] - min(radius, _DEEP_MM) * np.cos(angle)
    return Thing(curtains=(_hung(_SKULL_MM[0] + x, _BROW_MM + top, depth, height_mm, picture),))


#: A brim's ends are not its sides: of a circle that is larger by this they are parts. And how far before the
#: middle of the skull it stands at most, mm.
_ROUND, _DEEP_MM = 1.12, 106.0
#: Where a hat's edge sits on the brow, mm down from between the eyes.
_BROW_MM: Final = -52.0


@lru_cache(maxsize=128)
def earring(path: Path, height_mm: float, hook: tuple[float, float], side: int) -> Thing:
    """One earring, hanging from the origin.

    hook: where in the picture it hangs, 0..1 of width and height. side: 1 the subject's left, which the
    picture shows, -1 the right, its mirror image.
    """
    picture = read(path)
    x, top, _ = _spread(picture, height_mm * picture.shape[1] / picture.shape[0], hook)
    return Thing(curtains=(_hung(side * x[[0, -1]], top, 0.0, height_mm, picture),), shadow=False)


def earlobe_mm(side: int) -> tuple[float, float, float]:
    """Where an earring hangs, mm in the head's frame. side: 1 the subject's left, -1 the right."""
    return side * _EARLOBE_MM[0], _EARLOBE_MM[1], _EARLOBE_MM[2]
