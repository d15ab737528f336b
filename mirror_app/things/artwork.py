"""Solids from pictures: a front view with alpha and its width in millimetres is all that a brand needs."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mirror_app.colour import Lab, bgr_of_lab
from mirror_app.things.solid import Solid, sheet
from mirror_app.things.wear import Thing
from models.results import U8

F64 = npt.NDArray[np.float64]

#: A picture larger than this is made smaller: no screen shows more.
_LARGEST_PX: Final = 2048
#: Transparent room around a picture, of its longer side: its edges are drawn by alpha, not by the grid.
_ROOM: Final = 0.05
#: Columns and rows of a bent sheet.
_COLUMNS, _ROWS = 17, 5

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


def _spread(picture: U8, width_mm: float, centre: tuple[float, float]) -> tuple[F64, F64, U8]:
    """Columns (n,) and rows (m,) of a sheet, mm from a place in the picture, and the picture with room.

    centre: that place, 0..1 of the picture's width and height.
    """
    rows, columns = picture.shape[:2]
    room = round(_ROOM * max(rows, columns)) + 2
    padded = cv2.copyMakeBorder(picture, room, room, room, room, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    mm = width_mm / columns
    x = np.linspace(-room - centre[0] * columns, columns + room - centre[0] * columns, _COLUMNS) * mm
    y = np.linspace(-room - centre[1] * rows, rows + room - centre[1] * rows, _ROWS) * mm
    return x, y, np.asarray(padded, np.uint8)


@lru_cache(maxsize=128)
def glasses(path: Path, width_mm: float, bridge: tuple[float, float], temple: Lab) -> Thing:
    """Glasses from their front. bridge: where in the picture the bridge is, 0..1 of its width and height."""
    picture = read(path)
    x, y, padded = _spread(picture, width_mm, bridge)
    points = np.zeros((_ROWS, _COLUMNS, 3))
    points[:, :, 0], points[:, :, 1] = x + _BRIDGE_MM[0], y[:, None] + _BRIDGE_MM[1]
    points[:, :, 2] = _BRIDGE_MM[2] + x**2 / (2 * _BASE_CURVE_MM)
    height_mm = picture.shape[0] * width_mm / picture.shape[1]
    hinge_y = _BRIDGE_MM[1] + (_hinge(picture) - bridge[1]) * height_mm
    ends = [(side, side * width_mm * (0.5 + side * (0.5 - bridge[0]))) for side in (-1, 1)]
    temples = (
        _temple((at, hinge_y, _BRIDGE_MM[2] + at**2 / (2 * _BASE_CURVE_MM)), side, temple)
        for side, at in ends
    )
    return Thing(sheets=(*temples, sheet(points, padded)))


def _hinge(picture: U8) -> float:
    """How far down the front its outer edges are solid, 0..1: there the temples begin."""
    edge = max(picture.shape[1] // 40, 1)
    solid = picture[:, :edge, 3].sum(axis=1).astype(float) + picture[:, -edge:, 3].sum(axis=1)
    rows = np.arange(len(solid)) + 0.5
    return float((solid @ rows) / max(solid.sum(), 1.0) / len(solid)) if solid.any() else 0.3


def _temple(hinge_mm: tuple[float, float, float], side: int, colour: Lab) -> Solid:
    """A temple from its hinge to the ear; its end fades into the hair."""
    begin = np.array(hinge_mm) - (side * _TEMPLE_IN_MM / 2, 0, 0)
    end = np.array((side * _EAR_MM[0], _EAR_MM[1], _EAR_MM[2]))
    along = np.linspace(0, 1, 9)[:, None]
    line = begin + (end - begin) * along
    points = np.stack((line, line), axis=0)
    points[0, :, 1] -= 2 * _TEMPLE_HIGH_MM
    points[1, :, 1] += 2 * _TEMPLE_HIGH_MM
    texture = np.zeros((32, 64, 4), np.uint8)
    round_y = np.linspace(-1, 1, 8)[:, None, None]
    texture[12:20, :, :3] = np.rint(np.array(bgr_of_lab(colour)) * (1 - 0.35 * np.maximum(round_y, 0)))
    texture[12:20, :, 3] = np.rint(255 * np.clip((1 - np.linspace(0, 1, 64)) / 0.22, 0, 1))
    return sheet(points, texture)


@lru_cache(maxsize=128)
def hat(path: Path, width_mm: float, seat: float) -> Thing:
    """A hat from its front, bent around the head. seat: how far down the picture the brow is, 0..1."""
    x, y, padded = _spread(read(path), width_mm, (0.5, seat))
    # What is seen from the front at x lies at asin(x / r) around the head; a brim stands further out.
    radius = max(_HAT_MM, float(np.abs(x).max()) * 1.02)
    angle = np.arcsin(np.clip(x / radius, -0.99, 0.99))
    points = np.zeros((_ROWS, _COLUMNS, 3))
    points[:, :, 0] = _SKULL_MM[0] + x
    points[:, :, 1] = _BROW_MM + y[:, None]
    points[:, :, 2] = _SKULL_MM[2] - min(radius, 106.0) * np.cos(angle)
    return Thing(sheets=(sheet(points, padded),))


#: Where a hat's edge sits on the brow, mm down from between the eyes.
_BROW_MM: Final = -52.0


@lru_cache(maxsize=128)
def earring(path: Path, height_mm: float, hook: tuple[float, float], side: int) -> Thing:
    """One earring, hanging from the origin.

    hook: where in the picture it hangs, 0..1 of width and height. side: 1 the subject's left, which the
    picture shows, -1 the right, its mirror image.
    """
    picture = read(path)
    x, y, padded = _spread(picture, height_mm * picture.shape[1] / picture.shape[0], hook)
    points = np.zeros((_ROWS, _COLUMNS, 3))
    points[:, :, 0], points[:, :, 1] = side * x, y[:, None]
    return Thing(sheets=(sheet(points, padded),), shadow=False)


def earlobe_mm(side: int) -> tuple[float, float, float]:
    """Where an earring hangs, mm in the head's frame. side: 1 the subject's left, -1 the right."""
    return side * _EARLOBE_MM[0], _EARLOBE_MM[1], _EARLOBE_MM[2]
