"""Full budget, full disk: folded and counted, or refused in words; never lost in silence."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_api.contract.events import Event, Gap, OrderPlaced, PhotoTaken, ProductTried
from edge.outbox import FILE_NAME, Backlog, Outbox, OutboxFull
from tests.edge.outbox_makers import BOX, NOON, STORE, created, drained, order, placed, share, tried

_KB = 1000
WAIT_S = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def backlog(path: Path) -> Iterator[Backlog]:
    with closing(Backlog(path)) as opened:
        yield opened


def counted(events: list[Event]) -> Counter[str]:
    """How many events of each kind they stand for: themselves, or what a gap says was folded."""
    total: Counter[str] = Counter()
    for event in events:
        total += Counter(event.data.folded) if isinstance(event.data, Gap) else Counter([event.type])
    return total


def test_over_budget_events_are_folded_and_counted(path: Path, backlog: Backlog) -> None:
    with closing(Outbox(path, STORE, BOX, 300 * _KB)) as outbox:
        for n in range(3000):
            outbox.record(tried(), NOON + timedelta(seconds=n))
    size = path.stat().st_size
    events = drained(backlog)
    gaps = [event.data for event in events if isinstance(event.data, Gap)]
    assert counted(events) == {ProductTried.kind: 3000}
    assert 100 < len(events) < 1000
    assert len(gaps) == 1
    assert gaps[0].first_time == NOON
    assert size <= 400 * _KB
    assert [int(event.sequence) for event in events] == list(range(1, len(events) + 1))


def test_events_taken_up_for_sending_are_never_folded(path: Path, backlog: Backlog) -> None:
    with closing(Outbox(path, STORE, BOX, 300 * _KB)) as outbox:
        first = [outbox.record(tried(), NOON) for _ in range(100)]
        ids = [future.result(WAIT_S) for future in first]
        batch = backlog.batch(100)
        for _ in range(2000):
            outbox.record(tried(), NOON)
    assert backlog.batch(100) == batch
    events = drained(backlog)
    assert [event.id for event in events[:100]] == ids
    assert counted(events) == {ProductTried.kind: 2100}
    assert [int(event.sequence) for event in events] == list(range(1, len(events) + 1))


def test_events_of_orders_are_never_folded(path: Path, backlog: Backlog) -> None:
    with closing(Outbox(path, STORE, BOX, 300 * _KB)) as outbox:
        for _ in range(20):
            bought = order()
            outbox.place(bought, placed(bought), NOON)
            for _ in range(100):
                outbox.record(tried(), NOON)
    kept = [event for event in drained(backlog) if event.type == OrderPlaced.kind]
    assert len(kept) == backlog.counts()["orders"] == 20


def test_pictures_leave_room_for_orders(path: Path, backlog: Backlog) -> None:
    card = bytes(50 * _KB)
    with closing(Outbox(path, STORE, BOX, 1000 * _KB)) as outbox:
        refused = 0
        for _ in range(30):
            saved = share(card)
            failure = outbox.publish(saved, card, created(saved), NOON).exception(WAIT_S)
            refused += isinstance(failure, OutboxFull)
        bought = order()
        outbox.place(bought, placed(bought), NOON).result(WAIT_S)
        outbox.record(tried(), NOON).result(WAIT_S)
    counts = backlog.counts()
    assert refused == 30 - counts["shares"]
    assert 10 <= counts["shares"] < 20
    assert counts["orders"] == 1
    assert len(drained(backlog)) == counts["shares"] + 2


def test_when_nothing_more_fits_the_order_is_refused_in_words(path: Path, backlog: Backlog) -> None:
    failure: BaseException | None = None
    taken = 0
    with closing(Outbox(path, STORE, BOX, 200 * _KB)) as outbox:
        while failure is None:
            bought = order()
            failure = outbox.place(bought, placed(bought), NOON).exception(WAIT_S)
            taken += failure is None
    assert isinstance(failure, OutboxFull)
    assert "staff" in str(failure)
    assert "budget" in failure.why
    counts = backlog.counts()
    assert counts["orders"] == taken > 20
    assert counts["events"] == taken  # the refused order left no event behind either


def test_orders_keep_coming_when_events_fill_the_budget(path: Path, backlog: Backlog) -> None:
    with closing(Outbox(path, STORE, BOX, 200 * _KB)) as outbox:
        for _ in range(1000):
            outbox.record(tried(), NOON)
        bought = order()
        outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    assert backlog.counts()["orders"] == 1
    assert counted(drained(backlog)) == {ProductTried.kind: 1000, OrderPlaced.kind: 1}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["event", "photo", "order", "send", "confirm"]), max_size=120))
def test_whatever_happens_every_event_is_sent_or_counted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    path = tmp_path_factory.mktemp("outbox") / FILE_NAME
    wrote: Counter[str] = Counter()
    seen: dict[int, Event] = {}
    with closing(Outbox(path, STORE, BOX, 80 * _KB)) as outbox, closing(Backlog(path)) as backlog:
        for step in steps:
            if step == "event":
                for _ in range(30):
                    outbox.record(tried(), NOON).result(WAIT_S)
                wrote[ProductTried.kind] += 30
            elif step == "photo":
                data = PhotoTaken(session=tried().session, skus=())
                outbox.record(data, NOON).result(WAIT_S)
                wrote[data.kind] += 1
            elif step == "order":
                bought = order()
                if outbox.place(bought, placed(bought), NOON).exception(WAIT_S) is None:
                    wrote[OrderPlaced.kind] += 1
            elif batch := backlog.batch(17):
                for event in map(Event.model_validate_json, batch.bodies):
                    assert seen.setdefault(int(event.sequence), event) == event
                if step == "confirm":
                    backlog.confirm(batch, batch.last - 3)
        seen |= {int(event.sequence): event for event in drained(backlog)}
    assert sorted(seen) == list(range(1, len(seen) + 1))
    assert counted(list(seen.values())) == wrote


# -- the disk is full -----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """SQLite's own limit on the size of the file: SQLITE_FULL for real. [0] holds the pages allowed."""
    pages = [1_000_000]
    connect = sqlite3.connect

    class Limited(sqlite3.Connection):
        def execute(self, sql: str, parameters: object = ()) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                super().execute(f"PRAGMA max_page_count = {pages[0]}")
            return super().execute(sql, parameters)  # type: ignore[arg-type]

    def limited(*args: object, **kwargs: object) -> sqlite3.Connection:
        return connect(*args, factory=Limited, **kwargs)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("edge.outbox.file.sqlite3.connect", limited)
    return pages


