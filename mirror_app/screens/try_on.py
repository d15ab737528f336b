"""Try on: the big mirror, and beside or below it the rail of shades. Tap to wear, tap again to take off."""

from collections.abc import Iterable
from typing import ClassVar, Final, cast

from cloud_api.contract.events import HelpOpened, ProductCardOpened
from edge.speech import mark
from edge.ui.area import Area
from edge.ui.draw import Icon
from edge.ui.touch import Scroll
from edge.ui.widgets import Button, IconButton, Panel, Widget
from mirror_app import room_light
from mirror_app.glass import Split
from mirror_app.glass import View as Shown
from mirror_app.session import Comparison, Visit

from . import _parts, _shelf, _worn
from ._compare import STEP, Comparing
from ._rail import Rail
from ._rail_layout import row_px
from ._room import Person, Room
from ._screen import GoTo, Leave, Move, Screen, Shop
from ._shelf import LINE, LOOK, SHADE
from ._tabs import TAB, Tabs
from ._tools import KIND, LAMP, PERSON, Drawer, Tools

PICTURE: Final = mark("Take a picture")
ORDER: Final = mark("Reserve")
CLOSE: Final = mark("Done")
HELP: Final = mark("Help")


#: More people than this have no room for a chip each (and no camera is set to follow more).
_MOST_PEOPLE: Final = 6


