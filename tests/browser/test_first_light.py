"""One shopper, end to end, on the running demo store: mirror, phone, counter, each in a real browser.

The sitter is the sample portrait; models, rendering, outbox, uplink, cloud and pages are the real ones, each
in its own process.
"""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from deploy import demo, rehearsal
from deploy.demo import Running
from deploy.place import Place
from deploy.rehearsal import Shopper

from .conftest import PHONE_PX, TABLET_PX, Complaints
from .test_share_page import fits

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def running(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo store. Asks for Chromium first: without one there is nothing to open it for."""
    with rehearsal.opened(Place(tmp_path_factory.mktemp("demo"))) as store:
        yield store


def test_one_shopper_from_the_mirror_to_the_counter(
    running: Running, open_page: OpenPage, complaints: Complaints
) -> None:
    shopper = Shopper.on(open_page((1280, 860)), rehearsal.view_url(running))
    sku, link = picture_at_the_mirror(shopper)
    code = order_at_the_mirror(shopper)

    phone = open_page(PHONE_PX)
    phone.goto(link)
    expect(phone.get_by_role("heading", name="In this picture")).to_be_visible(timeout=30_000)
    assert fits(phone)
    expect(phone.locator(".product")).to_have_count(1)
    assert name_of(sku) in phone.locator(".product").inner_text()
    expect(phone.locator(".code")).to_have_text(code, timeout=30_000)
    picture = Image.open(io.BytesIO(phone.request.get(f"{link}/picture.jpg").body()))
    assert min(picture.size) >= 720, "worth keeping"

    tablet = open_page(TABLET_PX)
    tablet.goto(f"{running.cloud_url}/staff")
    tablet.get_by_label("Name").fill(demo.STAFF)
    tablet.get_by_label("Password").fill(running.password)
    tablet.get_by_role("button", name="Sign in").click()
    row = tablet.locator(".waiting > li", has_text=code)
    row.get_by_role("button", name="Mark ready").click()
    tablet.get_by_label("Pickup code").fill(code)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".said")).to_contain_text(f"{code} is collected.")
    complaints.expected.add(409)
    tablet.get_by_label("Pickup code").fill(code)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".said")).to_contain_text("Already handed over")
    assert figures(tablet) == {"Sessions": 1, "Shares": 1, "Orders": 1}

    phone.reload()
    expect(phone.locator(".reserved")).to_contain_text("Collected")
    phone.get_by_text("Delete my picture").click()
    complaints.expected.add(410)
    phone.get_by_role("button", name="Yes, delete it now").click()
    expect(phone.get_by_role("heading", name="Your picture is deleted")).to_be_visible()


def picture_at_the_mirror(shopper: Shopper) -> tuple[str, str]:
    """Touch, try, pose, keep, agree; the SKU that was worn and the link that the QR shows."""
    worn = shopper.arrive("attract").worn
    assert worn is not None, "who passes by sees a shade on themselves"
    shopper.tap("touch")
    sku = shopper.try_another()
    shopper.tap("pose")
    shopper.arrive("review")
    shopper.tap("keep")
    consent = shopper.arrive("consent")
    assert {"phone", "shop"} <= consent.targets.keys()
    assert "continue" not in consent.targets, "nothing is ticked beforehand, so nothing goes on"
    shopper.tap("phone")
    shopper.tap("continue")
    link = shopper.wait("the link", lambda seen: seen.link).link
    assert link is not None
    return sku, link


def order_at_the_mirror(shopper: Shopper) -> str:
    """Reserve what is worn; the pickup code on the screen."""
    shopper.tap("order")
    shopper.tap("place")
    code = shopper.wait("the pickup code", lambda seen: seen.order_code).order_code
    assert code is not None
    shopper.tap("done")
    return code


def name_of(sku: str) -> str:
    """The shade as the demo's catalogue calls it."""
    from mirror_app import catalog

    return catalog.load("demo").find(sku).shade.name


def figures(tablet: Page) -> dict[str, int]:
    """Today's numbers, but the tries: how many there were is the mirror's business."""
    shown = re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", tablet.locator("#figures").inner_html())
    return {name: int(value) for name, value in shown if name != "Tries"}
