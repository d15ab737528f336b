"""Shares: a picture that a shopper chose to publish to themselves, found by a capability link (links.py)."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from .base import Language, Product, Slug, Value

MAX_PICTURE_BYTES: Final = 4_000_000


class Purpose(StrEnum):
    """What a shopper agreed to; each is its own, unticked, choice."""

    PHONE = "phone"
    SHOP = "shop"


class Share(Value):
    """A share's manifest; the card (JPEG) travels beside it."""

    id: UUID
    store: Slug
    created_at: AwareDatetime
    expires_at: AwareDatetime
    purposes: frozenset[Purpose] = Field(min_length=1)
    #: Identifies the consent given on the screen: also written into the picture's metadata.
    consent: UUID
    language: Language = "en"
    products: tuple[Product, ...] = Field(max_length=20)
    picture_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    width_px: int = Field(ge=1, le=10_000)
    height_px: int = Field(ge=1, le=10_000)
