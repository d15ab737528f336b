"""Small counts kept as events arrive, so that a dashboard costs the same at any number of events.

One row per store, day in the store's time zone, measure and item; `add` is called in the transaction that
records the fact, so a count is never ahead of or behind its events.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from cloud_api.contract.events import (
    EventData,
    Gap,
    MirrorSessionStarted,
    PhotoTaken,
    ProductTried,
    ShareCreated,
)

from .database import Database, insert
from .schema import rollups, stores
from .settings import time_zone

#: What a kind of event counts as. Orders count in `orders.place`, where box and phone meet.
MEASURES: Final[dict[str, str]] = {
    MirrorSessionStarted.kind: "sessions",
    ProductTried.kind: "tries",
    PhotoTaken.kind: "photos",
    ShareCreated.kind: "shares",
}
ORDERS: Final = "orders"
COLLECTED: Final = "collected"


@dataclass(frozen=True, slots=True)
class Fact:
    """`count` times `measure` at a moment; `item` narrows it, e.g. to a sku."""

    time: datetime
    measure: str
    item: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Day:
    """What happened in one store on one day of its own time zone."""

    store: str
    day: date
    sessions: int
    tries: int
    photos: int
    shares: int
    orders: int
    collected: int


@dataclass(frozen=True, slots=True)
class Tried:
    """How often a sku was tried on that day."""

    sku: str
    tries: int


def facts(data: EventData, time: datetime) -> Iterable[Fact]:
    """What one event counts as; a gap counts as the events that were folded into it."""
    if isinstance(data, Gap):
        for kind, folded in data.folded.items():
            if kind in MEASURES:
                yield Fact(data.last_time, MEASURES[kind], count=folded)
    elif data.kind in MEASURES:
        yield Fact(time, MEASURES[data.kind])
        if isinstance(data, ProductTried):
            yield Fact(time, MEASURES[data.kind], data.sku)


def add(connection: Connection, store: str, counted: Iterable[Fact]) -> None:
    """Add facts to the counts, in key order, so that two writers never wait for each other in a ring."""
    zone = time_zone(zone_of(connection, store))
    sums: Counter[tuple[date, str, str]] = Counter()
    for fact in counted:
        sums[fact.time.astimezone(zone).date(), fact.measure, fact.item] += fact.count
    rows = [
        {"store": store, "day": day, "measure": measure, "item": item, "count": count}
        for (day, measure, item), count in sorted(sums.items())
    ]
    if rows:
        statement = insert(connection, rollups)
        more = {"count": rollups.c.count + statement.excluded.count}
        connection.execute(
            statement.on_conflict_do_update(index_elements=list(rollups.primary_key), set_=more), rows
        )


def today(db: Database, store: str, now: datetime) -> Day:
    """The counts of the store's current day."""
    with db.read() as connection:
        day = now.astimezone(time_zone(zone_of(connection, store))).date()
        return _days(connection, store, day, 1)[0]


def of_day(db: Database, store: str, day: date) -> Day:
    """The counts of one day of the store."""
    with db.read() as connection:
        return _days(connection, store, day, 1)[0]


def local_day(db: Database, store: str, now: datetime) -> date:
    """The store's current day, by its own clock."""
    with db.read() as connection:
        return now.astimezone(time_zone(zone_of(connection, store))).date()


def history(db: Database, store: str, now: datetime, days: int = 14) -> tuple[Day, ...]:
    """The store's last `days` (at most 400), oldest first, today included; a quiet day is all zeros."""
    days = max(1, min(days, 400))
    with db.read() as connection:
        day = now.astimezone(time_zone(zone_of(connection, store))).date()
        return _days(connection, store, day - timedelta(days=days - 1), days)


def most_tried(db: Database, store: str, day: date, limit: int = 10) -> tuple[Tried, ...]:
    """The skus that were tried most on that day (at most 100), most first."""
    query = (
        select(rollups.c.item, rollups.c.count)
        .where(
            rollups.c.store == store, rollups.c.day == day, rollups.c.measure == "tries", rollups.c.item != ""
        )
        .order_by(rollups.c.count.desc(), rollups.c.item)
        .limit(max(1, min(limit, 100)))
    )
    with db.read() as connection:
        return tuple(Tried(sku, count) for sku, count in connection.execute(query))


def zone_of(connection: Connection, store: str) -> str:
    """IANA name of the store's time zone; UTC for a store that nobody has made yet."""
    found = connection.scalar(select(stores.c.time_zone).where(stores.c.store == store))
    return found or "UTC"


def _days(connection: Connection, store: str, first: date, days: int) -> tuple[Day, ...]:
    query = select(rollups.c.day, rollups.c.measure, rollups.c.count).where(
        rollups.c.store == store,
        rollups.c.item == "",
        rollups.c.day >= first,
        rollups.c.day < first + timedelta(days=days),
    )
    counts: dict[tuple[date, str], int] = {
        (day, measure): count for day, measure, count in connection.execute(query)
    }

    def of(day: date, measure: str) -> int:
        return counts.get((day, measure), 0)

    return tuple(
        Day(
            store=store,
            day=day,
            sessions=of(day, "sessions"),
            tries=of(day, "tries"),
            photos=of(day, "photos"),
            shares=of(day, "shares"),
            orders=of(day, ORDERS),
            collected=of(day, COLLECTED),
        )
        for day in (first + timedelta(days=offset) for offset in range(days))
    )
