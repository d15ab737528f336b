"""Capability links: an address that is its own authority, minted on the box while the line may be down.

A link's token is an id with a tag of a secret of the box (HMAC-SHA-256), so a QR is right at once, and the
cloud can tell a genuine id that it has not received yet from a forged one. Every kind has its own tag: no
link can be made into one of another kind.

    /s/{token}    share: the shopper's own link, on the screen only: also deletes, agrees, shows pickup codes
    /l/{token}    look: on the card that goes round; picture and products, no more
    /c/{token}    claim: a result of the arena, for whoever scans it first
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

#: 96 bits of HMAC: short enough for a small QR, far beyond guessing.
_TAG_BYTES: Final = 12


class Kind(StrEnum):
    """What a link leads to; the value is part of what its tag signs and never changes."""

    SHARE = "share"
    LOOK = "look"
    CLAIM = "claim"

    @property
    def path(self) -> str:
        """The first part of the link's path."""
        return self.value[0]


def address(kind: Kind, id_: UUID, box: str, secret: bytes, link_url: str) -> str:
    """The whole link. link_url: where phones find it, without a trailing slash."""
    return f"{link_url}/{kind.path}/{token(kind, id_, box, secret)}"


def token(kind: Kind, id_: UUID, box: str, secret: bytes) -> str:
    """The last part of a link: base64url of id and tag, then the box that minted it."""
    return f"{_b64(id_.bytes + _tag(kind, id_, box, secret))}.{box}"


def read(text: str) -> tuple[UUID, str, bytes]:
    """Take a token apart into id, box and tag; ValueError when it cannot be one. Proves nothing yet."""
    packed, dot, box = text.partition(".")
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if not dot or not box or len(raw) != 16 + _TAG_BYTES:
        raise ValueError("not a link of a box")
    return UUID(bytes=raw[:16]), box, raw[16:]


def genuine(kind: Kind, id_: UUID, box: str, tag: bytes, secret: bytes) -> bool:
    """Whether the tag was made with this box's secret for this kind of link (constant time)."""
    return hmac.compare_digest(tag, _tag(kind, id_, box, secret))


def minted_at(id_: UUID) -> datetime | None:
    """When a UUIDv7 was made (RFC 9562, 5.7); None for another kind of id."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC) if id_.version == 7 else None


def _tag(kind: Kind, id_: UUID, box: str, secret: bytes) -> bytes:
    message = f"vitrine {kind} v1\0".encode() + id_.bytes + box.encode()
    return hmac.new(secret, message, hashlib.sha256).digest()[:_TAG_BYTES]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
