"""What stands on a screen, as plain values: a screen answers "what is to be seen" with a tuple of these.

Being values they can be compared (nothing changed: nothing is drawn anew), listed for switches and tests,
and measured (overlap, cut text, contrast). looks.py draws them; touch.py finds what a finger means.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import pygame

from .area import Area
from .draw import CLEAR, Edge, Icon
from .theme import Colour
from .typeset import Style

W = TypeVar("W", bound="Widget")

Kind = Literal["primary", "secondary", "quiet", "on_picture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """area: screen pixels. clip: the window of the strip it scrolls in; nothing outside is seen or tapped."""

    area: Area
    clip: Area | None = None

    @property
    def visible(self) -> Area:
        """The part that is seen."""
        return self.area if self.clip is None else self.area.common(self.clip)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Widget):
    """A plane of one colour. A radius of half the height makes a pill."""

    fill: Colour
    radius_px: int = 0
    outline: Colour = CLEAR
    outline_px: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fade(Widget):
    """What scrolls under it vanishes towards an edge, instead of being cut there."""

    fill: Colour
    edge: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Widget):
    """A text. It stands in its area by style.align and valign; what does not fit ends in an ellipsis."""

    text: str
    style: Style
    max_lines: int | None = None
    #: To how much of its size it may shrink before it is cut.
    least: float = 1.0
    valign: Literal["top", "middle", "bottom"] = "top"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Widget):
    """A ready surface, opaque unless `premultiplied`; compared by identity."""

    surface: pygame.Surface
    premultiplied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol(Widget):
    """A line icon in the middle of its area."""

    icon: Icon
    colour: Colour
    side_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch(Widget):
    """A disc of a shade's colour, or colours, beside its name."""

    colour: Colour
    more: tuple[Colour, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Widget):
    """Something to tap, by a name that is unique on the screen.

    holds: it acts while it is held down. drags: a finger moves it about; keys do with left and right.
    """

    name: str
    enabled: bool = True
    holds: bool = False
    drags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchArea(Control):
    """A tappable area without a look of its own, e.g. the whole screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button(Control):
    """language: of its label, where that is another than the screen's."""

    label: str
    kind: Kind = "primary"
    icon: Icon | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IconButton(Control):
    """A round button; `label` is what it is called."""

    icon: Icon
    label: str
    kind: Kind = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip(Control):
    """One of several choices in a row. on_picture: on a veil over the picture, not on paper."""

    label: str
    chosen: bool = False
    on_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile(Control):
    """A shade: its colour as a disc over its name. No colour: the bare look.

    more: further colours, of a palette or a look. crossed: it cannot be had.
    """

    label: str
    colour: Colour | None
    chosen: bool = False
    more: tuple[Colour, ...] = ()
    crossed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Control):
    """One of several tools on a veil over the picture: an icon over what it does."""

    icon: Icon
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab(Control):
    """One of several pages: its name, underlined where it is open."""

    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grip(Control):
    """What a finger takes to move the line of a comparison."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBox(Control):
    """A choice of its own, with what it means."""

    title: str
    detail: str
    ticked: bool = False


def at_origin(widget: W) -> W:
    """The widget where only its look counts: two with the same look are equal."""
    return replace(widget, area=Area(0, 0, *widget.area.size), clip=None)


def controls(widgets: tuple[Widget, ...]) -> tuple[Control, ...]:
    """What can be tapped now, front last."""
    return tuple(
        each for each in widgets if isinstance(each, Control) and each.enabled and min(each.visible.size) > 0
    )
