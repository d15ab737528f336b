"""The rail of shades: lines with their shades, in one strip; chips jump to a line and follow it.

    landscape, downwards              portrait, across
    Velours Poudré  Matte  39.00      Velours Poudré  Matte  39.00 │ Encre Mate …
    ● ● ● ●                           ● ● ● ● ●                    │ ● ● ●
    ●
    Encre Mate …
Where everything stands is worked out once; a frame makes widgets of what is in the window only, so a
catalogue of thousands costs the same as one of twelve.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from edge.ui import lettering, text
from edge.ui.area import Area
from edge.ui.strip import Strip
from edge.ui.touch import Scroll
from edge.ui.widgets import Chip, Fade, Label, Tile, Widget

from . import _parts
from ._room import Room
from ._shelf import LINE, Entry, Line

#: Designed pixels: height of a line's heading, length of the fade at the ends of a strip, and how far below
#: the beginning of the window a row comes to rest.
_HEADING: Final = 62
_LEAD: Final = 14


@dataclass(frozen=True, slots=True)
class _Placed:
    """A tile or heading; area: with the strip scrolled to its beginning. slack_px: how far a heading may stay
    behind, so that it is read for as long as something of its line is seen."""

    area: Area
    entry: Entry | None
    line: Line
    slack_px: int = 0


class Rail:
    """Chips and tiles in their two strips. chips, tiles: the windows they are seen through."""

    def __init__(self, room: Room, lines: tuple[Line, ...], chips: Area, tiles: Area) -> None:
        self._room, self._chips_window, self._tiles_window = room, chips, tiles
        self._across = room.stacked
        self.chips, self.tiles = Strip(), Strip()
        self._placed = self._across_all(lines) if self._across else self._down_all(lines)
        self._starts = [self._start(each.area) for each in self._placed]
        self._chip_areas = self._lay_chips(lines)
        self._lines = lines
        self._headings = [each for each in self._placed if each.entry is None]
        self._line_starts = [self._start(each.area) for each in self._headings]
        end = max((self._end(each.area) for each in self._placed), default=0) + room.theme.gap_px
        # A tail, so that the last line too can come to the beginning of the window.
        tail = max(end, self._line_starts[-1] + self._window_px) if self._line_starts else end
        self.tiles.fit(tail, self._window_px, self._stops())
        self.chips.fit(self._chip_areas[-1].right - chips.x if self._chip_areas else 0, chips.w)
        self._followed: Line | None = None

    def scrolls(self) -> tuple[Scroll, ...]:
        """Both strips, for touch."""
        return (
            Scroll(self.chips, self._chips_window, across=True),
            Scroll(self.tiles, self._tiles_window, across=self._across),
        )

    def tick(self, now_s: float) -> None:
        """Let the strips run on; the chips follow the line that is current."""
        self.tiles.tick(now_s)
        if (current := self.current) is not None and current is not self._followed:
            self._followed = current
            self.show(LINE + current.id)
        self.chips.tick(now_s)

    def widgets(self, chosen: frozenset[str]) -> tuple[Widget, ...]:
        """Chips and tiles that are in their windows, and the paper they vanish into at both ends.

        chosen: the names of the entries that are worn.
        """
        return (
            *self._chip_widgets(),
            *(_parts.sides(self._room, self._chips_window) if self._chips_window.h else ()),
            *(self._widget(each, chosen) for each in self._seen()),
            *self._ends(),
        )

    def show_line(self, line_id: str) -> None:
        """Bring a line's beginning to the beginning of the window."""
        self.tiles.go(self._line_start(line_id))

    def show(self, name: str) -> None:
        """Bring a tile, with the heading of its line, or a chip into view."""
        margin = self._room.theme.px(40)
        for each in self._placed:
            if each.entry is not None and name == each.entry.name and not self._in_view(each.area):
                self.show_line(each.line.id)
                start, end = self._start(each.area), self._end(each.area)
                if end - self._line_start(each.line.id) > self._window_px:  # a line longer than the window
                    self.tiles.reveal(start, end, self._window_px, margin)
        for line, area in zip(self._lines, self._chip_areas, strict=True):
            if name == LINE + line.id:
                start = area.x - self._chips_window.x
                self.chips.reveal(start, start + area.w, self._chips_window.w, margin)

    @property
    def current(self) -> Line | None:
        """The line at the beginning of the window, or the one that is on its way there."""
        if not self._placed:
            return None
        lead_px = self._room.theme.px(_HEADING)
        at = bisect_right(self._line_starts, self.tiles.goal_px + lead_px) - 1
        return self._lines[max(0, at)]

    # -- laying out ---------------------------------------------------------------------------------------

    @property
    def _columns(self) -> int:
        """Tiles side by side: as many as a finger can tell apart, in portrait those of one window's width."""
        theme = self._room.theme
        least = max(theme.px(130 if self._across else 112), theme.target_px)
        return max(1, self._tiles_window.w // least)

    @property
    def _tile_px(self) -> tuple[int, int]:
        width = self._tiles_window.w // self._columns
        return width, max(lettering.tile_height(width, self._room.theme), self._room.theme.target_px)

    def _down_all(self, lines: tuple[Line, ...]) -> list[_Placed]:
        theme, window = self._room.theme, self._tiles_window
        _, tile_h = self._tile_px
        columns = self._columns
        placed, y = [], window.y
        for line in lines:
            heading = Area(window.x, y, window.w, theme.px(_HEADING))
            placed.append(_Placed(heading, None, line))
            y = heading.bottom
            for place, entry in enumerate(line.entries):
                row, column = divmod(place, columns)
                x = window.x + round(column * window.w / columns)
                area = Area(x, y + row * tile_h, window.w // columns, tile_h)
                placed.append(_Placed(area, entry, line))
            y += -(-len(line.entries) // columns) * tile_h + theme.px(10)
        return placed

    def _across_all(self, lines: tuple[Line, ...]) -> list[_Placed]:
        theme, window = self._room.theme, self._tiles_window
        tile_w, tile_h = self._tile_px
        placed, x = [], window.x
        for line in lines:
            wanted = text.size(line.heading, self._heading_style)[0] + theme.px(12)
            width = max(len(line.entries) * tile_w, wanted)
            heading = Area(x, window.y, wanted, theme.px(52))
            placed.append(_Placed(heading, None, line, width - wanted))
            top = window.y + theme.px(_HEADING)
            for place, entry in enumerate(line.entries):
                area = Area(x + place * tile_w, top, tile_w, tile_h)
                placed.append(_Placed(area, entry, line))
            x += width + theme.px(40)
        return placed

    def _lay_chips(self, lines: tuple[Line, ...]) -> list[Area]:
        theme, window = self._room.theme, self._chips_window
        areas, x = [], window.x
        for line in lines:
            width = max(lettering.chip_width(line.name, theme), theme.target_px)
            areas.append(Area(x, window.y, min(width, window.w), window.h))
            x = areas[-1].right + theme.px(12)
        return areas

    # -- what is seen -------------------------------------------------------------------------------------

    @property
    def _window_px(self) -> int:
        return self._tiles_window.w if self._across else self._tiles_window.h

    def _start(self, area: Area) -> int:
        return area.x - self._tiles_window.x if self._across else area.y - self._tiles_window.y

    def _end(self, area: Area) -> int:
        return self._start(area) + (area.w if self._across else area.h)

    def _stops(self) -> list[int]:
        """Where the strip may come to rest: no row is cut at the window's beginning, a line's first row keeps
        its heading, and across the heading of what is seen there can be read whole."""
        lead_px = 0 if self._across else self._room.theme.px(_LEAD)
        stops, first, last = set(), None, math.inf
        for start, each in zip(self._starts, self._placed, strict=True):
            if each.entry is None:
                stops.add(start)
                first, last = None, start + each.slack_px if self._across else math.inf
            elif first is None:
                first = start
            elif first < start <= last:
                stops.add(start - lead_px)
        return sorted(stops)

    def _line_start(self, line_id: str) -> int:
        """Where a line's heading begins along the strip."""
        return next((self._start(each.area) for each in self._placed if each.line.id == line_id), 0)

    def _in_view(self, area: Area) -> bool:
        offset = self.tiles.offset_px
        return offset <= self._start(area) and self._end(area) <= offset + self._window_px

    def _seen(self) -> list[_Placed]:
        """What is in the window: found by its start, going back by the longest thing there is."""
        offset, spill = self.tiles.offset_px, self._fade_px if self._across else 0
        # Across, of a tile whose disc is out of the window the end of its name would be left in the margin.
        within = (
            offset + (self._tile_px[0] - lettering.tile_dot_px(self._tile_px[0])) // 2 if spill else offset
        )
        first = bisect_right(self._starts, offset - self._longest_px)
        last = bisect_right(self._starts, offset + spill + self._window_px)
        placed = self._placed[max(0, first - 1) : last]
        seen = [each for each in placed if self._end(each.area) > within]
        stays = self._headings[max(0, bisect_right(self._line_starts, offset) - 1)] if placed else None
        return [stays, *seen] if stays and stays.slack_px and stays not in seen else seen

    @property
    def _longest_px(self) -> int:
        return self._tiles_window.w if self._across else self._tile_px[1]

    @property
    def _fade_px(self) -> int:
        return self._room.theme.px(_parts.FADE)

    def _widget(self, placed: _Placed, chosen: frozenset[str]) -> Widget:
        offset = -round(self.tiles.offset_px)
        area = placed.area.moved(offset, 0) if self._across else placed.area.moved(0, offset)
        clip = self._spilt(self._tiles_window) if self._across else self._tiles_window
        if placed.entry is None:
            area = area.moved(min(placed.slack_px, max(0, clip.x + self._fade_px - area.x)), 0)
            label, style = placed.line.heading, self._heading_style
            return Label(area=area, clip=clip, text=label, style=style, max_lines=1, valign="middle")
        entry = placed.entry
        return Tile(
            area=area,
            clip=clip,
            name=entry.name,
            label=entry.label,
            colour=entry.colours[0],
            more=entry.colours[1:],
            chosen=entry.name in chosen,
            crossed=entry.sold_out,
        )

    def _chip_widgets(self) -> tuple[Widget, ...]:
        offset, clip = -round(self.chips.offset_px), self._spilt(self._chips_window)
        current = self.current
        if self._chips_window.h == 0:
            return ()
        return tuple(
            Chip(
                area=moved,
                clip=clip,
                name=LINE + line.id,
                label=line.name,
                chosen=line is current,
            )
            for line, area in zip(self._lines, self._chip_areas, strict=True)
            if min((moved := area.moved(offset, 0)).common(clip).size) > 0
        )

    def _spilt(self, window: Area) -> Area:
        """A window with the margins at its sides, in which a strip that runs across vanishes."""
        return window.inset(-self._fade_px, 0)

    def _ends(self) -> tuple[Widget, ...]:
        """Paper over both ends of the tiles; downwards within their window, as far as something is beyond."""
        paper, window = self._room.theme.palette.paper, self._tiles_window
        if self._across:
            return _parts.sides(self._room, window)
        above_px, below_px = (min(self._fade_px, round(hidden)) for hidden in self.tiles.hidden_px)
        above, below = window.cut_top(above_px)[0], window.cut_bottom(below_px)[0]
        fades = (Fade(area=above, fill=paper, edge="top"), Fade(area=below, fill=paper, edge="bottom"))
        return tuple(fade for fade in fades if fade.area.h > 0)

    @property
    def _heading_style(self) -> text.Style:
        return _parts.small(self._room.theme, 22)
