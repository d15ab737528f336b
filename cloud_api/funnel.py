"""From the door to the order: how many of whom. Every figure names what it is a part of.

entries ──→ mirror sessions ──→ tries ──→ pictures ──→ shares ──→ orders
"""

from dataclasses import dataclass
from datetime import date

from . import floor, rollups
from .database import Database


@dataclass(frozen=True, slots=True)
class Funnel:
    """One store's day. `entries` None: no line has counted anything, so nothing can be a part of it."""

    day: date
    entries: int | None
    sessions: int
    tries: int
    photos: int
    shares: int
    orders: int


def of_day(db: Database, store: str, day: date) -> Funnel:
    """The funnel of one day of the store; costs the same at any number of events."""
    counts = rollups.of_day(db, store, day)
    entries = floor.entries(db, store, day)
    return Funnel(day, entries, counts.sessions, counts.tries, counts.photos, counts.shares, counts.orders)
