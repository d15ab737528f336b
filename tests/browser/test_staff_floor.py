"""The floor page in a real browser: the tablet of the staff."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.cloud_api.floor_things import PLAN, crossed, dwelled, heat, occupancy
from tests.cloud_api.open_store import PASSWORD, PERSON, OpenStore

from .conftest import PHONE_PX, TABLET_PX
from .test_share_page import fits

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def session(store: OpenStore) -> dict[str, str]:
    """The cookies of somebody who signed in."""
    with httpx.Client(base_url=store.url, trust_env=False) as client:
        client.post("/staff/login", data={"name": PERSON, "password": PASSWORD})
        return dict(client.cookies)


def enter(page: Page, store: OpenStore, session: dict[str, str], path: str = "/staff/floor") -> Page:
    page.context.add_cookies([{"name": n, "value": v, "url": store.url} for n, v in session.items()])
    page.goto(store.url + path)
    return page


def test_floor_is_read_at_a_glance_and_stays_fresh(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    page = open_page(TABLET_PX)
    page.clock.install()
    enter(page, store, session)
    expect(page.get_by_text("No ceiling camera counts here yet.")).to_be_visible()

    warm = heat((2, 3, 90.0), (2, 4, 30.0), start=store.clock())
    store.happened(PLAN, crossed(), dwelled(42), occupancy(1), warm)
    page.clock.run_for(11_000)
    figures = page.locator("#figures > div")
    expect(figures.first).to_contain_text("1")
    expect(page.get_by_role("heading", name="Where people stood")).to_be_visible()
    assert fits(page)

    cells = page.locator(".plan path")
    expect(cells).to_have_count(2)
    hot = cells.last.bounding_box()
    plan = page.locator(".plan").bounding_box()
    assert hot is not None
    assert plan is not None
    assert hot["width"] > 5, "a cell is drawn at its size on the plan"
    assert plan["y"] < TABLET_PX[1] / 2, "the heat begins in the upper half of the tablet"
    expect(page.locator(".plan text")).to_have_text(["lipsticks", "entrance"])

    store.happened(crossed(), crossed(), occupancy(3))
    page.clock.run_for(11_000)
    expect(figures.first).to_contain_text("3")
    expect(page.locator("#funnel > div").first).to_contain_text("3")


def test_choices_work_by_touch_without_script_on_a_phone(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    store.happened(PLAN, crossed(), dwelled(42))
    page = enter(open_page(PHONE_PX, java_script_enabled=False), store, session, "/staff")
    page.get_by_role("link", name="Floor").click()
    page.get_by_role("link", name="Last hour").click()
    expect(page.get_by_role("link", name="Last hour")).to_have_attribute("aria-current", "true")
    assert fits(page)
    for choice in page.locator(".choice a").all():
        box = choice.bounding_box()
        assert box is not None
        assert box["height"] >= 42
    page.get_by_role("link", name="Yesterday").click()
    expect(page.get_by_text("Nobody has crossed a line.")).to_be_visible()
