"""Consent: two choices, separate and unticked, in plain words. Nothing leaves the mirror before this."""

from typing import ClassVar, Final

from cloud_api.contract.shares import Purpose
from edge.dispatch import SHARE_DAYS
from edge.speech import mark
from edge.ui import lettering, text
from edge.ui.area import Area
from edge.ui.widgets import Button, CheckBox, IconButton, Label, Panel, Picture, Widget
from mirror_app.session import Visit

from . import _parts
from ._room import Room
from ._screen import GoTo, Move, Screen, Shop

TITLE: Final = mark("Where may your picture go?")
BACK: Final = mark("Back")
CONTINUE: Final = mark("Continue")
DECLINE: Final = mark("No thanks, delete it")
HINT: Final = mark("Tick what you want. Nothing leaves this screen before you continue.")
CHOICES: Final[dict[Purpose, tuple[str, str]]] = {
    Purpose.PHONE: (
        mark("My picture on my phone"),
        mark(
            "You scan a code and get a private link. After {days} days the picture is deleted; "
            "with the link you can delete it any time before."
        ),
    ),
    Purpose.SHOP: (
        mark("The shop may use my picture"),
        mark(
            "{store} may show it in its own channels. You can take this back any time with your link. "
            "Only if everyone in it is 18 or older and agrees."
        ),
    ),
}


class View(Screen):
    patience_s: ClassVar[float] = 10.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        assert self.visit.shot is not None
        self._area, self._panel = room.split(1080, 1040)
        self._picture = _parts.fitted(self.visit.shot, self._area.size)

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        if name in (purpose.value for purpose in Purpose):
            self.visit.toggle_purpose(Purpose(name))
        elif name == "continue":
            self.visit.publish()
            return GoTo("saved")
        elif name == "decline":
            self.visit.discard()
            return GoTo("try_on")
        elif name == "back":
            return GoTo("review")
        return None

    def back(self) -> Move:
        return GoTo("review")

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme = self.theme
        inner = self._panel.inset(theme.px(64), theme.px(48))
        action, inner = inner.cut_bottom(max(theme.target_px, theme.px(96)), theme.px(30))
        left, right = action.columns(2, theme.px(16))
        head, rest = _parts.block(inner, self._height(inner.w)).cut_top(theme.target_px, theme.px(10))
        back, title = head.moved(-theme.px(20), 0).cut_left(theme.target_px, theme.px(14))
        return (
            Picture(area=self._area, surface=self._picture),
            Panel(area=self._panel, fill=theme.palette.paper),
            IconButton(area=back, name="back", icon="back", label=self.say(BACK), kind="quiet"),
            Label(
                area=title,
                text=self.say(TITLE),
                style=_parts.heading(theme, 54),
                max_lines=1,
                valign="middle",
            ),
            *self._choices(rest),
            Button(area=left, name="decline", label=self.say(DECLINE), kind="secondary"),
            Button(area=right, name="continue", label=self.say(CONTINUE), enabled=bool(self.visit.purposes)),
        )

    def _words(self) -> tuple[tuple[Purpose, str, str], ...]:
        store = self.shop.store
        return tuple(
            (purpose, self.say(title), self.say(words, store=store, days=SHARE_DAYS))
            for purpose, (title, words) in CHOICES.items()
        )

    def _height(self, width_px: int) -> int:
        """Of title, hint and both boxes."""
        theme = self.theme
        hint = text.size(self.say(HINT), _parts.body(theme, 28), width_px)[1]
        boxes = [
            lettering.checkbox_height(title, words, width_px, theme) for _, title, words in self._words()
        ]
        return theme.target_px + theme.px(10) + hint + sum(theme.px(26) + box for box in boxes)

    def _choices(self, area: Area) -> tuple[Widget, ...]:
        theme = self.theme
        style = _parts.body(theme, 28)
        hint, area = area.cut_top(text.size(self.say(HINT), style, area.w)[1], theme.px(26))
        widgets: list[Widget] = [Label(area=hint, text=self.say(HINT), style=style)]
        for purpose, title, words in self._words():
            box, area = area.cut_top(lettering.checkbox_height(title, words, area.w, theme), theme.px(26))
            ticked = purpose in self.visit.purposes
            widgets.append(CheckBox(area=box, name=purpose.value, title=title, detail=words, ticked=ticked))
        return tuple(widgets)
