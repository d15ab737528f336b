"""The catalogue: brands, products and shades that the mirror offers, read from one TOML file.

A product declares its colours as measured (CIE Lab, D65); what a screen shows of them is derived.
"""

import difflib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator

from cloud_api.contract import base
from edge.config import ConfigError, Section, parse
from edge.plugins import UnknownPlugin
from mirror_app import colour, effects
from mirror_app.layer import NONE, Layer, Parameters

#: The catalogues that come with Vitrine.
_FOLDER: Final = Path(__file__).parent / "catalogues"

_Lightness = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
_Chroma = Annotated[float, Field(ge=-128, le=128, allow_inf_nan=False)]


class UnknownSku(ConfigError):  # noqa: N818 - read as a sentence where it is raised
    """A SKU that no shade of the catalogue has; the message names close ones."""


class Shade(Section):
    """One colour of a product."""

    sku: base.Sku
    name: base.ShortText
    #: Measured under D65.
    lab: tuple[_Lightness, _Chroma, _Chroma]
    #: Of a palette: all its colours, up to three, as its effect wants them; left out, `lab` alone.
    tones: tuple[tuple[_Lightness, _Chroma, _Chroma], ...] = Field(default=(), max_length=3)
    #: 0..1: how much of what is below it hides, in one application.
    coverage: float = Field(gt=0, le=1, allow_inf_nan=False)

    @property
    def swatch(self) -> str:
        """`#rrggbb`, for the dot that stands for it."""
        return colour.swatch_of_lab(self.lab)


class Product(Section):
    """One product with its shades."""

    id: base.Slug
    brand: base.ShortText
    name: base.ShortText
    category: base.Slug
    #: The file in mirror_app/effects that draws it.
    effect: str
    finish: str
    price: base.Money
    description: str = Field(min_length=1, max_length=240)
    #: What its effect wants to know besides: the effect's own `Parameters`.
    parameters: Parameters = Field(default=NONE, validate_default=True)
    shades: tuple[Shade, ...] = Field(min_length=1)

    @field_validator("effect")
    @classmethod
    def _there_is_one(cls, effect: str) -> str:
        try:
            effects.load(effect)
        except UnknownPlugin as unknown:
            raise ValueError(str(unknown)) from None
        return effect

    @field_validator("finish")
    @classmethod
    def _the_effect_draws_it(cls, finish: str, info: ValidationInfo) -> str:
        if (effect := info.data.get("effect")) is not None:
            valid = effects.load(effect).FINISHES
            if finish not in valid:
                raise ValueError(f"{effect} has no such finish; it has: {', '.join(valid)}")
        return finish

    @field_validator("parameters", mode="before")
    @classmethod
    def _the_effect_knows_them(cls, given: object, info: ValidationInfo) -> object:
        if (effect := info.data.get("effect")) is None:
            return NONE
        return effects.load(effect).Parameters.model_validate({} if given is NONE else given)


@dataclass(frozen=True)
class Item:
    """One product in one shade: what a shopper tries, wears and orders."""

    product: Product
    shade: Shade

    @cached_property
    def layer(self) -> Layer:
        """What it is on a face."""
        return Layer(
            self.product.effect,
            self.product.finish,
            self.shade.tones or (self.shade.lab,),
            self.shade.coverage,
            self.product.parameters,
        )

    def snapshot(self) -> base.Product:
        """How it stood on the screen, for orders, shares and events."""
        return base.Product(
            sku=self.shade.sku,
            brand=self.product.brand,
            name=self.product.name,
            shade=self.shade.name,
            swatch=self.shade.swatch,
            price=self.product.price,
        )


class Catalog(Section):
    """A catalogue file."""

    products: tuple[Product, ...] = Field(min_length=1)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every shade of every product, in the file's order."""
        return tuple(Item(product, shade) for product in self.products for shade in product.shades)

    @cached_property
    def _by_sku(self) -> dict[str, Item]:
        return {item.shade.sku: item for item in self.items}

    def find(self, sku: str) -> Item:
        """The product and shade of a SKU; UnknownSku names close ones."""
        if (item := self._by_sku.get(sku)) is None:
            raise UnknownSku(f"no product has the SKU {sku!r}; {self._hint(sku)}")
        return item

    def _hint(self, sku: str) -> str:
        """Close SKUs, by their own letters or by a shade's name; all of a small catalogue where none is."""
        by_name = {item.shade.name.casefold(): item.shade.sku for item in self.items}
        close = difflib.get_close_matches(sku.upper(), self._by_sku, n=3, cutoff=0.7)
        close += [by_name[name] for name in difflib.get_close_matches(sku.casefold(), by_name, n=2)]
        if close:
            return f"close: {', '.join(dict.fromkeys(close))}"
        some = list(self._by_sku)[:24]
        return f"it has: {', '.join(some)}{' …' if len(self._by_sku) > len(some) else ''}"


def load(path_or_name: Path | str) -> Catalog:
    """Read a catalogue: a TOML file, or the name of one that comes with Vitrine (`demo`).

    ConfigError names the file, the key and the valid names.
    """
    path = _path(path_or_name)
    catalog = parse(Catalog, path)
    _refuse_twice(path, "SKU", [item.shade.sku for item in catalog.items])
    _refuse_twice(path, "product id", [product.id for product in catalog.products])
    return catalog


def _path(path_or_name: Path | str) -> Path:
    path = Path(path_or_name)
    if path.suffix or path.name != str(path_or_name):
        return path
    there = sorted(file.stem for file in _FOLDER.glob("*.toml"))
    if path.name not in there:
        raise ConfigError(
            f"no catalogue is called {path.name!r}; Vitrine comes with {', '.join(there)}; "
            "your own is the path of a .toml file"
        )
    return _FOLDER / f"{path.name}.toml"


def _refuse_twice(path: Path, what: str, values: list[str]) -> None:
    twice = sorted(value for value, times in Counter(values).items() if times > 1)
    if twice:
        raise ConfigError(f"{path}: {what} used more than once: {', '.join(twice)}")
