"""The marketing gallery over real HTTP: who may look, what leaves it and with which rights."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from cloud_api import credentials, users
from cloud_api.users import Role

from .open_store import CHERRY, PASSWORD, PETAL, STORE, OpenStore, card, new_id, open_store
from .test_staff_page import browser, sign_in


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    with open_store(tmp_path_factory.mktemp("cloud")) as opened:
        users.create(opened.cloud.db, "max", PASSWORD, opened.clock(), role=Role.MARKETING, store=STORE)
        yield opened


@pytest.fixture(scope="module")
def desk(store: OpenStore) -> Iterator[httpx.Client]:
    with browser(store) as client:
        assert sign_in(client, "max").url.path == "/gallery"
        yield client


def csrf(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/gallery").text)
    assert found
    return found[1]


def switch_off(store: OpenStore, token: str) -> None:
    httpx.post(f"{store.url}/s/{token}/consent", data={"shop": "off"}, trust_env=False)


def test_who_may_look(store: OpenStore, desk: httpx.Client) -> None:
    share = new_id()
    store.share(CHERRY, id_=share, shop=True)
    picture = f"/gallery/{share}/picture.jpg"
    with browser(store) as stranger:
        assert stranger.get("/gallery").url.path == "/staff/login"
        assert stranger.get(picture).status_code == 401
        sign_in(stranger)
        refused = stranger.get("/gallery")
        assert refused.status_code == 403
        assert "The gallery is for marketing." in refused.text
        assert stranger.get(picture).status_code == 403
        assert stranger.get("/gallery/downloads").status_code == 403
        form = {"csrf": "x", "approved": "yes"}
        assert stranger.post(f"/gallery/{share}/download", data=form).status_code == 403
    assert desk.get(picture).content == card()
    assert desk.post(f"/gallery/{share}/approve", data={"csrf": "x", "approved": "yes"}).status_code == 403
    assert desk.post(f"/gallery/{share}/download", data={"csrf": "x"}).status_code == 403


def test_picture_leaves_with_its_rights(store: OpenStore, desk: httpx.Client) -> None:
    share = new_id()
    token = store.share(CHERRY, PETAL, id_=share, shop=True, days=12)
    store.order(CHERRY, share=share)
    httpx.get(f"{store.url}/s/{token}", trust_env=False)
    tile = next(part for part in desk.get("/gallery").text.split("<li id=") if str(share) in part)
    assert "1 view · 1 order" in tile
    assert "Velvet Matte · 214 Cherry Noir" in tile
    approved = desk.post(f"/gallery/{share}/approve", data={"csrf": csrf(desk), "approved": "yes"})
    assert "Approved by max, today at" in approved.text

    reply = desk.post(f"/gallery/{share}/download", data={"csrf": csrf(desk)})
    assert reply.headers["content-type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(reply.content))
    names = packed.namelist()
    assert names[0].endswith(".jpg")
    assert packed.read(names[0]) == card()
    rights = json.loads(packed.read("rights.json"))
    assert rights["share"] == str(share)
    assert rights["purposes"] == ["phone", "shop"]
    assert [product["sku"] for product in rights["products"]] == ["VM-214", "GG-03"]
    assert (rights["approved_by"], rights["downloaded_by"]) == ("max", "max")
    assert rights["consent_given_at"] < rights["downloaded_at"] < rights["expires_at"]
    assert "Withdrawn consent ends the right to use" in " ".join(rights["terms"])
    assert {"consent", "store", "picture_sha256"} <= set(rights)

    log = desk.get("/gallery/downloads").text
    assert "Allowed" in log
    assert f"<td>{names[0][-12:-4]}</td>" in log, "the file is found in the log by its name"
    switch_off(store, token)
    assert "Withdrawn, delete it" in desk.get("/gallery/downloads").text


def test_withdrawn_picture_is_gone_at_once(store: OpenStore, desk: httpx.Client) -> None:
    switched, revoked, expiring = new_id(), new_id(), new_id()
    off, gone = (store.share(CHERRY, id_=share, shop=True) for share in (switched, revoked))
    store.share(CHERRY, id_=expiring, shop=True, days=1)
    tag = desk.get(f"/gallery/{switched}/picture.jpg").headers["etag"]
    cached = {"if-none-match": tag}
    assert desk.get(f"/gallery/{switched}/picture.jpg", headers=cached).status_code == 304
    token = csrf(desk)
    switch_off(store, off)
    httpx.post(f"{store.url}/s/{gone}/revoke", data={"sure": "yes"}, trust_env=False)
    store.clock.ahead += timedelta(days=1, minutes=1)
    with browser(store) as later:
        sign_in(later, "max")
        page, token = later.get("/gallery").text, csrf(later)
        for share in (switched, revoked, expiring):
            assert str(share) not in page
            assert later.get(f"/gallery/{share}/picture.jpg", headers=cached).status_code == 404
            for act in ({"csrf": token}, {"csrf": token, "approved": "yes"}):
                address = f"/gallery/{share}/{'approve' if 'approved' in act else 'download'}"
                late = later.post(address, data=act)
                assert late.status_code == 410
                assert "The shopper has withdrawn this picture." in late.text
    store.clock.ahead -= timedelta(days=1, minutes=1)


def test_revoked_while_it_is_being_downloaded(
    store: OpenStore, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture has been read, then its shopper deletes it: nothing is given out, nothing written down."""
    share = new_id()
    token, form = store.share(CHERRY, id_=share, shop=True), {"csrf": csrf(desk)}
    blobs = type(store.cloud.blobs)
    read = blobs.get

    def read_then_revoked(self: object, key: str) -> bytes | None:
        data: bytes | None = read(self, key)  # type: ignore[arg-type]
        monkeypatch.undo()
        httpx.post(f"{store.url}/s/{token}/revoke", data={"sure": "yes"}, trust_env=False)
        return data

    monkeypatch.setattr(blobs, "get", read_then_revoked)
    reply = desk.post(f"/gallery/{share}/download", data=form)
    assert reply.status_code == 410
    assert reply.headers["content-type"].startswith("text/html")
    assert share.hex[-8:] not in desk.get("/gallery/downloads").text


