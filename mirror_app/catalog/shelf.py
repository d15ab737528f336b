"""Everything that is offered, found by SKU; and what is left out, with the reason."""

import difflib
from functools import cached_property

from pydantic import Field

from cloud_api.contract.base import Language
from cloud_api.contract.catalogue import Skipped
from edge.toml_file import ConfigError, Section
from mirror_app.catalog.product import Item, Look, Product


class UnknownSku(ConfigError):  # noqa: N818 - read as a sentence where it is raised
    """A SKU that no shade of the catalogue has; the message names close ones."""


class Catalog(Section):
    """A catalogue as the mirror offers it.

    language: of the texts that name none. skipped: what was written and is not offered. origin: where it came
    from, for people: `cloud` or the file.
    """

    products: tuple[Product, ...] = Field(min_length=1)
    looks: tuple[Look, ...] = ()
    language: Language = "en"
    skipped: tuple[Skipped, ...] = ()
    origin: str = ""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every shade of every product, in the file's order."""
        return tuple(Item(product, shade) for product in self.products for shade in product.shades)

    @cached_property
    def offered(self) -> tuple[Item, ...]:
        """Those that can be had."""
        return tuple(item for item in self.items if not item.sold_out)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The products' categories, in the order in which they first appear."""
        return tuple(self.by_category)

    @cached_property
    def by_category(self) -> dict[str, tuple[Product, ...]]:
        """The products of each category."""
        found: dict[str, list[Product]] = {}
        for product in self.products:
            found.setdefault(product.category, []).append(product)
        return {category: tuple(products) for category, products in found.items()}

    @cached_property
    def _by_sku(self) -> dict[str, Item]:
        return {item.shade.sku: item for item in self.items}

    def indexed(self) -> "Catalog":
        """The same with everything worked out that is worked out once, where nobody waits for it."""
        _ = self.offered, self.by_category, self._by_sku
        return self

    def has(self, sku: str) -> bool:
        """Whether a shade has this SKU."""
        return sku in self._by_sku

    def find(self, sku: str) -> Item:
        """The product and shade of a SKU; UnknownSku names close ones."""
        if (item := self._by_sku.get(sku)) is None:
            raise UnknownSku(f"no product has the SKU {sku!r}; {self._hint(sku)}")
        return item

    def worn_in(self, look: Look) -> tuple[tuple[Item, float], ...]:
        """What a look is made of, each with how much of it (0..1)."""
        return tuple((self.find(part.sku), part.strength) for part in look.parts)

    def _hint(self, sku: str) -> str:
        """Close SKUs, by their own letters or by a shade's name; all of a small catalogue where none is."""
        by_name = {item.shade.name.casefold(): item.shade.sku for item in self.items}
        close = difflib.get_close_matches(sku.upper(), self._by_sku, n=3, cutoff=0.7)
        close += [by_name[name] for name in difflib.get_close_matches(sku.casefold(), by_name, n=2)]
        if close:
            return f"close: {', '.join(dict.fromkeys(close))}"
        some = list(self._by_sku)[:24]
        return f"it has: {', '.join(some)}{' …' if len(self._by_sku) > len(some) else ''}"
