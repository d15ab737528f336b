"""Product card: what it is, whom it suits, what is in it, what it costs and whether it is here."""

from typing import ClassVar, Final

from edge.speech import counted, mark
from edge.ui import text
from edge.ui.area import Area
from edge.ui.strip import Strip
from edge.ui.touch import Scroll
from edge.ui.typeset import Style
from edge.ui.widgets import Button, Fade, IconButton, Label, Panel, Widget
from mirror_app.catalog import Item
from mirror_app.session import Visit

from . import _parts, _shelf
from ._room import Room
from ._screen import GoTo, Move, Screen, Shop

BACK: Final = mark("Back")
RESERVE: Final = mark("Reserve")
SENSITIVE: Final = mark("For sensitive skin?")
ASK: Final = mark("The brand says nothing about it. Please ask our staff.")
INGREDIENTS: Final = mark("Ingredients")
HERE: Final = mark("In stock here")
FEW: Final = counted("Only {count} left here", "Only {count} left here")
NONE: Final = mark("Not in stock here today")

#: So few are said by their number.
_FEW: Final = 3


class View(Screen):
    live: ClassVar[bool] = True
    patience_s: ClassVar[float] = 8.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._area, self._panel = room.split(760, 1000)
        self._strip = Strip()
        self._lay_out()

    def glass(self) -> Area:
        return self._area

    def scrolls(self) -> tuple[Scroll, ...]:
        return (Scroll(self._strip, self._window, across=False),)

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        return GoTo("order" if name == "order" else "try_on")

    def back(self) -> Move:
        return GoTo("try_on")

    def tick(self, now_s: float) -> Move | None:
        self._strip.tick(now_s)
        return None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, item = self.theme, self.visit.worn
        back, mark_area = self._head.moved(-theme.px(20), 0).cut_left(theme.target_px, theme.px(8))
        ground: tuple[Widget, ...] = (
            Panel(area=self._panel, fill=theme.palette.paper),
            IconButton(area=back, name="back", icon="back", label=self.say(BACK), kind="quiet"),
        )
        if item is None:
            return ground
        reserved = self.visit.reserved(self.visit.items)
        label = self.say(_parts.SHOW_CODE if reserved else RESERVE)
        brand = Label(
            area=mark_area,
            text=item.product.brand,
            style=_parts.small(theme, 24),
            max_lines=1,
            valign="middle",
        )
        order = Button(area=self._action, name="order", label=label, enabled=not item.sold_out or reserved)
        privacy = _parts.privacy_on(self.room, self._area)
        return (*ground, brand, *self._top(item), *self._text(), order, *privacy)

    def _lay_out(self) -> None:
        theme = self.theme
        inner = self._panel.inset(theme.px(56), theme.px(36))
        self._head, inner = inner.cut_top(theme.target_px, theme.px(10))
        self._action, inner = inner.cut_bottom(max(theme.target_px, theme.px(92)), theme.px(20))
        self._title, self._window = inner.cut_top(self._title_px(inner.w), theme.px(22))
        self._placed = self._lay_text(self._window)
        end = max((area.bottom for area, _, _ in self._placed), default=0) - self._window.y
        self._strip.fit(end, self._window.h)

    def _title_px(self, width_px: int) -> int:
        theme, item = self.theme, self.visit.worn
        if item is None:
            return 0
        name = text.size(item.product.name_in(self.room.speech.code), self._name_style, width_px, 2)[1]
        lines = _parts.strong(theme, 30).line_px + _parts.body(theme, 26).line_px
        return name + theme.px(18 + 76 + 16) + lines

    @property
    def _name_style(self) -> Style:
        return _parts.heading(self.theme, 50)

    def _top(self, item: Item) -> tuple[Widget, ...]:
        """Name, shade, price, and whether it is here."""
        theme, speech = self.theme, self.room.speech
        name = item.product.name_in(speech.code)
        first, rest = self._title.cut_top(
            text.size(name, self._name_style, self._title.w, 2)[1], theme.px(18)
        )
        shade, rest = rest.cut_top(theme.px(76), theme.px(16))
        strong, style = _parts.strong(theme, 30), _parts.body(theme, 26)
        finish = _shelf.finish_words(item.product, speech)
        price = f"{speech.money(item.product.price)}  ·  {finish}"
        cost, stock = rest.cut_top(strong.line_px)
        stock_style = style.tinted(theme.palette.danger) if item.sold_out else style
        return (
            Label(area=first, text=name, style=self._name_style, max_lines=2),
            *_parts.shade_title(self.room, shade, item),
            Label(area=cost, text=price, style=strong, max_lines=1, least=0.7),
            Label(area=stock, text=self._stock(item), style=stock_style, max_lines=1, least=0.7),
        )

    def _stock(self, item: Item) -> str:
        if item.shade.stock is None:
            return ""
        if item.sold_out:
            return self.say(NONE)
        few = item.shade.stock <= _FEW
        return self.room.speech.count(FEW, item.shade.stock) if few else self.say(HERE)

    def _lay_text(self, window: Area) -> list[tuple[Area, str, Style]]:
        """What there is to read, one below the other."""
        item = self.visit.worn
        if item is None:
            return []
        theme, code = self.theme, self.room.speech.code
        style, strong, small = _parts.body(theme, 28), _parts.strong(theme, 28), _parts.body(theme, 22)
        parts = [
            (item.product.description_in(code), style, 26),
            (self.say(SENSITIVE), strong, 6),
            (item.product.suitability_in(code) or self.say(ASK), style, 26),
        ]
        if item.product.ingredients:
            parts += [(self.say(INGREDIENTS), strong, 6), (item.product.ingredients, small, 26)]
        placed, y = [], window.y + theme.px(16)
        for words, each, gap in parts:
            height = text.size(words, each, window.w)[1]
            placed.append((Area(window.x, y, window.w, height), words, each))
            y += height + theme.px(gap)
        return placed

    def _text(self) -> tuple[Widget, ...]:
        offset, fade = -round(self._strip.offset_px), self.theme.px(_parts.FADE)
        above, below = (min(fade, round(hidden)) for hidden in self._strip.hidden_px)
        paper = self.theme.palette.paper
        top, foot = self._window.cut_top(above)[0], self._window.cut_bottom(below)[0]
        fades = (Fade(area=top, fill=paper, edge="top"), Fade(area=foot, fill=paper, edge="bottom"))
        labels = tuple(
            Label(area=area.moved(0, offset), clip=self._window, text=words, style=style)
            for area, words, style in self._placed
            if min(area.moved(0, offset).common(self._window).size) > 0
        )
        line = _parts.hairline(self.room, self._window)
        return (line, *labels, *(each for each in fades if each.area.h > 0))
