"""Staff: a PIN, typed on the screen or on a keyboard; a visit waits behind it until it is right."""

import math
from typing import ClassVar, Final

from edge.speech import counted, mark
from edge.ui.area import Area
from edge.ui.widgets import Button, IconButton, Label, Panel, Widget
from mirror_app.session import Visit

from . import _parts
from ._room import Room
from ._screen import GoTo, Leave, Move, Resume, Screen, Shop

TITLE: Final = mark("Staff only")
ENTER: Final = mark("Please enter your PIN")
WRONG: Final = counted("Wrong PIN. Try again in {count} second.", "Wrong PIN. Try again in {count} seconds.")
BACK: Final = mark("Back")
DELETE: Final = mark("Delete")
OPEN: Final = mark("Open")

DIGIT: Final = "digit:"
_LONGEST: Final = 8
_PATIENCE_S: Final = 30.0


class View(Screen):
    idle_s: ClassVar[float] = math.inf
    patience_s: ClassVar[float] = math.inf

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._typed = ""

    def tap(self, name: str, now_s: float) -> Move | None:
        self.since_s = now_s
        if name == "back":
            return self.back()
        if name == "delete":
            self._typed = self._typed[:-1]
        elif name == "open":
            opened, self._typed = self.shop.staff.lock.opens(self._typed, now_s), ""
            return GoTo("staff_room") if opened else None
        elif len(self._typed) < _LONGEST and self.shop.staff.lock.wait_s(now_s) <= 0:
            self._typed += name.removeprefix(DIGIT)
        return None

    def typed(self, key: str) -> str | None:
        return DIGIT + key if len(key) == 1 and key in "0123456789" else None

    def back(self) -> Move:
        return Resume() if self._visit else Leave("finished")

    def tick(self, now_s: float) -> Move | None:
        self._now_s = now_s
        if now_s - self.since_s <= _PATIENCE_S:
            return None
        return GoTo("still_there") if self._visit and self._visit.open else Leave("left")

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        theme, room = self.theme, self.room
        block = room.reach.middle(min(room.reach.w - 2 * room.margin_px, theme.px(620)), theme.px(900))
        block = block.common(room.reach.inset(0, theme.px(24)))
        head, inner = block.cut_top(theme.target_px, theme.px(10))
        back, title = head.moved(-theme.px(20), 0).cut_left(theme.target_px, theme.px(14))
        note_style = _parts.body(theme, 28)
        note, inner = inner.cut_top(note_style.line_px, theme.px(14))
        dots, keys = inner.cut_top(theme.px(64), theme.px(14))
        wait_s = math.ceil(self.shop.staff.lock.wait_s(now_s))
        words = self.room.speech.count(WRONG, wait_s) if wait_s else self.say(ENTER)
        return (
            Panel(area=room.screen, fill=theme.palette.paper),
            IconButton(area=back, name="back", icon="back", label=self.say(BACK), kind="quiet"),
            Label(
                area=title,
                text=self.say(TITLE),
                style=_parts.heading(theme, 50),
                max_lines=1,
                valign="middle",
                least=0.7,
            ),
            Label(area=note, text=words, style=note_style, max_lines=1, least=0.7),
            *self._dots(dots),
            *self._keys(keys, enabled=not wait_s),
        )

    def _dots(self, area: Area) -> tuple[Widget, ...]:
        """As many as digits were typed; not how many there should be."""
        theme, side = self.theme, self.theme.px(22)
        return tuple(
            Panel(
                area=Area(area.x + place * 2 * side, area.y + (area.h - side) // 2, side, side),
                fill=theme.palette.ink,
                radius_px=side // 2,
            )
            for place in range(len(self._typed))
        )

    def _keys(self, area: Area, *, enabled: bool) -> tuple[Widget, ...]:
        theme, gap = self.theme, self.theme.px(14)
        height = max(theme.target_px, (area.h - 3 * gap) // 4)
        rows = [Area(area.x, area.y + row * (height + gap), area.w, height) for row in range(4)]
        cells = [cell for row in rows for cell in row.columns(3, gap)]
        digits = [*"123456789", "", "0", ""]
        keys: list[Widget] = [
            Button(area=cell, name=DIGIT + digit, label=digit, kind="secondary", enabled=enabled)
            for cell, digit in zip(cells, digits, strict=True)
            if digit
        ]
        ready = enabled and bool(self._typed)
        return (
            *keys,
            Button(area=cells[9], name="delete", label=self.say(DELETE), kind="quiet", enabled=ready),
            Button(area=cells[11], name="open", label=self.say(OPEN), enabled=ready),
        )
