"""Shared value types of the contract."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

#: Names of stores, boxes and screens: they stand in URLs, file names and event sources.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
#: BCP 47, e.g. `en`, `zh-Hans`.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]

#: ISO 4217 currencies whose minor unit is not 1/100 (those a cosmetics shop is likely to meet).
_MINOR_DIGITS: Final = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP"), 0),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND"), 3),
}


class Value(BaseModel):
    """An immutable value; unknown fields are refused, so that a misspelt one is never lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Value):
    """An amount in the minor unit of its currency: 29.00 EUR is `Money(amount=2900, currency="EUR")`."""

    amount: int = Field(ge=0, le=10**12)
    currency: Currency

    @property
    def digits(self) -> int:
        """Decimal places of the currency (ISO 4217)."""
        return _MINOR_DIGITS.get(self.currency, 2)

    def __str__(self) -> str:
        return f"{self.amount / 10**self.digits:,.{self.digits}f} {self.currency}"


class Product(Value):
    """One product in one shade, as it stood on the screen: name and price are a snapshot."""

    sku: Sku
    brand: ShortText
    name: ShortText
    shade: ShortText | None = None
    #: sRGB as `#rrggbb`, for the dot beside the name.
    swatch: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")] | None = None
    price: Money
