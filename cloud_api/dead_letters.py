"""Dead letters: events that were not taken, kept with the reason, to be read and to be tried again.

An older cloud does not know a newer box's events; after an update `replay` takes them in.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from cloud_api.contract.events import MAX_EVENT_BYTES, Event, source

from . import decode
from .database import Database, insert
from .paging import bounded
from .schema import dead_letters

#: JSON escapes make a body at most six times as long.
_MAX_KEPT: Final = 6 * MAX_EVENT_BYTES


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that was not taken; `body` is None when it was too large to keep."""

    number: int
    store: str
    box: str
    event_id: str | None
    code: str
    detail: str
    body: str | None
    received_at: datetime
    replayed_at: datetime | None


def keep(connection: Connection, store: str, box: str, bad: Sequence[decode.Bad], now: datetime) -> None:
    """Keep what was not taken; the same event sent again is kept once."""
    rows = [
        {
            "store": store,
            "box": box,
            "digest": hashlib.sha256(letter.body.encode()).hexdigest(),
            "event_id": letter.told.id,
            "code": letter.told.code,
            "detail": letter.told.detail,
            "body": letter.body if len(letter.body) <= _MAX_KEPT else None,
            "received_at": now,
        }
        for letter in bad
    ]
    if rows:
        rows.sort(key=lambda row: str(row["digest"]))
        connection.execute(insert(connection, dead_letters).on_conflict_do_nothing(), rows)


def page(db: Database, store: str | None = None, after: int = 0, limit: int = 50) -> tuple[DeadLetter, ...]:
    """Dead letters of a store (None: of all) that were not replayed, behind number `after`, oldest first."""
    query = select(dead_letters).where(dead_letters.c.replayed_at.is_(None), dead_letters.c.number > after)
    if store is not None:
        query = query.where(dead_letters.c.store == store)
    with db.read() as connection:
        rows = connection.execute(query.order_by(dead_letters.c.number).limit(bounded(limit)))
        return tuple(_letter(row) for row in rows)


def parse(letter: DeadLetter) -> Event | None:
    """The event of a letter, where this cloud can take it now."""
    if letter.body is None:
        return None
    judged = decode.one(json.loads(letter.body), letter.body, source(letter.store, letter.box))
    return judged if isinstance(judged, Event) else None


def done(connection: Connection, letters: Sequence[DeadLetter], now: datetime) -> None:
    """Mark letters as replayed."""
    numbers = [letter.number for letter in letters]
    connection.execute(update(dead_letters).where(dead_letters.c.number.in_(numbers)).values(replayed_at=now))


def _letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(
        number=row.number,
        store=row.store,
        box=row.box,
        event_id=row.event_id,
        code=row.code,
        detail=row.detail,
        body=row.body,
        received_at=row.received_at,
        replayed_at=row.replayed_at,
    )
