"""Shapes with smooth edges: panels, pills, swatch dots, rings, line icons; cached premultiplied surfaces.

Each shape is a signed distance to its outline (negative inside, pixels) turned into coverage over one
pixel, so edges are smooth at every size without drawing larger and shrinking.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import numpy as np
import pygame

from models.results import F32

from .cache import SURFACES
from .theme import Colour

CLEAR: Final[Colour] = (0, 0, 0, 0)

Icon = Literal[
    "close",
    "back",
    "tick",
    "camera",
    "bare",
    "bag",
    "compare",
    "up",
    "phone",
    "shop",
    "globe",
    "sun",
    "undo",
    "help",
    "info",
    "people",
    "reload",
]

Edge = Literal["top", "bottom", "left", "right"]


def _arc(x: float, y: float, r: float, start: float, end: float) -> tuple[tuple[float, float], ...]:
    """A part of a circle, clockwise from the right, in turns."""
    turns = [(start + (end - start) * at / 20) * math.tau for at in range(21)]
    return tuple((x + r * math.cos(turn), y + r * math.sin(turn)) for turn in turns)


def _rays() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Eight short lines around the middle."""
    ways = [(math.cos(at * math.tau / 8), math.sin(at * math.tau / 8)) for at in range(8)]
    return tuple(((12 + 7.2 * dx, 12 + 7.2 * dy), (12 + 10 * dx, 12 + 10 * dy)) for dx, dy in ways)


