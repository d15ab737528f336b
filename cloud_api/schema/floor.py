"""Figures of ceiling cameras, kept as their events arrive: a dashboard reads these and never the events."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text

from .base import Name, UtcTime, metadata

#: Per hour of the store's clock: crossings of a line in and out, stays in a zone and their seconds.
floor_hours: Final = Table(
    "floor_hours",
    metadata,
    Column("store", Name, primary_key=True),
    #: When the hour began.
    Column("hour", UtcTime, primary_key=True),
    Column("counter", Name, primary_key=True),
    #: in, out or dwell.
    Column("kind", String(10), primary_key=True),
    #: The line or the zone.
    Column("name", Name, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
)

#: Person-seconds per cell of the plan: per quarter of an hour, and once more per day for a quick look.
floor_heat: Final = Table(
    "floor_heat",
    metadata,
    Column("store", Name, primary_key=True),
    Column("counter", Name, primary_key=True),
    #: quarter or day.
    Column("span", String(10), primary_key=True),
    #: When the span began; a day begins in the store's time zone.
    Column("start", UtcTime, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("column", Integer, primary_key=True),
    Column("seconds", Float, nullable=False),
)

#: The newest that each counter said of itself: how many are inside, and the plan it counts on.
counters: Final = Table(
    "counters",
    metadata,
    Column("store", Name, primary_key=True),
    Column("counter", Name, primary_key=True),
    Column("inside", Integer),
    Column("inside_at", UtcTime),
    #: FloorDescribed as JSON.
    Column("plan", Text),
    Column("plan_at", UtcTime),
)
