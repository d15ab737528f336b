"""Hours of an uplink's life in milliseconds: outages, missing and refused credentials, the end."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cloud_api.contract.enrolment import Credential
from edge import credential, uplink_loop
from edge.outbox import FILE_NAME, Backlog, Outbox
from tests.edge.outbox_makers import BOX, NOON, STORE, tried
from tests.edge.receiver import Answer, Receiver, receiving

GOOD = Credential(store=STORE, box=BOX, token="good", share_secret="00", link_url="http://127.0.0.1:1")
WAIT_S = 20.0


@dataclass
class Clock:
    """Time that passes only by waiting. `at` holds what happens when; the loop ends at `end_s`."""

    end_s: float
    at: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    now_s: float = 0.0

    def wait(self, seconds: float) -> bool:
        self.now_s += seconds
        if seconds:
            self.waits.append(seconds)
        while self.at and self.at[0][0] <= self.now_s:
            self.at.pop(0)[1]()
        return self.now_s >= self.end_s

    def world(self) -> uplink_loop.World:
        return uplink_loop.World(self.wait, self.now, lambda: 1.0)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.now_s)


@pytest.fixture
def backlog(tmp_path: Path) -> Iterator[Backlog]:
    with closing(Outbox(tmp_path / FILE_NAME, STORE, BOX, 10_000_000)) as outbox:
        outbox.record(tried(), NOON).result(WAIT_S)
    with closing(Backlog(tmp_path / FILE_NAME)) as opened:
        yield opened


@pytest.fixture
def cloud() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_it_waits_quietly_for_a_credential(
    tmp_path: Path, backlog: Backlog, cloud: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock(3660, [(3600, lambda: credential.save(tmp_path, GOOD))])
    uplink_loop.drain(cloud.url, tmp_path, backlog, clock.world())
    assert len(cloud.events()) == 1
    assert [record.message for record in caplog.records if "vitrine enrol" in record.message] == [
        "waiting for a credential: vitrine enrol BOX.toml --code CODE"
    ]


def test_a_broken_credential_file_is_reported_once_and_kept_waiting_for(
    tmp_path: Path, backlog: Backlog, cloud: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / credential.FILE_NAME).write_text("{")
    clock = Clock(120, [(60, lambda: credential.save(tmp_path, GOOD))])
    uplink_loop.drain(cloud.url, tmp_path, backlog, clock.world())
    assert caplog.text.count("not a credential") == 1
    assert len(cloud.events()) == 1


def test_an_outage_backs_off_and_loses_nothing(
    tmp_path: Path, backlog: Backlog, cloud: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    credential.save(tmp_path, GOOD)
    cloud.rule = lambda _: Answer(503, "down")

    def back() -> None:
        cloud.rule = lambda _: None

    clock = Clock(1000, [(700, back)])
    uplink_loop.drain(cloud.url, tmp_path, backlog, clock.world())
    assert clock.waits[:11] == [0.5, 1, 2, 4, 8, 16, 32, 64, 120, 120, 120]
    assert backlog.counts()["events"] == 0
    assert caplog.text.count("the uplink waits: 503 down") == 1


def test_the_wait_starts_small_again_after_success(tmp_path: Path, backlog: Backlog, cloud: Receiver) -> None:
    credential.save(tmp_path, GOOD)
    answers = iter([Answer(503), Answer(503), None, Answer(503)])
    cloud.rule = lambda _: next(answers, None)

    def more() -> None:
        with closing(Outbox(tmp_path / FILE_NAME, STORE, BOX, 10_000_000)) as outbox:
            outbox.record(tried(), NOON).result(WAIT_S)

    clock = Clock(10, [(5, more)])
    uplink_loop.drain(cloud.url, tmp_path, backlog, clock.world())
    assert [wait for wait in clock.waits if wait != uplink_loop.IDLE_S] == [0.5, 1.0, 0.5]


def test_a_refused_credential_sounds_the_alarm_and_waits_for_another(
    tmp_path: Path, backlog: Backlog, cloud: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    credential.save(tmp_path, GOOD.model_copy(update={"token": "old"}))
    cloud.rule = lambda asked: None if asked.headers["Authorization"] == "Bearer good" else Answer(401)
    clock = Clock(60, [(50, lambda: credential.save(tmp_path, GOOD))])
    uplink_loop.drain(cloud.url, tmp_path, backlog, clock.world())
    assert caplog.text.count("ALARM") == 1
    assert len(cloud.asked) == 2
    assert backlog.counts() == {"orders": 0, "shares": 0, "events": 0, "set_aside": 0}


def test_a_refused_credential_is_tried_again_now_and_then(
    tmp_path: Path, backlog: Backlog, cloud: Receiver
) -> None:
    credential.save(tmp_path, GOOD)
    cloud.rule = lambda _: Answer(403)
    clock = Clock(3600)
    uplink_loop.drain(cloud.url, tmp_path, backlog, clock.world())
    assert 10 <= len(cloud.asked) <= 13
    assert backlog.counts()["events"] == 1
