"""Shapes with smooth edges: panels, pills, swatch dots, rings, line icons; cached premultiplied surfaces.

Each shape is a signed distance to its outline (negative inside, pixels) turned into coverage over one
pixel, so edges are smooth at every size without drawing larger and shrinking (see shapes.py).
"""

import math
from typing import Final, Literal

import numpy as np
import pygame

from . import shapes
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
        small_px = shapes.shortened(size_px, min(radius_px, *size_px) + outline_px)
        outer = shapes.rounded_box(small_px, radius_px)
        layers = ((shapes.coverage(outer + outline_px), fill), (shapes.band(outer, outline_px), outline))
        return shapes.surface(shapes.widened(shapes.over(small_px, layers), size_px))

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
        distance = shapes.disc(side_px)
        disc = distance + ring_px * 2.2 if ring_px else distance
        layers = (
            (shapes.coverage(disc), fill),
            *((shapes.coverage(disc) * band, colour) for band, colour in shapes.bands(side_px, more)),
            (shapes.band(disc, 1.5), rim),
            (shapes.band(distance, ring_px), ring),
        )
        return shapes.surface(shapes.over((side_px, side_px), layers))

    return SURFACES.get(("dot", side_px, fill, rim, ring, ring_px, more), draw)


def slash(side_px: int, wide: Colour, thin: Colour) -> pygame.Surface:
    """A line across a swatch: what it stands for cannot be had. Light around dark: it shows on all."""

    def draw() -> pygame.Surface:
        line = ((3.4, 20.6), (20.6, 3.4))
        distance = shapes.stroke(side_px, line, side_px / 24)
        width = side_px / 24
        layers = (
            (shapes.coverage(distance - 1.5 * width), wide),
            (shapes.coverage(distance - 0.6 * width), thin),
        )
        return shapes.surface(shapes.over((side_px, side_px), layers))

    return SURFACES.get(("slash", side_px, wide, thin), draw)


def ring(
    size_px: tuple[int, int], radius_px: int, outer: Colour, inner: Colour, width_px: int
) -> pygame.Surface:
    """A hollow frame with round corners, of two colours side by side, each width_px thick."""

    def draw() -> pygame.Surface:
        small_px = shapes.shortened(size_px, min(radius_px, *size_px) + 2 * width_px)
        distance = shapes.rounded_box(small_px, radius_px)
        second = shapes.band(distance + width_px, width_px)
        layers = ((shapes.band(distance, width_px), outer), (second, inner))
        return shapes.surface(shapes.widened(shapes.over(small_px, layers), size_px))

    return SURFACES.get(("ring", size_px, radius_px, outer, inner, width_px), draw)


def fade(size_px: tuple[int, int], colour: Colour, edge: Edge) -> pygame.Surface:
    """A colour that is full at one edge of a rectangle and gone at the opposite one."""

    def draw() -> pygame.Surface:
        width, height = size_px
        x, y = shapes.grid(width, height)
        away = {"left": x / width, "right": 1 - x / width, "top": y / height, "bottom": 1 - y / height}[edge]
        cover = np.broadcast_to(1 - away * away * (3 - 2 * away), (height, width))
        return shapes.surface(shapes.over(size_px, ((cover.astype(np.float32), colour),)))

    return SURFACES.get(("fade", size_px, colour, edge), draw)


def icon(name: Icon, side_px: int, colour: Colour, stroke: float = 1.6) -> pygame.Surface:
    """A line icon. stroke: width of its lines where the icon is 24 wide."""

    def draw() -> pygame.Surface:
        scale = side_px / 24
        distance = np.full((side_px, side_px), np.inf, np.float32)
        for line in _STROKES[name]:
            distance = np.minimum(distance, shapes.stroke(side_px, line, scale))
        layers = ((shapes.coverage(distance - stroke * scale / 2), colour),)
        return shapes.surface(shapes.over((side_px, side_px), layers))

    return SURFACES.get(("icon", name, side_px, colour, stroke), draw)
