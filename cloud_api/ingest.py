"""Events: what boxes report, taken in batches.

    body ─→ decode.events ─→ good ──→ one INSERT … ON CONFLICT DO NOTHING, and what the new ones add up to
                          └→ bad  ──→ dead letters, readable and replayable

One transaction per batch. Uniqueness (store, box, id) is the table's key: permanent, no window, no side
store. One bad event never rejects its batch and never makes a box loop.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from cloud_api.contract.events import Event, EventData, IngestReply, sequence

from . import dead_letters, decode, floor_intake, races, rollups
from .credentials import CLOUD, Box
from .database import Database, insert
from .schema import events


def take(db: Database, box: Box, items: Sequence[object], now: datetime) -> IngestReply:
    """Take one batch of a box: `items` are its events as parsed JSON, in the order of the outbox."""
    good, bad = decode.events(items, box.store, box.box)
    with db.write() as connection:
        accepted = _store(connection, box.store, box.box, good, now)
        dead_letters.keep(connection, box.store, box.box, bad, now)
    return IngestReply(
        accepted=accepted,
        duplicates=len(good) - accepted,
        rejected=tuple(letter.told for letter in bad),
        ack_through=sequence(decode.ack_through(items)),
    )


def record(connection: Connection, store: str, data: EventData, now: datetime) -> None:
    """Record an event of the cloud's own, in the caller's transaction."""
    row = {
        "store": store,
        "box": CLOUD,
        "id": uuid7(),
        "type": data.kind,
        "time": now,
        "data": data.model_dump(mode="json"),
        "received_at": now,
    }
    connection.execute(insert(connection, events), [row])
    rollups.add(connection, store, rollups.facts(data, now))


def replay(
    db: Database, store: str | None, now: datetime, after: int = 0, limit: int = 50
) -> tuple[int, int]:
    """Try one page of dead letters again; returns how many were taken, and where to go on (0: the end)."""
    letters = dead_letters.page(db, store, after, limit)
    parsed = [(letter, event) for letter in letters if (event := dead_letters.parse(letter)) is not None]
    with db.write() as connection:
        for letter, event in parsed:
            _store(connection, letter.store, letter.box, [event], now)
        dead_letters.done(connection, [letter for letter, _ in parsed], now)
    return len(parsed), letters[-1].number if letters else 0


def _store(connection: Connection, store: str, box: str, good: Sequence[Event], now: datetime) -> int:
    """Insert what is new in one statement, in key order, and count it; returns how many were new."""
    rows = [_row(store, box, event, now) for event in good]
    if not rows:
        return 0
    rows.sort(key=lambda row: str(row["id"]))
    statement = insert(connection, events).on_conflict_do_nothing().returning(events.c.id)
    fresh = set(connection.scalars(statement, rows))
    first = {event.id: event for event in reversed(good) if event.id in fresh}
    news = tuple(reversed(first.values()))  # in the order of the box again
    rollups.add(connection, store, (fact for event in news for fact in rollups.facts(event.data, event.time)))
    floor_intake.keep(connection, store, news)
    races.keep(connection, store, box, news)
    return len(fresh)


def _row(store: str, box: str, event: Event, now: datetime) -> dict[str, object]:
    return {
        "store": store,
        "box": box,
        "id": event.id,
        "sequence": int(event.sequence),
        "type": event.type,
        "time": event.time,
        "subject": event.subject,
        "data": event.data.model_dump(mode="json"),
        "received_at": now,
    }
