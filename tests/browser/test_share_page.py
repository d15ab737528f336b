"""The phone page in a real browser, 390 px wide."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from cloud_api import orders, shares
from cloud_api.contract.base import Money, Product
from tests.cloud_api.open_store import CHERRY, PETAL, OpenStore, new_id

from .conftest import PHONE_PX, Complaints

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return bool(wide == 0)


def share_of(store: OpenStore, token: str) -> shares.ShareView:
    share = shares.resolve(store.cloud, token, store.clock()).share
    assert share is not None
    return share


def test_shopper_reserves_agrees_and_deletes(
    store: OpenStore, open_page: OpenPage, complaints: Complaints
) -> None:
    token = store.share(CHERRY, PETAL)
    page = open_page(PHONE_PX)
    page.goto(f"{store.url}/s/{token}")
    assert page.locator("#picture").evaluate("image => image.complete && image.naturalWidth") == 540
    assert fits(page)

    page.get_by_role("button", name="Reserve for pick-up").first.click()
    code = page.locator(".code")
    expect(code).to_be_visible()
    (order,) = orders.of_share(store.cloud.db, share_of(store, token).id)
    expect(code).to_have_text(order.code)
    assert page.url.endswith(token), "the page was never left"

    switch = page.get_by_role("switch", name="The shop may use this picture")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    assert share_of(store, token).shop

    page.get_by_text("Delete my picture").click()
    assert fits(page)
    complaints.expected.add(410)
    page.get_by_role("button", name="Yes, delete it now").click()
    expect(page.get_by_role("heading", name="Your picture is deleted")).to_be_visible()
    expect(page.locator("#picture")).to_have_count(0)


def test_picture_saves_under_a_name(store: OpenStore, open_page: OpenPage) -> None:
    page = open_page(PHONE_PX, accept_downloads=True)
    page.goto(f"{store.url}/s/{store.share(CHERRY)}")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save picture").click()
    assert saving.value.suggested_filename.startswith("vitrine-")
    assert saving.value.path().read_bytes()[:2] == b"\xff\xd8", "a JPEG"


def test_picture_is_shared_as_a_file(store: OpenStore, open_page: OpenPage) -> None:
    token = store.share(CHERRY)
    page = open_page(PHONE_PX)
    page.add_init_script(
        """navigator.canShare = () => true;
        navigator.share = async ({ files }) => {
          window.sent = { name: files[0].name, type: files[0].type, size: files[0].size };
        };"""
    )
    page.goto(f"{store.url}/s/{token}")
    with page.expect_response("**/forwarded"):
        page.get_by_role("button", name="Share", exact=True).click()
    sent = page.evaluate("window.sent")
    assert sent["name"].endswith(".jpg")
    assert sent["type"] == "image/jpeg"
    assert sent["size"] > 500
    assert share_of(store, token).forwards == 1


def test_two_quick_taps_are_one_order(store: OpenStore, open_page: OpenPage) -> None:
    token = store.share(CHERRY)
    page = open_page(PHONE_PX)
    page.goto(f"{store.url}/s/{token}")
    page.get_by_role("button", name="Reserve for pick-up").dblclick()
    expect(page.locator(".code")).to_be_visible()
    assert len(orders.of_share(store.cloud.db, share_of(store, token).id)) == 1


def test_without_connection_it_says_that_nothing_was_changed(
    store: OpenStore, open_page: OpenPage, complaints: Complaints
) -> None:
    token = store.share(CHERRY)
    page = open_page(PHONE_PX)
    page.goto(f"{store.url}/s/{token}")
    page.context.set_offline(True)
    page.get_by_role("button", name="Reserve for pick-up").click()
    expect(page.get_by_text("No connection. Nothing was changed; please try again.")).to_be_visible()
    page.context.set_offline(False)
    assert not orders.of_share(store.cloud.db, share_of(store, token).id)
    page.get_by_role("button", name="Reserve for pick-up").click()
    expect(page.locator(".code")).to_be_visible()
    complaints.said = [said for said in complaints.said if "ERR_INTERNET_DISCONNECTED" not in said]


def test_works_without_script(store: OpenStore, open_page: OpenPage) -> None:
    page = open_page(PHONE_PX, java_script_enabled=False)
    page.goto(f"{store.url}/s/{store.share(CHERRY)}")
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Reserve for pick-up").click()
    expect(page.locator(".code")).to_be_visible()
    page.get_by_role("switch").click()
    expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "true")


def test_picture_on_its_way_appears_by_itself(store: OpenStore, open_page: OpenPage) -> None:
    share = new_id()
    page = open_page(PHONE_PX)
    page.goto(f"{store.url}/s/{store.token(share)}")
    expect(page.get_by_role("heading", name="Your picture is on its way")).to_be_visible()
    store.share(CHERRY, id_=share)
    expect(page.get_by_role("heading", name="Velvet Matte")).to_be_visible()


def test_long_and_cjk_names_stay_on_the_page(store: OpenStore, open_page: OpenPage) -> None:
    price = Money(amount=122_900, currency="EUR")
    long = Product(sku="L-1", brand="B" * 120, name="N" * 60 + " " + "o" * 50, shade="S" * 120, price=price)
    cjk = Product(
        sku="L-2", brand="資生堂" * 12, name="ルージュ・オブ・ザ" * 8, shade="薔薇色" * 20, price=price
    )
    page = open_page((320, 640))
    page.goto(f"{store.url}/s/{store.share(long, cjk)}")
    assert fits(page)


def test_picture_is_there_before_anything_else_is_needed(store: OpenStore, open_page: OpenPage) -> None:
    page = open_page(PHONE_PX)
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url))
    page.goto(f"{store.url}/s/{store.share(CHERRY)}", wait_until="networkidle")
    assert sum(url.endswith("/picture.jpg") for url in loaded) == 1, "loaded once"
    own = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/static/'))"
        ".reduce((sum, e) => sum + e.decodedBodySize, 0)"
    )
    assert own < 24_000, "style and script together stay small on a slow phone"


def test_nothing_moves_while_the_picture_loads(store: OpenStore, open_page: OpenPage) -> None:
    page = open_page(PHONE_PX)
    page.add_init_script(
        "window.moved = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(e => window.moved += e.value))"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(f"{store.url}/s/{store.share(CHERRY)}", wait_until="networkidle")
    assert page.evaluate("window.moved") == 0


def test_screenshot_is_the_page_of_a_shop(store: OpenStore, open_page: OpenPage) -> None:
    """The paper is warm and the main action is rouge: the style sheet arrived and applies."""
    page = open_page(PHONE_PX)
    page.goto(f"{store.url}/s/{store.share(CHERRY)}")
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert shown.getpixel((4, 420)) == (0xF7, 0xF3, 0xEE)
    box = page.get_by_role("link", name="Save picture").bounding_box()
    assert box is not None
    assert shown.getpixel((int(box["x"]) + 8, int(box["y"] + box["height"] / 2))) == (0x9E, 0x2B, 0x45)
    assert box["height"] >= 44
