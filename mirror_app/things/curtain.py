"""Curtains: pictures that hang from a bent rail, straight down in the head's own frame.

Fronts of glasses, temples, hats and earrings are curtains. Where a pixel lies on one needs no search: seen
along the rail's fall, a curtain is the same all the way down.

      rail ╭───╮        down   the head's y axis in the picture
     ╭─────╯   ╰───     across at right angles to it: tells the place on the rail, and so the picture's column
     │ p · · ·          hang   along it: what p hangs below the rail is the picture's row
     ╰─────╮   ╭───
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from mirror_app.light import Light
from mirror_app.things.grid import Box, Grid
from mirror_app.things.head_shape import HeadShape
from mirror_app.things.lamp import brightness
from mirror_app.things.scratch import scratch
from mirror_app.things.sprite import Sprite
from mirror_app.things.texture import Texture
from models.results import F32, U8, expect

#: Where pixels lie is computed on a grid of about so many cells, and between them is taken as straight.
_MOST_CELLS: Final = 1000
#: Seen so steeply from above or below, of its height, nothing of a curtain shows.
_STEEP: Final = 0.2
#: What lies behind the head by less than half of this shows in part, mm: so edges are no stairs.
_EDGE_MM: Final = 2.0
#: Nothing that shows lies further away.
_FARTHEST_PX: Final = 1e6


@dataclass(frozen=True, eq=False)
class Curtain:
    """A picture on a rail.

    rail_mm: (n, 3) float32, the head's frame: the picture's upper edge, at even steps of it from left to
    right. drop_mm: its height. texture_bgra: (h, w, 4) uint8, straight alpha.
    """

    rail_mm: F32
    drop_mm: float
    texture_bgra: U8

    def __post_init__(self) -> None:
        expect("rail_mm", self.rail_mm, (len(self.rail_mm), 3))

    @cached_property
    def texture(self) -> Texture:
        """The picture, as it is laid on."""
        return Texture(self.texture_bgra)

    @cached_property
    def longer_mm(self) -> F32:
        """(n + 2, 3): the rail and a step more at either end, so that what is beyond it is known to be."""
        rail = self.rail_mm
        return np.concatenate((2 * rail[:1] - rail[1:2], rail, 2 * rail[-1:] - rail[-2:-1]))

    @cached_property
    def shares(self) -> F32:
        """(n + 2,): how much of the rail lies to the left of `longer_mm`: 0 at its beginning, 1 its end."""
        last = len(self.rail_mm) - 1
        return np.arange(-1, last + 2, dtype=np.float32) / np.float32(last)

    @cached_property
    def normals(self) -> F32:
        """(n, 3) unit."""
        along = np.gradient(self.rail_mm, axis=0)
        normals = np.cross(along, (0.0, 1.0, 0.0))
        return np.asarray(normals / np.linalg.norm(normals, axis=1, keepdims=True), np.float32)

    @cached_property
    def texels_per_mm(self) -> float:
        """How fine the picture lies on it."""
        length = float(np.linalg.norm(np.diff(self.rail_mm[:, ::2], axis=0), axis=1).sum())
        height, width = self.texture_bgra.shape[:2]
        return math.sqrt(width * height / (length * self.drop_mm))


@dataclass(frozen=True, slots=True)
class _Rail:
    """Places along a rail in a picture, (n,) each.

    across: pixels. share: of the rail that is left behind, from 0. fall: its own place along the fall, of the
    whole drop. depth_mm: z from the head's origin. whole: nothing of it is turned away.
    """

    across: F32
    share: F32
    fall: F32
    depth_mm: F32
    whole: bool = True

    def turned_to_us(self) -> "_Rail":
        """The stretch about the nearest point in which `across` grows: what is beyond lies behind."""
        steps = self.across[1:] - self.across[:-1]
        if (steps > 0).all():
            return self
        if (steps < 0).all():
            return self._stretch(slice(None, None, -1), whole=True)
        middle = min(int(self.depth_mm.argmin()), len(steps) - 1)
        grows = steps[middle] > 0
        turns = np.flatnonzero((steps > 0) != grows)
        first = int(turns[turns < middle].max(initial=-1)) + 1
        last = int(turns[turns > middle].min(initial=len(steps)))
        way = slice(first, last + 1) if grows else slice(last, first - 1 if first else None, -1)
        return self._stretch(way, whole=False)

    def _stretch(self, way: slice, *, whole: bool) -> "_Rail":
        return _Rail(self.across[way], self.share[way], self.fall[way], self.depth_mm[way], whole)


@dataclass(frozen=True, slots=True)
class _View:
    """How a curtain hangs in a picture. A pixel's place is x * across[0] + y * across[1], fall likewise.

    deeper_mm: how much further away its lower edge is than its upper one.
    """

    rail: _Rail
    across: tuple[float, float]
    fall: tuple[float, float]
    deeper_mm: float
    box_xyxy: Box


def draw(
    curtain: Curtain, fixed: Head, head: Head, size_px: tuple[int, int], light: Light, shape: HeadShape
) -> Sprite | None:
    """A curtain in a picture of that width and height; None where nothing of it shows.

    fixed: what it is fixed to. shape: of `head`, which may hide it.
    """
    if (view := _view(curtain, fixed, head, size_px)) is None:
        return None
    grid = Grid.over(view.box_xyxy, _MOST_CELLS)
    texture = curtain.texture.lit(curtain.texels_per_mm / fixed.px_per_mm, _tones(curtain, fixed, light))
    x, y, shows = _places(view, grid, texture.shape, shape)
    if shows is not None and not shows.any():
        return None
    x0, y0, x1, y1 = view.box_xyxy
    picture = cv2.remap(
        texture,
        grid.enlarged("x", x),
        grid.enlarged("y", y),
        cv2.INTER_LINEAR,
        dst=scratch("sprite", (y1 - y0, x1 - x0, 4), np.uint8),
        borderMode=cv2.BORDER_CONSTANT,
    )
    return Sprite(
        view.box_xyxy, np.asarray(picture, np.uint8), None if shows is None else grid.enlarged("shows", shows)
    )


def _tones(curtain: Curtain, fixed: Head, light: Light) -> F32:
    """(n, 3) light on the picture from its left to its right."""
    return np.outer(brightness(curtain.normals, fixed), light.gain_bgr).astype(np.float32)


def _view(curtain: Curtain, fixed: Head, head: Head, size_px: tuple[int, int]) -> _View | None:
    """None where it is out of the picture, or seen too steeply."""
    points = fixed.project(curtain.longer_mm)
    x, y, z = (fixed.rotation[:, 1] * (fixed.px_per_mm * curtain.drop_mm)).tolist()
    x = -x if fixed.mirrored else x
    box = _box(points[1:-1].tolist(), (x, y), size_px)
    length2 = x * x + y * y
    if box is None or length2 < (_STEEP * fixed.px_per_mm * curtain.drop_mm) ** 2:
        return None
    length = math.sqrt(length2)
    across, fall = (y / length, -x / length), (x / length2, y / length2)
    rail = _Rail(
        across=points[:, 0] * across[0] + points[:, 1] * across[1],
        share=curtain.shares,
        fall=points[:, 0] * fall[0] + points[:, 1] * fall[1],
        depth_mm=(points[:, 2] - head.origin_px[2]) / head.px_per_mm,
    )
    return _View(rail.turned_to_us(), across, fall, z / head.px_per_mm, box)


def _box(rail_px: list[list[float]], down_px: tuple[float, float], size_px: tuple[int, int]) -> Box | None:
    """The rectangle in which it shows; None where that is outside the picture or nowhere."""
    xs, ys, _ = zip(*rail_px, strict=True)
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    if not abs(left) + abs(top) + abs(right) + abs(bottom) < _FARTHEST_PX:  # not a number compares as false
        return None
    (x, y), (width, height) = down_px, size_px
    x0, y0 = max(math.floor(left + min(x, 0) - 1), 0), max(math.floor(top + min(y, 0) - 1), 0)
    x1 = min(math.ceil(right + max(x, 0) + 1), width)
    y1 = min(math.ceil(bottom + max(y, 0) + 1), height)
    return (x0, y0, x1, y1) if x1 - x0 >= 2 and y1 - y0 >= 2 else None


def _places(
    view: _View, grid: Grid, texture_shape: tuple[int, ...], shape: HeadShape
) -> tuple[F32, F32, U8 | None]:
    """On a grid: x and y in the texture, (rows, columns) float32, and what is before the head, None all."""
    (x, y), rail = grid.middles_px, view.rail
    rows, columns = texture_shape[:2]
    across = (y * view.across[1])[:, None] + x * view.across[0]
    column = np.interp(across, rail.across, rail.share * columns - 0.5)
    fall = (y * view.fall[1])[:, None] + x * view.fall[0]
    fall -= np.interp(across, rail.across, rail.fall)
    behind = shape.over(grid.box_xyxy, grid.cells) - np.interp(across, rail.across, rail.depth_mm)
    behind -= view.deeper_mm * fall
    shows = np.clip(behind * (255 / _EDGE_MM) + 127, 0, 255)
    if not rail.whole:
        edge = np.minimum(across - rail.across[0], rail.across[-1] - across)
        shows = np.minimum(shows, np.clip(edge * (255 / grid.cell_px) + 127, 0, 255))
    hidden = shows.min() < 255
    return (
        column.astype(np.float32),
        (fall * rows - 0.5).astype(np.float32),
        shows.astype(np.uint8) if hidden else None,
    )
