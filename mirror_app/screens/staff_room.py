"""Staff room: the camera's bare picture, how the screen is doing, new goods, and the way out."""

import math
from importlib.metadata import version
from typing import ClassVar, Final

from edge.speech import counted, mark
from edge.ui import text
from edge.ui.area import Area
from edge.ui.widgets import Button, Label, Panel, Widget

from . import _parts
from ._screen import Leave, Move, Reload, Screen, Shut

TITLE: Final = mark("Behind the mirror")
CAMERA: Final = mark("Camera: {width} × {height}, {age} ms old when it is seen")
FRAMES: Final = mark("Screen: {rate} pictures a second, the slowest take {slowest} ms")
FACES: Final = counted("{count} face in view", "{count} faces in view")
GOODS: Final = mark("Catalogue: {products} products, {shades} shades, {skipped} left out")
VERSION: Final = mark("Version {version}")
RELOAD: Final = mark("Read the catalogue again")
SHUT: Final = mark("Close this screen")
SURE: Final = mark("Touch again to close")
DONE: Final = mark("Back to the mirror")

_PATIENCE_S: Final = 120.0


class View(Screen):
    idle_s: ClassVar[float] = math.inf
    patience_s: ClassVar[float] = math.inf

    _sure: bool = False

    def glass(self) -> Area:
        return self._split()[0]

    def tap(self, name: str, now_s: float) -> Move | None:
        self.since_s = now_s
        sure, self._sure = self._sure, name == "shut"
        if name == "reload":
            return Reload()
        if name == "shut":
            return Shut() if sure else None
        return Leave("finished")

    def back(self) -> Move:
        return Leave("finished")

    def tick(self, now_s: float) -> Move | None:
        return Leave("left") if now_s - self.since_s > _PATIENCE_S else None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, panel = self.theme, self._split()[1]
        inner = panel.inset(theme.px(56), theme.px(44))
        style = _parts.heading(theme, 50)
        head, inner = inner.cut_top(style.line_px, theme.px(28))
        height, gap = max(theme.target_px, theme.px(88)), theme.px(16)
        buttons = [
            Button(area=Area(0, 0, 0, 0), name="reload", label=self.say(RELOAD), kind="secondary"),
            Button(
                area=Area(0, 0, 0, 0),
                name="shut",
                label=self.say(SURE if self._sure else SHUT),
                kind="secondary",
            ),
            Button(area=Area(0, 0, 0, 0), name="done", label=self.say(DONE)),
        ]
        placed: list[Widget] = []
        for button in reversed(buttons):
            area, inner = inner.cut_bottom(height, gap)
            placed.append(_parts.placed(button, area))
        return (
            Panel(area=panel, fill=theme.palette.paper),
            Label(area=head, text=self.say(TITLE), style=style, max_lines=1, least=0.7),
            *self._report(inner),
            *placed,
        )

    def _split(self) -> tuple[Area, Area]:
        return self.room.split(760, 900)

    def _report(self, area: Area) -> tuple[Widget, ...]:
        style, gap = _parts.body(self.theme, 27), self.theme.px(14)
        widgets: list[Widget] = []
        for line in self._lines():
            height = text.size(line, style, area.w)[1]
            place, area = area.cut_top(height, gap)
            widgets.append(Label(area=place, text=line, style=style))
        return tuple(widgets)

    def _lines(self) -> tuple[str, ...]:
        """What there is to know, in words."""
        times, speech, catalog = self.shop.staff.times, self.room.speech, self.shop.catalog
        width, height = times.camera_px
        return (
            self.say(CAMERA, width=width, height=height, age=round(times.age_ms)),
            self.say(FRAMES, rate=round(times.fps), slowest=round(times.slowest_ms)),
            speech.count(FACES, times.faces),
            self.say(
                GOODS,
                products=speech.number(len(catalog.products)),
                shades=speech.number(len(catalog.items)),
                skipped=speech.number(len(catalog.skipped)),
            ),
            *((self.shop.staff.words,) if self.shop.staff.words else ()),
            self.say(VERSION, version=version("vitrine")),
        )
