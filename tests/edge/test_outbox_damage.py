"""A damaged outbox is moved aside and a fresh one begun: what can be read is saved, numbers go on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from edge.outbox import FILE_NAME, Backlog, Outbox
from tests.edge.outbox_makers import BOX, NOON, STORE, drained, order, placed, tried

_KB = 1000
WAIT_S = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def backlog(path: Path) -> Iterator[Backlog]:
    with closing(Backlog(path)) as opened:
        yield opened


def test_a_file_that_is_no_database_is_moved_aside(
    path: Path, backlog: Backlog, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"this is no database" * 1000)
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox:
        outbox.record(tried(), NOON).result(WAIT_S)
    [aside] = path.parent.glob("*.damaged-*")
    assert aside.read_bytes().startswith(b"this is no database")
    assert "was damaged" in caplog.text
    assert backlog.counts()["events"] == 1
    backlog.tidy(NOON + timedelta(days=36500))
    assert not aside.exists()


def _damage(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x99" * size)


def test_orders_are_saved_from_a_damaged_file_and_numbers_go_on(path: Path, backlog: Backlog) -> None:
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox:
        bought = order()
        outbox.place(bought, placed(bought), NOON).result(WAIT_S)
        for _ in range(50):
            outbox.record(tried(), NOON).result(WAIT_S)
    sent = backlog.batch(20)
    assert sent is not None
    backlog.close()
    _damage(path, "events")
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox, closing(Backlog(path)) as fresh:
        outbox.record(tried(), NOON).result(WAIT_S)
        parcel = fresh.parcel("orders")
        assert parcel is not None
        assert parcel.id == str(bought.id)
        [event] = drained(fresh)
        assert int(event.sequence) == 21


def test_numbers_go_on_where_nothing_can_be_read(path: Path, backlog: Backlog) -> None:
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox:
        for _ in range(30):
            outbox.record(tried(), NOON).result(WAIT_S)
    drained(backlog)
    backlog.close()
    path.write_bytes(b"nothing left")
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox:
        outbox.record(tried(), NOON).result(WAIT_S)
    with closing(Backlog(path)) as fresh:
        assert [int(event.sequence) for event in drained(fresh)] == [31]


def test_damage_found_by_one_process_costs_the_others_nothing(path: Path) -> None:
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox:
        bought = order()
        outbox.place(bought, placed(bought), NOON).result(WAIT_S)
        _damage(path, "events")
        with closing(Backlog(path)) as uplink:
            assert uplink.counts()["orders"] == 1
            later = order()
            outbox.place(later, placed(later), NOON).result(WAIT_S)
            assert uplink.counts()["orders"] == 2
    assert len(list(path.parent.glob("*.damaged-*"))) >= 1


def test_a_screen_follows_when_another_moved_the_file_aside(path: Path) -> None:
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as first:
        first.record(tried(), NOON).result(WAIT_S)
        path.rename(path.with_name("moved"))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as second:
            second.record(tried(), NOON).result(WAIT_S)
            first.record(tried(), NOON).result(WAIT_S)
    with closing(Backlog(path)) as backlog:
        assert backlog.counts()["events"] == 2
