"""The tools over the picture: compare, light, undo, clear; and, of several people, whose turn it is.

     ( 1 ) ( 2 ) ( The same for all )       people, where there are several
  ( Day ) ( Office ) ( Evening ) ( Candle ) the drawer of the tool that is open
┌─────────┬─────────┬─────────┬─────────┐
│ Compare │  Light  │  Undo   │  Clear  │
└─────────┴─────────┴─────────┴─────────┘
"""

from dataclasses import dataclass
from typing import Final, Literal

from edge.speech import mark
from edge.ui import lettering, text
from edge.ui.area import Area
from edge.ui.draw import Icon  # noqa: TC001 - of a tuple that is annotated inside
from edge.ui.typeset import Style
from edge.ui.widgets import Button, Chip, Grip, Label, Panel, Tool, TouchArea, Widget
from mirror_app import words
from mirror_app.room_light import LIGHTS
from mirror_app.session import Visit

from . import _parts
from ._compare import KINDS, Comparing
from ._room import Person, Room

COMPARE: Final = mark("Compare")
LIGHT: Final = mark("Light")
UNDO: Final = mark("Undo")
CLEAR: Final = mark("Clear")
GIVE: Final = mark("The same for all")
MOVE: Final = mark("Move the line")

KIND: Final = "kind:"
LAMP: Final = "light:"
PERSON: Final = "person:"

Drawer = Literal["", "compare", "light"]

_BAR: Final = 104
_BAR_WIDTH: Final = 760
_CHIP_GAP: Final = 12


