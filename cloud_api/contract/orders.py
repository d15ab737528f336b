"""Orders: placed on a screen or a phone, collected once with a pickup code.

The order's UUID is its idempotency key, minted where it is placed. The pickup code is minted there too,
so that the screen can show it while the line is down.
"""

import secrets
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, field_validator

from .base import Product, Slug, Value

#: No look-alikes: without 0 O 1 I L U V and with 29 symbols, a prime, so that the check character finds
#: every single wrong character and every swap of neighbours (weighted sum modulo a prime).
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_BODY: Final = 6


class OrderState(StrEnum):
    """Where an order is; the transition table is the cloud's."""

    PLACED = "placed"
    ALLOCATED = "allocated"
    REJECTED_STOCK = "rejected_stock"
    READY = "ready"
    COLLECTED = "collected"
    CANCELLED = "cancelled"


class OrderLine(Value):
    product: Product
    quantity: int = Field(ge=1, le=20)


class Order(Value):
    """An order as placed. Prices are the snapshot that the shopper saw."""

    id: UUID
    store: Slug
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z-]{4,12}$")]
    placed_at: AwareDatetime
    lines: tuple[OrderLine, ...] = Field(min_length=1, max_length=50)
    fulfilment: Literal["pickup"] = "pickup"
    share: UUID | None = None

    @field_validator("code")
    @classmethod
    def _checked(cls, code: str) -> str:
        return parse_code(code)


class OrderReply(Value):
    """What the cloud made of an order; the same for every repetition of the same order."""

    id: UUID
    state: OrderState
    detail: str = ""


def mint_code() -> str:
    """A random pickup code such as `7KQ-M4XC`: six characters and a check character (29^6 = 595 million)."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_BODY))
    code = body + _check(body)
    return f"{code[:3]}-{code[3:]}"


def parse_code(text: str) -> str:
    """The canonical form of a typed or scanned code; ValueError says what is wrong with it."""
    plain = "".join(text.upper().split()).replace("-", "")
    if len(plain) != _BODY + 1:
        raise ValueError(f"a pickup code has {_BODY + 1} characters, this has {len(plain)}")
    wrong = sorted(set(plain) - set(ALPHABET))
    if wrong:
        raise ValueError(f"a pickup code never has {', '.join(wrong)}: please read it again")
    if _check(plain[:_BODY]) != plain[_BODY]:
        raise ValueError("the code is mistyped: its check character does not match")
    return f"{plain[:3]}-{plain[3:]}"


def _check(body: str) -> str:
    total = sum((place + 2) * ALPHABET.index(char) for place, char in enumerate(body))
    return ALPHABET[-total % len(ALPHABET)]
