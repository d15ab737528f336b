"""The floor of a store, read from small figures: footfall, dwell, heat, occupancy, the plan.

Every function costs the same at any number of events; a figure names the day of the store it belongs to.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from cloud_api.contract.floor import FloorDescribed

from .database import Database
from .floor_intake import DAY, DWELL, QUARTER, day_end, day_start, quarter_of
from .rollups import zone_of
from .schema import counters, floor_heat, floor_hours
from .settings import time_zone

_MAX_COUNTERS: Final = 20
_MAX_ROWS: Final = 20_000
#: A counter says how many are inside once a minute; after this it says nothing about now.
OCCUPANCY_LIFE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hour:
    """Crossings of all lines in one hour of the store's clock (0 to 23)."""

    hour: int
    entries: int
    exits: int


@dataclass(frozen=True, slots=True)
class LineCount:
    """One line on that day."""

    counter: str
    line: str
    entries: int
    exits: int


@dataclass(frozen=True, slots=True)
class ZoneDwell:
    """Stays in one zone on that day."""

    counter: str
    zone: str
    stays: int
    seconds: float

    @property
    def mean_s(self) -> float:
        """Mean length of a stay; 0 where there was none."""
        return self.seconds / self.stays if self.stays else 0.0


@dataclass(frozen=True, slots=True)
class Footfall:
    """One day of a store's floor. `counted` is False where no counter has reported anything on it."""

    day: date
    hours: tuple[Hour, ...]
    lines: tuple[LineCount, ...]
    #: Most person-seconds first.
    zones: tuple[ZoneDwell, ...]

    @property
    def entries(self) -> int:
        """Crossings inwards, of all lines."""
        return sum(line.entries for line in self.lines)

    @property
    def exits(self) -> int:
        """Crossings outwards, of all lines."""
        return sum(line.exits for line in self.lines)

    @property
    def counted(self) -> bool:
        """Whether anything was counted at all."""
        return bool(self.lines or self.zones)


@dataclass(frozen=True, slots=True)
class CounterState:
    """The newest that a counter said of itself; `inside` None: nothing, or too long ago."""

    counter: str
    inside: int | None
    inside_at: datetime | None
    plan: FloorDescribed | None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Person-seconds in one cell of a counter's grid."""

    row: int
    column: int
    seconds: float


def footfall(db: Database, store: str, day: date) -> Footfall:
    """Crossings and stays of one day of the store."""
    with db.read() as connection:
        zone = time_zone(zone_of(connection, store))
        c = floor_hours.c
        query = select(c.hour, c.counter, c.kind, c.name, c.count, c.seconds).where(
            c.store == store, c.hour >= day_start(day, zone), c.hour < day_end(day, zone)
        )
        rows = connection.execute(query.order_by(c.hour).limit(_MAX_ROWS)).all()
    hours: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    lines: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    zones: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for hour, counter, kind, name, count, seconds in rows:
        if kind == DWELL:
            stays = zones[counter, name]
            stays[0] += count
            stays[1] += seconds
        else:
            way = 0 if kind == "in" else 1
            hours[hour.astimezone(zone).hour][way] += count
            lines[counter, name][way] += count
    dwells = (ZoneDwell(*key, int(stays), seconds) for key, (stays, seconds) in zones.items())
    return Footfall(
        day,
        tuple(Hour(hour, *hours[hour]) for hour in range(24)),
        tuple(LineCount(*key, *counts) for key, counts in sorted(lines.items())),
        tuple(sorted(dwells, key=lambda each: (-each.seconds, each.counter, each.zone))),
    )


def entries(db: Database, store: str, day: date) -> int | None:
    """How many came in on a day of the store; None where no line has counted anything on it."""
    with db.read() as connection:
        zone = time_zone(zone_of(connection, store))
        c = floor_hours.c
        of_day = (c.store == store, c.hour >= day_start(day, zone), c.hour < day_end(day, zone))
        query = select(c.kind, func.sum(c.count)).where(*of_day, c.kind != DWELL).group_by(c.kind)
        counts: dict[str, int] = {kind: int(count) for kind, count in connection.execute(query)}
    return counts.get("in", 0) if counts else None


def states(db: Database, store: str, now: datetime) -> tuple[CounterState, ...]:
    """The store's counters, by name (at most 20)."""
    query = select(counters).where(counters.c.store == store).order_by(counters.c.counter)
    with db.read() as connection:
        return tuple(
            CounterState(
                row.counter,
                row.inside if row.inside_at is not None and now - row.inside_at < OCCUPANCY_LIFE else None,
                row.inside_at,
                FloorDescribed.model_validate_json(row.plan) if row.plan else None,
            )
            for row in connection.execute(query.limit(_MAX_COUNTERS))
        )


def heat_of_day(db: Database, store: str, counter: str, day: date) -> tuple[HeatCell, ...]:
    """Person-seconds per cell on one day of the store."""
    with db.read() as connection:
        begin = day_start(day, time_zone(zone_of(connection, store)))
        return _cells(connection, store, counter, DAY, floor_heat.c.start == begin)


def heat_since(db: Database, store: str, counter: str, since: datetime) -> tuple[HeatCell, ...]:
    """Person-seconds per cell in the quarters of an hour from the one `since` lies in."""
    with db.read() as connection:
        return _cells(connection, store, counter, QUARTER, floor_heat.c.start >= quarter_of(since))


def _cells(
    connection: Connection, store: str, counter: str, span: str, when: ColumnElement[bool]
) -> tuple[HeatCell, ...]:
    c = floor_heat.c
    query = (
        select(c.row, c.column, func.sum(c.seconds))
        .where(c.store == store, c.counter == counter, c.span == span, when)
        .group_by(c.row, c.column)
        .order_by(c.row, c.column)
        .limit(_MAX_ROWS)
    )
    return tuple(HeatCell(row, column, seconds) for row, column, seconds in connection.execute(query))
