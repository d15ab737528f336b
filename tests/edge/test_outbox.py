"""What a screen was told is on disk is on disk, in order, numbered without gaps, whoever writes beside it."""

import multiprocessing
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from cloud_api.contract.events import Event, Gap
from cloud_api.contract.shares import Share
from edge.outbox import FILE_NAME, Backlog, Outbox, OutboxFull
from tests.edge.outbox_makers import BOX, NOON, STORE, created, order, placed, share, tried

_MB = 1_000_000
WAIT_S = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / FILE_NAME


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with closing(Outbox(path, STORE, BOX, 50 * _MB)) as opened:
        yield opened


@pytest.fixture
def backlog(path: Path) -> Iterator[Backlog]:
    with closing(Backlog(path)) as opened:
        yield opened


def events_of(backlog: Backlog, limit: int = 500) -> list[Event]:
    """Everything the uplink would send, confirmed as it goes."""
    found: list[Event] = []
    while batch := backlog.batch(limit):
        found += map(Event.model_validate_json, batch.bodies)
        backlog.confirm(batch, batch.last)
    return found


def numbers(events: list[Event]) -> list[int]:
    return [int(event.sequence) for event in events]


def test_an_event_comes_out_as_it_went_in(outbox: Outbox, backlog: Backlog) -> None:
    data = tried()
    key = outbox.record(data, NOON, subject="mirror").result(WAIT_S)
    [event] = events_of(backlog)
    assert (event.id, event.data, event.time, event.subject) == (key, data, NOON, "mirror")
    assert event.source == "/stores/demo/boxes/box-1"
    assert key.version == 7


def test_order_and_event_are_written_together(outbox: Outbox, backlog: Backlog) -> None:
    bought = order()
    outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    parcel = backlog.parcel("orders")
    assert parcel is not None
    assert parcel.body == bought.model_dump_json().encode()
    assert [event.subject for event in events_of(backlog)] == [str(bought.id)]


def test_share_card_and_event_are_written_together(outbox: Outbox, backlog: Backlog) -> None:
    card = b"\xff\xd8 a card"
    saved = share(card)
    outbox.publish(saved, card, created(saved), NOON).result(WAIT_S)
    parcel = backlog.parcel("shares")
    assert parcel is not None
    assert (Share.model_validate_json(parcel.body), parcel.picture) == (saved, card)
    assert len(events_of(backlog)) == 1


def test_the_same_order_twice_is_one(outbox: Outbox, backlog: Backlog) -> None:
    bought = order()
    for _ in range(2):
        outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    assert (backlog.counts()["orders"], backlog.counts()["events"]) == (1, 1)


def test_another_order_with_its_id_is_an_error(outbox: Outbox, backlog: Backlog) -> None:
    bought = order()
    outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    other = order(bought.id)
    with pytest.raises(ValueError, match=str(bought.id)):
        outbox.place(other, placed(other), NOON).result(WAIT_S)
    assert (backlog.counts()["orders"], backlog.counts()["events"]) == (1, 1)


def test_one_bad_addition_takes_no_other_down(outbox: Outbox, backlog: Backlog) -> None:
    bought = order()
    wrong = order(bought.id)
    waiting = [outbox.place(bought, placed(bought), NOON)]
    waiting += [outbox.place(order(), placed(bought), NOON) for _ in range(20)]
    bad = outbox.place(wrong, placed(wrong), NOON)
    waiting += [outbox.place(order(), placed(bought), NOON) for _ in range(20)]
    assert isinstance(bad.exception(WAIT_S), ValueError)
    assert [future.exception(WAIT_S) for future in waiting] == [None] * 41
    assert backlog.counts()["orders"] == 41


def test_numbers_have_no_gaps_and_follow_the_writing(outbox: Outbox, backlog: Backlog) -> None:
    keys = [outbox.record(tried(), NOON) for _ in range(1203)]
    ids = [future.result(WAIT_S) for future in keys]
    events = events_of(backlog)
    assert [event.id for event in events] == ids
    assert numbers(events) == list(range(1, 1204))


def test_unconfirmed_events_keep_their_numbers(outbox: Outbox, backlog: Backlog) -> None:
    for _ in range(10):
        outbox.record(tried(), NOON).result(WAIT_S)
    first = backlog.batch(4)
    assert first is not None
    assert backlog.confirm(first, 2) == 2
    second = backlog.batch(500)
    assert second is not None
    assert (second.first, second.last) == (3, 10)
    assert second.bodies[:2] == first.bodies[2:]


def test_confirming_deletes_nothing_beyond_the_batch(outbox: Outbox, backlog: Backlog) -> None:
    for _ in range(3):
        outbox.record(tried(), NOON).result(WAIT_S)
    batch = backlog.batch(2)
    assert batch is not None
    assert backlog.confirm(batch, 10**6) == 2
    assert backlog.counts()["events"] == 1


