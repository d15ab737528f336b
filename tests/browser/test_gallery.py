"""The marketing gallery in a real browser, on a desk."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from cloud_api import users
from cloud_api.users import Role
from tests.cloud_api.open_store import CHERRY, PASSWORD, PETAL, STORE, OpenStore, new_id

from .conftest import PHONE_PX, Complaints
from .test_share_page import fits

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
DESK_PX: Final = (1440, 900)


@pytest.fixture(scope="module")
def session(store: OpenStore) -> dict[str, str]:
    """The cookies of marketing."""
    users.create(store.cloud.db, "max", PASSWORD, store.clock(), role=Role.MARKETING, store=STORE)
    with httpx.Client(base_url=store.url, trust_env=False) as client:
        client.post("/staff/login", data={"name": "max", "password": PASSWORD})
        return dict(client.cookies)


def enter(page: Page, store: OpenStore, session: dict[str, str]) -> Page:
    page.context.add_cookies([{"name": n, "value": v, "url": store.url} for n, v in session.items()])
    page.goto(f"{store.url}/gallery")
    return page


def test_found_approved_and_downloaded_with_its_rights(
    store: OpenStore, session: dict[str, str], open_page: OpenPage, tmp_path: Path
) -> None:
    share = new_id()
    store.share(PETAL, id_=new_id(), shop=True)
    store.share(CHERRY, id_=share, shop=True)
    page = enter(open_page(DESK_PX), store, session)
    assert fits(page)
    page.get_by_label("Search").fill("cherry noir")
    page.get_by_label("Search").press("Enter")
    page.wait_for_url("**q=cherry*")
    tile = page.locator(f"[id='p-{share}']")
    expect(page.locator(".tiles > li")).to_have_count(page.locator(".item", has_text="Cherry Noir").count())
    assert tile.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 540
    tile.get_by_role("button", name="Approve").click()
    expect(tile).to_contain_text("Approved by max")
    assert "q=cherry" in page.url, "the page was never left"
    with page.expect_download() as download:
        tile.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "x.zip")
    assert {Path(name).suffix for name in zipfile.ZipFile(tmp_path / "x.zip").namelist()} == {".jpg", ".json"}
    page.get_by_role("link", name="Downloads").click()
    expect(page.locator(".log")).to_contain_text("Allowed")
    assert fits(page)


def test_withdrawn_picture_goes_by_itself(
    store: OpenStore, session: dict[str, str], open_page: OpenPage, complaints: Complaints
) -> None:
    share = new_id()
    token = store.share(CHERRY, id_=share, shop=True)
    page = open_page(DESK_PX)
    page.clock.install()
    enter(page, store, session)
    tile = page.locator(f"[id='p-{share}']")
    expect(tile.get_by_role("button", name="Download")).to_be_visible()
    httpx.post(f"{store.url}/s/{token}/consent", data={"shop": "off"}, trust_env=False)
    page.clock.run_for(21_000)
    expect(tile).to_have_text("Withdrawn")
    expect(tile.locator("img")).to_have_count(0)


def test_works_without_script_and_on_a_phone(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    share = new_id()
    store.share(CHERRY, PETAL, id_=share, shop=True)
    page = enter(open_page(PHONE_PX, java_script_enabled=False), store, session)
    assert fits(page)
    tile = page.locator(f"[id='p-{share}']")
    tile.get_by_role("button", name="Approve").click()
    expect(page.locator(f"[id='p-{share}']")).to_contain_text("Approved by max")
