"""Every list is bounded and paged: a page ends with a cursor that begins the next."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from .errors import Invalid

T = TypeVar("T")
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next` is the cursor of the next page, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


def bounded(limit: int) -> int:
    """A page size that the server is willing to serve."""
    return max(1, min(limit, MAX_LIMIT))


def cursor(time: datetime, key: UUID) -> str:
    """Where a page ended, for a list ordered by (time, id)."""
    raw = json.dumps([time.isoformat(), str(key)]).encode()
    return base64.urlsafe_b64encode(raw).decode()


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """The other way; Invalid when it is none of ours."""
    try:
        time, key = json.loads(base64.urlsafe_b64decode(text.encode()))
        return datetime.fromisoformat(time), UUID(key)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Invalid("bad_cursor", "this page does not exist; begin at the first") from None
