"""The catalogue comes down the line: once, then only when it changed; what is here survives every fault."""

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cloud_api.contract.enrolment import Credential
from edge import catalogue_line, credential
from edge.catalogue import Cache
from edge.catalogue_line import Fetched, NotNow, fetch, keep
from edge.line import open_line
from tests.edge.receiver import Answer, Asked, Receiver, receiving
from tests.edge.test_uplink_loop import Clock

PICTURE = "\x89PNG, as far as this box looks"
SHA256 = hashlib.sha256(PICTURE.encode()).hexdigest()
GIVEN = Credential(store="demo", box="box-1", token="t", share_secret="00", link_url="http://127.0.0.1:1")


class Cloud:
    """The catalogue's side of a cloud: what it has, and which tags that has."""

    def __init__(self) -> None:
        self.document: dict[str, object] = {"products": [{"id": "one"}]}
        self.stock: dict[str, object] = {"free": {"R-1": 3}}
        self.pictures = {SHA256: PICTURE}
        self.broken: dict[str, Answer] = {}

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path in self.broken:
            return self.broken[asked.path]
        if asked.path.startswith("/v1/catalogue/files/"):
            picture = self.pictures.get(asked.path.rpartition("/")[2])
            return Answer(404) if picture is None else Answer(200, picture)
        body = {"/v1/catalogue": self.document, "/v1/catalogue/stock": self.stock}.get(asked.path)
        if body is None:
            return None
        tag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()}"'
        same = asked.headers.get("If-None-Match") == tag
        return Answer(304, "", {"ETag": tag}) if same else Answer(200, body, {"ETag": tag})


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
def receiver(cloud: Cloud) -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.rule = cloud.answer
        yield receiver


@pytest.fixture
def line(receiver: Receiver) -> Iterator[httpx.Client]:
    with open_line(receiver.url, GIVEN) as client:
        yield client


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def ids(cache: Cache) -> list[object]:
    return [document.products[0]["id"] for document in cache.documents()]


def test_it_comes_once_and_then_only_when_it_changed(
    cloud: Cloud, receiver: Receiver, line: httpx.Client, cache: Cache
) -> None:
    before = cache.stamp()
    assert fetch(line, cache) == Fetched(document=True, stock=True)
    assert (ids(cache), cache.stock().free) == (["one"], {"R-1": 3})
    assert cache.stamp() != before
    before = cache.stamp()
    assert fetch(line, cache) == Fetched(document=False, stock=False)
    assert cache.stamp() == before
    assert [one.headers.get("Authorization") for one in receiver.asked] == ["Bearer t"] * 4
    cloud.stock = {"free": {"R-1": 2}}
    assert fetch(line, cache) == Fetched(document=False, stock=True)
    assert cache.stock().free == {"R-1": 2}
    cloud.document = {"products": [{"id": "two"}]}
    assert fetch(line, cache) == Fetched(document=True, stock=False)
    assert ids(cache) == ["two", "one"], "the one before stays, should nothing of the new one be offered"


def test_pictures_come_before_the_document_and_once(
    cloud: Cloud, receiver: Receiver, line: httpx.Client, cache: Cache
) -> None:
    cloud.document = {"products": [{"id": "one"}], "files": {"art/a.PNG": SHA256}}
    fetch(line, cache)
    file = cache.file(SHA256, "art/a.PNG")
    assert file.read_text() == PICTURE
    cloud.document = {"products": [{"id": "two"}], "files": {"art/a.PNG": SHA256}}
    fetch(line, cache)
    assert receiver.paths().count(f"GET /v1/catalogue/files/{SHA256}") == 1
    for name in ("three", "four"):
        cloud.document = {"products": [{"id": name}]}
        fetch(line, cache)
    assert not file.exists(), "a picture that neither document names goes"


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/v1/catalogue", Answer(500, "oops"), "answered 500"),
        ("/v1/catalogue", Answer(401, "who?"), "answered 401"),
        ("/v1/catalogue", Answer(200, "<html>Welcome to our hotel"), "not as a Vitrine cloud does"),
        ("/v1/catalogue", Answer(200, {"products": []}), "not as a Vitrine cloud does"),
        ("/v1/catalogue/stock", Answer(200, {"free": {"R-1": -1}}), "not as a Vitrine cloud does"),
        (f"/v1/catalogue/files/{SHA256}", Answer(200, "half a pict"), "did not arrive whole"),
        (f"/v1/catalogue/files/{SHA256}", Answer(503), "did not arrive whole"),
    ],
)
def test_whatever_goes_wrong_what_is_here_stays(
    cloud: Cloud, line: httpx.Client, cache: Cache, path: str, answer: Answer, words: str
) -> None:
    fetch(line, cache)
    cloud.document = {"products": [{"id": "two"}], "files": {"a.png": SHA256}}
    cloud.stock = {"free": {}}
    cloud.broken[path] = answer
    with pytest.raises(NotNow, match=words):
        fetch(line, cache)
    assert cache.stock().free == {"R-1": 3}
    if path != "/v1/catalogue/stock":
        assert ids(cache) == ["one"]
    cloud.broken.clear()
    fetch(line, cache)
    assert ids(cache)[0] == "two"


