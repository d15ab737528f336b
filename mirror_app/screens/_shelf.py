"""What stands on the rail: the lines of a category, or the looks, as the rail wants them.

Thousands of products may stand under one tab: what is said of a line, and what its colours are, is worked out
when somebody looks at it.
"""

import functools
from dataclasses import dataclass
from typing import Final

from cloud_api.contract.base import Money
from edge.speech import PLAIN, Speech
from edge.ui.theme import Colour
from edge.ui.theme import colour as parse_colour
from mirror_app import colour, words
from mirror_app.catalog import Catalog, Item, Look, Product, Shade

SHADE: Final = "shade:"
LOOK: Final = "look:"
LINE: Final = "line:"
#: The tab of the looks, among those of the categories.
LOOKS: Final = "looks"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to put on: the name of its control, what it is, the shades whose colours it shows."""

    name: str
    what: Shade | Look
    language: str
    shades: tuple[Shade, ...]
    sold_out: bool = False

    @property
    def label(self) -> str:
        """What it is called."""
        return self.what.name_in(self.language)

    @property
    def colours(self) -> tuple[Colour, ...]:
        """Of one shade all its colours, of several the first of each."""
        if len(self.shades) == 1:
            return colours(self.shades[0])
        return tuple(colours(shade)[0] for shade in self.shades)


@dataclass(frozen=True)
class Line:
    """Entries that stand together under a heading. name: on its chip; product: None for the looks."""

    id: str
    name: str
    entries: tuple[Entry, ...]
    product: Product | None = None
    speech: Speech = PLAIN

    @functools.cached_property
    def heading(self) -> str:
        """Name, finish, price."""
        if self.product is None:
            return self.name
        price = _money(self.product.price, self.speech)
        return "  ·  ".join((self.name, finish_words(self.product, self.speech), price))


def tabs(catalog: Catalog) -> tuple[str, ...]:
    """The tabs of a catalogue: its categories, and its looks."""
    return (*catalog.categories, *((LOOKS,) if catalog.looks else ()))


def tab_of(item: Item | None, catalog: Catalog) -> str:
    """The tab where a product stands; the first without one."""
    if item is not None and item.product.category in catalog.categories:
        return item.product.category
    return next(iter(tabs(catalog)), "")


def tab_words(tab: str, speech: Speech) -> str:
    """What a tab is called; a category that Vitrine has no word for is called what its brand calls it."""
    known = words.CATEGORIES.get(tab)
    return speech.say(known) if known else tab.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """All that stands on the rail under a tab; compared by identity."""

    lines: tuple[Line, ...]


class _Same:
    """A catalogue by identity: comparing two of thousands of products takes longer than laying one out."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.catalog is other.catalog

    def __hash__(self) -> int:
        return id(self.catalog)


def shelf(catalog: Catalog, tab: str, speech: Speech) -> Shelf:
    """What stands on the rail under a tab, in a language; the same again for the same."""
    return _shelf(_Same(catalog), tab, speech)


@functools.lru_cache(maxsize=32)
def _shelf(same: _Same, tab: str, speech: Speech) -> Shelf:
    return Shelf(_lines(same.catalog, tab, speech))


def _lines(catalog: Catalog, tab: str, speech: Speech) -> tuple[Line, ...]:
    if tab == LOOKS:
        entries = tuple(_look(catalog, look, speech) for look in catalog.looks)
        name = tab_words(LOOKS, speech)
        return (Line(LOOKS, name, entries),) if entries else ()
    return tuple(_line(product, speech) for product in catalog.products if product.category == tab)


def finish_words(product: Product, speech: Speech) -> str:
    """What a product's finish is called."""
    known = words.FINISHES.get(product.finish)
    return speech.say(known) if known else product.finish.replace("-", " ").capitalize()


@functools.lru_cache(maxsize=4096)
def _money(price: Money, speech: Speech) -> str:
    """A price in words: of thousands of products many cost the same."""
    return speech.money(price)


def _line(product: Product, speech: Speech) -> Line:
    name, code = product.name_in(speech.code), speech.code
    return Line(product.id, name, tuple(_shade(shade, code) for shade in product.shades), product, speech)


def _shade(shade: Shade, code: str) -> Entry:
    return Entry(SHADE + shade.sku, shade, code, (shade,), shade.stock == 0)


def _look(catalog: Catalog, look: Look, speech: Speech) -> Entry:
    shades = tuple(item.shade for item, _ in catalog.worn_in(look)[:4])
    return Entry(LOOK + look.id, look, speech.code, shades)


@functools.lru_cache(maxsize=4096)
def colours(shade: Shade) -> tuple[Colour, ...]:
    """The colours of a shade's dot: of a palette all."""
    if shade.tones:
        return tuple(parse_colour(colour.swatch_of_lab(tone)) for tone in shade.tones)
    return (parse_colour(shade.swatch),)
