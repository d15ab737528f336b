"""Rate limits, kept in the database so that all copies of the cloud count together."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete

from .database import Database, insert
from .errors import TooMany
from .schema import attempts


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries within one window of `window_s` seconds."""

    name: str
    most: int
    window_s: int


def hit(db: Database, limit: Limit, who: str, now: datetime) -> None:
    """Count one try of `who`; TooMany when there were too many in this window of time."""
    seconds = int(now.timestamp())
    window, into_s = divmod(seconds, limit.window_s)
    row = {
        "bucket": _bucket(limit, who),
        "window": window,
        "count": 1,
        "expires_at": datetime.fromtimestamp((window + 1) * limit.window_s, UTC),
    }
    with db.write() as connection:
        statement = insert(connection, attempts)
        counted = statement.on_conflict_do_update(
            index_elements=list(attempts.primary_key), set_={"count": attempts.c.count + 1}
        ).returning(attempts.c.count)
        count = connection.scalars(counted, [row]).one()
    if count > limit.most:
        raise TooMany("too_many_tries", "Too many tries; please wait.", limit.window_s - into_s)


def forget(db: Database, limit: Limit, who: str) -> None:
    """Start again from zero, after a success."""
    with db.write() as connection:
        connection.execute(delete(attempts).where(attempts.c.bucket == _bucket(limit, who)))


def _bucket(limit: Limit, who: str) -> str:
    return f"{limit.name}:{who}"[:120]
