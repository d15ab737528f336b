"""Batches in the database: once only, whatever the line does; bad events apart; counts that agree."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from cloud_api import dead_letters, ingest, rollups
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.events import (
    EventData,
    Gap,
    IngestReply,
    MirrorSessionStarted,
    PhotoTaken,
    ProductTried,
    ShareCreated,
    sequence,
)
from cloud_api.credentials import Box
from cloud_api.schema import events
from cloud_api.service import Cloud

from .conftest import START, Clock
from .things import SESSION, event, tried

BOX = Box("paris", "mirror-1")
pytestmark = pytest.mark.usefixtures("paris")


def take(cloud: Cloud, *items: object, box: Box = BOX) -> IngestReply:
    return ingest.take(cloud.db, box, items, cloud.now())


def stored(cloud: Cloud) -> int:
    with cloud.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(events)) or 0


def test_a_batch_sent_twice_is_there_once(cloud: Cloud) -> None:
    batch = [event(number) for number in range(1, 501)]
    first, second = take(cloud, *batch), take(cloud, *batch)
    assert (first.accepted, first.duplicates) == (500, 0)
    assert (second.accepted, second.duplicates) == (0, 500)
    assert first.ack_through == second.ack_through == sequence(500)
    assert stored(cloud) == 500
    assert rollups.today(cloud.db, "paris", cloud.now()).tries == 500


def test_an_event_twice_in_one_batch_counts_once(cloud: Cloud) -> None:
    one = event(1)
    reply = take(cloud, one, one, event(2))
    assert (reply.accepted, reply.duplicates, reply.ack_through) == (2, 1, sequence(2))
    assert rollups.today(cloud.db, "paris", cloud.now()).tries == 2


def test_two_boxes_may_use_one_id(cloud: Cloud) -> None:
    one = event(1)
    take(cloud, one)
    other = one | {"source": "/stores/paris/boxes/mirror-2"}
    assert take(cloud, other, box=Box("paris", "mirror-2")).accepted == 1


def test_one_bad_event_does_not_reject_its_batch(cloud: Cloud) -> None:
    reply = take(cloud, event(1), event(2) | {"type": "vitrine.future.v9"}, event(3))
    assert (reply.accepted, reply.ack_through) == (2, sequence(3))
    assert [(bad.index, bad.code) for bad in reply.rejected] == [(1, "unknown_type")]
    letter = dead_letters.page(cloud.db, "paris")[0]
    assert (letter.box, letter.code, letter.body is not None) == ("mirror-1", "unknown_type", True)


def test_a_bad_event_sent_again_is_one_dead_letter(cloud: Cloud) -> None:
    bad = event(1) | {"type": "vitrine.future.v9"}
    take(cloud, bad)
    take(cloud, bad)
    assert len(dead_letters.page(cloud.db)) == 1


def test_hostile_events_never_stop_the_box(cloud: Cloud) -> None:
    poison = [
        None,
        {"sequence": sequence(2), "id": "\ud800"},
        event(3) | {"subject": "\0"},
        event(4) | {"data": {"seconds": float("inf")}},
        event(5) | {"data": {"sku": "x" * 500_000}},
        event(6),
    ]
    reply = take(cloud, *poison)
    assert (reply.accepted, len(reply.rejected), reply.ack_through) == (1, 5, sequence(6))
    assert take(cloud, *poison).duplicates == 1
    assert len(dead_letters.page(cloud.db)) == 5
    assert reply.model_dump_json().encode()


def test_dead_letters_are_read_page_by_page(cloud: Cloud) -> None:
    take(cloud, *(event(number) | {"type": "x"} for number in range(1, 8)))
    first = dead_letters.page(cloud.db, "paris", limit=5)
    rest = dead_letters.page(cloud.db, "paris", after=first[-1].number, limit=5)
    assert (len(first), len(rest)) == (5, 2)
    assert dead_letters.page(cloud.db, "lyon") == ()


def test_a_dead_letter_is_taken_once_the_cloud_knows_its_kind(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {kind: data for kind, data in EventData.known.items() if data is not ProductTried}
    with monkeypatch.context() as old:
        old.setattr(EventData, "known", known)
        take(cloud, event(1), event(2) | {"source": "/stores/lyon/boxes/x"})
        assert stored(cloud) == 0
        assert ingest.replay(cloud.db, "paris", cloud.now())[0] == 0
    taken, after = ingest.replay(cloud.db, "paris", cloud.now())
    assert (taken, stored(cloud)) == (1, 1)
    assert rollups.today(cloud.db, "paris", cloud.now()).tries == 1
    assert [letter.code for letter in dead_letters.page(cloud.db)] == ["wrong_source"] or after
    assert ingest.replay(cloud.db, "paris", cloud.now())[0] == 0


def test_the_same_batch_on_many_lines_at_once_is_there_once(cloud: Cloud) -> None:
    batch = [event(number) for number in range(1, 101)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: take(cloud, *batch), range(8)))
    assert sum(reply.accepted for reply in replies) == stored(cloud) == 100
    assert rollups.today(cloud.db, "paris", cloud.now()).tries == 100


def test_counts_are_kept_per_measure(cloud: Cloud) -> None:
    share = ShareCreated(session=SESSION, share=uuid4(), purposes=("phone",), skus=())
    facts = [MirrorSessionStarted(session=SESSION), tried("A"), tried("A"), tried("B")]
    batch = [*facts, PhotoTaken(session=SESSION, skus=("A",)), share]
    take(cloud, *(event(number, data) for number, data in enumerate(batch, start=1)))
    day = rollups.today(cloud.db, "paris", cloud.now())
    assert (day.sessions, day.tries, day.photos, day.shares, day.orders) == (1, 3, 1, 1, 0)
    tries = rollups.most_tried(cloud.db, "paris", day.day)
    assert [(item.sku, item.tries) for item in tries] == [("A", 2), ("B", 1)]


def test_a_day_ends_at_midnight_of_the_store(cloud: Cloud, clock: Clock) -> None:
    late, early = START + timedelta(minutes=59), START + timedelta(minutes=61)
    take(cloud, event(1, time=late), event(2, time=early), event(3, time=early))
    assert rollups.today(cloud.db, "paris", START).tries == 1
    clock.pass_(hours=2)
    assert rollups.today(cloud.db, "paris", clock()).tries == 2
    week = rollups.history(cloud.db, "paris", clock(), days=7)
    assert [day.tries for day in week] == [0, 0, 0, 0, 0, 1, 2]
    assert week[-1].day.isoformat() == "2026-11-23"


def test_folded_events_count_as_what_they_were(cloud: Cloud) -> None:
    folded = {ProductTried.kind: 40, MirrorSessionStarted.kind: 3, "vitrine.unknown.v1": 9}
    take(cloud, event(1, Gap(folded=folded, first_time=START, last_time=START)))
    day = rollups.today(cloud.db, "paris", cloud.now())
    assert (day.tries, day.sessions) == (40, 3)


def test_a_failed_batch_leaves_nothing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as fault:
        fault.setattr(dead_letters, "keep", broken)
        with pytest.raises(OSError, match="disk full"):
            take(cloud, event(1))
    assert stored(cloud) == 0
    assert rollups.today(cloud.db, "paris", cloud.now()).tries == 0


def test_another_store_sees_nothing(cloud: Cloud, paris: Credential) -> None:
    take(cloud, event(1))
    assert rollups.today(cloud.db, "lyon", cloud.now()).tries == 0
    assert paris.store == "paris"
