"""The screens' side of the outbox: what is added is on disk before anybody says so.

One thread per process writes. It takes everything that waits and commits it in one transaction (one fsync for
many additions); a Future is resolved only after the commit of its row. The screens never wait for it.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from uuid_utils.compat import uuid7

from cloud_api.contract.events import MAX_EVENT_BYTES, Event, EventData, sequence, source
from cloud_api.contract.orders import Order
from cloud_api.contract.shares import Share
from edge.speech import mark

from .budget import Fold, Part, fits, take_foldable, take_gaps
from .file import OutboxFile, is_damage

log = logging.getLogger(__name__)

#: As many additions share one fsync at most.
_GROUP: Final = 500
_UNCONFIRMED: Final = ("orders", "shares", "events")
_WORDS: Final = mark("This screen cannot save anything right now. Please ask our staff.")


class OutboxFull(Exception):  # noqa: N818 - read as a sentence where it is raised
    """Nothing more can be taken: budget or disk is full, or the file cannot be written.

    str() is for the person at the screen; `why` is for the log.
    """

    def __init__(self, why: str) -> None:
        super().__init__(_WORDS)
        self.why = why


@dataclass(frozen=True, slots=True)
class _Addition:
    """One thing to write: `insert` its rows, then resolve `done` with `result`."""

    part: Part
    size_bytes: int
    event: Event
    insert: Callable[[sqlite3.Connection], None]
    done: "Future[Any]"
    result: UUID | None


class Outbox:
    """Where a screen process leaves its events, orders and shares. One per process; close it at the end.

    path: the box's SQLite file, shared with the other screens and the uplink.
    budget_bytes: how much of the disk it may hold (see budget.py).
    """

    def __init__(self, path: Path, store: str, box: str, budget_bytes: int) -> None:
        self._path = path.absolute()
        self._file = OutboxFile(self._path)
        self._source = source(store, box)
        self._budget_bytes = budget_bytes
        self._waiting: queue.SimpleQueue[_Addition | None] = queue.SimpleQueue()
        #: Events that found no room on a full disk; the next commit says how many.
        self._lost = Fold()
        #: What was logged last, until something is written again: a full disk is no reason to fill the log.
        self._failing = ""
        self._writer = threading.Thread(target=self._write_all, name="outbox", daemon=True)
        self._writer.start()

    def record(self, event: EventData, time: datetime, subject: str | None = None) -> "Future[UUID]":
        """Add an event; the Future gives its id once it is on disk, or OutboxFull.

        ValueError when the event is over 64 KiB. Under a full budget it may be folded into a gap event.
        """
        envelope = self._envelope(event, time, subject)
        done: Future[UUID] = Future()
        self._add(Part.EVENT, 0, envelope, lambda db: _insert_event(db, envelope, pinned=False), done)
        return done

    def place(self, order: Order, event: EventData, time: datetime) -> "Future[None]":
        """Add an order and its event in one transaction; the Future is done once both are on disk.

        The same order again changes nothing; another order with its id is a ValueError.
        """
        envelope = self._envelope(event, time, str(order.id))
        body = order.model_dump_json().encode()

        def insert(db: sqlite3.Connection) -> None:
            if _is_new(db, "orders", str(order.id), body):
                db.execute("INSERT INTO orders (id, body) VALUES (?, ?)", (str(order.id), body))
                _insert_event(db, envelope, pinned=True)

        done: Future[None] = Future()
        self._add(Part.ORDER, len(body), envelope, insert, done)
        return done

    def publish(self, share: Share, card_jpeg: bytes, event: EventData, time: datetime) -> "Future[None]":
        """Add a share with its card and its event in one transaction, done once all are on disk."""
        envelope = self._envelope(event, time, str(share.id))
        body = share.model_dump_json().encode()

        def insert(db: sqlite3.Connection) -> None:
            if _is_new(db, "shares", str(share.id), body):
                row = (str(share.id), body, card_jpeg)
                db.execute("INSERT INTO shares (id, body, picture) VALUES (?, ?, ?)", row)
                _insert_event(db, envelope, pinned=True)

        done: Future[None] = Future()
        self._add(Part.PICTURE, len(body) + len(card_jpeg), envelope, insert, done)
        return done

    def depth(self) -> int:
        """Rows that the cloud has not confirmed; 0 where the file does not answer.

        Reads the file beside the writers (milliseconds): once a minute, not once per frame.
        """
        tables = " UNION ALL ".join(f"SELECT count(*) AS n FROM {name}" for name in _UNCONFIRMED)  # noqa: S608
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True)) as db,
        ):
            return int(db.execute(f"SELECT sum(n) FROM ({tables})").fetchone()[0])  # noqa: S608
        return 0

    def close(self) -> None:
        """Write what still waits and stop; nothing may be added afterwards."""
        self._waiting.put(None)
        self._writer.join()

    def _envelope(self, event: EventData, time: datetime, subject: str | None) -> Event:
        return Event(
            id=uuid7(),
            source=self._source,
            type=event.kind,
            time=time,
            subject=subject,
            sequence=sequence(0),  # the uplink numbers it when it takes it up for sending
            data=event,
        )

    def _add(
        self,
        part: Part,
        size_bytes: int,
        event: Event,
        insert: Callable[[sqlite3.Connection], None],
        done: "Future[Any]",
    ) -> None:
        event_bytes = len(event.model_dump_json())
        if event_bytes > MAX_EVENT_BYTES:
            raise ValueError(
                f"event {event.type}: {event_bytes} bytes; at most {MAX_EVENT_BYTES} are allowed"
            )
        done.set_running_or_notify_cancel()  # from here on it is done or failed, never cancelled
        result = event.id if part is Part.EVENT else None
        self._waiting.put(_Addition(part, size_bytes + event_bytes, event, insert, done, result))

    # -- the writer thread ------------------------------------------------------------------------------

    def _write_all(self) -> None:
        while (group := self._next_group()) is not None:
            if not self._write(group):
                for one in group:
                    self._write([one])
        with suppress(Exception):
            self._file.close()

    def _next_group(self) -> list[_Addition] | None:
        """Everything that waits, at least one; None at the end."""
        first = self._waiting.get()
        if first is None:
            return None
        group = [first]
        while len(group) < _GROUP and not self._waiting.empty():
            following = self._waiting.get()
            if following is None:
                self._waiting.put(None)
                break
            group.append(following)
        return group

    def _write(self, group: list[_Addition]) -> bool:
        """Write a group in one transaction; False where it failed and nothing of it is settled.

        The caller then tries each alone, so that one bad row or one picture too large takes no other down.
        """
        for attempt in (1, 2):
            try:
                with self._file.transaction() as db:
                    self._say_lost(db)
                    for addition in group:
                        self._insert(db, addition)
            except Exception as failure:
                if attempt == 1 and is_damage(failure):
                    continue  # the file was replaced; the additions go into the fresh one
                # Who waited in vain for the file once would do so again for each one.
                alone = len(group) == 1 or isinstance(failure, TimeoutError)
                for addition in group if alone else ():
                    self._fail(addition, failure)
                return alone
            self._lost, self._failing = Fold(), ""
            for addition in group:
                addition.done.set_result(addition.result)
            return True
        return False

    def _insert(self, db: sqlite3.Connection, addition: _Addition) -> None:
        if fits(db, addition.size_bytes, addition.part, self._budget_bytes):
            addition.insert(db)
            return
        folded = take_foldable(db)
        room = fits(db, addition.size_bytes, addition.part, self._budget_bytes)
        if not room and addition.part is not Part.EVENT:
            raise OutboxFull(f"{self._path} has reached its budget of {self._budget_bytes:,} bytes")
        if not room:
            event = addition.event
            folded = folded.plus({event.type: 1}, event.time, event.time)
        self._insert_gap(db, folded)
        if room:
            addition.insert(db)

    def _say_lost(self, db: sqlite3.Connection) -> None:
        if self._lost.counts:
            self._insert_gap(db, self._lost)

    def _insert_gap(self, db: sqlite3.Connection, folded: Fold) -> None:
        """Leave one gap event that stands for these and for the gaps before it."""
        if folded.first is None or folded.last is None:
            return
        gap = take_gaps(db).plus(folded.counts, folded.first, folded.last).gap()
        assert gap is not None
        _insert_event(db, self._envelope(gap, gap.last_time, None), pinned=False)

    def _fail(self, addition: _Addition, failure: Exception) -> None:
        if addition.part is Part.EVENT:
            event = addition.event
            self._lost = self._lost.plus({event.type: 1}, event.time, event.time)
        if isinstance(failure, (sqlite3.OperationalError, OSError)):
            failure = OutboxFull(f"{self._path} cannot be written: {failure}")
        if isinstance(failure, OutboxFull) and failure.why != self._failing:
            self._failing = failure.why
            log.error("outbox: %s", failure.why)
        addition.done.set_exception(failure)


def _is_new(db: sqlite3.Connection, table: str, key: str, body: bytes) -> bool:
    """Whether it is to be written; False where it waits already, ValueError where another has its id."""
    row = db.execute(f"SELECT body FROM {table} WHERE id = ?", (key,)).fetchone()  # noqa: S608 - own names
    if row is not None and row[0] != body:
        raise ValueError(f"another row of {table} has the id {key}")
    return row is None


def _insert_event(db: sqlite3.Connection, event: Event, *, pinned: bool) -> None:
    row = (str(event.id), event.type, event.time.isoformat(), pinned, event.model_dump_json().encode())
    db.execute("INSERT INTO events (id, kind, time, pinned, body) VALUES (?, ?, ?, ?, ?)", row)
