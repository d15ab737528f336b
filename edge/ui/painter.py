"""Puts widgets on the screen: works out the blits when something changed, else repeats them."""

from collections.abc import Iterator
from typing import TypeAlias

import pygame

from . import draw, looks
from .area import Area
from .skin import Skin
from .theme import Colour, Theme
from .widgets import Control, Widget

#: Surface, place, part of the surface, blend flags; or a colour and the area it fills.
_Blit: TypeAlias = tuple[pygame.Surface, tuple[int, int], Area | None, int]
_Fill: TypeAlias = tuple[Colour, Area]


class Painter:
    """Draws tuples of widgets; keeps the blits of the last one."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._key: object = None
        self._steps: list[_Blit | _Fill] = []

    def draw(
        self,
        target: pygame.Surface,
        widgets: tuple[Widget, ...],
        pressed: str | None = None,
        focused: str | None = None,
    ) -> None:
        """Draw the widgets from back to front. pressed, focused: names of controls."""
        key = (widgets, pressed, focused)
        if key != self._key:
            self._key = key
            self._steps = [step for each in widgets for step in self._of(each, pressed, focused)]
        for step in self._steps:
            if len(step) == 2:
                target.fill(step[0][:3], step[1])
            else:
                surface, xy, part, flags = step
                target.blit(surface, xy, part, special_flags=flags)

    def forget(self) -> None:
        """Let go of the last surfaces (they may hold somebody's picture)."""
        self._key, self._steps = None, []

    def _of(self, widget: Widget, pressed: str | None, focused: str | None) -> Iterator[_Blit | _Fill]:
        if min(widget.visible.size) <= 0:
            return
        name = widget.name if isinstance(widget, Control) else None
        skin = Skin(self._theme, pressed=name is not None and name == pressed)
        for piece in looks.pieces(widget, skin):
            yield from _clipped(widget, piece)
        if name is not None and name == focused:
            yield self._ring(widget.visible)

    def _ring(self, around: Area) -> _Blit:
        """The focus ring: dark within light, so that it shows on paper and on any picture."""
        gap, palette = self._theme.px(5), self._theme.palette
        area = around.inset(-gap)
        thick = self._theme.px(4)
        ring = draw.ring(area.size, self._theme.radius_px, palette.ink, palette.white, thick)
        return ring, area.xy, None, pygame.BLEND_PREMULTIPLIED


def _clipped(widget: Widget, piece: looks.Piece) -> Iterator[_Blit | _Fill]:
    if isinstance(piece.surface, tuple):
        yield piece.surface, widget.visible
        return
    flags = pygame.BLEND_PREMULTIPLIED if piece.premultiplied else 0
    x, y = widget.area.x + piece.dx, widget.area.y + piece.dy
    if widget.clip is None:
        yield piece.surface, (x, y), None, flags
        return
    seen = Area(x, y, *piece.surface.get_size()).common(widget.clip)
    if min(seen.size) > 0:
        yield piece.surface, seen.xy, seen.moved(-x, -y), flags
