"""A result of the arena on a phone, in a real browser."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from cloud_api.contract import links
from tests.cloud_api.floor_things import finished
from tests.cloud_api.open_store import STORE, OpenStore, new_id

from .conftest import PHONE_PX, Complaints
from .test_share_page import fits

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def address(store: OpenStore, claim: UUID) -> str:
    secret = bytes.fromhex(store.box.share_secret)
    return links.address(links.Kind.CLAIM, claim, store.box.box, secret, store.url)


def test_from_the_code_to_the_board(store: OpenStore, open_page: OpenPage, complaints: Complaints) -> None:
    claim = new_id()
    page = open_page(PHONE_PX)
    page.clock.install()
    page.goto(address(store, claim))
    expect(page.get_by_role("heading", name="Your result is on its way")).to_be_visible()
    assert fits(page)

    store.happened(finished(claim, points=777, steps=151), finished(points=900))
    page.clock.run_for(10_000)
    expect(page.locator(".number")).to_have_text("151")
    assert fits(page)
    names = page.get_by_role("radio")
    expect(names).to_have_count(6)
    first = names.first.get_attribute("value")
    page.get_by_role("link", name="Other names").click()
    chosen = page.locator(".name").nth(3).inner_text()
    assert chosen != first
    page.locator(".name").nth(3).click()
    page.get_by_role("button", name="Take this name").dblclick()
    expect(page.get_by_role("heading", name=chosen)).to_be_visible()
    expect(page.locator(".ranks .own")).to_contain_text(chosen)
    assert fits(page)
    mine = page.url

    other = open_page(PHONE_PX)
    other.goto(address(store, claim))
    expect(other.get_by_role("heading", name="Already claimed")).to_be_visible()
    other.get_by_role("link", name="Today’s best").click()
    assert other.url == f"{store.url}/board/{STORE}"
    expect(other.locator(".ranks")).to_contain_text(chosen)
    assert fits(other)
    assert not other.context.cookies()

    page.goto(mine)
    expect(page.get_by_role("heading", name=chosen)).to_be_visible()


def test_works_without_script_by_keyboard(store: OpenStore, open_page: OpenPage) -> None:
    claim = new_id()
    store.happened(finished(claim, steps=99))
    page = open_page(PHONE_PX, java_script_enabled=False)
    page.goto(address(store, claim))
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".name").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=chosen)).to_be_visible()


def test_forged_link_says_what_to_do(store: OpenStore, open_page: OpenPage, complaints: Complaints) -> None:
    complaints.expected.add(404)
    page = open_page(PHONE_PX)
    page.goto(f"{store.url}/c/nonsense")
    expect(page.get_by_text("Scan the code on the arena’s screen again.")).to_be_visible()
    assert fits(page)
