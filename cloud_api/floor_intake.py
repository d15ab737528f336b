"""What ceiling cameras report becomes small figures, in the transaction that records the events.

    line crossed, zone dwelled ──→ floor_hours    per hour, line and way; per hour and zone
    heat                       ──→ floor_heat     per quarter of an hour and per day, per cell
    occupancy, floor described ──→ counters       the newest of each counter

Only events that were new reach this place, so an event that is sent twice counts once. Rows are written in
key order, so that two writers never wait for each other in a ring.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Table, or_

from cloud_api.contract.events import Event
from cloud_api.contract.floor import FloorDescribed, HeatBucket, LineCrossed, OccupancyCounted, ZoneDwelled

from .database import insert
from .rollups import zone_of
from .schema import counters, floor_heat, floor_hours
from .settings import time_zone

DWELL: Final = "dwell"
QUARTER: Final = "quarter"
DAY: Final = "day"
_QUARTER_S: Final = 900
#: Nobody stays longer in a zone, and no cell holds more in a quarter of an hour: a box that says so is
#: wrong, and one such event must not drown a year of good ones.
_MOST_DWELL_S: Final = 86_400.0
_MOST_CELL_S: Final = 100_000.0
#: A bucket lies near its event; one from another year is a box with a wrong clock.
_HEAT_NEAR: Final = timedelta(days=2)


class HourKey(NamedTuple):
    """What one row of `floor_hours` counts."""

    hour: datetime
    counter: str
    kind: str
    name: str


class CellKey(NamedTuple):
    """What one row of `floor_heat` sums."""

    counter: str
    span: str
    start: datetime
    row: int
    column: int


@dataclass
class _Sum:
    count: int = 0
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.count += 1
        self.seconds += seconds


def keep(connection: Connection, store: str, fresh: Sequence[Event]) -> None:
    """Add events of ceiling cameras to the store's figures; others are none of its business."""
    if not any(event.type.startswith("vitrine.floor.") for event in fresh):
        return
    zone = time_zone(zone_of(connection, store))
    _add_hours(connection, store, hours(fresh, zone))
    _add_heat(connection, store, heat(fresh, zone))
    _keep_newest(connection, store, fresh)


def hours(fresh: Iterable[Event], zone: tzinfo) -> dict[HourKey, _Sum]:
    """Crossings and stays per hour of the store's clock; a stay counts in the hour in which it ended."""
    sums: defaultdict[HourKey, _Sum] = defaultdict(_Sum)
    for event in fresh:
        hour, data = hour_of(event.time, zone), event.data
        if isinstance(data, LineCrossed):
            sums[HourKey(hour, data.counter, data.way, data.line)].add(0.0)
        elif isinstance(data, ZoneDwelled):
            stay_s = min(data.seconds, _MOST_DWELL_S)
            sums[HourKey(hour, data.counter, DWELL, data.zone)].add(stay_s)
    return sums


def heat(fresh: Iterable[Event], zone: tzinfo) -> dict[CellKey, float]:
    """Person-seconds per cell, of the quarter of an hour and of the day it lies in."""
    sums: defaultdict[CellKey, float] = defaultdict(float)
    for event in fresh:
        if isinstance(event.data, HeatBucket) and abs(event.data.start - event.time) <= _HEAT_NEAR:
            start, counter = event.data.start, event.data.counter
            spans = ((QUARTER, quarter_of(start)), (DAY, day_start(start.astimezone(zone).date(), zone)))
            for span, begin in spans:
                for cell in event.data.cells:
                    key = CellKey(counter, span, begin, cell.row, cell.column)
                    sums[key] += min(cell.seconds, _MOST_CELL_S)
    return sums


def hour_of(time: datetime, zone: tzinfo) -> datetime:
    """When the hour of the store's clock began, in UTC."""
    return time.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def quarter_of(time: datetime) -> datetime:
    """When the quarter of an hour began, in UTC; every time zone keeps quarters."""
    return datetime.fromtimestamp(time.timestamp() // _QUARTER_S * _QUARTER_S, UTC)


def day_start(day: date, zone: tzinfo) -> datetime:
    """When a day of the store begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def day_end(day: date, zone: tzinfo) -> datetime:
    """When the next day begins: 23 to 25 hours later."""
    return day_start(day + timedelta(days=1), zone)


def _add_hours(connection: Connection, store: str, sums: dict[HourKey, _Sum]) -> None:
    rows = [
        {"store": store, **key._asdict(), "count": each.count, "seconds": each.seconds}
        for key, each in sorted(sums.items(), key=lambda item: item[0])
    ]
    _add(connection, floor_hours, rows, floor_hours.c.count, floor_hours.c.seconds)


def _add_heat(connection: Connection, store: str, sums: dict[CellKey, float]) -> None:
    rows = [{"store": store, **key._asdict(), "seconds": each} for key, each in sorted(sums.items())]
    _add(connection, floor_heat, rows, floor_heat.c.seconds)


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]], *columns: Column[Any]) -> None:
    """Insert the rows, or add these columns of theirs to the rows that are there."""
    if rows:
        statement = insert(connection, table)
        more = {column.name: column + statement.excluded[column.name] for column in columns}
        keys = list(table.primary_key)
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more), rows)


def _keep_newest(connection: Connection, store: str, fresh: Sequence[Event]) -> None:
    inside: dict[str, dict[str, Any]] = {}
    plans: dict[str, dict[str, Any]] = {}
    for event in sorted(fresh, key=lambda event: event.time):
        data = event.data
        if isinstance(data, LineCrossed | OccupancyCounted):
            inside[data.counter] = {"inside": min(data.inside, 1_000_000), "inside_at": event.time}
        elif isinstance(data, FloorDescribed):
            plans[data.counter] = {"plan": data.model_dump_json(), "plan_at": event.time}
    _replace_older(connection, store, inside, counters.c.inside_at)
    _replace_older(connection, store, plans, counters.c.plan_at)


def _replace_older(
    connection: Connection, store: str, newest: dict[str, dict[str, Any]], at: Column[Any]
) -> None:
    """Events may arrive late and out of order: what is newer by its own time stays."""
    rows = [{"store": store, "counter": counter, **values} for counter, values in sorted(newest.items())]
    if rows:
        statement = insert(connection, counters)
        set_ = {name: statement.excluded[name] for name in rows[0] if name not in ("store", "counter")}
        older = or_(at.is_(None), at <= statement.excluded[at.name])
        keys = list(counters.primary_key)
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=set_, where=older), rows)