class View(Screen):
    live: ClassVar[bool] = True
    patience_s: ClassVar[float] = 4.0
    palm: bool = True

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._drawer: Drawer = ""
        self._comparing: Comparing | None = None
        self._people: tuple[Person, ...] = ()
        if self.visit.tab not in _shelf.tabs(shop.catalog):
            self.visit.tab = _shelf.tab_of(self.visit.worn, shop.catalog)
        self._lay_out()

    # -- the glass ------------------------------------------------------------------------------------------

    def glass(self) -> Area:
        return self.room.picture

    def shown(self, tracks: Iterable[int], now_s: float) -> Shown:
        view = super().shown(tracks, now_s)
        return self._comparing.left(dict(view.worn), view.light) if self._comparing else view

    def split(self, tracks: Iterable[int], now_s: float) -> Split | None:
        view = super().shown(tracks, now_s)
        return self._comparing.split(dict(view.worn), view.light) if self._comparing else None

    def see(self, people: tuple[Person, ...]) -> None:
        self._people = people[:_MOST_PEOPLE]

    # -- touch ----------------------------------------------------------------------------------------------

    def scrolls(self) -> tuple[Scroll, ...]:
        return (*self._rail.scrolls(), *self._tabs.scrolls())

    def tap(self, name: str, now_s: float) -> Move | None:
        if name in ("pose", "order", "language", "help", "product"):
            self._tell(name)
            return GoTo(name)
        if name == "done":
            return Leave("finished")
        kind, _, what = name.partition(":")
        if name.startswith((SHADE, LOOK)):
            self._wear(kind, what)
        elif name.startswith(LINE):
            self._rail.show_line(what)
        elif name.startswith(TAB):
            self._open_tab(what)
        else:
            self._use(name, kind, what, now_s)
        return None

    def drag(self, name: str, x_px: float, y_px: float) -> None:  # noqa: ARG002
        if self._comparing:
            picture = self.room.picture
            self._comparing = self._comparing.moved((x_px - picture.x) / max(1, picture.w))

    def nudge(self, name: str, way: int) -> None:  # noqa: ARG002
        if self._comparing:
            self._comparing = self._comparing.moved(self._comparing.at + way * STEP)

    def focus(self, name: str) -> None:
        catalog = self.shop.catalog
        sku = name.removeprefix(SHADE)
        tab = self.visit.tab
        if name.startswith(SHADE) and catalog.has(sku):
            tab = _shelf.tab_of(catalog.find(sku), catalog)
        elif name.startswith(LOOK):
            tab = _shelf.LOOKS
        if tab != self.visit.tab:
            self._open_tab(tab)
        self._rail.show(name)
        self._tabs.show(name.removeprefix(TAB))

    def back(self) -> Move | None:
        if self._comparing or self._drawer:
            self._compare(None, self._now_s)
            self._drawer = ""
            return None
        return Leave("finished")

    def tick(self, now_s: float) -> Move | None:
        self._now_s = now_s
        self._rail.tick(now_s)
        self._tabs.tick(now_s)
        return None

    def close(self, now_s: float) -> None:
        self._compare(None, now_s)

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, room = self.theme, self.room
        foot = room.picture.inset(room.margin_px, theme.px(26))
        tools = Tools(room, self.visit, self._drawer, self._comparing, self._people)
        return (
            Panel(area=room.panel, fill=theme.palette.paper),
            *self._tabs.widgets(self.visit.tab),
            *self._rail.widgets(self._chosen()),
            *self._head(),
            *_worn.widgets(room, self.shop, self.visit, self._worn_area),
            *self._actions(),
            _parts.hairline(room, self._action_area.moved(0, -theme.px(9))),
            *tools.widgets(),
            *_parts.staff_corner(self.shop, room, room.picture),
            *_parts.privacy_pill(room, foot),
            *self._palm(),
        )

    def _palm(self) -> tuple[Widget, ...]:
        """A palm is up: say so, and how long it still has to stay."""
        share = self.palm_share
        return _parts.palm_pill(self.room, self.room.picture, share) if share > 0 else ()

    # -- what touches do ------------------------------------------------------------------------------------

    def _tell(self, screen: str) -> None:
        """What they ask to see is counted."""
        if screen == "help":
            self.visit.tell(HelpOpened(session=self.visit.session))
        elif screen == "product" and (worn := self.visit.worn) is not None:
            self.visit.tell(ProductCardOpened(session=self.visit.session, sku=worn.shade.sku))

    def _wear(self, kind: str, what: str) -> None:
        catalog = self.shop.catalog
        if kind + ":" == SHADE:
            self.visit.toggle(catalog.find(what))
            return
        look = next(each for each in catalog.looks if each.id == what)
        if LOOK + what in self._chosen():
            self.visit.wear(None)
        else:
            self.visit.wear_look(look, catalog.worn_in(look))

    def _use(self, name: str, kind: str, what: str, now_s: float) -> None:
        """One of the tools over the picture."""
        if name == "compare":
            self._compare(None if self._comparing else "without", now_s)
        elif kind + ":" == KIND:
            self._compare(cast("Comparison", what), now_s)
        elif name == "light":
            self._drawer = "" if self._drawer == "light" else "light"
        elif kind + ":" == LAMP:
            self.visit.look_in(room_light.named(what))
        elif name == "undo":
            self.visit.wardrobe.undo()
        elif name == "bare":
            self.visit.wear(None)
        elif name == "give":
            self.visit.give_to_all(len(self._people))
        elif kind + ":" == PERSON:
            self.visit.wardrobe.picked = int(what)

    def _compare(self, what: Comparison | None, now_s: float) -> None:
        """Begin a comparison, or (None) end the one there is."""
        before = self._comparing
        if before is not None:
            self.visit.compared(before.what, now_s - before.since_s)
        tracks = tuple(person.track for person in self._people)
        self._comparing = Comparing.begin(what, self.visit, tracks, now_s) if what else None
        if before is not None and self._comparing is not None:
            self._comparing = self._comparing.moved(before.at)
        self.palm = self._comparing is None  # hands that move the line take no picture

    def _open_tab(self, tab: str) -> None:
        self.visit.tab = tab
        self._fill_rail()

    def _chosen(self) -> frozenset[str]:
        """The entries of the rail that are worn."""
        look = _worn.look_worn(self.shop, self.visit)
        worn = {SHADE + item.shade.sku for item in self.visit.items}
        return frozenset(worn | {LOOK + look.id} if look else worn)

    # -- laying out -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Cut the panel: head, what is worn, tabs, chips, tiles, actions."""
        theme, room = self.theme, self.room
        target = theme.target_px
        inner = room.panel.inset(theme.px(36), theme.px(22 if room.stacked else 26))
        if room.stacked:
            worn, inner = inner.cut_top(_worn.height(room), theme.px(10))
            self._head_area, self._worn_area = worn.cut_right(
                len(self._head_buttons()) * target, theme.px(12)
            )
            self._action_area, inner = inner.cut_bottom(max(theme.px(92), target), theme.px(14))
        else:
            self._head_area, inner = inner.cut_top(target, theme.px(14))
            self._action_area, inner = inner.cut_bottom(max(theme.px(92), target), theme.px(18))
            worn_px = _worn.height(room) + theme.px(14)
            tabs_px = target if len(_shelf.tabs(self.shop.catalog)) > 1 else 0
            # On the smallest displays the shades come first: what is worn is chosen among them.
            room_for_it = inner.h - worn_px - tabs_px >= self._row_px(inner.w)
            self._worn_area, inner = inner.cut_top(_worn.height(room) if room_for_it else 0, theme.px(14))
        names = _shelf.tabs(self.shop.catalog)
        tabs, self._rail_area = inner.cut_top(target if len(names) > 1 else 0, 0)
        self._tabs = Tabs(room, names, tabs)
        self._fill_rail()

    def _fill_rail(self) -> None:
        """The lines of the tab that is open; where there are several, chips lead to them."""
        theme = self.theme
        shelf = _shelf.shelf(self.shop.catalog, self.visit.tab, self.room.speech)
        chips_px = theme.target_px if len(shelf.lines) > 1 else 0
        if self._rail_area.h - chips_px - theme.px(8) < self._row_px(self._rail_area.w):
            chips_px = 0
        chips, tiles = self._rail_area.cut_top(chips_px, theme.px(8))
        self._rail = Rail(self.room, shelf, chips, tiles)
        if self.visit.worn is not None:
            self._rail.show(SHADE + self.visit.worn.shade.sku)
        self._tabs.show(self.visit.tab)

    def _row_px(self, width_px: int) -> int:
        return row_px(width_px, self.theme, across=self.room.stacked)

    def _head_buttons(self) -> tuple[tuple[str, Icon, str], ...]:
        """At the head, from the right: name, icon, what it is called."""
        language = (("language", "globe", self.room.speech.name),) if len(self.shop.languages) > 1 else ()
        info = (("product", "info", self.say(_worn.ABOUT)),) if self.room.stacked else ()
        close, help_ = ("done", "close", self.say(CLOSE)), ("help", "help", self.say(HELP))
        return cast("tuple[tuple[str, Icon, str], ...]", (close, help_, *language, *info))

    def _head(self) -> tuple[Widget, ...]:
        side, left = self.theme.target_px, self._head_area.moved(self.theme.px(20), 0)
        buttons: list[Widget] = []
        for name, icon, label in self._head_buttons():
            area, left = left.cut_right(side)  # the cross, not its edge, stands at the margin
            enabled = name != "product" or self.visit.worn is not None
            if enabled:
                buttons.append(IconButton(area=area, name=name, icon=icon, label=label, kind="quiet"))
        if self.room.stacked:
            return tuple(buttons)
        mark_area = Area(self._head_area.x, left.y, left.right - self._head_area.x, left.h)
        return (_parts.wordmark(self.theme, mark_area), *buttons)

    def _actions(self) -> tuple[Widget, ...]:
        theme, items = self.theme, self.visit.items
        reserved = self.visit.reserved(items)
        order, share = (_parts.SHOW_CODE, 0.46) if reserved else (ORDER, 0.4)
        left, right = self._action_area.cut_left(round(self._action_area.w * share), theme.px(14))
        return (
            Button(area=left, name="order", label=self.say(order), kind="secondary", enabled=bool(items)),
            Button(area=right, name="pose", label=self.say(PICTURE)),
        )
