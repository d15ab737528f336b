"""Where everything on the rail stands with its strips scrolled to their beginnings; worked out once.

No text is set for it: thousands of chips and headings are as wide as their characters together (see
edge.ui.lettering.about_px). The layouts of the last few rails are kept.
"""

import functools
import math
from dataclasses import dataclass
from typing import Final

from edge.ui import lettering
from edge.ui.area import Area
from edge.ui.theme import Theme
from edge.ui.typeset import Style

from . import _parts
from ._shelf import Entry, Line, Shelf

#: Designed pixels: height of a line's heading, and how far below the beginning of the window a row comes to
#: rest.
HEADING: Final = 62
_LEAD: Final = 14


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile or heading; area: with the strip scrolled to its beginning. slack_px: how far a heading may stay
    behind, so that it is read for as long as something of its line is seen."""

    area: Area
    entry: Entry | None
    line: Line
    slack_px: int = 0


@functools.lru_cache(maxsize=24)
def laid_out(shelf: Shelf, theme: Theme, chips: Area, tiles: Area, *, across: bool) -> "Layout":
    """The layout of a shelf in its windows. across: the strip of tiles runs from left to right."""
    return Layout(shelf, theme, chips, tiles, across=across)


class Layout:
    """See `laid_out`; never changes."""

    def __init__(self, shelf: Shelf, theme: Theme, chips: Area, tiles: Area, *, across: bool) -> None:
        self._theme, self._tiles_window, self._chips_window = theme, tiles, chips
        self.across, self.lines = across, shelf.lines
        self.placed = self._across_all() if across else self._down_all()
        self.starts = [self.start(each.area) for each in self.placed]
        self.headings = [each for each in self.placed if each.entry is None]
        self.line_starts = [self.start(each.area) for each in self.headings]
        self.chip_areas = self._lay_chips()
        self.chip_starts = [area.x - chips.x for area in self.chip_areas]
        self.stops = self._stops()
        self.places = {each.entry.name: at for at, each in enumerate(self.placed) if each.entry}
        self.line_places = {line.id: at for at, line in enumerate(self.lines)}

    @property
    def length_px(self) -> int:
        """Of the tiles, with a tail, so that the last line too can come to the beginning of the window."""
        end = max((self.end(each.area) for each in self.placed), default=0) + self._theme.gap_px
        return max(end, self.line_starts[-1] + self.window_px) if self.line_starts else end

    @property
    def chips_px(self) -> int:
        """Length of the chips."""
        return self.chip_areas[-1].right - self._chips_window.x if self.chip_areas else 0

    @property
    def tile_px(self) -> tuple[int, int]:
        """Width and height of a tile."""
        return _tile_px(self._tiles_window.w, self._theme, across=self.across)

    @property
    def window_px(self) -> int:
        """Length of the window of the tiles, along the strip."""
        return self._tiles_window.w if self.across else self._tiles_window.h

    def start(self, area: Area) -> int:
        """Where an area begins along the strip."""
        return area.x - self._tiles_window.x if self.across else area.y - self._tiles_window.y

    def end(self, area: Area) -> int:
        """Where it ends."""
        return self.start(area) + (area.w if self.across else area.h)

    @property
    def _columns(self) -> int:
        return _columns(self._tiles_window.w, self._theme, across=self.across)

    def _down_all(self) -> list[Placed]:
        theme, window = self._theme, self._tiles_window
        _, tile_h = self.tile_px
        columns = self._columns
        placed, y = [], window.y
        for line in self.lines:
            heading = Area(window.x, y, window.w, theme.px(HEADING))
            placed.append(Placed(heading, None, line))
            y = heading.bottom
            for place, entry in enumerate(line.entries):
                row, column = divmod(place, columns)
                x = window.x + round(column * window.w / columns)
                area = Area(x, y + row * tile_h, window.w // columns, tile_h)
                placed.append(Placed(area, entry, line))
            y += -(-len(line.entries) // columns) * tile_h + theme.px(10)
        return placed

    def _across_all(self) -> list[Placed]:
        theme, window = self._theme, self._tiles_window
        tile_w, tile_h = self.tile_px
        placed, x = [], window.x
        for line in self.lines:
            wanted = _heading_px(line.heading, theme) + theme.px(12)
            width = max(len(line.entries) * tile_w, wanted)
            heading = Area(x, window.y, wanted, theme.px(52))
            placed.append(Placed(heading, None, line, width - wanted))
            top = window.y + theme.px(HEADING)
            for place, entry in enumerate(line.entries):
                area = Area(x + place * tile_w, top, tile_w, tile_h)
                placed.append(Placed(area, entry, line))
            x += width + theme.px(40)
        return placed

    def _lay_chips(self) -> list[Area]:
        theme, window = self._theme, self._chips_window
        areas, x = [], window.x
        style, pad, least = lettering.chip_style(theme), 2 * theme.px(28), theme.target_px
        for line in self.lines:
            width = max(lettering.about_px(line.name, style) + pad, least)
            areas.append(Area(x, window.y, min(width, window.w), window.h))
            x = areas[-1].right + theme.px(12)
        return areas

    def _stops(self) -> list[int]:
        """Where the strip may come to rest: no row is cut at the window's beginning, a line's first row keeps
        its heading, and across the heading of what is seen there can be read whole."""
        lead_px = 0 if self.across else self._theme.px(_LEAD)
        stops, first, last = set(), None, math.inf
        for start, each in zip(self.starts, self.placed, strict=True):
            if each.entry is None:
                stops.add(start)
                first, last = None, start + each.slack_px if self.across else math.inf
            elif first is None:
                first = start
            elif first < start <= last:
                stops.add(start - lead_px)
        return sorted(stops)


def row_px(width_px: int, theme: Theme, *, across: bool) -> int:
    """How high a window of this width must be to show a heading and a row of tiles."""
    return theme.px(HEADING) + _tile_px(width_px, theme, across=across)[1]


def _tile_px(width_px: int, theme: Theme, *, across: bool) -> tuple[int, int]:
    width = width_px // _columns(width_px, theme, across=across)
    return width, max(lettering.tile_height(width, theme), theme.target_px)


def _columns(width_px: int, theme: Theme, *, across: bool) -> int:
    """Tiles side by side: as many as a finger can tell apart, in portrait those of one window's width."""
    least = max(theme.px(130 if across else 112), theme.target_px)
    return max(1, width_px // least)


def _heading_px(heading: str, theme: Theme) -> int:
    return lettering.about_px(heading, heading_style(theme)) + theme.px(4)


def heading_style(theme: Theme) -> Style:
    """Text of the headings of lines."""
    return _parts.small(theme, 22)
