"""The mathematics of shapes with smooth edges: signed distances, how much of a pixel they cover, layers.

A signed distance is negative inside, in pixels; coverage is 0..1. All arrays are (h, w) float32 unless they
say otherwise. draw.py makes surfaces of them.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pygame

from models.results import F32, U8

from .theme import Colour

#: Beyond so many pixels from an outline nothing of its smooth edge is left.
_EDGE_PX: Final = 2


def over(size_px: tuple[int, int], layers: Sequence[tuple[F32, Colour]]) -> U8:
    """Layers from back to front as premultiplied pixels: (h, w, 4) uint8 BGRA.

    layers: of each its coverage and its colour.
    """
    width, height = size_px
    bgra: F32 | None = None
    for coverage, (red, green, blue, alpha) in layers:
        if not alpha:
            continue
        cover = coverage[..., None] * (alpha / 255)
        laid = cover * np.array([blue, green, red, 255], np.float32)
        bgra = laid if bgra is None else bgra * (1 - cover) + laid
    return np.zeros((height, width, 4), np.uint8) if bgra is None else np.rint(bgra).astype(np.uint8)


def surface(bgra: U8) -> pygame.Surface:
    """Premultiplied pixels as a surface, which keeps them. bgra: (h, w, 4) uint8."""
    height, width = bgra.shape[:2]
    return pygame.image.frombuffer(np.ascontiguousarray(bgra).data, (width, height), "BGRA")


def shortened(size_px: tuple[int, int], corner_px: float) -> tuple[int, int]:
    """The smallest size at which a box with such corners has all there is of it; see `widened`."""
    least = 2 * (math.ceil(corner_px) + _EDGE_PX) + 1
    return min(size_px[0], least), min(size_px[1], least)


def widened(bgra: U8, size_px: tuple[int, int]) -> U8:
    """A box with its middle row and column repeated up to a size: along its sides nothing changes.

    bgra: (h, w, 4) uint8. Large panels cost their corners and a copy.
    """
    rows, columns = (
        np.repeat(np.arange(small), [large - small + 1 if at == small // 2 else 1 for at in range(small)])
        for small, large in zip(bgra.shape[:2], size_px[::-1], strict=True)
    )
    pixels = bgra.view(np.uint32)[..., 0]
    wide: U8 = pixels.take(columns, 1).take(rows, 0)[..., None].view(np.uint8)
    return wide


def coverage(distance: F32) -> F32:
    """Of the inside."""
    cover: F32 = np.clip(0.5 - distance, 0, 1)
    return cover


def band(distance: F32, width_px: float) -> F32:
    """Coverage of the band of this width just inside an outline."""
    if width_px <= 0:
        return np.zeros_like(distance)
    band: F32 = np.clip(coverage(distance) - coverage(distance + width_px), 0, 1)
    return band


def grid(width: int, height: int) -> tuple[F32, F32]:
    """Pixel centres: x as (1, w), y as (h, 1)."""
    x = np.arange(width, dtype=np.float32)[None] + 0.5
    return x, np.arange(height, dtype=np.float32)[:, None] + 0.5


def rounded_box(size_px: tuple[int, int], radius_px: float) -> F32:
    """Distance to a rectangle with round corners; no radius is larger than half a side."""
    width, height = size_px
    radius = min(radius_px, width / 2, height / 2)
    x, y = grid(width, height)
    dx = np.abs(x - width / 2) - (width / 2 - radius)
    dy = np.abs(y - height / 2) - (height / 2 - radius)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    distance: F32 = (outside + np.minimum(np.maximum(dx, dy), 0) - radius).astype(np.float32)
    return distance


def bands(side_px: int, more: tuple[Colour, ...]) -> Iterator[tuple[F32, Colour]]:
    """What lies right of each boundary between the colours of a disc, and its colour."""
    x, y = grid(side_px, side_px)
    across = (x + 0.35 * y) / (1.35 * side_px)
    for place, colour in enumerate(more, 1):
        boundary = 0.2 + 0.6 * place / (len(more) + 1) if len(more) > 1 else 0.5
        yield np.clip((across - boundary) * side_px + 0.5, 0, 1).astype(np.float32), colour


def disc(side_px: int) -> F32:
    """Distance to a disc that fills its square."""
    x, y = grid(side_px, side_px)
    distance: F32 = (np.hypot(x - side_px / 2, y - side_px / 2) - side_px / 2).astype(np.float32)
    return distance


def stroke(side_px: int, line: Sequence[tuple[float, ...]], scale: float) -> F32:
    """Distance to a line without thickness, of points (x, y) times `scale`; (x, y, radius) is a circle."""
    x, y = grid(side_px, side_px)
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
