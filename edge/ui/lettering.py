"""How the words of each kind of widget are set: their style, their room, how far they may shrink.

looks.py draws by it, screens lay out by it, and measure.py finds by it what is cut.
"""

import functools
import math
import unicodedata
from dataclasses import replace
from typing import NamedTuple

from . import breaks, text
from .theme import Colour, Theme
from .typeset import Block, Style, set_line, typeset
from .widgets import Button, Chip, Label, Tab, Tile, Tool


class Words(NamedTuple):
    """A text as it is to be set: what text.surface and typeset want."""

    text: str
    style: Style
    max_width_px: int
    max_lines: int

    @property
    def block(self) -> Block:
        """The text in lines."""
        return typeset(*self)


def of_label(widget: Label) -> Words:
    """A label's words: smaller, down to its `least`, where they would be cut."""
    width, height = widget.area.size
    lines = widget.max_lines or max(1, height // widget.style.line_px)
    style = (
        widget.style if widget.least >= 1 else shrunk(widget.text, widget.style, width, lines, widget.least)
    )
    return Words(widget.text, style, width, lines)


def of_button(widget: Button, theme: Theme, ink: Colour | None = None) -> Words:
    """A button's words: in one line, a little smaller where it must be, else in two."""
    side, gap = button_icon(widget, theme)
    width, height = widget.area.size
    room_px = width - side - gap - 2 * theme.px(20)
    style = button_style(theme).tinted(ink or theme.palette.ink)
    style = replace(style, language=widget.language or theme.language)
    one = shrunk(widget.label, style, room_px, 1, 0.82)
    two = replace(style, align="left" if side else "centre", leading=1.15)
    if not typeset(widget.label, one, room_px, 1).cut or 2 * shrunk("", two, 1, 1).line_px > height:
        return Words(widget.label, shrunk(widget.label, style, room_px, 1, 0.7), room_px, 1)
    return Words(widget.label, shrunk(widget.label, two, room_px, 2, 0.7), room_px, 2)


def button_icon(widget: Button, theme: Theme) -> tuple[int, int]:
    """Side of a button's icon and the gap behind it."""
    return (theme.px(38), theme.px(14)) if widget.icon else (0, 0)


def of_tool(widget: Tool, theme: Theme, ink: Colour | None = None) -> Words:
    """A tool's words, small, in one line."""
    style = Style.of(theme, "sans-medium", 21, ink or theme.palette.paper, leading=1.2)
    room_px = widget.area.w - theme.px(10)
    return Words(widget.label, shrunk(widget.label, style, room_px, 1, 0.76), room_px, 1)


def of_tile(widget: Tile, theme: Theme) -> Words:
    """A tile's words: in two lines, smaller rather than with a word torn apart."""
    style, room_px = tile_style(theme, chosen=widget.chosen), widget.area.w - theme.px(6)
    longest = max(breaks.pieces(widget.label, style.language), key=len, default="")
    for share in (1.0, 0.92, 0.84, 0.76):
        tried = replace(style, size_px=round(style.size_px * share))
        if text.size(longest.rstrip(), tried)[0] <= room_px:
            break
    return Words(widget.label, tried, room_px, 2)


def of_tab(widget: Tab, theme: Theme, ink: Colour | None = None) -> Words:
    """A tab's words, in one line."""
    return Words(widget.label, tab_style(theme).tinted(ink or theme.palette.ink), widget.area.w, 1)


def tab_style(theme: Theme) -> Style:
    """Text of tabs: screens measure them with it."""
    return Style.of(theme, "sans-semibold", 27)


def tab_width(label: str, theme: Theme) -> int:
    """How wide a tab wants to be."""
    return text.size(label, tab_style(theme))[0] + 2 * theme.px(18)


def of_chip(widget: Chip, theme: Theme, ink: Colour | None = None) -> Words:
    """A chip's words, in one line."""
    style = chip_style(theme).tinted(ink or theme.palette.ink)
    return Words(widget.label, style, widget.area.w - theme.px(20), 1)


def button_style(theme: Theme) -> Style:
    """Text of buttons."""
    return Style.of(theme, "sans-semibold", 30)


def chip_style(theme: Theme) -> Style:
    """Text of chips: screens measure them with it."""
    return Style.of(theme, "sans-medium", 25)


def chip_width(label: str, theme: Theme) -> int:
    """How wide a chip wants to be."""
    return text.size(label, chip_style(theme))[0] + 2 * theme.px(28)


def tile_style(theme: Theme, *, chosen: bool = False) -> Style:
    """Text of tiles."""
    style = Style.of(theme, "sans-semibold" if chosen else "sans", 22)
    return replace(style, align="centre", leading=1.2)


def tile_dot_px(width_px: int) -> int:
    """Side of the disc of a tile of this width."""
    return round(width_px * 0.7)


def tile_height(width_px: int, theme: Theme) -> int:
    """How high a tile of this width must be: disc, two lines of name."""
    return theme.px(6) + tile_dot_px(width_px) + theme.px(8) + 2 * tile_style(theme).line_px + theme.px(6)


def checkbox_styles(theme: Theme) -> tuple[Style, Style]:
    """Title and detail of a check box."""
    title = Style.of(theme, "sans-semibold", 33, leading=1.2)
    return title, Style.of(theme, "sans", 27, theme.palette.mist, leading=1.4)


def checkbox_height(title: str, detail: str, width_px: int, theme: Theme) -> int:
    """How high a check box of this width must be."""
    pad, side = theme.px(30), theme.px(54)
    inner = width_px - 2 * pad - side - theme.px(24)
    first, second = checkbox_styles(theme)
    head = typeset(title, first, inner, 2).height_px
    top = pad + (side - first.line_px) // 2
    return max(2 * pad + side, top + head + theme.px(8) + typeset(detail, second, inner).height_px + pad)


def about_px(words: str, style: Style) -> int:
    """How wide a text is in one line, near enough to keep room for it: its characters side by side, without
    their kerning. Nothing is set but characters that never came before, thousands of names are quick."""
    known = _advances(style)
    for char in words:
        if char not in known:
            known[char] = _advance(char, style)
    spaced = style.tracking_em * style.size_px * len(words)
    return math.ceil(sum(known[char] for char in words) + spaced)


@functools.lru_cache(maxsize=32)
def _advances(style: Style) -> dict[str, float]:  # noqa: ARG001 - the key
    """Of every character of a style that came so far: as many as a catalogue's names are written with."""
    return {}


def _advance(char: str, style: Style) -> float:
    """Of one character, without any spacing; ideographs fill the em."""
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return float(style.size_px)
    return set_line(char, replace(style, tracking_em=0.0)).width_px


def shrunk(words: str, style: Style, width_px: int, max_lines: int = 1, least: float = 0.75) -> Style:
    """A little smaller where the words would not fit otherwise; never below `least` of the size."""
    for share in (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64):
        if share < least:
            break
        tried = replace(style, size_px=round(style.size_px * share))
        if not typeset(words, tried, width_px, max_lines).cut:
            return tried
    return replace(style, size_px=round(style.size_px * least))