def _oval(x: float, y: float, rx: float, ry: float) -> tuple[tuple[float, float], ...]:
    """An ellipse as a closed polyline."""
    turns = [at * math.tau / 28 for at in range(29)]
    return tuple((x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns)


#: Strokes of the icons on a square of 24, as polylines; a third number makes a circle of that radius.
_STROKES: Final[dict[Icon, tuple[tuple[tuple[float, ...], ...], ...]]] = {
    "close": (((6, 6), (18, 18)), ((18, 6), (6, 18))),
    "back": (((14, 5), (7, 12), (14, 19)),),
    "tick": (((5, 12.5), (10, 17.5), (19, 7)),),
    "camera": (
        ((3, 8), (7.5, 8), (9, 5.5), (15, 5.5), (16.5, 8), (21, 8), (21, 19), (3, 19), (3, 8)),
        ((12, 13, 3.6),),
    ),
    "bare": (((12, 12, 9),), ((5.6, 18.4), (18.4, 5.6))),
    "bag": (((5, 8), (19, 8), (20, 21), (4, 21), (5, 8)), ((8.5, 11), (8.5, 6), (15.5, 6), (15.5, 11))),
    "compare": (((12, 3), (12, 21)), ((8, 7), (3, 12), (8, 17)), ((16, 7), (21, 12), (16, 17))),
    "up": (((12, 20), (12, 4)), ((6, 10), (12, 4), (18, 10))),
    "phone": (((7, 2.5), (17, 2.5), (17, 21.5), (7, 21.5), (7, 2.5)), ((10.5, 18.7), (13.5, 18.7))),
    "sun": (((12, 12, 4.2),), *_rays()),
    "undo": (
        ((9, 4.5), (4.5, 9), (9, 13.5)),
        ((4.5, 9), (14.5, 9), *_arc(14.5, 14, 5, -0.25, 0.25), (9, 19)),
    ),
    "reload": (_arc(12, 12, 7.6, -0.16, 0.60), ((19.6, 4.4), (19.2, 9.6), (14.0, 9.2))),
    "help": (
        ((12, 12, 9.2),),
        (
            (9.3, 9.6),
            (9.7, 8.2),
            (10.7, 7.3),
            (12, 7.0),
            (13.5, 7.4),
            (14.5, 8.5),
            (14.6, 9.9),
            (13.8, 11.2),
            (12.6, 12.1),
            (12, 13.2),
            (12, 14.2),
        ),
        ((12, 17.0), (12, 17.2)),
    ),
    "info": (((12, 12, 9.2),), ((12, 11), (12, 16.8)), ((12, 7.4), (12, 7.6))),
    "people": (
        ((8.6, 8.6, 3.2),),
        _arc(8.6, 20, 5.8, 0.5, 1.0),
        _arc(15.6, 8.6, 3.0, 0.62, 1.38),
        _arc(15.9, 20, 5.6, 0.76, 1.0),
    ),
    "globe": (
        ((12, 12, 9.2),),
        ((2.8, 12), (21.2, 12)),
        _oval(12, 12, 4.2, 9.2),
        ((4.6, 6.6), (19.4, 6.6)),
        ((4.6, 17.4), (19.4, 17.4)),
    ),
    "shop": (
        ((4, 10), (4, 20.5), (20, 20.5), (20, 10)),
        ((2.5, 9.5), (5, 3.5), (19, 3.5), (21.5, 9.5), (2.5, 9.5)),
    ),
}


def blit(target: pygame.Surface, drawn: pygame.Surface, xy: tuple[int, int]) -> None:
    """Lay a premultiplied surface over the target."""
    target.blit(drawn, xy, special_flags=pygame.BLEND_PREMULTIPLIED)


def panel(
    size_px: tuple[int, int], fill: Colour, radius_px: int = 0, outline: Colour = CLEAR, outline_px: int = 0
) -> pygame.Surface:
    """A rectangle with round corners; a radius of half the height makes a pill."""

    def draw() -> pygame.Surface:
        outer = _rounded_box(size_px, radius_px)
        return _over(
            size_px,
            ((_coverage(outer + outline_px), fill), (_band(outer, outline_px), outline)),
        )

    return SURFACES.get(("panel", size_px, fill, radius_px, outline, outline_px), draw)


def dot(
    side_px: int,
    fill: Colour,
    rim: Colour,
    ring: Colour = CLEAR,
    ring_px: int = 0,
    more: tuple[Colour, ...] = (),
) -> pygame.Surface:
    """A swatch: a disc with a thin rim, and around it (where ring_px is given) the ring of the chosen one.

    more: further colours, beside the first in slanting bands.
    """

    def draw() -> pygame.Surface:
        distance = _disc(side_px)
        disc = distance + ring_px * 2.2 if ring_px else distance
        return _over(
            (side_px, side_px),
            (
                (_coverage(disc), fill),
                *((_coverage(disc) * band, colour) for band, colour in _bands(side_px, more)),
                (_band(disc, 1.5), rim),
                (_band(distance, ring_px), ring),
            ),
        )

    return SURFACES.get(("dot", side_px, fill, rim, ring, ring_px, more), draw)


def slash(side_px: int, wide: Colour, thin: Colour) -> pygame.Surface:
    """A line across a swatch: what it stands for cannot be had. Light around dark: it shows on all."""

    def draw() -> pygame.Surface:
        line = ((3.4, 20.6), (20.6, 3.4))
        distance = _stroke(side_px, line, side_px / 24)
        width = side_px / 24
        return _over(
            (side_px, side_px),
            ((_coverage(distance - 1.5 * width), wide), (_coverage(distance - 0.6 * width), thin)),
        )

    return SURFACES.get(("slash", side_px, wide, thin), draw)


def ring(
    size_px: tuple[int, int], radius_px: int, outer: Colour, inner: Colour, width_px: int
) -> pygame.Surface:
    """A hollow frame with round corners, of two colours side by side, each width_px thick."""

    def draw() -> pygame.Surface:
        distance = _rounded_box(size_px, radius_px)
        return _over(
            size_px, ((_band(distance, width_px), outer), (_band(distance + width_px, width_px), inner))
        )

    return SURFACES.get(("ring", size_px, radius_px, outer, inner, width_px), draw)


def fade(size_px: tuple[int, int], colour: Colour, edge: Edge) -> pygame.Surface:
    """A colour that is full at one edge of a rectangle and gone at the opposite one."""

    def draw() -> pygame.Surface:
        width, height = size_px
        x, y = _grid(width, height)
        away = {"left": x / width, "right": 1 - x / width, "top": y / height, "bottom": 1 - y / height}[edge]
        cover = np.broadcast_to(1 - away * away * (3 - 2 * away), (height, width))
        return _over(size_px, ((cover.astype(np.float32), colour),))

    return SURFACES.get(("fade", size_px, colour, edge), draw)


def icon(name: Icon, side_px: int, colour: Colour, stroke: float = 1.6) -> pygame.Surface:
    """A line icon. stroke: width of its lines where the icon is 24 wide."""

    def draw() -> pygame.Surface:
        scale = side_px / 24
        distance = np.full((side_px, side_px), np.inf, np.float32)
        for line in _STROKES[name]:
            distance = np.minimum(distance, _stroke(side_px, line, scale))
        return _over((side_px, side_px), ((_coverage(distance - stroke * scale / 2), colour),))

    return SURFACES.get(("icon", name, side_px, colour, stroke), draw)


def _over(size_px: tuple[int, int], layers: Sequence[tuple[F32, Colour]]) -> pygame.Surface:
    """Layers from back to front as one premultiplied surface. Coverage: (h, w) float32 0..1."""
    width, height = size_px
    bgra = np.zeros((height, width, 4), np.float32)
    for coverage, (red, green, blue, alpha) in layers:
        if alpha:
            cover = coverage[..., None] * (alpha / 255)
            bgra = bgra * (1 - cover) + cover * np.array([blue, green, red, 255], np.float32)
    packed = np.rint(bgra).astype(np.uint8)
    return pygame.image.frombuffer(packed.tobytes(), size_px, "BGRA")


def _coverage(distance: F32) -> F32:
    cover: F32 = np.clip(0.5 - distance, 0, 1)
    return cover


def _band(distance: F32, width_px: float) -> F32:
    """Coverage of the band of this width just inside an outline."""
    if width_px <= 0:
        return np.zeros_like(distance)
    band: F32 = np.clip(_coverage(distance) - _coverage(distance + width_px), 0, 1)
    return band


def _grid(width: int, height: int) -> tuple[F32, F32]:
    """Pixel centres: x as (1, w), y as (h, 1)."""
    x = np.arange(width, dtype=np.float32)[None] + 0.5
    return x, np.arange(height, dtype=np.float32)[:, None] + 0.5


def _rounded_box(size_px: tuple[int, int], radius_px: float) -> F32:
    width, height = size_px
    radius = min(radius_px, width / 2, height / 2)
    x, y = _grid(width, height)
    dx = np.abs(x - width / 2) - (width / 2 - radius)
    dy = np.abs(y - height / 2) - (height / 2 - radius)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    distance: F32 = (outside + np.minimum(np.maximum(dx, dy), 0) - radius).astype(np.float32)
    return distance


def _bands(side_px: int, more: tuple[Colour, ...]) -> Iterator[tuple[F32, Colour]]:
    """What lies right of each boundary between the colours of a disc, and its colour."""
    x, y = _grid(side_px, side_px)
    across = (x + 0.35 * y) / (1.35 * side_px)
    for place, colour in enumerate(more, 1):
        boundary = 0.2 + 0.6 * place / (len(more) + 1) if len(more) > 1 else 0.5
        yield np.clip((across - boundary) * side_px + 0.5, 0, 1).astype(np.float32), colour


def _disc(side_px: int) -> F32:
    x, y = _grid(side_px, side_px)
    distance: F32 = (np.hypot(x - side_px / 2, y - side_px / 2) - side_px / 2).astype(np.float32)
    return distance


def _stroke(side_px: int, line: Sequence[tuple[float, ...]], scale: float) -> F32:
    x, y = _grid(side_px, side_px)
    if len(line[0]) == 3:
        centre_x, centre_y, radius = (value * scale for value in line[0])
        ring: F32 = np.abs(np.hypot(x - centre_x, y - centre_y) - radius).astype(np.float32)
        return ring
    nearest = np.full((side_px, side_px), np.inf, np.float32)
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        nearest = np.minimum(
            nearest, _segment(x - ax * scale, y - ay * scale, (bx - ax) * scale, (by - ay) * scale)
        )
    return nearest


def _segment(px: F32, py: F32, bx: float, by: float) -> F32:
    """Distance of points (relative to one end) to a segment whose other end is at (bx, by)."""
    along = np.clip((px * bx + py * by) / max(math.hypot(bx, by) ** 2, 1e-9), 0, 1)
    distance: F32 = np.hypot(px - along * bx, py - along * by).astype(np.float32)
    return distance