def test_a_picture_that_the_cloud_lost_does_not_hold_up_the_rest(
    cloud: Cloud, line: httpx.Client, cache: Cache
) -> None:
    cloud.document = {"products": [{"id": "one"}], "files": {"a.png": "0" * 64}}
    assert fetch(line, cache).document
    assert not cache.has("0" * 64, "a.png")


def test_a_newer_cloud_may_say_more(cloud: Cloud, line: httpx.Client, cache: Cache) -> None:
    cloud.document = {"products": [{"id": "one"}], "season": "spring"}
    cloud.stock = {"free": {"R-1": 3}, "counted_at": "noon"}
    assert fetch(line, cache) == Fetched(document=True, stock=True)
    assert (ids(cache), cache.stock().free) == (["one"], {"R-1": 3})


def test_a_cloud_without_a_catalogue_is_no_fault(cloud: Cloud, line: httpx.Client, cache: Cache) -> None:
    cloud.broken["/v1/catalogue"] = Answer(404)
    assert fetch(line, cache) == Fetched(document=False, stock=True)
    assert list(cache.documents()) == []


@pytest.mark.parametrize("content", ["", "{", '{"products": []}', "\x00"])
def test_a_damaged_document_is_none_and_comes_again(
    cloud: Cloud, line: httpx.Client, cache: Cache, content: str
) -> None:
    fetch(line, cache)
    (cache.folder / "catalogue.json").write_text(content)
    assert list(cache.documents()) == []
    assert fetch(line, cache).document
    assert ids(cache) == ["one"]


def test_a_full_disk_leaves_the_document_whole(
    cloud: Cloud, line: httpx.Client, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    fetch(line, cache)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    cloud.document = {"products": [{"id": "two"}]}
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        fetch(line, cache)
    assert ids(cache)[0] == "one"
    assert not list(cache.folder.glob(".*"))


def test_it_asks_now_and_then_and_says_once_what_is_wrong(
    cloud: Cloud, receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=catalogue_line.__name__)
    clock = Clock(end_s=1000)

    def break_it() -> None:
        cloud.broken["/v1/catalogue"] = Answer(500, "oops")

    clock.at = [
        (10, lambda: credential.save(tmp_path, GIVEN)),
        (300, break_it),
        (600, cloud.broken.clear),
        (700, lambda: cloud.document.update(products=[{"id": "two"}])),
    ]
    keep(receiver.url, tmp_path, clock.world())
    assert ids(Cache(tmp_path))[0] == "two"
    asked = receiver.paths().count("GET /v1/catalogue")
    assert 1000 / catalogue_line.POLL_S / 2 < asked <= 1000 / catalogue_line.POLL_S + 1
    said = [record.message for record in caplog.records]
    assert said.count("another catalogue came from the cloud") == 2
    assert len([words for words in said if "stays as it is" in words]) == 1


def test_no_line_is_waited_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    credential.save(tmp_path, GIVEN)
    keep("http://127.0.0.1:9", tmp_path, Clock(end_s=200).world())
    assert "no answer from http://127.0.0.1:9" in caplog.text