@dataclass(frozen=True, slots=True)
class Tools:
    """What is to be seen over the picture now."""

    room: Room
    visit: Visit
    drawer: Drawer
    comparing: Comparing | None
    people: tuple[Person, ...]

    def widgets(self) -> tuple[Widget, ...]:
        """Everything over the picture, from back to front."""
        foot = self._foot
        rows = [self._row(chips) for chips in self._drawers()]
        if len(self.people) > 1:
            rows.insert(0, self._people())
        placed: list[Widget] = []
        bottom = foot.y - self.room.theme.px(14)
        for row, height in rows:
            placed += [_at(each, bottom - height) for each in row]
            bottom -= height + self.room.theme.px(_CHIP_GAP)
        return (*self._line(bottom), *self._badges(), *self._bar(foot), *placed)

    @property
    def _foot(self) -> Area:
        """Where the bar stands: above the privacy line."""
        room, theme = self.room, self.room.theme
        foot = room.picture.inset(room.margin_px, theme.px(26))
        above = foot.cut_bottom(_parts.privacy_pill_height(room, foot.w), theme.px(16))[1]
        height = max(theme.px(_BAR), theme.target_px)
        wanted = max(theme.px(_BAR_WIDTH), 4 * theme.target_px + 2 * theme.px(10))
        return above.cut_bottom(height)[0].middle(min(above.w, wanted), height)

    def _bar(self, area: Area) -> tuple[Widget, ...]:
        theme, visit = self.room.theme, self.visit
        say = self.room.speech.say
        worn = bool(visit.items)
        tools: tuple[tuple[str, Icon, str, bool, bool], ...] = (
            ("compare", "compare", COMPARE, self.comparing is not None, worn or visit.light.name != "day"),
            ("light", "sun", LIGHT, self.drawer == "light", True),
            ("undo", "undo", UNDO, False, visit.wardrobe.can_undo),
            ("bare", "bare", CLEAR, False, worn),
        )
        cells = area.inset(theme.px(10), 0).columns(len(tools), theme.px(6))
        return (
            Panel(area=area, fill=theme.palette.veil, radius_px=theme.px(26)),
            *(
                Tool(area=cell, name=name, icon=icon, label=say(label), chosen=chosen, enabled=enabled)
                for cell, (name, icon, label, chosen, enabled) in zip(cells, tools, strict=True)
            ),
        )

    def _drawers(self) -> list[list[tuple[str, str, bool]]]:
        """Rows of choices, the lowest first: name, words, chosen."""
        say = self.room.speech.say
        lights = [
            (LAMP + light.name, say(words.LIGHTS[light.name]), light is self.visit.light) for light in LIGHTS
        ]
        if self.comparing is None:
            return [lights] if self.drawer == "light" else []
        kinds = [(KIND + what, say(label), what == self.comparing.what) for what, label in KINDS.items()]
        with_lights = self.comparing.what == "lights" or self.drawer == "light"
        return [lights, kinds] if with_lights else [kinds]

    def _row(self, choices: list[tuple[str, str, bool]]) -> tuple[list[Widget], int]:
        """Choices side by side in the middle, and how high they are."""
        theme, picture = self.room.theme, self.room.picture
        gap = theme.px(_CHIP_GAP)
        widths = [max(theme.target_px, lettering.chip_width(label, theme)) for _, label, _ in choices]
        room_px = picture.w - 2 * theme.px(20) - gap * (len(choices) - 1)
        if sum(widths) > room_px:
            widths = [room_px // len(choices)] * len(choices)
        x = picture.x + (picture.w - sum(widths) - gap * (len(choices) - 1)) // 2
        row: list[Widget] = []
        for (name, label, chosen), width in zip(choices, widths, strict=True):
            row.append(
                Chip(
                    area=Area(x, 0, width, theme.target_px),
                    name=name,
                    label=label,
                    chosen=chosen,
                    on_picture=True,
                )
            )
            x += width + gap
        return row, theme.target_px

    def _people(self) -> tuple[list[Widget], int]:
        """A chip per person, from left to right as they stand, and “the same for all”."""
        theme, picture = self.room.theme, self.room.picture
        addressed, gap = self.visit.wardrobe.addressed(), theme.px(_CHIP_GAP)
        label = self.room.speech.say(GIVE)
        give_px = text.size(label, lettering.button_style(theme))[0] + 2 * theme.px(36)
        give_px = min(give_px, picture.w - 2 * theme.px(20) - len(self.people) * (theme.target_px + gap))
        width = len(self.people) * (theme.target_px + gap) + give_px
        x = picture.x + (picture.w - width) // 2
        row: list[Widget] = []
        for place, person in enumerate(self.people, 1):
            area = Area(x, 0, theme.target_px, theme.target_px)
            number = self.room.speech.number(place)
            chosen = person.track == addressed
            row.append(
                Chip(area=area, name=f"{PERSON}{person.track}", label=number, chosen=chosen, on_picture=True)
            )
            x += theme.target_px + gap
        give = Area(x, 0, give_px, theme.target_px)
        enabled = bool(self.visit.items)
        row.append(Button(area=give, name="give", label=label, kind="on_picture", enabled=enabled))
        return row, theme.target_px

    def _badges(self) -> tuple[Widget, ...]:
        """The number of each person over their head, where there are several."""
        if len(self.people) < 2:
            return ()
        theme, picture = self.room.theme, self.room.picture
        side, palette = theme.px(46), theme.palette
        style = Style.of(theme, "sans-semibold", 26, align="centre")
        addressed = self.visit.wardrobe.addressed()
        parts: list[Widget] = []
        for place, person in enumerate(self.people, 1):
            x = picture.x + round(person.x * picture.w / 8) * 8 - side // 2
            y = picture.y + round(person.y * picture.h / 8) * 8 - side - theme.px(12)
            x = min(max(x, picture.x), picture.right - side)
            area = Area(x, max(y, picture.y + theme.px(12)), side, side)
            mine = person.track == addressed
            fill, ink = (palette.paper, palette.ink) if mine else (palette.veil, palette.paper)
            number = self.room.speech.number(place)
            parts.append(Panel(area=area, fill=fill, radius_px=side // 2))
            parts.append(Label(area=area, text=number, style=style.tinted(ink), max_lines=1, valign="middle"))
        return tuple(parts)

    def _line(self, bottom: int) -> tuple[Widget, ...]:
        """The line of a comparison down to what to take it by, and what is on both sides of it."""
        if self.comparing is None:
            return ()
        theme, picture = self.room.theme, self.room.picture
        x = picture.x + round(self.comparing.at * picture.w)
        thick = max(2, theme.px(3))
        side = max(theme.target_px, theme.px(84))
        y = min(max(round(picture.y + picture.h * 0.7), self.room.reach.y), bottom - side)
        left, right = self.comparing.labels(self.visit)
        say, gap = self.room.speech.say, theme.px(18)
        grip_x = min(max(x - side // 2, picture.x), picture.right - side)
        top = picture.y + self.room.margin_px
        return (
            TouchArea(area=picture, name="split", drags=True),
            Panel(
                area=Area(x - thick // 2, picture.y, thick, y + side // 2 - picture.y),
                fill=theme.palette.paper,
            ),
            *self._side(say(left), Area(picture.x, top, x - gap - picture.x, 0), "right"),
            *self._side(say(right), Area(x + gap, top, picture.right - x - gap, 0), "left"),
            Grip(area=Area(grip_x, y, side, side), name="line", label=say(MOVE), drags=True),
        )

    def _side(self, label: str, beside: Area, align: Literal["left", "right"]) -> tuple[Widget, ...]:
        """A pill at the line, as wide as its words; none where it has no room."""
        theme = self.room.theme
        style = Style.of(theme, "sans-medium", 26, theme.palette.paper, align="centre")
        width = text.size(label, style)[0] + 2 * theme.px(24)
        if width > beside.w or not label:
            return ()
        height = style.line_px + theme.px(20)
        x = beside.right - width if align == "right" else beside.x
        area = Area(x, beside.y, width, height)
        return (
            Panel(area=area, fill=theme.palette.veil, radius_px=height // 2),
            Label(area=area, text=label, style=style, max_lines=1, valign="middle"),
        )


def _at(widget: Widget, y: int) -> Widget:
    return _parts.moved(widget, 0, y - widget.area.y)
