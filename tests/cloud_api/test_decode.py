"""A batch taken apart: what is no batch, what is no event, how far the box may forget."""

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_api import decode
from cloud_api.contract.events import MAX_BATCH_BYTES, MAX_EVENT_BYTES, Event, Gap, sequence
from cloud_api.errors import Invalid, TooLarge

from .conftest import START
from .things import event, tried


def judge(item: object) -> tuple[int, list[decode.Bad]]:
    good, bad = decode.events([item], "paris", "mirror-1")
    return len(good), bad


def spoilt(**changes: object) -> dict[str, object]:
    return event(1) | changes


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"id": 1}', b"null", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_array_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode.batch(body)


def test_more_events_than_a_batch_holds_are_refused() -> None:
    assert len(decode.batch(json.dumps([1] * 500).encode())) == 500
    with pytest.raises(TooLarge):
        decode.batch(json.dumps([1] * 501).encode())


def test_an_event_of_ones_own_is_good() -> None:
    assert judge(event(1)) == (1, [])


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (None, "invalid"),
        ("text", "invalid"),
        ([], "invalid"),
        ({}, "invalid"),
        (spoilt(id="nonsense"), "invalid"),
        (spoilt(time="2026-11-22T10:00:00"), "invalid"),
        (spoilt(time="yesterday"), "invalid"),
        (spoilt(time="0001-01-01T00:00:00+14:00"), "bad_time"),
        (spoilt(time="9999-12-31T23:59:59-14:00"), "bad_time"),
        (spoilt(sequence="7"), "invalid"),
        (spoilt(sequence="9" * 20), "bad_sequence"),
        (spoilt(unknown=1), "invalid"),
        (spoilt(type="vitrine.mirror.flew.v1"), "unknown_type"),
        (spoilt(source="/stores/paris/boxes/mirror-2"), "wrong_source"),
        (spoilt(source="/stores/lyon/boxes/mirror-1"), "wrong_source"),
        (spoilt(subject="a\0b"), "bad_text"),
        (spoilt(subject="half \ud800"), "bad_text"),
        (spoilt(subject="half \udc00 first \ud83d"), "bad_text"),
        (spoilt(data={"session": "x"}), "invalid"),
        (spoilt(data=tried().model_dump(mode="json") | {"seconds": float("nan")}), "bad_number"),
        (spoilt(data=tried().model_dump(mode="json") | {"seconds": float("inf")}), "bad_number"),
        (spoilt(data=tried().model_dump(mode="json") | {"sku": "x" * MAX_EVENT_BYTES}), "too_large"),
    ],
)
def test_a_bad_event_is_named(item: object, code: str) -> None:
    taken, bad = judge(item)
    assert taken == 0
    assert bad[0].told.code == code
    assert bad[0].told.detail.isascii()
    assert bad[0].body.isascii()
    assert json.dumps(json.loads(bad[0].body)) == bad[0].body


@pytest.mark.parametrize("subject", ["😀 and 你好", "NaN Infinity", "\\u0000 spelt out", "-Infinity"])
def test_odd_but_honest_texts_are_good(subject: str) -> None:
    assert judge(spoilt(subject=subject)) == (1, [])


def test_an_event_may_be_64_kib_in_any_script() -> None:
    folded = {f"漢字{place:05d}": 1 for place in range(3300)}
    gap = event(1, Gap(folded=folded, first_time=START, last_time=START))
    assert len(json.dumps(gap)) > MAX_EVENT_BYTES > len(json.dumps(gap, ensure_ascii=False).encode())
    assert judge(gap) == (1, [])


def test_a_rejection_names_place_and_id() -> None:
    _, bad = decode.events([event(1), spoilt(type="x")], "paris", "mirror-1")
    assert (bad[0].told.index, bad[0].told.id is not None) == (1, True)


def numbers(*given: int | None) -> list[object]:
    return [None if number is None else {"sequence": sequence(number)} for number in given]


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ((), 0),
        ((5,), 5),
        ((5, 6, 7), 7),
        ((5, 6, 8), 6),
        ((7, 6, 5), 7),
        ((5, 5, 6), 6),
        ((5, None, 7), 7),
        ((None, 6, 7), 7),
        ((5, 6, None), 7),
        ((None, None), 0),
        ((5, 9, 10), 5),
    ],
)
def test_acknowledged_is_the_first_unbroken_run(given: tuple[int | None, ...], end: int) -> None:
    assert decode.ack_through(numbers(*given)) == end


@given(st.sets(st.integers(1, 60), min_size=1, max_size=40))
def test_a_box_that_resends_what_is_not_acknowledged_comes_to_an_end(waiting: set[int]) -> None:
    left = sorted(waiting)
    for _ in range(len(waiting)):
        end = decode.ack_through(numbers(*left))
        assert end in waiting
        left = [number for number in left if number > end]
        if not left:
            return
    pytest.fail("the box would never finish")


def test_gzip_is_undone() -> None:
    assert decode.unzip(gzip.compress(b"[]")) == b"[]"


def test_a_gzip_bomb_is_refused_before_it_unfolds() -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
    assert len(bomb) < MAX_BATCH_BYTES
    with pytest.raises(TooLarge):
        decode.unzip(bomb)


@pytest.mark.parametrize("body", [b"", b"[]", gzip.compress(b"[]")[:-3], zlib.compress(b"[]")])
def test_what_is_no_whole_gzip_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode.unzip(body)


def test_every_known_kind_of_event_survives_the_way() -> None:
    judged = decode.one(item := event(1), json.dumps(item), "/stores/paris/boxes/mirror-1")
    assert isinstance(judged, Event)
    assert judged.data == tried()
