"""Fill, text and outline of controls: by kind, pressed or not, chosen or not, on paper or on a picture."""

from dataclasses import dataclass

from . import draw
from .theme import Colour, Theme
from .widgets import Button, Chip, IconButton


@dataclass(frozen=True, slots=True)
class Skin:
    """What a look depends on besides the widget. pressed: a finger is on it."""

    theme: Theme
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Colours:
    """Fill, text and outline of a control."""

    fill: Colour
    ink: Colour
    outline: Colour = draw.CLEAR


def of_button(widget: Button | IconButton, skin: Skin) -> Colours:
    """The colours of a button."""
    palette = skin.theme.palette
    if not widget.enabled:
        return Colours(palette.paper_2, palette.mist, palette.hairline)
    if widget.kind == "primary":
        return Colours(palette.rouge_dark if skin.pressed else palette.rouge, palette.white)
    if widget.kind == "on_picture":
        return Colours(palette.ink if skin.pressed else palette.veil, palette.paper)
    fill = palette.paper_2 if skin.pressed else palette.paper
    return Colours(fill, palette.ink, draw.CLEAR if widget.kind == "quiet" else palette.ink)


def of_chip(widget: Chip, skin: Skin) -> Colours:
    """The colours of a chip."""
    palette = skin.theme.palette
    if widget.on_picture:
        lit = widget.chosen or skin.pressed
        return Colours(palette.paper, palette.ink) if lit else Colours(palette.veil, palette.paper)
    if widget.chosen:
        return Colours(palette.ink, palette.paper)
    return Colours(palette.paper_2 if skin.pressed else palette.paper, palette.ink, palette.hairline)
