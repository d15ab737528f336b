"""The uplink's side of the outbox: what is next to send, and what the cloud has confirmed.

Numbering. An event gets its `sequence` here, when it is first taken up for sending, not when it is written.
Folding touches only events without a number, so numbers have no gaps by construction, and an event
that may already have reached the cloud is never folded or numbered again. Numbers follow the order of
writing (`row`), across all screen processes of the box.
"""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from uuid_utils.compat import uuid7

from cloud_api.contract.events import MAX_BATCH_BYTES, Event, Gap, sequence

from .file import OutboxFile, write_mark

Lane = Literal["orders", "shares"]
#: Brackets and commas of the JSON array count towards the limit of a batch.
_BATCH_BYTES: Final = MAX_BATCH_BYTES - 2
#: What the cloud did not take holds pictures of people: it is kept as long as a share lives, no longer.
_KEEP_ASIDE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One order or share: `body` is its JSON, `picture` the JPEG of a share."""

    lane: Lane
    id: str
    body: bytes = field(repr=False)
    picture: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events with consecutive numbers; `bodies[0]` has the number `first`."""

    first: int
    bodies: tuple[bytes, ...] = field(repr=False)

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self.first + len(self.bodies) - 1

    def head(self, count: int) -> "Batch":
        """The first `count` events."""
        return Batch(self.first, self.bodies[:count])


class Backlog:
    """What the cloud has not confirmed. One per box: the uplink process's."""

    def __init__(self, path: Path) -> None:
        self._file = OutboxFile(path)

    def parcel(self, lane: Lane) -> Parcel | None:
        """The oldest order or share of those that were postponed least."""
        columns = "id, body, picture" if lane == "shares" else "id, body"
        with self._file.transaction() as db:
            row = db.execute(f"SELECT {columns} FROM {lane} ORDER BY tries, row LIMIT 1").fetchone()  # noqa: S608
        return None if row is None else Parcel(lane, *row)

    def delivered(self, parcel: Parcel) -> None:
        """The cloud has it; of a picture no byte stays on this box."""
        with self._file.transaction() as db:
            db.execute(f"DELETE FROM {parcel.lane} WHERE id = ?", (parcel.id,))  # noqa: S608
        if parcel.picture is not None:
            self._file.wipe()

    def postpone(self, parcel: Parcel) -> None:
        """The cloud stumbled over it: the others of its lane go first."""
        with self._file.transaction() as db:
            db.execute(f"UPDATE {parcel.lane} SET tries = tries + 1 WHERE id = ?", (parcel.id,))  # noqa: S608

    def batch(self, limit: int) -> Batch | None:
        """The oldest events, numbered; the same again until `confirm` takes them."""
        with self._file.transaction() as db:
            rows = _oldest(db, limit)
            if not rows:
                return None
            given = int(db.execute("SELECT value FROM meta WHERE name = 'sequence'").fetchone()[0])
            first = given + 1 if rows[0][1] is None else int(rows[0][1])
            new = [(n, row) for n, (row, had, _) in enumerate(rows, first) if had is None]
            db.executemany("UPDATE events SET sequence = ? WHERE row = ?", new)
            highest = max(given, first + len(rows) - 1)
            db.execute("UPDATE meta SET value = ? WHERE name = 'sequence'", (highest,))
        if new:
            write_mark(self._file.path, highest)
        return Batch(first, tuple(_numbered(body, n) for n, (_, _, body) in enumerate(rows, first)))

    def confirm(self, batch: Batch, ack_through: int) -> int:
        """Drop the events of a batch that the cloud has confirmed; returns how many."""
        last = min(batch.last, ack_through)
        with self._file.transaction() as db:
            query = "DELETE FROM events WHERE sequence BETWEEN ? AND ?"
            return db.execute(query, (batch.first, last)).rowcount

    def set_aside(self, parcel: Parcel, reason: str, now: datetime) -> None:
        """The cloud will never take it: keep it with the reason, out of the way of its lane."""
        row = (parcel.lane, parcel.id, reason, now.isoformat(), parcel.body, parcel.picture)
        with self._file.transaction() as db:
            _keep(db, row)
            db.execute(f"DELETE FROM {parcel.lane} WHERE id = ?", (parcel.id,))  # noqa: S608

    def set_event_aside(self, batch: Batch, reason: str, now: datetime) -> None:
        """The cloud will never take the one event of this batch: a gap event takes over its number."""
        event = Event.model_validate_json(batch.bodies[0])
        gap = Gap(folded={event.type: 1}, first_time=event.time, last_time=event.time)
        stand_in = event.model_copy(update={"id": uuid7(), "type": Gap.kind, "data": gap, "subject": None})
        changed = (str(stand_in.id), Gap.kind, stand_in.model_dump_json().encode(), batch.first)
        with self._file.transaction() as db:
            _keep(db, ("events", str(event.id), reason, now.isoformat(), batch.bodies[0], None))
            db.execute("UPDATE events SET id = ?, kind = ?, pinned = 1, body = ? WHERE sequence = ?", changed)

    def counts(self) -> dict[str, int]:
        """Rows per table, `set_aside` among them."""
        tables = ("orders", "shares", "events", "set_aside")
        with self._file.transaction() as db:
            return {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}  # noqa: S608

    def tidy(self, now: datetime) -> None:
        """Forget pictures and events set aside, and damaged files, after 30 days; orders are kept."""
        oldest = now - _KEEP_ASIDE
        with self._file.transaction() as db:
            db.execute("DELETE FROM set_aside WHERE lane != 'orders' AND time < ?", (oldest.isoformat(),))
        self._file.forget_damaged(oldest)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _oldest(db: sqlite3.Connection, limit: int) -> list[tuple[int, int | None, bytes]]:
    """(row, sequence, body) of the oldest events that fit one request, at least one where there is any."""
    rows: list[tuple[int, int | None, bytes]] = []
    size_bytes = 0
    for row in db.execute("SELECT row, sequence, body FROM events ORDER BY row LIMIT ?", (limit,)):
        size_bytes += len(row[2]) + 1
        if rows and size_bytes > _BATCH_BYTES:
            break
        rows.append(row)
    return rows


def _numbered(body: bytes, number: int) -> bytes:
    """An event's JSON with its number; it was written with twenty zeros in that place."""
    return body.replace(
        b'"sequence":"' + sequence(0).encode(), b'"sequence":"' + sequence(number).encode(), 1
    )


def _keep(db: sqlite3.Connection, row: tuple[str, str, str, str, bytes, bytes | None]) -> None:
    db.execute("INSERT INTO set_aside (lane, id, reason, time, body, picture) VALUES (?, ?, ?, ?, ?, ?)", row)
