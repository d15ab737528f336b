"""Text as pixels: cached, premultiplied pygame surfaces for screens, and the same text on a Pillow image.

Blit the surfaces with `special_flags=pygame.BLEND_PREMULTIPLIED`; `blit` does.
"""

import functools
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.results import U8

from . import breaks, fonts, shapes
from .cache import SURFACES
from .theme import Colour
from .typeset import Block, Style, set_line, typeset

#: What reaches highest and lowest in scripts that stack marks.
_TALLEST: Final = {"th": "ปื้ฎูญุ"}

__all__ = ["Style", "blit", "forget", "paint", "size", "surface", "typeset"]


def size(
    text: str, style: Style, max_width_px: int | None = None, max_lines: int | None = None
) -> tuple[int, int]:
    """Width and height of a text in pixels."""
    block = typeset(text, style, max_width_px, max_lines)
    return block.width_px, block.height_px


def surface(
    text: str, style: Style, max_width_px: int | None = None, max_lines: int | None = None
) -> pygame.Surface:
    """A text as a cached premultiplied surface, as wide as its widest line; lines align within it."""

    def draw() -> pygame.Surface:
        return premultiplied(_alpha(typeset(text, style, max_width_px, max_lines), style), style.colour)

    return SURFACES.get(("text", text, style, max_width_px, max_lines), draw)


def blit(
    target: pygame.Surface,
    xy: tuple[int, int],
    text: str,
    style: Style,
    max_width_px: int | None = None,
    max_lines: int | None = None,
) -> tuple[int, int]:
    """Draw a text with its top left corner at xy; returns its width and height in pixels."""
    drawn = surface(text, style, max_width_px, max_lines)
    target.blit(drawn, xy, special_flags=pygame.BLEND_PREMULTIPLIED)
    return drawn.get_size()


def paint(
    image: Image.Image,
    xy: tuple[int, int],
    text: str,
    style: Style,
    max_width_px: int | None = None,
    max_lines: int | None = None,
) -> tuple[int, int]:
    """Draw the same text on a Pillow image (RGB), top left corner at xy; returns its width and height."""
    block = typeset(text, style, max_width_px, max_lines)
    alpha = Image.fromarray(_alpha(block, style))
    if style.colour[3] < 255:
        opacity = style.colour[3] / 255
        alpha = alpha.point(lambda value: round(value * opacity))
    image.paste(style.colour[:3], xy, alpha)
    return block.width_px, block.height_px


def forget() -> None:
    """Let go of every text set so far: some were somebody's pickup code or link."""
    SURFACES.clear()
    fonts.close()
    for kept in (typeset, set_line, breaks.pieces):
        kept.cache_clear()


def premultiplied(alpha: U8, colour: Colour) -> pygame.Surface:
    """One colour with a coverage per pixel as a surface. alpha: (h, w) uint8."""
    return shapes.surface(_shades(colour).take(alpha)[..., None].view(np.uint8))


@functools.lru_cache(maxsize=64)
def _shades(colour: Colour) -> NDArray[np.uint32]:
    """A colour at every coverage, premultiplied BGRA: (256,) pixels."""
    cover = (np.arange(256) * colour[3] + 127) // 255
    channels = np.array((colour[2], colour[1], colour[0], 255))
    bgra = ((cover[:, None] * channels + 127) // 255).astype(np.uint8)
    pixels: NDArray[np.uint32] = bgra.view(np.uint32)[:, 0]
    return pixels


def _alpha(block: Block, style: Style) -> U8:
    """How much of each pixel the text covers: (h, w) uint8, at least 1 x 1."""
    size_px = (max(1, block.width_px), max(1, block.height_px))
    image = Image.new("L", size_px)
    pen = ImageDraw.Draw(image)
    first_px = _baseline(style)
    for row, line in enumerate(block.lines):
        slack = block.width_px - line.width_px
        left = {"left": 0.0, "centre": slack / 2, "right": slack}[style.align]
        for run in line.runs:
            xy = (left + run.x_px, round(first_px + row * style.line_px))
            pen.text(xy, run.text, font=run.font.at(style.size_px), fill=255, anchor="ls")
    return np.asarray(image)


@functools.lru_cache(maxsize=256)
def _baseline(style: Style) -> float:
    """From a line's top to its baseline: centred, but never so that a descender or a high mark is cut."""
    font = fonts.packaged(style.face).at(style.size_px)
    ascent, descent = font.getmetrics()
    centred = (style.line_px - ascent - descent) / 2 + ascent
    sample = _TALLEST.get(style.language, "gjpqyQÇ")
    drawn = fonts.font_for(sample[0], style.face, style.language) or fonts.packaged(style.face)
    _, top, _, bottom = drawn.at(style.size_px).getbbox(sample, anchor="ls")
    return max(min(centred, style.line_px - bottom), -top if sample in _TALLEST.values() else 0)
