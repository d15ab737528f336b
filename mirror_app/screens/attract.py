"""Attract: a passer-by sees themselves in the mirror, already wearing a shade that changes now and then."""

import math
from typing import ClassVar, Final

from edge.speech import mark
from edge.ui import lettering, text
from edge.ui.area import Area
from edge.ui.motion import ease_in_out, progress
from edge.ui.widgets import Button, Label, Panel, TouchArea, Widget
from mirror_app.catalog import Item

from . import _parts
from ._screen import Move, Screen, Start

TITLE: Final = mark("See it on you")
ALONE: Final = mark("Step up to the mirror")
INVITE: Final = mark("Touch to try")

#: A shade stays this long and gives way to the next within the second time.
_STAY_S: Final = 4.5
_CHANGE_S: Final = 0.9
#: Neighbours in the catalogue look alike: the next shade is about this share of it further on.
_GOLDEN: Final = 0.382


class View(Screen):
    live: ClassVar[bool] = True
    #: Whether somebody is in view; the mirror tells.
    seen: bool = False

    def glass(self) -> Area:
        return self.room.screen

    def wears(self, now_s: float) -> tuple[Item, ...]:
        items = self.shop.items
        if not items:
            return ()
        turn, within_s = divmod(max(0.0, now_s - self.since_s), _STAY_S)
        current = self._item(int(turn))
        if turn < 1 or within_s >= _CHANGE_S:
            return (current,)
        return (_between(self._item(int(turn) - 1), current, ease_in_out(progress(within_s, 0, _CHANGE_S))),)

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        room, theme = self.room, self.theme
        card = self._card()
        inner = card.inset(theme.px(40), theme.px(34))
        mark, inner = inner.cut_top(theme.target_px, theme.px(14))
        line, inner = inner.cut_bottom(_parts.privacy_height(room, inner.w), theme.px(20))
        button, inner = inner.cut_bottom(max(theme.target_px, theme.px(92)), theme.px(26))
        return (
            TouchArea(area=room.screen, name="start"),
            Panel(area=card, fill=theme.palette.paper, radius_px=theme.radius_px),
            _parts.wordmark(theme, mark),
            *self._language(mark),
            *self._words(inner, now_s),
            Button(area=button, name="touch", label=self.say(INVITE)),
            _parts.privacy_line(room, line),
        )

    def tap(self, name: str, now_s: float) -> Move:
        return Start(self._shown(now_s), "language" if name == "language" else "try_on")

    def _card(self) -> Area:
        theme, margin = self.theme, self.room.margin_px
        foot = self.room.screen.inset(margin)
        if self.room.portrait:
            return foot.cut_bottom(self._height(foot.w))[0]
        width = min(theme.px(680), round(foot.w * 0.6))
        cut = foot.cut_left if self.room.hand == "right" else foot.cut_right
        return cut(width)[0].cut_bottom(self._height(width))[0]

    def _height(self, width_px: int) -> int:
        """Of the card: what is in it, in this language."""
        theme = self.theme
        product = 0 if self._narrow else theme.px(28) + _parts.product_height(theme)
        title = _parts.heading(theme, 58).line_px
        privacy = _parts.privacy_height(self.room, width_px - 2 * theme.px(40))
        button = max(theme.target_px, theme.px(92))
        gaps = theme.px(14) + theme.px(26) + theme.px(20) + 2 * theme.px(34)
        return theme.target_px + title + product + button + privacy + gaps

    @property
    def _narrow(self) -> bool:
        """Whether a tall card in the corner would reach the face: 4:3 and the like."""
        return not self.room.portrait and self.room.screen.w < 1.5 * self.room.screen.h

    def _language(self, row: Area) -> tuple[Widget, ...]:
        """Where the language is chosen, at the end of the wordmark's row."""
        if len(self.shop.languages) < 2:
            return ()
        theme = self.theme
        width = (
            theme.px(64) + text.size(self.room.speech.name, lettering.button_style(theme))[0] + theme.px(70)
        )
        area = row.cut_right(max(theme.target_px, width))[0].moved(theme.px(24), 0)
        label = self.room.speech.name
        return (Button(area=area, name="language", label=label, kind="quiet", icon="globe"),)

    def _words(self, area: Area, now_s: float) -> tuple[Widget, ...]:
        item = self._shown(now_s)
        style = _parts.heading(self.theme, 58)
        top, rest = area.cut_top(style.line_px, self.theme.px(28))
        title = Label(
            area=top, text=self.say(TITLE if self.seen else ALONE), style=style, max_lines=1, least=0.7
        )
        if item is None or self._narrow:
            return (title,)
        return (title, *_parts.product_card(self.room, rest, item))

    def _shown(self, now_s: float) -> Item | None:
        """The shade that is on, or coming on."""
        if not self.shop.items:
            return None
        return self._item(int(max(0.0, now_s - self.since_s) // _STAY_S))

    def _item(self, turn: int) -> Item:
        items = self.shop.items
        return items[turn * _stride(len(items)) % len(items)]


def _stride(n: int) -> int:
    """A step through n things that meets all of them."""
    step = max(1, round(n * _GOLDEN))
    while math.gcd(step, n) != 1:
        step += 1
    return step


def _between(before: Item, after: Item, share: float) -> Item:
    """On the way from one shade to the next; only what the same effect draws can be mixed."""
    if before.product.effect != after.product.effect:
        return before if share < 0.5 else after
    a, b = before.shade, after.shade
    mixed = {
        "lab": tuple(x + (y - x) * share for x, y in zip(a.lab, b.lab, strict=True)),
        "coverage": a.coverage + (b.coverage - a.coverage) * share,
    }
    product = before.product if share < 0.5 else after.product
    return Item(product, b.model_copy(update=mixed))
