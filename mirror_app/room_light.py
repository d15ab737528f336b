"""Day to night: the same face and product as another light would show them.

Three things change with a light. Its colour: every surface is adapted from daylight to the light's white
(`bradford`), as far as eyes do not adapt themselves. Its strength: exposure. Its direction: a lamp beside
the face lights one cheek and leaves the other dim, by the slope of the face's own mesh: never a flat tint.

All of it varies slowly over a picture but for the colours themselves, so it is computed on a small copy and
laid over the picture as a gain per pixel:

    picture ── small copy ── linear light ── adapt, shade ── sRGB ──→ gain = new / old ──→ picture x gain
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from edge.scene import Face
from mirror_app import bradford
from mirror_app.bradford import F64, White
from mirror_app.colour import decoded, encoded
from models.mesh_points import OVAL
from models.results import F32, U8


@dataclass(frozen=True, slots=True)
class RoomLight:
    """One light.

    white: XYZ of a white wall in it, Y = 1, where daylight is D65. adapted: how far eyes take it for white,
    0..1. exposure: how bright the room is, where day is 1. towards_xyz: where it comes from: x to the right
    on the glass, y down, z away from the face. contrast: 0..1, how much of the light has a direction; the
    rest is the room's. falloff: 0..1, how much darker it is far from the faces, where the lamp does not
    reach.
    """

    name: str
    white: White
    adapted: float = 0.0
    exposure: float = 1.0
    towards_xyz: tuple[float, float, float] = (0.0, 0.0, 1.0)
    contrast: float = 0.0
    falloff: float = 0.0


DAY: Final = RoomLight("day", bradford.D65)
#: Tri-phosphor tubes in the ceiling; eyes are used to them.
OFFICE: Final = RoomLight("office", bradford.F11, 0.62, 0.97, (0.1, -0.75, 0.65), 0.30)
#: Incandescent lamps beside and above.
EVENING: Final = RoomLight("evening", bradford.A, 0.50, 0.92, (0.65, -0.45, 0.6), 0.45, 0.35)
#: One flame on the table before the face.
CANDLE: Final = RoomLight("candle", bradford.CANDLE, 0.50, 0.86, (-0.35, 0.7, 0.6), 0.60, 0.75)

LIGHTS: Final = (DAY, OFFICE, EVENING, CANDLE)

#: The small copy is smaller than the picture by this.
_SMALLER: Final = 8
#: Gains are held in 8 bits: this much is 1 where all are below 1.27, and where strange colours have more.
_FINE, _COARSE = 200.0, 100.0
#: A grey level added on both sides of the quotient: black has no colour to be lit.
_BLACK: Final = 1.0
#: Square roots of linear light, 0..1, to sRGB 0..255.
_ROOTS: Final = 2047
_OVAL: Final = np.array(OVAL)
#: Cells of the depth map along a face, and its blur in cells.
_CELLS: Final = 40
_SMOOTH: Final = 2.2
_NOSE: Final = 5
#: Half of the lamp's light is lost so far from a face, in eye distances.
_REACH: Final = 3.2
#: How far, in eye distances, the light on a face fades into what is around it.
_FADE: Final = 0.22


def named(name: str) -> RoomLight:
    """The light of that name; ValueError lists those there are."""
    for light in LIGHTS:
        if light.name == name:
            return light
    raise ValueError(f"there is no light {name!r}; there are {', '.join(each.name for each in LIGHTS)}")


def relight(image_bgr: U8, faces: Sequence[Face], light: RoomLight, columns: slice = slice(None)) -> None:
    """Show a daylight picture in another light, in place, in these columns. faces: in its pixels."""
    height, width = image_bgr.shape[:2]
    start, stop, _ = columns.indices(width)
    if light is DAY or start >= stop:
        return
    small_px = max(round(width / _SMALLER), 1), max(round(height / _SMALLER), 1)
    # Thinned out, then averaged: averaging every pixel would take four times as long.
    thin = cv2.resize(image_bgr, (2 * small_px[0], 2 * small_px[1]), interpolation=cv2.INTER_NEAREST)
    small = np.asarray(cv2.resize(thin, small_px, interpolation=cv2.INTER_AREA), np.uint8)
    shade = _shade(faces, light, small_px, small_px[0] / width, small_px[1] / height)
    gain = _gain(small, light, shade)
    one = _FINE if float(gain.max()) * _FINE < 255 else _COARSE
    held = np.minimum(gain * np.float32(one) + np.float32(0.5), 255).astype(np.uint8)
    full = cv2.resize(held, (width, height), interpolation=cv2.INTER_LINEAR)
    part = image_bgr[:, start:stop]
    cv2.multiply(part, full[:, start:stop], dst=part, scale=1 / one)


def lit(bgr: F32, light: RoomLight) -> F32:
    """(..., 3) sRGB 0..255 of daylight colours, blue first, in a light without direction; not rounded."""
    linear = decoded(np.asarray(bgr, np.float64) / 255) @ _matrix(light).T
    return np.asarray(255 * encoded(np.clip(linear, 0, 1)), np.float32)


def _gain(small_bgr: U8, light: RoomLight, shade: F32 | None) -> F32:
    """(h, w, 3) gains of the picture, 1 where nothing changes."""
    matrix = _matrix(light).astype(np.float32)
    linear: F32 = np.asarray(cv2.transform(cv2.LUT(small_bgr, _LINEAR), matrix), np.float32)
    if shade is not None:
        linear *= shade[:, :, None]
    np.clip(linear, 0, 1, out=linear)
    new = _SRGB[(cv2.sqrt(linear) * _ROOTS + 0.5).astype(np.int16)]
    return np.asarray((new + np.float32(_BLACK)) / (small_bgr + np.float32(_BLACK)), np.float32)


def _shade(
    faces: Sequence[Face], light: RoomLight, small_px: tuple[int, int], across: float, down: float
) -> F32 | None:
    """(h, w) factor of the light from its direction, 1 where there is no face; None without any."""
    if not faces or not light.contrast:
        return None
    shade = _reach(faces, light, small_px, across, down)
    for face in faces:
        _shade_face(shade, face, light, np.array((across, down), np.float32))
    return shade


def _reach(
    faces: Sequence[Face], light: RoomLight, small_px: tuple[int, int], across: float, down: float
) -> F32:
    """(h, w) how much of the lamp reaches each place: all of it at a face, less away from all of them."""
    dark: F32 = np.ones((small_px[1], small_px[0]), np.float32)
    columns, rows = (np.arange(n, dtype=np.float32) + np.float32(0.5) for n in small_px)
    for face in faces if light.falloff else ():
        x, y = face.landmarks_xyz[_NOSE, :2].tolist()
        reach = face.eye_distance_px * _REACH
        squares = ((rows / down - y) ** 2)[:, None] + ((columns / across - x) ** 2)[None, :]
        dark *= squares / (squares + reach * reach)
    return 1 - light.falloff * dark if light.falloff else dark


def _shade_face(shade: F32, face: Face, light: RoomLight, scale: F32) -> None:
    """Multiply the light on one face into its rectangle."""
    xy, z = face.landmarks_xyz[:468, :2] * scale, face.landmarks_xyz[:468, 2] * scale[0]
    fade = face.eye_distance_px * float(scale[0]) * _FADE
    low, high = np.floor(xy.min(axis=0) - 2 * fade), np.ceil(xy.max(axis=0) + 2 * fade)
    low, high = np.maximum(low, 0), np.minimum(high, shade.shape[::-1])
    (x0, y0), (x1, y1) = low.astype(int).tolist(), high.astype(int).tolist()
    if x1 - x0 < 2 or y1 - y0 < 2 or max(x1 - x0, y1 - y0) > max(shade.shape):
        return
    facing = _facing(xy - low, z, light, (x1 - x0, y1 - y0))
    mask = np.zeros((y1 - y0, x1 - x0), np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(xy[_OVAL] - low).astype(np.int32)), 1.0)
    size = 2 * max(round(fade), 1) + 1
    inside = float((facing * mask).sum() / max(float(mask.sum()), 1.0))
    cv2.blur(cv2.blur(mask, (size, size), dst=mask), (size, size), dst=mask)
    # The mean of the face keeps its brightness: the light moves, it does not fade.
    shade[y0:y1, x0:x1] *= 1 + mask * (light.contrast * (facing / max(inside, 0.1) - 1))


def _facing(xy: F32, z: F32, light: RoomLight, size_px: tuple[int, int]) -> F32:
    """(h, w) cosine between the face's surface and the light, from 0; the surface from the mesh's depths."""
    width, height = size_px
    cell = max(width, height) / _CELLS
    columns, rows = max(round(width / cell), 2), max(round(height / cell), 2)
    at = np.rint(xy / cell - 0.5).astype(np.intp)
    ok = (at >= 0).all(axis=1) & (at[:, 0] < columns) & (at[:, 1] < rows)
    where, count = at[ok, 1] * columns + at[ok, 0], rows * columns
    if len(where) < 3:
        return np.ones((height, width), np.float32)
    weight = np.bincount(where, minlength=count).reshape(rows, columns).astype(np.float32)
    depth = np.bincount(where, z[ok], minlength=count).reshape(rows, columns).astype(np.float32)
    blurred = [
        cv2.GaussianBlur(each, (0, 0), _SMOOTH, borderType=cv2.BORDER_CONSTANT) for each in (depth, weight)
    ]
    surface = blurred[0] / np.maximum(blurred[1], 1e-4)
    slope_y, slope_x = np.gradient(surface, cell)
    x, y, to = light.towards_xyz
    length = np.sqrt(slope_x**2 + slope_y**2 + 1) * float(np.sqrt(x * x + y * y + to * to))
    # z grows away from the camera, so the surface looks along (dz/dx, dz/dy, -1).
    facing = np.maximum((slope_x * x + slope_y * y + to) / length, 0)
    return np.asarray(cv2.resize(facing.astype(np.float32), size_px), np.float32)


@lru_cache(maxsize=16)
def _matrix(light: RoomLight) -> F64:
    """(3, 3) on linear light, blue first; the light's white is as bright as the screen can show it."""
    rgb = bradford.adaptation(bradford.towards_daylight(light.white, light.adapted))
    matrix = rgb * (light.exposure / rgb.sum(axis=1).max())
    return np.asarray(matrix[::-1, ::-1])


_LINEAR: Final = decoded(np.arange(256, dtype=np.float32) / 255).astype(np.float32)
_SRGB: Final = (255 * encoded((np.arange(_ROOTS + 1, dtype=np.float32) / _ROOTS) ** 2)).astype(np.float32)
