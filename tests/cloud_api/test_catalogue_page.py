"""The catalogue page over real HTTP: publish a file, read what was left out, and what mirrors made of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cloud_api import catalogues, users
from cloud_api.contract.catalogue import CatalogueLoaded, Skipped
from cloud_api.users import Role

from .open_store import BOX, PASSWORD, STORE, OpenStore, open_store
from .test_catalogue import product, shade, zipped
from .test_gallery_page import csrf as csrf_of
from .test_staff_page import browser, sign_in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenStore]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def tablet(store: OpenStore) -> Iterator[httpx.Client]:
    with browser(store) as client:
        sign_in(client)
        yield client


def csrf(client: httpx.Client) -> str:
    return client.get("/staff/catalogue").text.split('name="csrf" value="')[1].split('"')[0]


def put(client: httpx.Client, data: bytes, token: str | None = None, store: str = STORE) -> httpx.Response:
    form = {"csrf": csrf(client) if token is None else token, "store": store}
    return client.post("/staff/catalogue", data=form, files={"file": ("house.toml", data)})


def test_a_file_is_published_and_what_is_wrong_is_read(store: OpenStore, tablet: httpx.Client) -> None:
    assert "Nothing has been published" in tablet.get("/staff/catalogue").text
    written = [product(), shade(product("<b>bad"), lab=[400, 0, 0]), shade(product("dear"), coverage=9)]
    answer = put(tablet, json.dumps({"products": written}).encode())
    assert answer.status_code == 200
    for word in (
        "Published. 1 products are offered.",
        "product &#39;&lt;b&gt;bad&#39;",
        "product &#39;dear&#39;",
    ):
        assert word in answer.text
    assert "<b>bad" not in answer.text
    page = tablet.get("/staff/catalogue").text
    assert "1 products, published today" in page
    assert catalogues.of_store(store.cloud.db, STORE).uploaded_by == "mia"


def test_a_zip_is_published(tablet: httpx.Client) -> None:
    answer = put(tablet, zipped({"catalogue.json": json.dumps({"products": [product()]}).encode()}))
    assert "Everything in the file is offered." in answer.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This is no catalogue"),
        (b"holiday", "neither TOML nor JSON"),
        (b"PK\x03\x04", "ZIP file cannot be read"),
        (json.dumps({"products": [{"id": "x"}]}).encode(), "product &#39;x&#39;"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_changes(
    store: OpenStore, tablet: httpx.Client, data: bytes, words: str
) -> None:
    put(tablet, json.dumps({"products": [product()]}).encode())
    before = catalogues.of_store(store.cloud.db, STORE)
    answer = put(tablet, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert catalogues.of_store(store.cloud.db, STORE) == before


def test_without_a_file_it_says_so(tablet: httpx.Client) -> None:
    form = {"csrf": csrf(tablet), "store": STORE}
    answer = tablet.post("/staff/catalogue", data=form)
    assert answer.status_code == 422


def test_who_may(store: OpenStore, tablet: httpx.Client) -> None:
    data = json.dumps({"products": [product()]}).encode()
    assert put(tablet, data, token="x").status_code == 403
    assert put(tablet, data, store="lyon").status_code == 403
    with browser(store) as stranger:
        assert stranger.get("/staff/catalogue").url.path == "/staff/login"
        assert put(stranger, data, token="x").url.path == "/staff/login"
    users.create(store.cloud.db, "max", PASSWORD, store.clock(), role=Role.MARKETING, store=STORE)
    with browser(store) as marketing:
        sign_in(marketing, "max")
        assert marketing.get("/staff/catalogue").status_code == 403
        assert put(marketing, data, token=csrf_of(marketing)).status_code == 403


def test_what_the_mirrors_made_of_it(store: OpenStore, tablet: httpx.Client) -> None:
    assert "No mirror has said yet" in tablet.get("/staff/catalogue").text
    old = CatalogueLoaded(screen="front", origin="demo.toml", products=7, shades=9, skipped=0)
    some = (Skipped(what="product 'glow'", why="no effect hologram"),)
    new = CatalogueLoaded(screen="front", origin="cloud", products=40, shades=99, skipped=1, some=some)
    store.happened(old)
    store.happened(new)
    page = tablet.get("/staff/catalogue").text
    assert f"{BOX} · front" in page
    assert "40 products, 99 shades" in page
    assert "product &#39;glow&#39;: no effect hologram" in page
    assert "7 products" not in page
