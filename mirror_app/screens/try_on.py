"""Try on: the big mirror, and beside or below it the rail of shades. Tap to wear, tap again to take off."""

from typing import ClassVar, Final

from edge.speech import mark
from edge.ui.area import Area
from edge.ui.touch import Scroll
from edge.ui.widgets import Button, IconButton, Label, Panel, Widget
from mirror_app.catalog import Item
from mirror_app.session import Visit

from . import _parts
from ._rail import LINE, SHADE, Rail
from ._room import Room
from ._screen import GoTo, Leave, Move, Screen, Shop

BARE_TITLE: Final = mark("Bare")
BARE_HINT: Final = mark("Touch a shade to try it on")
EMPTY: Final = mark("There is nothing to try on today. Please ask our staff.")
TAKE_OFF: Final = mark("Take off")
COMPARE: Final = mark("Hold to compare")
WITHOUT: Final = mark("Without")
PICTURE: Final = mark("Take a picture")
ORDER: Final = mark("Reserve")
CLOSE: Final = mark("Done")

#: A switch cannot hold: chosen by key, comparing lasts this long.
_COMPARE_S: Final = 2.0


class View(Screen):
    live: ClassVar[bool] = True
    patience_s: ClassVar[float] = 4.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._held = False
        self._compare_until_s = now_s
        self._now_s = now_s
        self._lay_out()
        if self.visit.worn is not None:
            self._rail.show(SHADE + self.visit.worn.shade.sku)

    def glass(self) -> Area:
        return self.room.picture

    def wears(self, now_s: float) -> tuple[Item, ...]:
        return () if self._comparing(now_s) else super().wears(now_s)

    def scrolls(self) -> tuple[Scroll, ...]:
        return self._rail.scrolls()

    def tap(self, name: str, now_s: float) -> Move | None:
        visit = self.visit
        if name.startswith(SHADE):
            item = self.shop.catalog.find(name.removeprefix(SHADE))
            visit.wear(None if item == visit.worn else item)
        elif name.startswith(LINE):
            self._rail.show_line(name.removeprefix(LINE))
        elif name == "bare":
            visit.wear(None)
        elif name == "compare":
            self._compare_until_s = now_s + _COMPARE_S
        elif name in ("pose", "order", "language"):
            return GoTo(name)
        elif name == "done":
            return Leave("finished")
        return None

    def hold(self, name: str | None) -> None:
        self._held = name == "compare"

    def focus(self, name: str) -> None:
        self._rail.show(name)

    def back(self) -> Move:
        return Leave("finished")

    def tick(self, now_s: float) -> Move | None:
        self._rail.tick(now_s)
        return None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        theme, room = self.theme, self.room
        return (
            Panel(area=room.panel, fill=theme.palette.paper),
            *self._rail.widgets(self.visit.worn),
            *self._head(),
            *self._worn(),
            *self._actions(),
            _parts.hairline(room, self._action_area.moved(0, -theme.px(9))),
            *self._over_picture(now_s),
        )

    def _comparing(self, now_s: float) -> bool:
        return self._held or now_s < self._compare_until_s

    def _lay_out(self) -> None:
        """Cut the panel: head, what is worn, chips, tiles, actions."""
        theme, room = self.theme, self.room
        target = theme.target_px
        inner = room.panel.inset(theme.px(36), theme.px(26))
        if room.portrait:
            worn, inner = inner.cut_top(max(theme.px(112), target), theme.px(14))
            self._head_area, self._worn_area = worn.cut_right(self._heads * target, theme.px(12))
            self._action_area, inner = inner.cut_bottom(max(theme.px(92), target), theme.px(14))
        else:
            self._head_area, inner = inner.cut_top(target, theme.px(14))
            self._worn_area, inner = inner.cut_top(theme.px(176), theme.px(18))
            self._action_area, inner = inner.cut_bottom(max(theme.px(92), target), theme.px(18))
        chips, tiles = inner.cut_top(target, theme.px(8))
        self._rail = Rail(room, self.shop.catalog, chips, tiles)

    def _head(self) -> tuple[Widget, ...]:
        side = self.theme.target_px
        close, left = self._head_area.cut_right(side)
        close = close.moved(self.theme.px(20), 0)  # its cross, not its edge, stands at the margin
        buttons = [IconButton(area=close, name="done", icon="close", label=self.say(CLOSE), kind="quiet")]
        if self._heads > 1:
            globe, left = left.moved(self.theme.px(20), 0).cut_right(side)
            label = self.room.speech.name
            buttons.append(IconButton(area=globe, name="language", icon="globe", label=label, kind="quiet"))
        return (*buttons,) if self.room.portrait else (_parts.wordmark(self.theme, left), *buttons)

    @property
    def _heads(self) -> int:
        """How many buttons stand at the head: close, and the language where there is a choice."""
        return 2 if len(self.shop.languages) > 1 else 1

    def _worn(self) -> tuple[Widget, ...]:
        theme, worn, area = self.theme, self.visit.worn, self._worn_area
        if worn is None:
            title, hint = _parts.heading(theme, 40), _parts.body(theme, 26)
            top, rest = area.cut_top(title.line_px, theme.px(8))
            words = self.say(BARE_HINT if self.shop.items else EMPTY)
            return (
                Label(area=top, text=self.say(BARE_TITLE), style=title, max_lines=1),
                Label(area=rest, text=words, style=hint, max_lines=2),
            )
        name = f"{worn.product.brand} · {worn.product.name}"
        cost = self.room.speech.money(worn.product.price)
        price = f"{self.say(_parts.finish_of(worn))}  ·  {cost}"
        if self.room.portrait:
            return _parts.product_card(self.room, area, worn, f"{name} · {cost}")
        head, rest = area.cut_top(theme.px(76), theme.px(14))
        style, strong = _parts.body(theme, 25), _parts.strong(theme, 27)
        first, second = rest.cut_top(style.line_px, theme.px(4))
        return (
            *_parts.shade_title(theme, head, worn),
            Label(area=first, text=name, style=style, max_lines=1),
            Label(area=second, text=price, style=strong, max_lines=1),
        )

    def _actions(self) -> tuple[Widget, ...]:
        theme = self.theme
        worn = self.visit.worn
        order, share = (_parts.SHOW_CODE, 0.46) if self.visit.reserved(worn) else (ORDER, 0.4)
        order = self.say(order)
        left, right = self._action_area.cut_left(round(self._action_area.w * share), theme.px(14))
        return (
            Button(area=left, name="order", label=order, kind="secondary", enabled=worn is not None),
            Button(area=right, name="pose", label=self.say(PICTURE)),
        )

    def _over_picture(self, now_s: float) -> tuple[Widget, ...]:
        theme, room = self.theme, self.room
        foot = room.picture.inset(room.margin_px, theme.px(26))
        parts: list[Widget] = [*_parts.privacy_pill(room, foot)]
        if self.visit.worn is not None:
            side = max(theme.target_px, theme.px(84))
            above = foot.cut_bottom(side + theme.px(70))[0].cut_top(side)[0]
            left, right = above.middle(min(above.w, theme.px(660)), side).columns(2, theme.px(16))
            label = self.say(WITHOUT if self._comparing(now_s) else COMPARE)
            parts += [
                Button(area=left, name="compare", label=label, kind="on_picture", icon="compare", holds=True),
                Button(area=right, name="bare", label=self.say(TAKE_OFF), kind="on_picture", icon="bare"),
            ]
        return tuple(parts)
