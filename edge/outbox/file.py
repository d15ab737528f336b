"""The outbox's file: opening it, one writer at a time, and what happens to a damaged one.

Several processes share the file. Every transaction of ours runs under an exclusive lock on a file beside it,
which the kernel releases when a process dies. SQLite's own locks would keep the data right as well; ours adds
three things: a damaged file can be moved aside while nobody is writing into it; nobody keeps writing
into a file that was moved (the lock's holder looks at the inode first); and no two processes ever write and
checkpoint the WAL in the same instant, which damages files in SQLite before 3.51.3 (its "WAL-reset bug").
"""

import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

#: Name of the outbox in a box's state folder.
FILE_NAME: Final = "outbox.sqlite3"
#: How long one process waits for the others; a commit takes milliseconds.
_LOCK_TIMEOUT_S: Final = 10.0
_LOCK_POLL_S: Final = 0.002

#: `sequence` of an event is NULL until the uplink takes it up for sending (see backlog.py); `pinned` events
#: belong to an order or a share and are never folded.
_SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta VALUES ('sequence', 0);
CREATE TABLE orders (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE shares (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL,
    picture BLOB NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE events (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sequence INTEGER UNIQUE,
    kind TEXT NOT NULL, time TEXT NOT NULL, pinned INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE set_aside (row INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, id TEXT NOT NULL,
    reason TEXT NOT NULL, time TEXT NOT NULL, body BLOB NOT NULL, picture BLOB);
PRAGMA user_version = 1;
"""
_VERSION: Final = 1


class OutboxFile:
    """A connection to the outbox of one thread; `transaction` is the only way to its data."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run one transaction alone: committed and synced at the end, rolled back on any exception."""
        with _locked(self.path.with_suffix(".lock")):
            connection = self._open()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException as failure:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                if is_damage(failure):
                    log.exception("outbox %s is damaged", self.path)
                    self._close()
                    _replace(self.path)
                raise

    def wipe(self) -> None:
        """Take what was deleted out of the write-ahead log too."""
        with _locked(self.path.with_suffix(".lock")):
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; SQLite may tidy up the WAL, so this too happens alone."""
        if self._connection is not None:
            with _locked(self.path.with_suffix(".lock")):
                self._close()

    def forget_damaged(self, oldest: datetime) -> None:
        """Delete the damaged files that were moved aside before then."""
        for aside in self.path.parent.glob(f"{self.path.name}.damaged-*"):
            if aside.stat().st_mtime < oldest.timestamp():
                aside.unlink()

    def _open(self) -> sqlite3.Connection:
        """The open connection, made anew where the file was moved aside by another process."""
        if self._connection is not None and self._inode == _inode(self.path):
            return self._connection
        self._close()
        try:
            self._connection = _connect(self.path)
        except sqlite3.DatabaseError as failure:
            if not is_damage(failure):
                raise
            log.exception("outbox %s is damaged", self.path)
            _replace(self.path)
            self._connection = _connect(self.path)
        self._inode = _inode(self.path)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def is_damage(failure: BaseException) -> bool:
    """Whether SQLite says that the file itself is broken or no database at all."""
    code = getattr(failure, "sqlite_errorcode", 0) & 0xFF
    return isinstance(failure, sqlite3.DatabaseError) and code in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file, make its tables where it is new; DatabaseError where it is damaged."""
    connection = sqlite3.connect(path, timeout=_LOCK_TIMEOUT_S, isolation_level=None)
    try:
        os.chmod(path, 0o600)  # noqa: PTH101 - pictures of people are in it
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # A delivered or revoked picture leaves no bytes behind, whatever default this SQLite was built with.
    connection.execute("PRAGMA secure_delete = ON")
    # A WAL that one large backlog has blown up gives its space back.
    connection.execute("PRAGMA journal_size_limit = 8388608")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    elif version != _VERSION:
        raise sqlite3.NotSupportedError(f"{path} was written by a newer Vitrine (version {version})")
    fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise _damaged(fault)


def _damaged(fault: str) -> sqlite3.DatabaseError:
    failure = sqlite3.DatabaseError(fault)
    failure.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return failure


def _replace(path: Path) -> None:
    """Move a damaged file aside, begin a fresh one and bring over every row that can still be read."""
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    for suffix in ("-shm", "-wal", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    log.error("outbox %s was damaged; it is kept as %s, a fresh one begins", path, aside.name)
    with closing(_connect(path)) as fresh:
        _salvage(aside, fresh, path)


def _salvage(aside: Path, fresh: sqlite3.Connection, path: Path) -> None:
    mark = read_mark(path)
    with closing(sqlite3.connect(aside, isolation_level=None)) as old:
        for table in ("orders", "shares", "events", "set_aside"):
            rows = _copy_readable(table, old, fresh)
            log.error("outbox %s: %d rows of %s were saved from the damaged file", path, rows, table)
        with suppress(sqlite3.Error):
            mark = max(mark, old.execute("SELECT value FROM meta WHERE name = 'sequence'").fetchone()[0])
    fresh.execute("UPDATE meta SET value = ? WHERE name = 'sequence'", (mark,))


def _copy_readable(table: str, old: sqlite3.Connection, fresh: sqlite3.Connection) -> int:
    saved = 0
    with suppress(sqlite3.Error):
        for row in old.execute(f"SELECT * FROM {table}"):  # noqa: S608 - own names
            slots = ", ".join("?" * len(row))
            with suppress(sqlite3.Error):
                fresh.execute(f"INSERT OR IGNORE INTO {table} VALUES ({slots})", row)  # noqa: S608
                saved += 1
    return saved


def write_mark(path: Path, sequence: int) -> None:
    """Note beside the file that numbers up to `sequence` are given out, for the day the file is lost."""
    mark = path.with_suffix(".sequence")
    new = mark.with_suffix(".sequence.new")
    new.write_text(f"{sequence}\n")
    new.replace(mark)


def read_mark(path: Path) -> int:
    """The highest number that is known to be given out; 0 where nothing is known."""
    with suppress(OSError, ValueError):
        return int(path.with_suffix(".sequence").read_text())
    return 0


def _inode(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_ino
    return 0


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of the outbox; TimeoutError where another process sits on it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline_s = time.monotonic() + _LOCK_TIMEOUT_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline_s:
                    raise TimeoutError(f"{path}: another process has held the outbox for 10 s") from None
                time.sleep(_LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)
