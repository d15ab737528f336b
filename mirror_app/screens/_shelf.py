"""What stands on the rail: the lines of a category, or the looks, as the rail wants them.

Thousands of products may stand under one tab: what is said of a line, and what its colours are, is worked out
when somebody looks at it.
"""

import functools
from collections.abc import Iterator
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
#: As many tabs in as many languages are kept.
_MOST_SHELVES: Final = 24


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


@dataclass(frozen=True, eq=False)
class Line:
    """Entries that stand together under a heading. name: on its chip. product: its shades are the entries;
    None: `looks` are."""

    id: str
    name: str
    looks: tuple[Entry, ...] = ()
    product: Product | None = None
    speech: Speech = PLAIN

    @property
    def count(self) -> int:
        """How many entries it has."""
        return len(self.product.shades) if self.product else len(self.looks)

    @functools.cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What stands on it."""
        if self.product is None:
            return self.looks
        return tuple(_shade(shade, self.speech.code) for shade in self.product.shades)

    @property
    def names(self) -> Iterator[str]:
        """What the controls of its entries are called."""
        if self.product is None:
            return (entry.name for entry in self.looks)
        return (SHADE + shade.sku for shade in self.product.shades)

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


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shelf:
    """All that stands on the rail under a tab; compared by identity."""

    lines: tuple[Line, ...]


class _Shelves:
    """Those of one catalogue: nothing is kept of one that is not offered any more. Catalogues are told apart
    by identity: comparing two of thousands of products takes longer than laying one out."""

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._known: dict[tuple[str, Speech], Shelf] = {}

    def forget(self) -> None:
        self._catalog, self._known = None, {}

    def of(self, catalog: Catalog, tab: str, speech: Speech) -> Shelf:
        if catalog is not self._catalog:
            self._catalog, self._known = catalog, {}
        if (tab, speech) not in self._known:
            if len(self._known) >= _MOST_SHELVES:
                del self._known[next(iter(self._known))]
            self._known[tab, speech] = Shelf(_lines(catalog, tab, speech))
        return self._known[tab, speech]


_SHELVES: Final = _Shelves()


def shelf(catalog: Catalog, tab: str, speech: Speech) -> Shelf:
    """What stands on the rail under a tab, in a language; the same again for the same."""
    return _SHELVES.of(catalog, tab, speech)


def forget() -> None:
    """Let go of every shelf: another catalogue comes."""
    _SHELVES.forget()


def _lines(catalog: Catalog, tab: str, speech: Speech) -> tuple[Line, ...]:
    if tab == LOOKS:
        entries = tuple(_look(catalog, look, speech) for look in catalog.looks)
        name = tab_words(LOOKS, speech)
        return (Line(LOOKS, name, entries),) if entries else ()
    return tuple(_line(product, speech) for product in catalog.by_category.get(tab, ()))


def finish_words(product: Product, speech: Speech) -> str:
    """What a product's finish is called."""
    known = words.FINISHES.get(product.finish)
    return speech.say(known) if known else product.finish.replace("-", " ").capitalize()


@functools.lru_cache(maxsize=4096)
def _money(price: Money, speech: Speech) -> str:
    """A price in words: of thousands of products many cost the same."""
    return speech.money(price)


def _line(product: Product, speech: Speech) -> Line:
    return Line(product.id, product.name_in(speech.code), product=product, speech=speech)


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
