"""Product card: what it is, whom it suits, what is in it, what it costs and whether it is here.

Of a look it lists the products first; each opens its own card, and back leads to the list.
"""

from typing import ClassVar, Final

from cloud_api.contract.events import ProductCardOpened
from edge.speech import counted, mark
from edge.ui import text
from edge.ui.area import Area
from edge.ui.strip import Strip
from edge.ui.touch import Scroll
from edge.ui.typeset import Style
from edge.ui.widgets import Button, Fade, IconButton, Label, Panel, Picture, TouchArea, Widget
from mirror_app.catalog import Item
from mirror_app.session import Visit

from . import _parts, _shelf, _worn
from ._pictured import Pictured
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
#: A product of a look, by its SKU.
PART: Final = "part:"
#: Designed height of a product's picture.
_PICTURE: Final = 300


class View(Screen):
    live: ClassVar[bool] = True
    patience_s: ClassVar[float] = 8.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._area, self._panel = room.split(760, 1000)
        self._look = _worn.look_worn(shop, self.visit)
        self._pictured = Pictured(None, (0, 0))
        self._open(None if self._look else self.visit.worn)

    def glass(self) -> Area:
        return self._area

    def scrolls(self) -> tuple[Scroll, ...]:
        return (Scroll(self._strip, self._window, across=False),)

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        if name.startswith(PART):
            sku = name.removeprefix(PART)
            self._open(next(item for item in self.visit.items if item.shade.sku == sku))
            self.visit.tell(ProductCardOpened(session=self.visit.session, sku=sku))
            return None
        return GoTo("order") if name == "order" else self.back()

    def back(self) -> Move | None:
        if self._look and self._item:
            self._open(None)
            return None
        return GoTo("try_on")

    def focus(self, name: str) -> None:
        row = next((area for item, area in self._rows if PART + item.shade.sku == name), None)
        if row is not None:
            start = row.y - self._window.y
            self._strip.reveal(start, start + row.h, self._window.h, self.theme.px(_parts.FADE))

    def close(self, now_s: float) -> None:  # noqa: ARG002
        self._pictured.close()

    def tick(self, now_s: float) -> Move | None:
        self._strip.tick(now_s)
        return None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, item = self.theme, self._item
        back, mark_area = self._head.moved(-theme.px(20), 0).cut_left(theme.target_px, theme.px(8))
        ground: tuple[Widget, ...] = (
            Panel(area=self._panel, fill=theme.palette.paper),
            IconButton(area=back, name="back", icon="back", label=self.say(BACK), kind="quiet"),
        )
        if item is None and not self._rows:
            return ground
        reserved = self.visit.reserved(self.visit.items)
        label = self.say(_parts.SHOW_CODE if reserved else RESERVE)
        brand = Label(
            area=mark_area,
            text=item.product.brand if item else "",
            style=_parts.small(theme, 24),
            max_lines=1,
            valign="middle",
        )
        order = Button(area=self._action, name="order", label=label, enabled=not self._gone(item) or reserved)
        privacy = _parts.privacy_on(self.room, self._area)
        shown = (*self._top(item), *self._read(self._text())) if item else self._list()
        return (*ground, brand, *shown, order, *privacy)

    def _gone(self, item: Item | None) -> bool:
        """Whether nothing of what the card speaks of can be had."""
        return item.sold_out if item else all(each.sold_out for each in self.visit.items)

    def _open(self, item: Item | None) -> None:
        """Show the card of a product; None: the list of a look."""
        self._pictured.close()
        self._item, self._strip = item, Strip()
        self._rows: list[tuple[Item, Area]] = []
        self._placed: list[tuple[Area, str, Style]] = []
        self._lay_out()

    def _lay_out(self) -> None:
        theme = self.theme
        inner = self._panel.inset(theme.px(56), theme.px(36))
        self._head, inner = inner.cut_top(theme.target_px, theme.px(10))
        self._action, inner = inner.cut_bottom(max(theme.target_px, theme.px(92)), theme.px(20))
        self._title, self._window = inner.cut_top(self._title_px(inner.w), theme.px(22))
        if self._item is not None:
            within = self._window.w, min(theme.px(_PICTURE), round(0.6 * self._window.h))
            self._pictured = Pictured(self._item.picture, within)
            self._placed = self._lay_text(self._window)
        elif self._look is not None:
            self._rows = self._lay_rows()
        areas = [area for area, *_ in self._placed] + [area for _, area in self._rows]
        self._strip.fit(max((area.bottom for area in areas), default=0) - self._window.y, self._window.h)

    def _lay_rows(self) -> list[tuple[Item, Area]]:
        height = max(_parts.product_height(self.theme) + self.theme.px(36), self.theme.target_px)
        window = self._window
        return [
            (item, Area(window.x, window.y + at * height, window.w, height))
            for at, item in enumerate(self.visit.items)
        ]

    def _list(self) -> tuple[Widget, ...]:
        """The look's name, and its products, each to be opened."""
        offset, window = -round(self._strip.offset_px), self._window
        title = Label(area=self._title, text=self._look_name, style=self._name_style, max_lines=2)
        rows: list[Widget] = []
        for item, area in self._rows:
            row = area.moved(0, offset)
            if min(row.common(window).size) == 0:
                continue
            card = row.middle(row.w, _parts.product_height(self.theme))
            rows += [_parts.hairline(self.room, row), *_parts.product_card(self.room, card, item)]
            rows.append(TouchArea(area=row, name=PART + item.shade.sku))
        clipped = tuple(_parts.clipped(each, window) for each in rows)
        return (title, *self._read(clipped))

    def _title_px(self, width_px: int) -> int:
        theme, item = self.theme, self._item
        if item is None:
            return text.size(self._look_name, self._name_style, width_px, 2)[1]
        name = text.size(item.product.name_in(self.room.speech.code), self._name_style, width_px, 2)[1]
        lines = _parts.strong(theme, 30).line_px + _parts.body(theme, 26).line_px
        return name + theme.px(18 + 76 + 16) + lines

    @property
    def _look_name(self) -> str:
        return self._look.name_in(self.room.speech.code) if self._look else ""

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
        item = self._item
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
        pictured_px = self._pictured.size_px[1]
        placed, y = [], window.y + theme.px(16) + (pictured_px + theme.px(26) if pictured_px else 0)
        for words, each, gap in parts:
            height = text.size(words, each, window.w)[1]
            placed.append((Area(window.x, y, window.w, height), words, each))
            y += height + theme.px(gap)
        return placed

    def _text(self) -> tuple[Widget, ...]:
        """The picture, and what there is to read, as far as they are in the window."""
        offset = -round(self._strip.offset_px)
        labels = tuple(
            Label(area=area.moved(0, offset), clip=self._window, text=words, style=style)
            for area, words, style in self._placed
            if min(area.moved(0, offset).common(self._window).size) > 0
        )
        if (surface := self._pictured.surface) is None:
            return labels
        width, height = self._pictured.size_px
        top = self._window.y + self.theme.px(16) + offset
        area = Area(self._window.x + (self._window.w - width) // 2, top, width, height)
        return (Picture(area=area, clip=self._window, surface=surface, premultiplied=True), *labels)

    def _read(self, scrolled: tuple[Widget, ...]) -> tuple[Widget, ...]:
        """What scrolls, under a line, with paper over both ends as far as something is beyond."""
        fade, paper = self.theme.px(_parts.FADE), self.theme.palette.paper
        above, below = (min(fade, round(hidden)) for hidden in self._strip.hidden_px)
        top, foot = self._window.cut_top(above)[0], self._window.cut_bottom(below)[0]
        fades = (Fade(area=top, fill=paper, edge="top"), Fade(area=foot, fill=paper, edge="bottom"))
        line = _parts.hairline(self.room, self._window)
        return (line, *scrolled, *(each for each in fades if each.area.h > 0))
