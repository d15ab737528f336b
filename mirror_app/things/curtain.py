"""Curtains: pictures that hang from a rail, straight down in the head's own frame.

Fronts of glasses, temples, hats and earrings are curtains. Where a pixel lies on one needs no search (see
mirror_app.things.rail); on a straight one it is an affine map.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from mirror_app.light import Light
from mirror_app.things import storeys
from mirror_app.things.grid import Box, Grid
from mirror_app.things.head_shape import HeadShape
from mirror_app.things.lamp import towards
from mirror_app.things.rail import F64, Hang, Plane, bounds, down_px
from mirror_app.things.scratch import scratch
from mirror_app.things.sprite import Sprite
from mirror_app.things.texture import Texture
from models.results import F32, U8, expect

#: Where pixels lie is computed on a grid of about so many cells, and between them is taken as straight.
_MOST_CELLS: Final = 1000
#: What lies behind the head by less than half of this shows in part, mm: so edges are no stairs.
_EDGE_MM: Final = 2.0
#: What memory gives at once.
_LINE_BYTES: Final = 64


@dataclass(frozen=True, eq=False)
class Curtain:
    """A picture on a rail.

    rail_mm: (n, 3) float32, the head's frame: the picture's upper edge, at even steps of it from left to
    right; two where it is straight. drop_mm: its height. texture_bgra: (h, w, 4) uint8, straight alpha.
    """

    rail_mm: F32
    drop_mm: float
    texture_bgra: U8

    def __post_init__(self) -> None:
        expect("rail_mm", self.rail_mm, (len(self.rail_mm), 3))

    @property
    def straight(self) -> bool:
        """Whether the rail is."""
        return len(self.rail_mm) == 2

    @cached_property
    def texture(self) -> Texture:
        """The picture, as it is laid on."""
        return Texture(self.texture_bgra)

    @cached_property
    def halves(self) -> storeys.Storeys | None:
        """Where the picture is not empty; None where that is nearly all of it."""
        return storeys.storeys(self.texture_bgra[:, :, 3], len(self.rail_mm))

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


def draw(
    curtain: Curtain, fixed: Head, head: Head, size_px: tuple[int, int], light: Light, shape: HeadShape
) -> Sprite | None:
    """A curtain in a picture of that width and height; None where nothing of it shows.

    fixed: what it is fixed to. shape: of `head`, which may hide it.
    """
    points = fixed.project(curtain.rail_mm if curtain.straight else curtain.longer_mm)
    inner = points if curtain.straight else points[1:-1]
    down, rail_px = down_px(curtain.drop_mm, fixed), inner.tolist()
    box, hang = bounds(rail_px, down, size_px), Hang.of(down, head.px_per_mm)
    if box is None or hang is None:
        return None
    texture = curtain.texture.lit(
        curtain.texels_per_mm / fixed.px_per_mm, curtain.normals, towards(fixed), light.gain_bgr
    )
    grid = Grid.over(box, _MOST_CELLS)
    if not curtain.straight:
        rail = hang.rail(points, curtain.shares, head)
        halves = curtain.halves
        parts = (box,) if halves is None else storeys.parts(halves, rail_px, down, size_px, box)
        return _bent(texture, grid, parts, shape, hang.over(grid, rail))
    planes = hang.straight(points.tolist(), head)
    return None if planes is None else _straight(texture, grid, shape, planes)


def _bent(
    texture: U8,
    grid: Grid,
    parts: tuple[Box, ...],
    shape: HeadShape,
    places: tuple[F64, F64, F64, F64 | None],
) -> Sprite | None:
    """parts: rectangles, beside which nothing is to be drawn.

    places: shares of the texture's width and height, depth, distance from a turn; (rows, columns) each.
    """
    across, down, depth, ends = places
    shows = _shows(shape.over(grid.box_xyxy, grid.cells) - depth)
    if ends is not None:
        edge = _share(ends, grid.cell_px)
        shows = edge if shows is None else np.minimum(shows, edge)
    if shows is not None and not shows.any():
        return None
    rows, columns = texture.shape[:2]
    x, y = (across * columns - 0.5).astype(np.float32), (down * rows - 0.5).astype(np.float32)
    # Places are looked up one by one, and what memory then has to fetch takes longest: all of it is read in
    # a row before, which saves a quarter of the time.
    texture.ravel()[::_LINE_BYTES].max()
    sprite = _sprite(grid, _canvas(grid.inner_xyxy), shows, parts)
    for part in sprite.cut():
        _clear_beside(sprite, part.box_xyxy)
        cells, where = grid.within(part.box_xyxy)
        cv2.remap(
            texture,
            cells.enlarged("x", x[where]),
            cells.enlarged("y", y[where]),
            cv2.INTER_LINEAR,
            dst=part.bgra,
            borderMode=cv2.BORDER_CONSTANT,
        )
    return sprite


def _clear_beside(sprite: Sprite, part: Box) -> None:
    """Nothing is to the left and to the right of a part of it."""
    (x0, y0, x1, y1), (left, top, _, _) = part, sprite.box_xyxy
    rows = sprite.bgra[y0 - top : y1 - top]
    rows[:, : x0 - left], rows[:, x1 - left :] = 0, 0


def _straight(texture: U8, grid: Grid, shape: HeadShape, planes: tuple[Plane, Plane, Plane]) -> Sprite | None:
    """planes: shares of the texture's width and height, and depth."""
    across, down, depth = planes
    x, y = grid.middles_px
    shows = _shows(shape.over(grid.box_xyxy, grid.cells) - (y * depth[1] + depth[2])[:, None] - x * depth[0])
    if shows is not None and not shows.any():
        return None
    rows, columns = texture.shape[:2]
    canvas = _canvas(grid.inner_xyxy)
    matrix = np.array((_texels(across, columns, grid.inner_xyxy), _texels(down, rows, grid.inner_xyxy)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(texture, matrix, canvas.shape[1::-1], dst=canvas, flags=flags)
    return _sprite(grid, canvas, shows)


def _texels(share: Plane, count: int, box: Box) -> Plane:
    """Of a rectangle's pixels, from a share of the texture."""
    x, y, begin = (each * count for each in share)
    return x, y, begin + x * (box[0] + 0.5) + y * (box[1] + 0.5) - 0.5


def _shows(before_mm: F64) -> U8 | None:
    """(rows, columns) how much shows of what is so far before the head; None where all does."""
    if before_mm.min() > _EDGE_MM / 2:
        return None
    return _share(before_mm, _EDGE_MM)


def _share(before: F64, soft: float) -> U8:
    """255 before an edge, 0 behind it, over a stretch of that length around it straight between."""
    share = before * (255 / soft)
    share += 127
    # `np.clip` takes longer.
    np.minimum(np.maximum(share, 0, out=share), 255, out=share)
    return share.astype(np.uint8)


def _canvas(box: Box) -> U8:
    return scratch("sprite", (box[3] - box[1], box[2] - box[0], 4), np.uint8)


def _sprite(grid: Grid, picture: U8, shows: U8 | None, parts: tuple[Box, ...] = ()) -> Sprite:
    return Sprite(grid.inner_xyxy, picture, None if shows is None else grid.enlarged("shows", shows), parts)
