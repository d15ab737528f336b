"""The tabs of the rail: one a category and one for the looks, in a strip of their own."""

from typing import Final

from edge.ui import lettering
from edge.ui.area import Area
from edge.ui.strip import Strip
from edge.ui.touch import Scroll
from edge.ui.widgets import Tab, Widget

from . import _parts, _shelf
from ._room import Room

TAB: Final = "tab:"


class Tabs:
    """The tabs in their window; of no height where there is only one."""

    def __init__(self, room: Room, names: tuple[str, ...], window: Area) -> None:
        self._room, self._window = room, window
        self._strip = Strip()
        self._labels = {name: _shelf.tab_words(name, room.speech) for name in names}
        self._places = self._lay(names) if window.h else []
        if self._places:
            self._strip.fit(self._places[-1][1].right - window.x, window.w)

    def scrolls(self) -> tuple[Scroll, ...]:
        """The strip, for touch."""
        return (Scroll(self._strip, self._window, across=True),) if self._places else ()

    def tick(self, now_s: float) -> None:
        """Let the strip run on."""
        self._strip.tick(now_s)

    def show(self, name: str) -> None:
        """Bring a tab into view."""
        for tab, area in self._places:
            if tab == name:
                start = area.x - self._window.x
                self._strip.reveal(start, start + area.w, self._window.w, self._room.theme.px(40))

    def widgets(self, chosen: str) -> tuple[Widget, ...]:
        """The tabs that are in the window, over a thin line."""
        if not self._places:
            return ()
        theme, window = self._room.theme, self._window
        offset, clip = -round(self._strip.offset_px), window.inset(-theme.px(_parts.FADE), 0)
        tabs = tuple(
            Tab(area=moved, clip=clip, name=TAB + tab, label=self._labels[tab], chosen=tab == chosen)
            for tab, area in self._places
            if min((moved := area.moved(offset, 0)).common(clip).size) > 0
        )
        line = _parts.hairline(self._room, window.moved(0, window.h - theme.px(9)))
        return (line, *tabs, *_parts.sides(self._room, window))

    def _lay(self, names: tuple[str, ...]) -> list[tuple[str, Area]]:
        theme, window = self._room.theme, self._window
        places, x = [], window.x - theme.px(18)  # its words, not its edge, stand at the margin
        for name in names:
            width = max(theme.target_px, lettering.tab_width(self._labels[name], theme))
            places.append((name, Area(x, window.y, width, window.h)))
            x += width
        return places
