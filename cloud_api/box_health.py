"""How a store's boxes are: when each was last heard, and what its screens said of themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from cloud_api.contract.events import BoxHealth

from .database import Database
from .schema import boxes, events, stores

#: Screens report once a minute: an older report says nothing about now.
_REPORT_LIFE: Final = timedelta(minutes=15)
_MAX_REPORTS: Final = 500
_MAX_LIST: Final = 200


@dataclass(frozen=True, slots=True)
class BoxState:
    """One enrolled box; `screens` holds the newest report of each, by name, none older than 15 minutes."""

    box: str
    seen_at: datetime | None
    screens: tuple[BoxHealth, ...]


def store_names(db: Database) -> tuple[str, ...]:
    """Every store, by name (at most 200)."""
    with db.read() as connection:
        return tuple(connection.scalars(select(stores.c.store).order_by(stores.c.store).limit(_MAX_LIST)))


def of_store(db: Database, store: str, now: datetime) -> tuple[BoxState, ...]:
    """The store's boxes that have a credential, by name (at most 200)."""
    query = (
        select(boxes.c.box, boxes.c.seen_at)
        .where(boxes.c.store == store, boxes.c.token_hash.is_not(None))
        .order_by(boxes.c.box)
        .limit(_MAX_LIST)
    )
    with db.read() as connection:
        reports = _reports(connection, store, now)
        return tuple(
            BoxState(row.box, row.seen_at, tuple(reports.get(row.box, {}).values()))
            for row in connection.execute(query)
        )


def _reports(connection: Connection, store: str, now: datetime) -> dict[str, dict[str, BoxHealth]]:
    """Box to screen to its newest report."""
    query = (
        select(events.c.box, events.c.data)
        .where(events.c.store == store, events.c.type == BoxHealth.kind, events.c.time > now - _REPORT_LIFE)
        .order_by(events.c.time)
        .limit(_MAX_REPORTS)
    )
    newest: dict[str, dict[str, BoxHealth]] = {}
    for box, data in connection.execute(query):
        report = BoxHealth.model_validate(data)
        newest.setdefault(box, {})[report.screen] = report
    return newest
