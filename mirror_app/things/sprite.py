"""Makes films of a small picture with alpha and of its shadow: what is laid on a large one."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mirror_app.things.film import Film
from mirror_app.things.grid import Box, Grid, shared
from mirror_app.things.head_shape import HeadShape, is_head
from mirror_app.things.scratch import scratch
from models.results import U8

#: The shadow on the skin: how dark, how far below, how soft, on cells of what size; millimetres.
_SHADOW, _BELOW_MM, _SOFT_MM, _CELL_MM = 0.30, 3.0, 5.0, 2.5
#: Cells beside and, because of the shift, below that must be covered too before a shadow is left out.
_NEIGHBOURS: Final = np.ones((4, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Sprite:
    """A small picture.

    box_xyxy: where, whole pixels of the large one. bgra: (h, w, 4) uint8, colours multiplied by alpha. shows:
    (h, w) uint8, how much of it is before the head; None all. parts_xyxy: rectangles of the large one, beside
    which it is empty; none where it may be anywhere.
    """

    box_xyxy: Box
    bgra: U8
    shows: U8 | None = None
    parts_xyxy: tuple[Box, ...] = ()

    def cut(self) -> Iterator["Sprite"]:
        """What is not empty, one part after the other."""
        left, top, _, _ = self.box_xyxy
        for box in self.parts_xyxy or (self.box_xyxy,):
            x0, y0, x1, y1 = box
            where = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
            yield Sprite(box, self.bgra[where], None if self.shows is None else self.shows[where])


#: Memory for a film: a name and a shape.
Paper = Callable[[str, tuple[int, ...]], U8]


def films(sprite: Sprite, opacity: float, paper: Paper) -> Iterator[Film]:
    """What it is on a picture, one part after the other; each is to be laid before the next is made."""
    for part in sprite.cut():
        yield _film(part, opacity, paper)


def _film(sprite: Sprite, opacity: float, paper: Paper) -> Film:
    bgra = sprite.bgra if opacity == 1 else _u8(cv2.convertScaleAbs(sprite.bgra, alpha=opacity))
    shape = bgra.shape[:2]
    adds = _u8(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR, dst=paper("adds", (*shape, 3))))
    keeps = _u8(cv2.extractChannel(bgra, 3, dst=scratch("alpha", shape, np.uint8)))
    if sprite.shows is not None:
        wide = _wide(sprite.shows, scratch("wide", adds.shape, np.uint8))
        cv2.multiply(adds, wide, dst=adds, scale=1 / 255)
        cv2.multiply(keeps, sprite.shows, dst=keeps, scale=1 / 255)
    cv2.bitwise_not(keeps, dst=keeps)
    return Film(sprite.box_xyxy, _wide(keeps, paper("keeps", adds.shape)), adds)


def shadow(
    sprite: Sprite, head: HeadShape, px_per_mm: float, size_px: tuple[int, int], paper: Paper
) -> Film | None:
    """The skin of a head, darkened a little below where the sprite will be; None where none is to be seen.

    size_px: width and height of the picture.
    """
    room, (width, height) = math.ceil((_BELOW_MM + _SOFT_MM) * px_per_mm), size_px
    x0, y0, x1, y1 = sprite.box_xyxy
    around = max(x0 - room, 0), y0, min(x1 + room, width), min(y1 + room, height)
    grid = Grid.of(around, max(round(_CELL_MM * px_per_mm), 1))
    # Of a hat most is beside and above all that is head.
    near = shared(around, head.bounds(room))
    if near is None:
        return None
    grid, _ = grid.within(near)
    size = 2 * max(round(_SOFT_MM * px_per_mm / grid.cell_px / 2), 1) + 1
    alpha = _alpha(sprite, grid, _BELOW_MM * px_per_mm)
    seen = cv2.bitwise_and(is_head(head.over(grid.box_xyxy, grid.cells)), _bare(alpha))
    dark = _u8(cv2.multiply(cv2.blur(alpha, (size, size)), seen, scale=_SHADOW / 255))
    # Most of what is worn is not over skin: only the rest is enlarged.
    x, y, columns, rows = cv2.boundingRect(dark)
    if not columns:
        return None
    part, cells = grid.part(x, y, columns, rows)
    keeps = part.enlarged("shade", 255 - dark[cells])
    return Film(part.inner_xyxy, _wide(keeps, paper("keeps", (*keeps.shape, 3))))


def _alpha(sprite: Sprite, grid: Grid, lower_px: float) -> U8:
    """(rows, columns) mean alpha in the cells of a grid, of the sprite so much lower."""
    # First thinned out, then averaged: averaging every pixel would take ten times as long.
    alpha = cv2.extractChannel(_thinned(sprite.bgra, sprite.box_xyxy, grid, lower_px), 3)
    if sprite.shows is not None:
        shows = _thinned(sprite.shows, sprite.box_xyxy, grid, lower_px)
        cv2.multiply(alpha, shows, dst=alpha, scale=1 / 255)
    return _u8(cv2.resize(alpha, grid.cells, interpolation=cv2.INTER_AREA))


def _bare(alpha: U8) -> U8:
    """255 in the cells of which something may be seen. alpha: in the cells, lower than it will lie."""
    lowest = cv2.erode(alpha, _NEIGHBOURS, anchor=(1, 0))
    return _u8(cv2.threshold(lowest, 254, 255, cv2.THRESH_BINARY_INV)[1])


def _thinned(picture: U8, box: Box, grid: Grid, lower_px: float) -> U8:
    """Four pixels for every cell of a grid, of a picture that lies in that box."""
    (x, y, _, _), (columns, rows), step = grid.box_xyxy, grid.cells, grid.cell_px / 2
    first = step / 2 - 0.5 + x - box[0], step / 2 - 0.5 + y - box[1] - lower_px
    matrix = np.array(((step, 0, first[0]), (0, step, first[1])))
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return _u8(cv2.warpAffine(picture, matrix, (2 * columns, 2 * rows), flags=flags))


def _wide(share: U8, paper: U8) -> U8:
    """One channel three times: a quarter of the time of `merge`."""
    return _u8(cv2.cvtColor(share, cv2.COLOR_GRAY2BGR, dst=paper))


def _u8(picture: object) -> U8:
    """What OpenCV gave; its types do not tell that bytes stay bytes."""
    return np.asarray(picture, np.uint8)
