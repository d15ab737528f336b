"""How each kind of widget looks: one function each, widget in, drawn pieces out.

A new kind of widget is a class in widgets.py and a function here, or in controls.py if it can be touched.
Pieces are cached by their look, not by their place, so a strip that scrolls draws nothing anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

import pygame

from . import draw, lettering, text
from .cache import SURFACES
from .controls import Control, composed
from .skin import Skin
from .theme import Colour
from .widgets import Fade, Label, Panel, Picture, Swatch, Symbol, Widget, at_origin


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to blit, or (a colour) the whole area to fill. dx, dy: from the widget's top left corner."""

    surface: pygame.Surface | Colour
    dx: int = 0
    dy: int = 0
    premultiplied: bool = True


@singledispatch
def pieces(_widget: Widget, _skin: Skin) -> Iterator[Piece]:
    """What to blit for a widget; nothing for one without a look."""
    yield from ()


@pieces.register
def _(widget: Panel, _skin: Skin) -> Iterator[Piece]:
    if widget.radius_px == 0 and widget.fill[3] == 255 and not widget.outline_px:
        yield Piece(widget.fill)
    else:
        args = (widget.radius_px, widget.outline, widget.outline_px)
        yield Piece(draw.panel(widget.area.size, widget.fill, *args))


@pieces.register
def _(widget: Fade, _skin: Skin) -> Iterator[Piece]:
    yield Piece(draw.fade(widget.area.size, widget.fill, widget.edge))


@pieces.register
def _(widget: Label, _skin: Skin) -> Iterator[Piece]:
    width, height = widget.area.size
    drawn = text.surface(*lettering.of_label(widget))
    slack_x, slack_y = width - drawn.get_width(), height - drawn.get_height()
    dx = {"left": 0, "centre": slack_x // 2, "right": slack_x}[widget.style.align]
    dy = {"top": 0, "middle": slack_y // 2, "bottom": slack_y}[widget.valign]
    yield Piece(drawn, dx, dy)


@pieces.register
def _(widget: Picture, _skin: Skin) -> Iterator[Piece]:
    yield Piece(widget.surface, premultiplied=widget.premultiplied)


@pieces.register
def _(widget: Symbol, _skin: Skin) -> Iterator[Piece]:
    drawn = draw.icon(widget.icon, widget.side_px, widget.colour)
    yield Piece(drawn, (widget.area.w - widget.side_px) // 2, (widget.area.h - widget.side_px) // 2)


@pieces.register
def _(widget: Swatch, skin: Skin) -> Iterator[Piece]:
    side, rim = min(widget.area.size), skin.theme.palette.hairline
    yield Piece(draw.dot(side, widget.colour, rim, more=widget.more))


@pieces.register
def _(widget: Control, skin: Skin) -> Iterator[Piece]:
    yield Piece(SURFACES.get(("look", at_origin(widget), skin), lambda: composed(widget, skin)))
