"""Shares: a picture that a shopper chose to publish to themselves, found by a capability link.

The link is minted on the box from the share's id and a secret of the box (HMAC-SHA-256), so the QR is
right while the line is down, and the cloud can tell a genuine id it has not received yet from a forged one.

    /s/{token}    the shopper's own link, on the screen only: also deletes, agrees, shows pickup codes
    /l/{token}    the look (`look=True`), on the card that goes round: picture and products, no more
"""

import base64
import hashlib
import hmac
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from .base import Language, Product, Slug, Value

#: 96 bits of HMAC: short enough for a small QR, far beyond guessing.
_TAG_BYTES: Final = 12
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


def token(share: UUID, box: str, secret: bytes, *, look: bool = False) -> str:
    """The last part of a share's link: base64url of id and tag, then the box that minted it.

    look: the link for everybody who sees the card; nobody can make the shopper's own link of it.
    """
    return f"{_b64(share.bytes + _tag(share, box, secret, look=look))}.{box}"


def read_token(text: str) -> tuple[UUID, str, bytes]:
    """Take a token apart into share, box and tag; ValueError when it cannot be one. Proves nothing yet."""
    packed, dot, box = text.partition(".")
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if not dot or not box or len(raw) != 16 + _TAG_BYTES:
        raise ValueError("not a share link")
    return UUID(bytes=raw[:16]), box, raw[16:]


def genuine(share: UUID, box: str, tag: bytes, secret: bytes, *, look: bool = False) -> bool:
    """Whether the tag was made with this box's secret for this kind of link (constant time)."""
    return hmac.compare_digest(tag, _tag(share, box, secret, look=look))


def _tag(share: UUID, box: str, secret: bytes, *, look: bool) -> bytes:
    kind = b"vitrine look v1\0" if look else b"vitrine share v1\0"
    message = kind + share.bytes + box.encode()
    return hmac.new(secret, message, hashlib.sha256).digest()[:_TAG_BYTES]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
