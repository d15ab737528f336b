"""The phone page of a result over real HTTP: no account, no cookie, no script."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from cloud_api.contract import links

from .floor_things import finished
from .open_store import STORE, OpenStore, new_id, open_store
from .test_staff_page import browser


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    with open_store(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture
def phone(store: OpenStore) -> Iterator[httpx.Client]:
    with browser(store) as client:
        yield client


def address(store: OpenStore, claim: UUID) -> str:
    secret = bytes.fromhex(store.box.share_secret)
    return links.address(links.Kind.CLAIM, claim, store.box.box, secret, "")


def raced(store: OpenStore, points: int = 500) -> str:
    claim = new_id()
    store.happened(finished(claim, points))
    return address(store, claim)


def form(page: httpx.Response) -> tuple[str, list[str]]:
    """The key of the form, and the names it offers."""
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key
    return key[1], re.findall(r'name="name" value="([^"]+)"', page.text)


def test_from_on_its_way_to_the_board(store: OpenStore, phone: httpx.Client) -> None:
    claim = new_id()
    link = address(store, claim)
    waiting = phone.get(link)
    assert waiting.status_code == 200
    assert "Your result is on its way" in waiting.text
    store.happened(finished(claim, points=812, steps=141))
    page = phone.get(link)
    key, names = form(page)
    assert ">141<" in page.text
    assert ">812<" in page.text
    assert len(names) == 6
    assert set(form(phone.get(f"{link}?names=1"))[1]).isdisjoint(names)

    mine = phone.post(link, data={"name": names[2], "key": key})
    assert mine.url.path == f"{link}/{key}"
    assert f'<h1 class="nickname">{names[2]}</h1>' in mine.text
    assert not mine.cookies
    assert not mine.history[0].cookies
    assert mine.history[0].headers["cache-control"] == "no-store"
    assert mine.headers["referrer-policy"] == "same-origin"
    assert names[2] in phone.get(f"/board/{STORE}").text
    assert phone.get(f"{link}/{key}").text == mine.text, "the same phone sees it again"


def test_second_device_and_a_second_tap(store: OpenStore, phone: httpx.Client) -> None:
    link = raced(store)
    (mine, names), (other, _) = form(phone.get(link)), form(phone.get(link))
    assert phone.post(link, data={"name": names[0], "key": mine}).status_code == 200
    assert phone.post(link, data={"name": names[1], "key": mine}).url.path == f"{link}/{mine}"
    late = phone.post(link, data={"name": names[1], "key": other})
    assert late.status_code == 409
    assert "Already claimed" in late.text
    assert "Already claimed" in phone.get(link).text
    assert phone.get(f"{link}/{other}").status_code == 404
    assert names[1] not in phone.get(f"/board/{STORE}").text


def test_nickname_with_html_is_refused_and_never_shown(store: OpenStore, phone: httpx.Client) -> None:
    link = raced(store)
    key, _ = form(phone.get(link))
    for name in ("<script>alert(1)</script>", "Rude Words", ""):
        refused = phone.post(link, data={"name": name, "key": key})
        assert refused.status_code == 422
        assert "Please choose one of these names." in html.unescape(refused.text)
        assert not name or name not in html.unescape(refused.text)
        assert len(form(refused)[1]) == 6, "the page lets them choose again"
    assert phone.post(link, data={"name": "x" * 5000, "key": key}).status_code == 422
    assert phone.post(link, data={}).status_code == 422


def test_forged_and_expired(store: OpenStore, phone: httpx.Client) -> None:
    link = raced(store)
    share = store.token(new_id())
    for forged in ("/c/x", f"{link[:-12]}AAA.mirror-1", f"/c/{share}", f"{link}/nothing", "/c/"):
        page = phone.get(forged)
        assert page.status_code == 404, forged
        assert "Scan the code on the arena’s screen again." in page.text, forged
    key, names = form(phone.get(link))
    store.clock.ahead += timedelta(days=8)
    try:
        assert phone.get(link).status_code == 410
        expired = phone.post(link, data={"name": names[0], "key": key})
        assert "expired" in expired.text
        assert names[0] not in expired.text
    finally:
        store.clock.ahead -= timedelta(days=8)


def test_board_of_a_store(store: OpenStore, phone: httpx.Client) -> None:
    raced(store, points=99_999)
    page = phone.get(f"/board/{STORE}")
    assert "99,999" in page.text
    assert "not claimed" in page.text
    assert phone.get("/board/nowhere").status_code == 404
    store.clock.ahead += timedelta(days=2)
    assert "Nobody has raced yet today." in phone.get(f"/board/{STORE}").text
    store.clock.ahead -= timedelta(days=2)
