"""QR codes with crisp modules: every module a whole number of pixels, quiet zone included.

A code is read from about ten times its width (ISO/IEC 18004 leaves it to the reader; phones agree), so
one metre wants 100 mm.
"""

from typing import Final

import numpy as np
import pygame
import segno
from PIL import Image

from models.results import U8

from .cache import SURFACES
from .theme import ATELIER, Colour

#: Light border in modules, ISO/IEC 18004.
_QUIET: Final = 4


def modules(data: str) -> U8:
    """The code as (n, n) uint8, 1 = dark, with its quiet zone. Error correction M, a little glare is fine."""
    matrix = segno.make(data, error="m", micro=False, boost_error=False).matrix
    return np.pad(np.asarray([list(row) for row in matrix], np.uint8), _QUIET)


def image(data: str, side_px: int, dark: Colour = ATELIER.ink, light: Colour = ATELIER.white) -> Image.Image:
    """The code as RGB, as large as whole modules allow within side_px; ValueError where it cannot fit."""
    cells = modules(data)
    module_px = side_px // len(cells)
    if module_px < 1:
        raise ValueError(f"a QR code of {len(cells)} modules does not fit into {side_px} px")
    colours = np.array([light[:3], dark[:3]], np.uint8)
    return Image.fromarray(colours[np.kron(cells, np.ones((module_px, module_px), np.uint8))])


def surface(
    data: str, side_px: int, dark: Colour = ATELIER.ink, light: Colour = ATELIER.white
) -> pygame.Surface:
    """The same as an opaque cached surface."""

    def draw() -> pygame.Surface:
        drawn = image(data, side_px, dark, light)
        return pygame.image.frombuffer(drawn.convert("RGBA").tobytes("raw", "BGRA"), drawn.size, "BGRA")

    return SURFACES.get(("qr", data, side_px, dark, light), draw)
