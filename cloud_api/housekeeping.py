"""What has to go goes, without anybody asking: expired pictures and orders, old codes and sessions.

Runs beside the server every few minutes; any number of copies may run it at once.
"""

import asyncio
import itertools
import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select
from starlette.concurrency import run_in_threadpool

from . import catalogues, orders
from .floor_intake import QUARTER
from .schema import attempts, box_codes, floor_heat, sessions, shares
from .service import Cloud
from .shares import Standing, delete_picture, end, share_of

EVERY_S: Final = 300.0
#: Every how many turns all pictures are looked at: about once a day.
_SWEEP_EVERY: Final = 288
#: How many shares one purge ends; the next run goes on.
_AT_ONCE: Final = 500
#: A picture is stored before its row: this long it may be without one.
_ROW_COMES_WITHIN: Final = timedelta(days=1)
#: Heat by the quarter of an hour is for looking back at recent days.
_QUARTERS_LIVE: Final = timedelta(days=30)

_log: Final = logging.getLogger(__name__)


async def keep_house(cloud: Cloud, every_s: float = EVERY_S) -> None:
    """Clean up for as long as the server runs; a fault is logged and tried again next time."""
    for turn in itertools.count():
        try:
            await run_in_threadpool(clean, cloud, cloud.now(), thorough=turn % _SWEEP_EVERY == 0)
        except Exception:  # the boundary of this task: nobody else would see it
            _log.exception("housekeeping failed; trying again in %.0f s", every_s)
        await asyncio.sleep(every_s)


def clean(cloud: Cloud, now: datetime, *, thorough: bool) -> None:
    """Everything once; `thorough` looks at every stored picture as well."""
    purge(cloud, now)
    orders.expire(cloud.db, now - timedelta(days=cloud.settings.hold_days), now)
    if thorough:
        sweep(cloud, now)
        forget_quarters(cloud, now)
    with cloud.db.write() as connection:
        for table in (attempts, box_codes, sessions):
            connection.execute(delete(table).where(table.c.expires_at <= now))


def purge(cloud: Cloud, now: datetime) -> int:
    """End what has expired and finish deletions that were cut off; returns how many pictures went."""
    with cloud.db.write() as connection:
        due = select(shares.c.id).where(shares.c.state == Standing.HERE.value, shares.c.expires_at <= now)
        for share in list(connection.scalars(due.limit(_AT_ONCE))):
            end(connection, share, Standing.EXPIRED, now)
        left = select(shares.c.id).where(shares.c.state != Standing.HERE.value, shares.c.blob.is_not(None))
        ended = list(connection.scalars(left.limit(_AT_ONCE)))
    for share in ended:
        delete_picture(cloud, share)
    return len(ended)


def forget_quarters(cloud: Cloud, now: datetime) -> None:
    """Delete old heat by the quarter of an hour; heat by the day stays."""
    with cloud.db.write() as connection:
        old = (floor_heat.c.span == QUARTER) & (floor_heat.c.start <= now - _QUARTERS_LIVE)
        connection.execute(delete(floor_heat).where(old))


def sweep(cloud: Cloud, now: datetime) -> int:
    """Delete pictures that nothing names: an upload was cut off, a catalogue replaced; returns how many."""
    swept = 0
    for key in cloud.blobs.older(now - _ROW_COMES_WITHIN):
        with cloud.db.read() as connection:
            known = catalogues.names(connection, key) or _is_picture(connection, key)
        if not known:
            cloud.blobs.delete(key)
            swept += 1
    return swept


def _is_picture(connection: Connection, key: str) -> bool:
    return connection.scalar(select(shares.c.blob).where(shares.c.id == share_of(key))) == key
