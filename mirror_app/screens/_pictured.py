"""A product's picture, as its brand took it: read and scaled beside the loop, kept while the card is open.

A file that cannot be read, or not any more, shows none: the card has its words without it.
"""

import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import pygame
from PIL import Image

from models.results import U8

#: What takes longer to read than a shopper looks is not shown.
_MOST_PX: Final = 24_000_000
_WRONG: Final = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
#: One after the other: of several cards opened in a hurry the last is the one that is looked at.
_READER: Final = ThreadPoolExecutor(1, "product-picture")


class Pictured:
    """One picture on its way. size_px: what it will have, known at once; (0, 0) where there is none."""

    def __init__(self, path: Path | None, within_px: tuple[int, int]) -> None:
        self.size_px = _fitted(path, within_px) if path else (0, 0)
        self._surface: pygame.Surface | None = None
        self._coming: Future[U8 | None] | None = None
        if path and min(self.size_px) > 0:
            self._coming = _READER.submit(_read, path, self.size_px)

    @property
    def surface(self) -> pygame.Surface | None:
        """Premultiplied; None as long as it is read, or where it cannot be."""
        if self._coming is not None and self._coming.done():
            rgba = self._coming.result()
            self._coming = None
            if rgba is not None:
                self._surface = pygame.image.frombuffer(rgba.tobytes(), self.size_px, "RGBA")
        return self._surface

    def close(self) -> None:
        """The card is closed: what was not read yet is not read any more."""
        if self._coming is not None:
            self._coming.cancel()
        self._coming = self._surface = None


def _fitted(path: Path, within_px: tuple[int, int]) -> tuple[int, int]:
    """The size at which a picture is as large as fits, never larger than it is; only its head is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # too large all the same
            with Image.open(path) as image:
                width, height = image.size
    except _WRONG:
        return 0, 0
    if width * height > _MOST_PX:
        return 0, 0
    scale = min(within_px[0] / width, within_px[1] / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _read(path: Path, size_px: tuple[int, int]) -> U8 | None:
    """The picture at a size: (h, w, 4) RGBA, premultiplied."""
    try:
        with Image.open(path) as image:
            image.draft("RGB", size_px)
            small = image.convert("RGBA").convert("RGBa").resize(size_px, Image.Resampling.LANCZOS)
    except _WRONG:
        return None
    return np.asarray(small, np.uint8)
