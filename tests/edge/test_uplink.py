"""One step of the uplink against a real HTTP server: every answer a cloud can give, and none at all."""

import email
import email.policy
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from cloud_api.contract.events import Event, Gap
from edge.outbox import FILE_NAME, Backlog, Outbox
from edge.uplink import FIRST_WAIT_S, LONGEST_WAIT_S, Idle, Later, Refused, Sent, backoff_s, step
from tests.edge.outbox_makers import BOX, NOON, STORE, created, order, placed, share, tried
from tests.edge.receiver import Answer, Asked, Receiver, receiving

WAIT_S = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with closing(Outbox(path, STORE, BOX, 50_000_000)) as opened:
        yield opened


@pytest.fixture
def backlog(path: Path) -> Iterator[Backlog]:
    with closing(Backlog(path)) as opened:
        yield opened


@pytest.fixture
def cloud() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def client(cloud: Receiver) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.url, headers={"Authorization": "Bearer t"}, timeout=5) as opened:
        yield opened


def add_order(outbox: Outbox) -> str:
    bought = order()
    outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    return str(bought.id)


def add_share(outbox: Outbox, card: bytes = b"\xff\xd8card") -> str:
    saved = share(card)
    outbox.publish(saved, card, created(saved), NOON).result(WAIT_S)
    return str(saved.id)


def add_events(outbox: Outbox, count: int) -> None:
    for future in [outbox.record(tried(), NOON) for _ in range(count)]:
        future.result(WAIT_S)


def on(prefix: str, answer: Answer) -> Callable[[Asked], Answer | None]:
    """A rule: this answer for every path that begins so."""
    return lambda asked: answer if asked.path.startswith(prefix) else None


def test_nothing_to_send(client: httpx.Client, backlog: Backlog, cloud: Receiver) -> None:
    assert step(client, backlog, 500, NOON) == Idle()
    assert cloud.asked == []


def test_lanes_go_in_order(client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver) -> None:
    picture = add_share(outbox)
    orders = [add_order(outbox), add_order(outbox)]
    assert step(client, backlog, 500, NOON) == Sent(2 + 3 + 1)
    assert cloud.paths() == [
        *(f"PUT /v1/orders/{key}" for key in orders),
        "POST /v1/events",
        f"PUT /v1/shares/{picture}",
    ]
    assert step(client, backlog, 500, NOON) == Idle()


