"""The rail of shades: lines with their shades, in one strip; chips jump to a line and follow it.

    landscape, downwards              portrait, across
    Velours Poudré  Matte  39.00      Velours Poudré  Matte  39.00 │ Encre Mate …
    ● ● ● ●                           ● ● ● ● ●                    │ ● ● ●
    ●
    Encre Mate …
Where the lines stand is worked out once; a frame makes widgets of what is in the window only, so a
catalogue of thousands costs the same as one of twelve.
"""

from bisect import bisect_right

from edge.ui import lettering
from edge.ui.area import Area
from edge.ui.strip import Strip
from edge.ui.touch import Scroll
from edge.ui.widgets import Chip, Fade, Label, Tile, Widget

from . import _parts
from ._rail_layout import HEADING, Placed, heading_style, laid_out
from ._room import Room
from ._shelf import LINE, Line, Shelf


class Rail:
    """Chips and tiles in their two strips. chips, tiles: the windows they are seen through."""

    def __init__(self, room: Room, shelf: Shelf, chips: Area, tiles: Area) -> None:
        self._room, self._chips_window, self._tiles_window = room, chips, tiles
        self._across = room.stacked
        self._layout = laid_out(shelf, room.theme, chips, tiles, across=self._across)
        self._lines = self._layout.lines
        self.chips, self.tiles = Strip(), Strip()
        self.tiles.fit(self._layout.length_px, self._layout.window_px, self._layout.stops)
        self.chips.fit(self._layout.chips_px, chips.w)
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
        margin, layout = self._room.theme.px(40), self._layout
        if (placed := layout.find(name)) is not None and not self._in_view(placed.area):
            self.show_line(placed.line.id)
            start, end = layout.start(placed.area), layout.end(placed.area)
            if end - self._line_start(placed.line.id) > layout.window_px:  # a line longer than the window
                self.tiles.reveal(start, end, layout.window_px, margin)
        if name.startswith(LINE) and (at := layout.line_places.get(name.removeprefix(LINE))) is not None:
            start = layout.chip_starts[at]
            self.chips.reveal(start, start + layout.chip(at).w, self._chips_window.w, margin)

    @property
    def current(self) -> Line | None:
        """The line at the beginning of the window, or the one that is on its way there."""
        if not self._lines:
            return None
        lead_px = self._room.theme.px(HEADING)
        at = bisect_right(self._layout.line_starts, self.tiles.goal_px + lead_px) - 1
        return self._lines[max(0, at)]

    def _line_start(self, line_id: str) -> int:
        """Where a line's heading begins along the strip."""
        at = self._layout.line_places.get(line_id)
        return 0 if at is None else self._layout.line_starts[at]

    def _in_view(self, area: Area) -> bool:
        offset = self.tiles.offset_px
        return (
            offset <= self._layout.start(area) and self._layout.end(area) <= offset + self._layout.window_px
        )

    def _seen(self) -> list[Placed]:
        """What is in the window, with the heading of the line that begins before it."""
        layout, offset, spill = self._layout, self.tiles.offset_px, self._fade_px if self._across else 0
        # Across, of a tile whose disc is out of the window the end of its name would be left in the margin.
        tile_w = layout.tile_px[0]
        within = offset + (tile_w - lettering.tile_dot_px(tile_w)) // 2 if spill else offset
        there = layout.between(offset, offset + spill + layout.window_px)
        seen = [each for each in there if layout.end(each.area) > within]
        if not self._lines:
            return seen
        stays, *_ = layout.line(max(0, bisect_right(layout.line_starts, offset) - 1))
        return [stays, *seen] if stays.slack_px and stays not in seen else seen

    @property
    def _fade_px(self) -> int:
        return self._room.theme.px(_parts.FADE)

    def _widget(self, placed: Placed, chosen: frozenset[str]) -> Widget:
        offset = -round(self.tiles.offset_px)
        area = placed.area.moved(offset, 0) if self._across else placed.area.moved(0, offset)
        clip = self._spilt(self._tiles_window) if self._across else self._tiles_window
        if placed.entry is None:
            area = area.moved(min(placed.slack_px, max(0, clip.x + self._fade_px - area.x)), 0)
            label, style = placed.line.heading, heading_style(self._room.theme)
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
        layout, scrolled = self._layout, self.chips.offset_px
        first = max(0, bisect_right(layout.chip_starts, scrolled - self._fade_px) - 1)
        last = bisect_right(layout.chip_starts, scrolled + self._chips_window.w + self._fade_px)
        return tuple(
            Chip(area=moved, clip=clip, name=LINE + line.id, label=line.name, chosen=line is current)
            for at, line in enumerate(self._lines[first:last], first)
            if min((moved := layout.chip(at).moved(offset, 0)).common(clip).size) > 0
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
