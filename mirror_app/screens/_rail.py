"""The rail of shades: every product line with its shades, in one strip; chips jump to a line.

    landscape, downwards              portrait, across
    Velours Poudré  Matte  39.00      Velours Poudré  Matte  39.00 │ Encre Mate …
    ● ● ● ●                           ● ● ● ● ●                    │ ● ● ●
    ●
    Encre Mate …
Where everything stands is worked out once; a frame makes widgets of what is in the window only, so a
catalogue of thousands costs the same as one of twelve.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from edge.ui import looks, text
from edge.ui.area import Area
from edge.ui.strip import Strip
from edge.ui.touch import Scroll
from edge.ui.widgets import Chip, Label, Tile, Widget
from mirror_app.catalog import Catalog, Item, Product

from . import _parts
from ._room import Room

SHADE: Final = "shade:"
LINE: Final = "line:"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A tile or heading. start, end: along the strip; area: with the strip scrolled to its beginning."""

    area: Area
    item: Item | None
    product: Product


class Rail:
    """Chips and tiles in their two strips. chips, tiles: the windows they are seen through."""

    def __init__(self, room: Room, catalog: Catalog, chips: Area, tiles: Area) -> None:
        self._room, self._chips_window, self._tiles_window = room, chips, tiles
        self._across = room.portrait
        self.chips, self.tiles = Strip(), Strip()
        self._placed = self._across_all(catalog) if self._across else self._down_all(catalog)
        self._starts = [self._start(each.area) for each in self._placed]
        self._chip_areas = self._lay_chips(catalog)
        self._lines = {product.id: product for product in catalog.products}
        end = max((self._end(each.area) for each in self._placed), default=0)
        self.tiles.fit(end + room.theme.gap_px, self._window_px)
        self.chips.fit(self._chip_areas[-1].right - chips.x if self._chip_areas else 0, chips.w)

    def scrolls(self) -> tuple[Scroll, ...]:
        """Both strips, for touch."""
        return (
            Scroll(self.chips, self._chips_window, across=True),
            Scroll(self.tiles, self._tiles_window, across=self._across),
        )

    def tick(self, now_s: float) -> None:
        """Let the strips run on."""
        self.chips.tick(now_s)
        self.tiles.tick(now_s)

    def widgets(self, worn: Item | None) -> tuple[Widget, ...]:
        """Chips and tiles that are in their windows."""
        return (*self._chip_widgets(), *(self._widget(each, worn) for each in self._seen()))

    def show_line(self, product_id: str) -> None:
        """Bring a line's beginning to the beginning of the window."""
        start = self._line_start(product_id)
        self.tiles.reveal(start, start + self._window_px, self._window_px)

    def show(self, name: str) -> None:
        """Bring a tile, with the heading of its line, or a chip into view."""
        margin = self._room.theme.px(40)
        for each in self._placed:
            if each.item is not None and name == SHADE + each.item.shade.sku and not self._in_view(each.area):
                self.show_line(each.product.id)
                start, end = self._start(each.area), self._end(each.area)
                if end - self._line_start(each.product.id) > self._window_px:  # a line longer than the window
                    self.tiles.reveal(start, end, self._window_px, margin)
        for product, area in zip(self._lines.values(), self._chip_areas, strict=True):
            if name == LINE + product.id:
                start = area.x - self._chips_window.x
                self.chips.reveal(start, start + area.w, self._chips_window.w, margin)

    @property
    def current(self) -> Product | None:
        """The line at the beginning of the window."""
        if not self._placed:
            return None
        at = bisect_right(self._starts, self.tiles.offset_px + self._window_px * 0.25) - 1
        return self._placed[max(0, at)].product

    # -- laying out ---------------------------------------------------------------------------------------

    @property
    def _columns(self) -> int:
        """Tiles side by side: as many as a finger can tell apart, in portrait those of one window's width."""
        theme = self._room.theme
        least = max(theme.px(130 if self._across else 112), theme.target_px)
        return max(1, self._tiles_window.w // least)

    @property
    def _tile_px(self) -> tuple[int, int]:
        width = self._tiles_window.w // self._columns
        return width, max(looks.tile_height(width, self._room.theme), self._room.theme.target_px)

    def _down_all(self, catalog: Catalog) -> list[_Placed]:
        theme, window = self._room.theme, self._tiles_window
        _, tile_h = self._tile_px
        columns = self._columns
        placed, y = [], window.y
        for product in catalog.products:
            heading = Area(window.x, y, window.w, theme.px(62))
            placed.append(_Placed(heading, None, product))
            y = heading.bottom
            for place, shade in enumerate(product.shades):
                row, column = divmod(place, columns)
                x = window.x + round(column * window.w / columns)
                area = Area(x, y + row * tile_h, window.w // columns, tile_h)
                placed.append(_Placed(area, Item(product, shade), product))
            y += -(-len(product.shades) // columns) * tile_h + theme.px(10)
        return placed

    def _across_all(self, catalog: Catalog) -> list[_Placed]:
        theme, window = self._room.theme, self._tiles_window
        tile_w, tile_h = self._tile_px
        placed, x = [], window.x
        for product in catalog.products:
            wanted = text.size(self._heading(product), self._heading_style)[0] + theme.px(12)
            width = max(len(product.shades) * tile_w, wanted)
            placed.append(_Placed(Area(x, window.y, width, theme.px(52)), None, product))
            top = window.y + theme.px(62)
            for place, shade in enumerate(product.shades):
                area = Area(x + place * tile_w, top, tile_w, tile_h)
                placed.append(_Placed(area, Item(product, shade), product))
            x += width + theme.px(40)
        return placed

    def _lay_chips(self, catalog: Catalog) -> list[Area]:
        theme, window = self._room.theme, self._chips_window
        areas, x = [], window.x
        for product in catalog.products:
            width = max(looks.chip_width(product.name, theme), theme.target_px)
            areas.append(Area(x, window.y, min(width, window.w), window.h))
            x = areas[-1].right + theme.px(12)
        return areas

    # -- what is seen -------------------------------------------------------------------------------------

    @property
    def _window_px(self) -> int:
        return self._tiles_window.w if self._across else self._tiles_window.h

    def _start(self, area: Area) -> int:
        return area.x - self._tiles_window.x if self._across else area.y - self._tiles_window.y

    def _end(self, area: Area) -> int:
        return self._start(area) + (area.w if self._across else area.h)

    def _line_start(self, product_id: str) -> int:
        """Where a line's heading begins along the strip."""
        return next((self._start(each.area) for each in self._placed if each.product.id == product_id), 0)

    def _in_view(self, area: Area) -> bool:
        offset = self.tiles.offset_px
        return offset <= self._start(area) and self._end(area) <= offset + self._window_px

    def _seen(self) -> list[_Placed]:
        """What is in the window: found by its start, going back by the longest thing there is."""
        offset, longest = self.tiles.offset_px, self._longest_px
        first = bisect_right(self._starts, offset - longest)
        last = bisect_right(self._starts, offset + self._window_px)
        return [each for each in self._placed[max(0, first - 1) : last] if self._end(each.area) > offset]

    @property
    def _longest_px(self) -> int:
        return self._tiles_window.w * 2 if self._across else self._tile_px[1]

    def _widget(self, placed: _Placed, worn: Item | None) -> Widget:
        offset = -round(self.tiles.offset_px)
        area = placed.area.moved(offset, 0) if self._across else placed.area.moved(0, offset)
        clip = self._tiles_window
        if placed.item is None:
            label = self._heading(placed.product)
            style = self._heading_style
            return Label(area=area, clip=clip, text=label, style=style, max_lines=1, valign="middle")
        shade = placed.item.shade
        chosen = worn is not None and worn.shade.sku == shade.sku
        colour = _parts.swatch_colour(placed.item)
        return Tile(
            area=area, clip=clip, name=SHADE + shade.sku, label=shade.name, colour=colour, chosen=chosen
        )

    def _chip_widgets(self) -> tuple[Widget, ...]:
        offset = -round(self.chips.offset_px)
        current = self.current
        return tuple(
            Chip(
                area=moved,
                clip=self._chips_window,
                name=LINE + product.id,
                label=product.name,
                chosen=product is current,
            )
            for product, area in zip(self._lines.values(), self._chip_areas, strict=True)
            if min((moved := area.moved(offset, 0)).common(self._chips_window).size) > 0
        )

    @property
    def _heading_style(self) -> text.Style:
        return _parts.small(self._room.theme, 22)

    def _heading(self, product: Product) -> str:
        return f"{product.name}  ·  {product.finish.capitalize()}  ·  {product.price}"
