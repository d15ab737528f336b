"""The credential: only its own user reads it, whole or not at all; enrolment that fails says why."""

import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cloud_api.contract.enrolment import Credential
from edge import credential
from edge.enrolment import EnrolmentFailed, exchange
from edge.line import open_line
from edge.toml_file import ConfigError
from tests.edge.receiver import Answer, Receiver, receiving

GIVEN = Credential(
    store="demo", box="box-1", token="t0ken", share_secret="abcd", link_url="https://example.com"
)


def test_it_comes_back_as_saved(tmp_path: Path) -> None:
    assert credential.load(tmp_path / "state") is None
    credential.save(tmp_path / "state", GIVEN)
    assert credential.load(tmp_path / "state") == GIVEN


def test_only_its_own_user_reads_it(tmp_path: Path) -> None:
    credential.save(tmp_path / "state", GIVEN)
    assert stat.S_IMODE((tmp_path / "state" / credential.FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_saving_that_fails_keeps_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credential.save(tmp_path, GIVEN)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("edge.credential.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        credential.save(tmp_path, GIVEN.model_copy(update={"token": "other"}))
    assert credential.load(tmp_path) == GIVEN
    assert [path.name for path in tmp_path.iterdir()] == [credential.FILE_NAME]


@pytest.mark.parametrize("text", ["", "{", '{"store": "demo"}', "\0\0\0"])
def test_a_broken_file_names_itself_and_the_remedy(tmp_path: Path, text: str) -> None:
    (tmp_path / credential.FILE_NAME).write_text(text)
    with pytest.raises(ConfigError, match=r"credential\.json: .*vitrine enrol"):
        credential.load(tmp_path)


# -- enrolment ------------------------------------------------------------------------------------------


@pytest.fixture
def cloud() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def enrol(url: str, code: str = "ABCD-EFGH-JKMN") -> Credential:
    with httpx.Client(base_url=url, timeout=5) as client:
        return exchange(client, code, "demo", "box-1")


def test_a_code_becomes_a_credential(cloud: Receiver) -> None:
    cloud.rule = lambda _: Answer(200, GIVEN.model_dump())
    assert enrol(cloud.url) == GIVEN
    assert cloud.paths() == ["POST /v1/enrol"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(401, {"detail": "bad code"}), r"wrong, used or too old; .*vitrine cloud box-code demo box-1"),
        (Answer(429, "", {"Retry-After": "60"}), "wait 60 s"),
        (Answer(200, "<html>hotel wifi</html>"), "not as a Vitrine cloud"),
        (Answer(503, "down"), "answered 503"),
        (
            Answer(200, GIVEN.model_copy(update={"box": "box-2"}).model_dump()),
            r"made for box box-2 of store demo",
        ),
    ],
)
def test_what_went_wrong_is_said(cloud: Receiver, answer: Answer, words: str) -> None:
    cloud.rule = lambda _: answer
    with pytest.raises(EnrolmentFailed, match=words):
        enrol(cloud.url)


def test_a_code_that_can_be_none_is_not_sent(cloud: Receiver) -> None:
    with pytest.raises(EnrolmentFailed, match="too short or too long"):
        enrol(cloud.url, "AB")
    assert cloud.asked == []


def test_no_cloud_at_that_address() -> None:
    with receiving() as gone:
        url = gone.url
    with pytest.raises(EnrolmentFailed, match=r"no answer from .*check cloud\.url"):
        enrol(url)


def test_a_proxy_is_asked_for_the_cloud_but_not_for_this_computer(
    cloud: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        with open_line(cloud.url, GIVEN) as client:
            client.get("/readyz")
        with open_line("http://cloud.example", GIVEN) as client:
            client.get("/readyz")
        assert proxy.paths() == ["GET http://cloud.example/readyz"]
    assert [one.headers["Authorization"] for one in cloud.asked] == ["Bearer t0ken"]