def test_a_full_disk_refuses_in_words_and_writes_no_half(
    path: Path, backlog: Backlog, small_disk: list[int]
) -> None:
    card = bytes(200 * _KB)
    with closing(Outbox(path, STORE, BOX, 10_000 * _KB)) as outbox:
        bought = order()
        outbox.place(bought, placed(bought), NOON).result(WAIT_S)
        small_disk[0] = 40
        saved = share(card)
        failure = outbox.publish(saved, card, created(saved), NOON).exception(WAIT_S)
        assert isinstance(failure, OutboxFull)
        assert "full" in failure.why
        assert "staff" in str(failure)
        assert backlog.counts() == {"orders": 1, "shares": 0, "events": 1, "set_aside": 0}
        small_disk[0] = 1_000_000
        outbox.publish(saved, card, created(saved), NOON).result(WAIT_S)
    assert backlog.counts() == {"orders": 1, "shares": 1, "events": 2, "set_aside": 0}


def test_events_that_found_no_room_on_the_disk_are_counted_later(
    path: Path, backlog: Backlog, small_disk: list[int]
) -> None:
    with closing(Outbox(path, STORE, BOX, 10_000 * _KB)) as outbox:
        outbox.record(tried(), NOON).result(WAIT_S)
        small_disk[0] = 1
        lost = [outbox.record(tried(), NOON + timedelta(seconds=n)) for n in range(300)]
        refused = sum(isinstance(future.exception(WAIT_S), OutboxFull) for future in lost)
        small_disk[0] = 1_000_000
        outbox.record(tried(), NOON).result(WAIT_S)
    assert refused > 100
    events = drained(backlog)
    assert counted(events) == {ProductTried.kind: 302}
    assert len(events) == 302 - refused + 1


def test_a_folder_that_cannot_be_written_is_a_refusal_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with closing(Outbox(tmp_path / "state" / FILE_NAME, STORE, BOX, 1000 * _KB)) as outbox:
        bought = order()
        failure = outbox.place(bought, placed(bought), NOON).exception(WAIT_S)
    assert isinstance(failure, OutboxFull)
    assert "cannot be written" in failure.why