def test_what_goes_over_the_wire(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    bought, card = order(), b"\xff\xd8 a card"
    saved = share(card)
    outbox.place(bought, placed(bought), NOON).result(WAIT_S)
    outbox.publish(saved, card, created(saved), NOON).result(WAIT_S)
    step(client, backlog, 500, NOON)
    sent_order, sent_events, sent_share = cloud.asked
    assert sent_order.body == bought.model_dump_json().encode()
    assert sent_events.headers["Content-Encoding"] == "gzip"
    assert {one.headers["Authorization"] for one in cloud.asked} == {"Bearer t"}
    head = f"Content-Type: {sent_share.headers['Content-Type']}\r\n\r\n".encode()
    parts = email.message_from_bytes(head + sent_share.body, policy=email.policy.default).iter_parts()
    manifest, picture = parts
    assert manifest.get_content_type() == "application/json"
    assert manifest.get_payload(decode=True) == saved.model_dump_json().encode()
    assert (picture.get_content_type(), picture.get_payload(decode=True)) == ("image/jpeg", card)
    events = [Event.model_validate(event) for event in json.loads(sent_events.body)]
    assert [int(event.sequence) for event in events] == [1, 2]


def test_at_most_500_events_go_at_once(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_events(outbox, 1100)
    while isinstance(step(client, backlog, 10_000, NOON), Sent):
        pass
    assert [len(json.loads(one.body)) for one in cloud.asked] == [500, 500, 100]


def test_pictures_are_not_starved_by_events(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_events(outbox, 30)
    picture = add_share(outbox)
    step(client, backlog, 10, NOON)
    assert cloud.paths() == ["POST /v1/events", f"PUT /v1/shares/{picture}"]


def test_rows_go_only_up_to_what_was_confirmed(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_events(outbox, 10)
    reply = {"accepted": 4, "duplicates": 0, "rejected": [], "ack_through": f"{4:020d}"}
    cloud.rule = on("/v1/events", Answer(200, reply))
    assert step(client, backlog, 500, NOON) == Sent(4)
    cloud.rule = lambda _: None
    assert step(client, backlog, 500, NOON) == Sent(6)
    assert [int(event["sequence"]) for event in cloud.events()] == [*range(1, 11), *range(5, 11)]


def test_a_cloud_that_confirms_nothing_is_not_asked_in_a_loop(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_events(outbox, 3)
    reply = {"accepted": 0, "duplicates": 0, "rejected": [], "ack_through": f"{0:020d}"}
    cloud.rule = on("/v1/events", Answer(200, reply))
    assert isinstance(step(client, backlog, 500, NOON), Later)
    assert backlog.counts()["events"] == 3


def test_an_event_the_cloud_keeps_apart_is_done_with(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    add_events(outbox, 2)
    apart = {"index": 0, "id": None, "code": "unknown_type", "detail": "no such type"}
    reply = {"accepted": 1, "duplicates": 0, "rejected": [apart], "ack_through": f"{2:020d}"}
    cloud.rule = on("/v1/events", Answer(200, reply))
    assert step(client, backlog, 500, NOON) == Sent(2)
    assert backlog.counts() == {"orders": 0, "shares": 0, "events": 0, "set_aside": 0}
    assert "no such type" in caplog.text


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_credential_stops_and_deletes_nothing(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver, status: int
) -> None:
    add_order(outbox)
    add_share(outbox)
    before = backlog.counts()
    cloud.rule = on("/", Answer(status, {"detail": "revoked"}))
    assert step(client, backlog, 500, NOON) == Refused(f"{status} revoked")
    assert len(cloud.asked) == 1
    assert backlog.counts() == before


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_an_order_or_share_that_will_never_be_taken_is_set_aside(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver, status: int
) -> None:
    bad, good = add_order(outbox), add_order(outbox)
    picture = add_share(outbox)
    cloud.rule = lambda asked: (
        Answer(status, {"detail": "never"}) if bad in asked.path or picture in asked.path else None
    )
    assert step(client, backlog, 500, NOON) == Sent(2 + 3 + 1)
    assert step(client, backlog, 500, NOON) == Idle()
    assert cloud.paths().count(f"PUT /v1/orders/{good}") == 1
    assert cloud.paths().count(f"PUT /v1/orders/{bad}") == 1
    assert backlog.counts() == {"orders": 0, "shares": 0, "events": 0, "set_aside": 2}


def test_a_share_revoked_before_it_arrived_leaves_no_picture(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_share(outbox)
    cloud.rule = on("/v1/shares", Answer(410, {"detail": "revoked"}))
    assert step(client, backlog, 500, NOON) == Sent(2)
    assert backlog.counts() == {"orders": 0, "shares": 0, "events": 0, "set_aside": 0}


@pytest.mark.parametrize("status", [413, 422])
def test_one_event_that_spoils_its_batch_is_found_and_set_aside(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver, status: int
) -> None:
    add_events(outbox, 100)
    poison = outbox.record(tried(777.0), NOON).result(WAIT_S)
    add_events(outbox, 100)
    cloud.rule = lambda asked: Answer(status, "<html>no</html>") if b"777.0" in asked.body else None
    while isinstance(step(client, backlog, 500, NOON), Sent):
        pass
    taken = [event for one in cloud.asked if b"777.0" not in one.body for event in json.loads(one.body)]
    assert sorted({int(event["sequence"]) for event in taken}) == list(range(1, 202))
    assert str(poison) not in {event["id"] for event in taken}
    [gap] = [event for event in taken if event["type"] == Gap.kind]
    assert int(gap["sequence"]) == 101
    assert backlog.counts() == {"orders": 0, "shares": 0, "events": 0, "set_aside": 1}
    assert len(cloud.asked) < 40


@pytest.mark.parametrize("status", [301, 404, 408, 429, 502, 503, 504])
def test_a_cloud_that_is_unwell_keeps_everything(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver, status: int
) -> None:
    add_order(outbox)
    add_share(outbox)
    before = backlog.counts()
    cloud.rule = on("/", Answer(status, "busy"))
    assert step(client, backlog, 500, NOON) == Later(f"{status} busy")
    assert len(cloud.asked) == 1
    assert backlog.counts() == before


def test_the_cloud_may_name_the_wait(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_order(outbox)
    cloud.rule = on("/", Answer(503, "restarting", {"Retry-After": "7"}))
    assert step(client, backlog, 500, NOON) == Later("503 restarting", 7.0)
    cloud.rule = on("/", Answer(503, "restarting", {"Retry-After": "99999"}))
    assert step(client, backlog, 500, NOON) == Later("503 restarting", LONGEST_WAIT_S)


def test_a_row_the_cloud_stumbles_over_blocks_no_other(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    bad, good = add_order(outbox), add_order(outbox)
    picture = add_share(outbox)
    cloud.rule = on(f"/v1/orders/{bad}", Answer(500, "oops"))
    step(client, backlog, 500, NOON)
    step(client, backlog, 500, NOON)
    assert f"PUT /v1/orders/{good}" in cloud.paths()
    assert f"PUT /v1/shares/{picture}" in cloud.paths()
    assert step(client, backlog, 500, NOON) == Later("500 oops")
    assert backlog.counts() == {"orders": 1, "shares": 0, "events": 0, "set_aside": 0}
    cloud.rule = lambda _: None
    assert step(client, backlog, 500, NOON) == Sent(1)


@pytest.mark.parametrize("page", ["<html>Please accept our terms</html>", {"ok": True}])
@pytest.mark.parametrize("add", [add_order, add_share, lambda outbox: add_events(outbox, 3)])
def test_the_answer_of_a_captive_portal_deletes_nothing(
    client: httpx.Client,
    backlog: Backlog,
    outbox: Outbox,
    cloud: Receiver,
    add: Callable[[Outbox], object],
    page: object,
) -> None:
    add(outbox)
    before = backlog.counts()
    cloud.rule = on("/", Answer(200, page))
    assert isinstance(step(client, backlog, 500, NOON), Later)
    cloud.rule = lambda asked: Answer(200, page) if "/events" not in asked.path else None
    assert backlog.counts() == before
    step(client, backlog, 500, NOON)
    after = backlog.counts()
    assert (after["orders"], after["shares"]) == (before["orders"], before["shares"])


def test_the_answer_for_another_order_is_no_confirmation(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    add_order(outbox)
    other = {"id": str(order().id), "state": "placed", "detail": ""}
    cloud.rule = on("/v1/orders", Answer(200, other))
    assert isinstance(step(client, backlog, 500, NOON), Later)
    assert backlog.counts()["orders"] == 1


def test_an_order_without_stock_is_done_with(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    key = add_order(outbox)
    cloud.rule = on("/v1/orders", Answer(200, {"id": key, "state": "rejected_stock", "detail": "none left"}))
    assert step(client, backlog, 500, NOON) == Sent(2)
    assert backlog.counts()["orders"] == 0


def test_no_line(backlog: Backlog, outbox: Outbox) -> None:
    add_order(outbox)
    with receiving() as gone:
        url = gone.url
    with httpx.Client(base_url=url, timeout=2) as client:
        outcome = step(client, backlog, 500, NOON)
    assert isinstance(outcome, Later)
    assert url in outcome.why
    assert backlog.counts()["orders"] == 1


def test_an_answer_that_breaks_off_is_sent_again(
    client: httpx.Client, backlog: Backlog, outbox: Outbox, cloud: Receiver
) -> None:
    """The cloud took it, its answer never came: the same bytes go again, for the cloud to know them."""
    add_events(outbox, 5)

    def break_off(asked: Asked) -> Answer | None:
        raise ConnectionAbortedError

    cloud.rule = break_off
    assert isinstance(step(client, backlog, 500, NOON), Later)
    cloud.rule = lambda _: None
    assert step(client, backlog, 500, NOON) == Sent(5)
    first, second = cloud.asked
    assert first.body == second.body


@pytest.mark.parametrize(
    ("failures", "chance", "wait_s"),
    [
        (1, 1.0, FIRST_WAIT_S),
        (2, 1.0, 1.0),
        (3, 1.0, 2.0),
        (3, 0.0, 1.0),
        (9, 1.0, 120.0),
        (10_000, 1.0, 120.0),
    ],
)
def test_waits_double_up_to_a_cap(failures: int, chance: float, wait_s: float) -> None:
    assert backoff_s(failures, chance) == pytest.approx(wait_s)
