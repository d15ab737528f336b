"""Where everything on the rail stands with its strips scrolled to their beginnings.

Where each line begins is worked out once, for thousands of them; the tiles of a line when it is looked at. No
text is set for it: chips and headings are as wide as their characters together (see
edge.ui.lettering.about_px). A layout is kept for as long as its shelf.
"""

import functools
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

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
#: Between two lines, downwards and across, and between two chips.
_DOWN, _ACROSS, _CHIP = 10, 40, 12


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile or heading; area: with the strip scrolled to its beginning. slack_px: how far a heading may stay
    behind, so that it is read for as long as something of its line is seen."""

    area: Area
    entry: Entry | None
    line: Line
    slack_px: int = 0


_Windows = tuple[Theme, Area, Area, bool]
_LAID_OUT: Final[WeakKeyDictionary[Shelf, dict[_Windows, "Layout"]]] = WeakKeyDictionary()


def laid_out(shelf: Shelf, theme: Theme, chips: Area, tiles: Area, *, across: bool) -> "Layout":
    """The layout of a shelf in its windows. across: the strip of tiles runs from left to right."""
    known, windows = _LAID_OUT.setdefault(shelf, {}), (theme, chips, tiles, across)
    if windows not in known:
        known[windows] = Layout(shelf.lines, theme, chips, tiles, across=across)
    return known[windows]


class Layout:
    """See `laid_out`; never changes."""

    def __init__(
        self, lines: tuple[Line, ...], theme: Theme, chips: Area, tiles: Area, *, across: bool
    ) -> None:
        self._theme, self._tiles_window, self._chips_window = theme, tiles, chips
        self.across, self.lines = across, lines
        self._columns = _columns(tiles.w, theme, across=across)
        #: Width and height of a tile.
        self.tile_px = _tile_px(tiles.w, theme, across=across)
        self._headings_px = [_heading_px(line.heading, theme) + theme.px(12) for line in lines if across]
        #: Where each line begins along the strip, and how much of it is something.
        self.line_starts, self._lengths_px = self._lay_lines()
        self.chip_starts, self._chips_width_px = self._lay_chips()
        self.stops = sorted({stop for at in range(len(lines)) for stop in self._stops(at)})
        self.line_places = {line.id: at for at, line in enumerate(lines)}
        self._placed: dict[int, tuple[Placed, ...]] = {}

    @property
    def length_px(self) -> int:
        """Of the tiles, with a tail, so that the last line too can come to the beginning of the window."""
        if not self.lines:
            return self._theme.gap_px
        end = self.line_starts[-1] + self._lengths_px[-1] + self._theme.gap_px
        return max(end, self.line_starts[-1] + self.window_px)

    @property
    def chips_px(self) -> int:
        """Length of the chips."""
        return self.chip_starts[-1] + self._chips_width_px[-1] if self.lines else 0

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

    def chip(self, at: int) -> Area:
        """The chip of a line, by the line's place."""
        window = self._chips_window
        return Area(window.x + self.chip_starts[at], window.y, self._chips_width_px[at], window.h)

    def between(self, first_px: float, last_px: float) -> Iterator[Placed]:
        """What may be seen between two offsets: of all lines that reach in between."""
        first = max(0, bisect_right(self.line_starts, first_px) - 1)
        for at in range(first, bisect_right(self.line_starts, last_px)):
            yield from (each for each in self.line(at) if self.start(each.area) <= last_px)

    def line(self, at: int) -> tuple[Placed, ...]:
        """A line's heading and tiles, by its place."""
        if at not in self._placed:
            make = self._across_line if self.across else self._down_line
            self._placed[at] = tuple(make(at))
        return self._placed[at]

    def find(self, name: str) -> Placed | None:
        """Where an entry stands, by the name of its control."""
        at = self._lines_by_name.get(name)
        if at is None:
            return None
        return next(each for each in self.line(at) if each.entry and each.entry.name == name)

    @functools.cached_property
    def _lines_by_name(self) -> dict[str, int]:
        return {name: at for at, line in enumerate(self.lines) for name in line.names}

    def _rows(self, at: int) -> int:
        return -(-self.lines[at].count // self._columns)

    def _lay_lines(self) -> tuple[list[int], list[int]]:
        theme, (tile_w, tile_h) = self._theme, self.tile_px
        starts, lengths, start = [], [], 0
        for at, line in enumerate(self.lines):
            if self.across:
                length, gap = max(line.count * tile_w, self._headings_px[at]), theme.px(_ACROSS)
            else:
                length, gap = theme.px(HEADING) + self._rows(at) * tile_h, theme.px(_DOWN)
            starts.append(start)
            lengths.append(length)
            start += length + gap
        return starts, lengths

    def _down_line(self, at: int) -> Iterator[Placed]:
        window, line, columns = self._tiles_window, self.lines[at], self._columns
        heading = Area(window.x, window.y + self.line_starts[at], window.w, self._theme.px(HEADING))
        yield Placed(heading, None, line)
        for place, entry in enumerate(line.entries):
            row, column = divmod(place, columns)
            x = window.x + round(column * window.w / columns)
            area = Area(x, heading.bottom + row * self.tile_px[1], window.w // columns, self.tile_px[1])
            yield Placed(area, entry, line)

    def _across_line(self, at: int) -> Iterator[Placed]:
        theme, window, line = self._theme, self._tiles_window, self.lines[at]
        x, width = window.x + self.line_starts[at], self._headings_px[at]
        slack_px = self._lengths_px[at] - width
        yield Placed(Area(x, window.y, width, theme.px(52)), None, line, slack_px)
        for place, entry in enumerate(line.entries):
            area = Area(x + place * self.tile_px[0], window.y + theme.px(HEADING), *self.tile_px)
            yield Placed(area, entry, line)

    def _lay_chips(self) -> tuple[list[int], list[int]]:
        theme, most = self._theme, self._chips_window.w
        starts, widths, start = [], [], 0
        style, pad, least = lettering.chip_style(theme), 2 * theme.px(28), theme.target_px
        for line in self.lines:
            width = min(max(lettering.about_px(line.name, style) + pad, least), most)
            starts.append(start)
            widths.append(width)
            start += width + theme.px(_CHIP)
        return starts, widths

    def _stops(self, at: int) -> Iterator[int]:
        """Where the strip may come to rest: no row is cut at the window's beginning, a line's first row keeps
        its heading, and across the heading of what is seen there can be read whole."""
        start, (tile_w, tile_h) = self.line_starts[at], self.tile_px
        yield start
        if self.across:
            slack_px = self._lengths_px[at] - self._headings_px[at]
            for place in range(1, self.lines[at].count):
                if place * tile_w <= slack_px:
                    yield start + place * tile_w
            return
        first = start + self._theme.px(HEADING) - self._theme.px(_LEAD)
        yield from range(first + tile_h, first + self._rows(at) * tile_h, tile_h)


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
