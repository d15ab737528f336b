"""A bounded store of drawn surfaces: what is shown again is blitted, not drawn again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

import pygame

#: Enough for one 4K screen with its texts; the least recently used goes first.
_DEFAULT_BYTES: Final = 192 * 1024 * 1024


class SurfaceCache:
    """Surfaces by key, least recently used out first once `max_bytes` is reached."""

    def __init__(self, max_bytes: int = _DEFAULT_BYTES) -> None:
        self._surfaces: OrderedDict[Hashable, pygame.Surface] = OrderedDict()
        self._max_bytes = max_bytes
        self._bytes = 0

    def get(self, key: Hashable, draw: Callable[[], pygame.Surface]) -> pygame.Surface:
        """The surface of a key; `draw` makes it where it is not there. Nobody draws on it afterwards."""
        found = self._surfaces.get(key)
        if found is None:
            found = self._surfaces[key] = draw()
            self._bytes += _bytes(found)
            self._shrink()
        else:
            self._surfaces.move_to_end(key)
        return found

    def fit(self, size_px: tuple[int, int]) -> None:
        """Keep no more than a screen of that size can use: four times its pixels, never more than before."""
        self._max_bytes = min(self._max_bytes, 4 * 4 * size_px[0] * size_px[1])
        self._shrink()

    def clear(self) -> None:
        """Forget all surfaces."""
        self._surfaces.clear()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._surfaces)

    def _shrink(self) -> None:
        while self._bytes > self._max_bytes and len(self._surfaces) > 1:
            self._bytes -= _bytes(self._surfaces.popitem(last=False)[1])


def _bytes(surface: pygame.Surface) -> int:
    return surface.get_width() * surface.get_height() * surface.get_bytesize()


#: What all of edge.ui draws; one screen runs per process, on its main thread.
SURFACES: Final = SurfaceCache()