def test_gallery_of_a_foreign_store(store: OpenStore, desk: httpx.Client) -> None:
    code = credentials.make_code(store.cloud, "tokyo-1", "mirror-9", store.clock()).code
    credentials.enrol(store.cloud, code, "test", store.clock())
    share = new_id()
    store.share(CHERRY, id_=share, shop=True)
    users.create(store.cloud.db, "kei", PASSWORD, store.clock(), role=Role.MARKETING, store="tokyo-1")
    with browser(store) as foreign:
        page = sign_in(foreign, "kei")
        assert "No pictures yet" in page.text
        token = csrf(foreign)
        assert foreign.get(f"/gallery?store={STORE}").status_code == 403
        assert foreign.get(f"/gallery/{share}/picture.jpg").status_code == 404
        assert foreign.post(f"/gallery/{share}/download", data={"csrf": token}).status_code == 410
    assert str(share) in desk.get("/gallery").text, "nothing happened to it"


def test_search_and_odd_addresses(store: OpenStore, desk: httpx.Client) -> None:
    share = new_id()
    store.share(PETAL, id_=share, shop=True)
    assert str(share) in desk.get("/gallery?q=petal+GLASS").text
    nothing = desk.get("/gallery", params={"q": '"><script>alert(1)</script>'})
    assert "Nothing found" in nothing.text
    assert "<script>alert" not in nothing.text
    for odd in ("after=nonsense", "store=&q=&approved=", "approved=maybe"):
        assert str(share) in desk.get(f"/gallery?{odd}").text
    back = {"csrf": csrf(desk), "approved": "yes", "back": "https://elsewhere.example/"}
    assert desk.post(f"/gallery/{share}/approve", data=back).url.host == "127.0.0.1"
    assert str(share) in desk.get("/gallery?approved=yes").text
