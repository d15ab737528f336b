"""A shopper, the staff and marketing, end to end, on the running demo store, each in a real browser.

The sitter is the sample portrait and the visitors below the ceiling camera are drawn; models, rendering,
counting, outbox, uplink, cloud and pages are the real ones, each in its own process.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

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

DESKTOP_PX = (1440, 900)
#: The counter tells where people stood once a minute.
HEAT_S = 80


@pytest.fixture(scope="module")
def running(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo store. Asks for Chromium first: without one there is nothing to open it for."""
    with rehearsal.opened(Place(tmp_path_factory.mktemp("demo"))) as store:
        yield store


def test_from_the_mirror_to_the_counter_and_the_gallery(
    running: Running, open_page: OpenPage, complaints: Complaints
) -> None:
    store = open_page(DESKTOP_PX)
    shopper = at_the_store_page(store, running)
    sku, link = picture_at_the_mirror(shopper)
    code = shopper.order()

    phone = open_page(PHONE_PX)
    with store.context.expect_page() as opened:
        store.get_by_role("link", name="Open the picture’s page").click()
    assert opened.value.url == link, "the store page leads where the code on the mirror leads"
    opened.value.close()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="In this picture")).to_be_visible(timeout=30_000)
    assert fits(phone)
    expect(phone.locator(".product")).to_have_count(1)
    assert name_of(sku) in phone.locator(".product").inner_text()
    expect(phone.locator(".code")).to_have_text(code, timeout=30_000)
    picture = Image.open(io.BytesIO(phone.request.get(f"{link}/picture.jpg").body()))
    assert min(picture.size) >= 720, "worth keeping"

    tablet = open_page(TABLET_PX)
    sign_in(tablet, f"{running.cloud_url}/staff", demo.STAFF, running.password)
    handed_over(tablet, code, complaints)
    assert figures(tablet) == {"Sessions": 1, "Shares": 1, "Orders": 1}
    phone.reload()
    expect(phone.locator(".reserved")).to_contain_text("Collected")

    gallery = open_page(DESKTOP_PX)
    sign_in(gallery, f"{running.cloud_url}/gallery", *marketing(running))
    gallery.goto(f"{running.cloud_url}/gallery")
    approved_and_downloaded(gallery, name_of(sku))
    floor_seen(tablet, running)

    phone.get_by_text("Delete my picture").click()
    complaints.expected.add(410)
    phone.get_by_role("button", name="Yes, delete it now").click()
    expect(phone.get_by_role("heading", name="Your picture is deleted")).to_be_visible()
    gallery.reload()
    expect(gallery.locator(".tiles > li")).to_have_count(0)
    gallery.get_by_role("link", name="Downloads").click()
    expect(gallery.locator("main")).to_contain_text("Withdrawn")


def at_the_store_page(page: Page, running: Running) -> Shopper:
    """Everything is live on it, and the mirror can be touched there."""
    page.goto(running.store_url)
    for name in ("mirror", "arena", "ceiling"):
        expect(page.locator(f"#shown-{name} .pulse.live")).to_be_visible(timeout=15_000)
    expect(page.locator("#sources")).to_contain_text("NASA portrait")
    return Shopper(rehearsal.finger_on(page, "#shown-mirror canvas"), rehearsal.view_url(running))


def picture_at_the_mirror(shopper: Shopper) -> tuple[str, str]:
    """Touch, try, pose, keep, agree to both; the SKU that was worn and the link that the QR shows."""
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
    shopper.tap("shop")
    shopper.tap("continue")
    link = shopper.wait("the link", lambda seen: seen.link).link
    assert link is not None
    return sku, link


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    """Through the login that the address leads to."""
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def handed_over(tablet: Page, code: str, complaints: Complaints) -> None:
    """Made ready, redeemed by its code, once."""
    row = tablet.locator(".waiting > li", has_text=code)
    row.get_by_role("button", name="Mark ready").click()
    tablet.get_by_label("Pickup code").fill(code)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".said")).to_contain_text(f"{code} is collected.")
    complaints.expected.add(409)
    tablet.get_by_label("Pickup code").fill(code)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".said")).to_contain_text("Already handed over")


def floor_seen(tablet: Page, running: Running) -> None:
    """Who came in, where they stood, and that these people are drawn."""
    tablet.goto(f"{running.cloud_url}/staff/floor")
    heat = tablet.locator("#heat svg.plan path")
    for _ in range(HEAT_S // 2):
        if heat.count():
            break
        tablet.wait_for_timeout(2_000)
        tablet.reload()
    expect(heat.first).to_be_visible()
    expect(tablet.locator("#zones .zones td").first).to_be_visible()
    expect(tablet.locator(".synthetic")).to_be_visible()
    assert "Orders" in tablet.locator("#funnel").inner_text()


def approved_and_downloaded(gallery: Page, shade: str) -> None:
    """The one picture that marketing may use, with its rights file."""
    tile = gallery.locator(".tiles > li")
    expect(tile).to_have_count(1)
    expect(tile).to_contain_text(shade)
    expect(tile).to_contain_text("1 order")
    tile.get_by_role("button", name="Approve").click()
    expect(tile).to_contain_text("Approved by")
    with gallery.expect_download() as download:
        tile.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert sorted(Path(name).suffix for name in archive.namelist()) == [".jpg", ".json"]


def marketing(running: Running) -> tuple[str, str]:
    """Name and password of somebody whom the administrator lets into the gallery and nowhere else."""
    from cloud_api import users

    cloud = demo.open_cloud(running.place)
    users.create(cloud.db, "mia", "velvet-and-brass", cloud.now(), role=users.Role.MARKETING)
    cloud.db.close()
    return "mia", "velvet-and-brass"


def name_of(sku: str) -> str:
    """The shade as the demo's catalogue calls it."""
    from mirror_app import catalog

    return catalog.load("demo").find(sku).shade.name


def figures(tablet: Page) -> dict[str, int]:
    """Today's numbers, but the tries: how many there were is the mirror's business."""
    shown = re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", tablet.locator("#figures").inner_html())
    return {name: int(value) for name, value in shown if name != "Tries"}