def test_a_batch_never_exceeds_four_megabytes(outbox: Outbox, backlog: Backlog) -> None:
    for _ in range(100):
        outbox.record(tried(), NOON, subject="x" * 200)
    big = Gap(folded={"k" * n: n for n in range(340)}, first_time=NOON, last_time=NOON)
    for _ in range(80):
        outbox.record(big, NOON)
    outbox.record(tried(), NOON).result(WAIT_S)
    sizes = []
    while batch := backlog.batch(500):
        sizes.append(sum(map(len, batch.bodies)) + len(batch.bodies) + 1)
        backlog.confirm(batch, batch.last)
    assert len(sizes) > 1
    assert max(sizes) <= 4_000_000


def test_an_event_over_64_kib_is_refused_at_once(outbox: Outbox) -> None:
    big = Gap(folded={"k" * n: n for n in range(400)}, first_time=NOON, last_time=NOON)
    with pytest.raises(ValueError, match="65536"):
        outbox.record(big, NOON)


def _write_many(path: Path, count: int) -> None:
    with closing(Outbox(path, STORE, BOX, 50 * _MB)) as outbox:
        for future in [outbox.record(tried(), NOON) for _ in range(count)]:
            future.result(WAIT_S)


def test_two_processes_write_while_one_drains(path: Path, backlog: Backlog) -> None:
    spawn = multiprocessing.get_context("spawn")
    screens = [spawn.Process(target=_write_many, args=(path, 400)) for _ in range(2)]
    for screen in screens:
        screen.start()
    events: list[Event] = []
    while any(screen.is_alive() for screen in screens):
        events += events_of(backlog, 37)
    events += events_of(backlog)
    assert [screen.exitcode for screen in screens] == [0, 0]
    assert numbers(events) == list(range(1, 801))
    assert len({event.id for event in events}) == 800


def test_it_waits_for_nobody_forever(path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process stuck in its transaction costs the others a clear refusal, not a hang."""
    outbox.record(tried(), NOON).result(WAIT_S)
    monkeypatch.setattr("edge.outbox.file._LOCK_TIMEOUT_S", 0.2)
    with closing(Backlog(path)) as stuck, stuck._file.transaction(), pytest.raises(OutboxFull) as refused:
        outbox.record(tried(), NOON).result(WAIT_S)
    assert "another process" in refused.value.why
    outbox.record(tried(), NOON).result(WAIT_S)


def test_only_its_own_user_reads_it(outbox: Outbox, path: Path) -> None:
    outbox.record(tried(), NOON).result(WAIT_S)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_depth_counts_what_is_not_confirmed(outbox: Outbox, backlog: Backlog) -> None:
    bought = order()
    outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    outbox.record(tried(), NOON).result(WAIT_S)
    assert outbox.depth() == 3
    events_of(backlog)
    assert outbox.depth() == 1


def test_closing_writes_what_still_waits(path: Path, backlog: Backlog) -> None:
    outbox = Outbox(path, STORE, BOX, 50 * _MB)
    waiting = [outbox.record(tried(), NOON) for _ in range(50)]
    outbox.close()
    assert all(future.done() for future in waiting)
    assert backlog.counts()["events"] == 50


def test_what_was_set_aside_is_forgotten_but_never_an_order(outbox: Outbox, backlog: Backlog) -> None:
    bought, card = order(), b"card"
    saved = share(card)
    outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    outbox.publish(saved, card, created(saved), NOON).result(WAIT_S)
    for lane in ("orders", "shares"):
        parcel = backlog.parcel(lane)
        assert parcel is not None
        backlog.set_aside(parcel, "422 no", NOON)
    backlog.tidy(NOON + timedelta(days=29))
    assert backlog.counts()["set_aside"] == 2
    backlog.tidy(NOON + timedelta(days=31))
    assert backlog.counts() == {"orders": 0, "shares": 0, "events": 2, "set_aside": 1}


def test_a_set_aside_event_leaves_its_number_to_a_gap(outbox: Outbox, backlog: Backlog, path: Path) -> None:
    data = tried()
    key = outbox.record(data, NOON).result(WAIT_S)
    outbox.record(tried(), NOON).result(WAIT_S)
    batch = backlog.batch(1)
    assert batch is not None
    backlog.set_event_aside(batch, "413 too large", NOON)
    gap, after = events_of(backlog)
    assert gap.data == Gap(folded={data.kind: 1}, first_time=NOON, last_time=NOON)
    assert gap.id != key
    assert numbers([gap, after]) == [1, 2]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT lane, id, reason FROM set_aside").fetchall() == [
            ("events", str(key), "413 too large")
        ]
    assert UUID(str(key)) == key
