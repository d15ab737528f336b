"""The database behind every noun: SQLite in the data folder by default, PostgreSQL by its URL.

    with db.read() as connection: …     a consistent look
    with db.write() as connection: …    one transaction, committed at the end, rolled back on an error

On SQLite a write begins with BEGIN IMMEDIATE, so that two writers queue at the door instead of failing
halfway; on PostgreSQL rows are locked in key order.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

#: How long a SQLite writer of another process is waited for.
_BUSY_S: Final = 30
_WRITES: Final = "vitrine_writes"

Insert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True)
class Database:
    """One database; safe to share among threads."""

    engine: Engine
    #: SQLite has one writer: within a process they queue here, which is fairer and quicker than polling.
    _door: AbstractContextManager[Any] = field(default_factory=nullcontext)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a transaction that writes nothing."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end and rolled back on an error."""
        writes = self.engine.execution_options(**{_WRITES: True})
        with self._door, writes.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def connect(url: str) -> Database:
    """Open the database at `url` (`sqlite:///file`, `postgresql://…`); ValueError where it is no such URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(
            "VITRINE_DATABASE_URL is no database URL such as postgresql://user@host/name"
        ) from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": _BUSY_S}, pool_size=8, max_overflow=32)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Database(engine, threading.Lock())
    if backend == "postgresql":
        return Database(create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=32))
    raise ValueError(f"VITRINE_DATABASE_URL names {backend!r}; Vitrine runs on sqlite and postgresql")


def insert(connection: Connection, table: Table) -> Insert:
    """INSERT of the database at hand, which knows ON CONFLICT."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def add_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose key is new, leave the others; returns how many were new."""
    statement = insert(connection, table).on_conflict_do_nothing().returning(*table.primary_key)
    return len(connection.execute(statement, rows).all()) if rows else 0


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver shall not begin or commit by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
