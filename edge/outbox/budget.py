"""The disk budget of the outbox: who may use how much of it, and how events are folded into a gap.

Pictures may fill four fifths of the budget, events nine tenths, orders all of it: whatever piles up, an order
still finds room. When events reach their share, the older half of those that were never taken up for sending
is folded into one `gap` event that says how many of which kind it stands for; what belongs to an order or a
share is never folded.

    used        0 ......................... 0.8 ......... 0.9 ......... 1.0 budget
    taken       everything                  | no pictures | events fold  | nothing: OutboxFull
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from cloud_api.contract.events import Event, Gap


class Part(Enum):
    """How far into the budget a kind of row may reach."""

    PICTURE = 0.8
    EVENT = 0.9
    ORDER = 1.0


#: Bytes that a row costs beyond its content: b-tree cell, indexes, half a page lost at the end.
_ROW_OVERHEAD_BYTES: Final = 512
#: Folding fewer is not worth a rewrite; below it the new event itself is folded.
_FOLD_AT_LEAST: Final = 16


@dataclass(frozen=True, slots=True)
class Fold:
    """Events that were counted instead of kept: how many of each kind, from when to when."""

    counts: Mapping[str, int] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    def plus(self, counts: Mapping[str, int], first: datetime, last: datetime) -> "Fold":
        """This fold with more events in it."""
        return Fold(
            Counter(self.counts) + Counter(counts),
            min(first, self.first or first),
            max(last, self.last or last),
        )

    def gap(self) -> Gap | None:
        """The event that says so; None where nothing was folded."""
        if self.first is None or self.last is None:
            return None
        return Gap(folded=dict(self.counts), first_time=self.first, last_time=self.last)


def fits(db: sqlite3.Connection, more_bytes: int, part: Part, budget_bytes: int) -> bool:
    """Whether a row of so many bytes still finds room in its part of the budget."""
    return used_bytes(db) + more_bytes + _ROW_OVERHEAD_BYTES <= part.value * budget_bytes


def used_bytes(db: sqlite3.Connection) -> int:
    """Bytes of the database that hold something; freed pages are used again before the file grows."""
    pages, free, size = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def take_foldable(db: sqlite3.Connection) -> Fold:
    """Remove the older half of the events that may be folded and say what they were.

    A gap event among them gives its counts, so that gaps never pile up. Nothing is removed where there
    are too few.
    """
    foldable = "sequence IS NULL AND pinned = 0"
    total = int(db.execute(f"SELECT count(*) FROM events WHERE {foldable}").fetchone()[0])  # noqa: S608
    if total < _FOLD_AT_LEAST:
        return Fold()
    query = f"SELECT row, kind, time, body FROM events WHERE {foldable} ORDER BY row LIMIT ?"  # noqa: S608
    rows = db.execute(query, (total // 2,)).fetchall()
    db.execute(f"DELETE FROM events WHERE {foldable} AND row <= ?", (rows[-1][0],))  # noqa: S608
    return fold((kind, time, body) for _, kind, time, body in rows)


def take_gaps(db: sqlite3.Connection) -> Fold:
    """Remove the gap events that were never taken up for sending and say what they stood for."""
    found = "FROM events WHERE sequence IS NULL AND kind = ?"
    rows = db.execute(f"SELECT kind, time, body {found}", (Gap.kind,)).fetchall()
    db.execute(f"DELETE {found}", (Gap.kind,))
    return fold(rows)


def fold(rows: Iterable[tuple[str, str, bytes]]) -> Fold:
    """Count events by kind; (kind, ISO time, body) each."""
    folded = Fold()
    for kind, time, body in rows:
        if kind == Gap.kind:
            gap = Event.model_validate_json(body).data
            assert isinstance(gap, Gap)
            folded = folded.plus(gap.folded, gap.first_time, gap.last_time)
        else:
            at = datetime.fromisoformat(time)
            folded = folded.plus({kind: 1}, at, at)
    return folded
