"""A product as the mirror takes it: one of its effects draws it, and the pictures it names are there."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from cloud_api.contract import base, catalogue
from cloud_api.contract.catalogue import Look as Look
from edge.plugins import UnknownPlugin
from edge.toml_file import explain
from mirror_app import colour, effects, files
from mirror_app.layer import NONE, Layer, Parameters


class Shade(catalogue.Shade):
    """One colour of a product, or one kind of a thing that is worn."""

    #: The product's parameters and its own, as the effect takes them; not a key of the file.
    fitted: Parameters = Field(default=NONE, exclude=True)
    #: Where its picture lies; not a key of the file.
    picture: Path | None = Field(default=None, exclude=True)

    __hash__ = catalogue.Shade.__hash__

    @property
    def swatch(self) -> str:
        """`#rrggbb`, for the dot that stands for it."""
        return colour.swatch_of_lab(self.lab)

    @field_validator("image")
    @classmethod
    def _is_there(cls, image: str | None, info: ValidationInfo) -> str | None:
        return _checked(image, info)


class Product(catalogue.Product):
    """One product with its shades."""

    shades: tuple[Shade, ...] = Field(min_length=1, max_length=500)
    #: Where its picture lies; not a key of the file.
    picture: Path | None = Field(default=None, exclude=True)

    __hash__ = catalogue.Product.__hash__

    @field_validator("effect")
    @classmethod
    def _there_is_one(cls, effect: str) -> str:
        try:
            missing = effects.missing(effects.load(effect))
        except UnknownPlugin as unknown:
            raise ValueError(str(unknown)) from None
        if missing:
            files = ", ".join(f"models/{name}.py" for name in sorted(missing))
            raise ValueError(f"{effect} cannot be shown here: nobody has brought {files}")
        return effect

    @field_validator("finish")
    @classmethod
    def _the_effect_draws_it(cls, finish: str, info: ValidationInfo) -> str:
        if (effect := info.data.get("effect")) is not None:
            valid = effects.load(effect).FINISHES
            if finish not in valid:
                raise ValueError(f"{effect} has no such finish; it has: {', '.join(valid)}")
        return finish

    @field_validator("image")
    @classmethod
    def _is_there(cls, image: str | None, info: ValidationInfo) -> str | None:
        return _checked(image, info)

    @field_validator("shades")
    @classmethod
    def _the_effect_knows_them(cls, shades: tuple[Shade, ...], info: ValidationInfo) -> tuple[Shade, ...]:
        effect, own = info.data.get("effect"), info.data.get("parameters")
        if effect is None or own is None:
            return shades  # said already
        kind = effects.load(effect).Parameters
        common = _fitted(kind, own, info)
        return tuple(_with(shade, kind, common, own, info) for shade in shades)


def _with(
    shade: Shade,
    kind: type[Parameters],
    common: Parameters | ValueError,
    own: dict[str, Any],
    info: ValidationInfo,
) -> Shade:
    """The shade with its parameters, the product's where it has none of its own."""
    fitted = _fitted(kind, own | shade.parameters, info) if shade.parameters else common
    if isinstance(fitted, ValueError):
        raise fitted
    return shade if fitted is shade.fitted else shade.model_copy(update={"fitted": fitted})


def _fitted(kind: type[Parameters], given: dict[str, Any], info: ValidationInfo) -> Parameters | ValueError:
    """The parameters as the effect takes them, or what is wrong with them."""
    if not given and not kind.model_fields:
        return NONE
    try:
        return kind.model_validate(given, context=info.context)
    except ValidationError as wrong:
        return ValueError("; ".join(f"parameters: {line}" for line in explain(kind, wrong)))


def _checked(image: str | None, info: ValidationInfo) -> str | None:
    if image is not None:
        files.found(image, info)
    return image


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
            self.shade.fitted,
        )

    def layer_at(self, strength: float) -> Layer:
        """What it is on a face in a look that wants only some of it; strength: 0..1."""
        return self.layer if strength == 1 else replace(self.layer, strength=strength)

    @property
    def picture(self) -> Path | None:
        """Where the picture of the shade, else of the product lies."""
        return self.shade.picture or self.product.picture

    @property
    def sold_out(self) -> bool:
        """Whether somebody counts it and none is left."""
        return self.shade.stock == 0

    def snapshot(self, language: str = "") -> base.Product:
        """How it stood on the screen, for orders, shares and events; language: what the screen spoke."""
        return base.Product(
            sku=self.shade.sku,
            brand=self.product.brand,
            name=self.product.name_in(language),
            shade=self.shade.name_in(language),
            swatch=self.shade.swatch,
            price=self.product.price,
        )
