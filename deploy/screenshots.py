"""The README's pictures, made by the demo itself: shopper and staff use it, this presses the shutter.

    store.jpg                              the demo's first page: everything at once
    attract, mirror, consent, saved .jpg   what the mirror shows
    arena.jpg, ceiling.jpg                 the race, and the counter's live view
    card.jpg                               the picture that reaches the phone
    phone.jpg, staff.png, floor.png, gallery.jpg   the pages

The sitter is the sample portrait (NASA, public domain); everything else is as a shop would see it.
"""

import io
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
from PIL import Image

from deploy import demo, rehearsal
from deploy import place as places
from deploy.demo import Running
from deploy.place import Place
from deploy.rehearsal import Shopper

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

#: No picture of a README is larger than this.
MAX_BYTES: Final = 300_000
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
#: `--no-sandbox`: containers have no user namespaces; only our own pages are opened.
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_VIEW_PX: Final[tuple[int, int]] = (1280, 860)
_PHONE_PX: Final[tuple[int, int]] = (390, 1060)
_TABLET_PX: Final[tuple[int, int]] = (1024, 768)
_DESKTOP_PX: Final[tuple[int, int]] = (1440, 900)
#: The counter tells where people stood once a minute; the walker's races come oftener.
_PATIENCE_S: Final = 120
#: A race is under way.
_RACING_S: Final = 3.0
#: Animations of a screen have ended, and the sitter has moved on.
_SETTLED_S: Final = 1.2


class ScreenshotsFailed(Exception):  # noqa: N818 - read as a sentence where it is raised
    """What is missing, and how to get it."""


@dataclass(frozen=True, slots=True)
class Album:
    """A folder of pictures, each small enough for a repository."""

    folder: Path
    say: Callable[[str], None]

    def put(self, name: str, picture: bytes) -> None:
        """Keep a picture; JPEG by the name's ending, as good as its size allows, else an optimised PNG."""
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        data = _jpeg(image) if name.endswith(".jpg") else _png(image)
        (self.folder / name).write_bytes(data)
        self.say(f"{name}: {image.width} x {image.height}, {len(data) // 1000} kB")


def take(folder: Path, say: Callable[[str], None]) -> None:
    """Make every picture. ScreenshotsFailed, DemoFailed, ConfigError, ModelError."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        raise ScreenshotsFailed(
            "no Chromium to look at the pages with; Debian, Ubuntu: apt-get install chromium"
        )
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise ScreenshotsFailed("Playwright is missing; it comes with `uv sync --all-groups`") from None
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="vitrine-") as home,
        rehearsal.opened(Place(Path(home))) as store,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        _walk(browser, store, Album(folder, say))
        browser.close()


def _walk(browser: "Browser", store: Running, album: Album) -> None:
    shopper = Shopper.on(_page(browser, _VIEW_PX), rehearsal.view_url(store))
    link = _at_the_mirror(shopper, album)
    shopper.visit(agrees_to=("phone", "shop"))
    album.put("card.jpg", _card(link))
    phone = _page(browser, _PHONE_PX, scale=2)
    phone.goto(link, wait_until="networkidle")
    album.put("phone.jpg", phone.screenshot())
    album.put("arena.jpg", _when(store, "arena", lambda told: told["view"]["screen"] == "race"))
    album.put("store.jpg", _at_the_store_page(_page(browser, _DESKTOP_PX), store))
    shopper.visit(agrees_to=("phone", "shop"))
    album.put("ceiling.jpg", _when(store, "ceiling", lambda told: told["tracks"] > 2))
    tablet = _page(browser, _TABLET_PX)
    album.put("staff.png", _at_the_counter(tablet, store))
    album.put("floor.png", _on_the_floor_page(tablet, store))
    tablet.set_viewport_size({"width": _DESKTOP_PX[0], "height": _DESKTOP_PX[1]})
    tablet.goto(f"{store.cloud_url}/gallery", wait_until="networkidle")
    tablet.locator(".tiles button").first.click()
    tablet.locator(".tiles .yes").wait_for()
    album.put("gallery.jpg", tablet.screenshot(animations="disabled"))


def _when(store: Running, name: str, ready: Callable[[dict[str, Any]], object]) -> bytes:
    """What a live view shows once it is as wished, or after a while as it is."""
    url = rehearsal.view_url(store, name)
    for _ in range(_PATIENCE_S):
        if ready(httpx.get(f"{url}/state", timeout=20.0, trust_env=False).raise_for_status().json()):
            time.sleep(_RACING_S)
            break
        time.sleep(1.0)
    return httpx.get(f"{url}/frame.png", timeout=20.0, trust_env=False).raise_for_status().content


def _at_the_store_page(page: "Page", store: Running) -> bytes:
    """The demo's first page, with every picture live."""
    page.goto(store.store_url)
    for name in places.live_ports(store.box):
        page.locator(f"#shown-{name} .pulse.live").wait_for()
    page.wait_for_timeout(1000 * _SETTLED_S)
    return page.screenshot()


def _on_the_floor_page(page: "Page", store: Running) -> bytes:
    """Figures of the floor, once the counter has told where people stood."""
    page.goto(f"{store.cloud_url}/staff/floor")
    for _ in range(_PATIENCE_S // 3):
        if page.locator("#heat path").count():
            break
        page.wait_for_timeout(3000)
        page.reload()
    return page.screenshot(full_page=True, animations="disabled")


def _at_the_mirror(shopper: Shopper, album: Album) -> str:
    """From passing by to a picture on the phone and an order; the picture's link."""
    shopper.arrive("attract")
    album.put("attract.jpg", _shot(shopper))
    shopper.tap("touch")
    shopper.try_another()
    album.put("mirror.jpg", _shot(shopper))
    shopper.tap("pose")
    shopper.tap("keep")
    shopper.tap("phone")
    album.put("consent.jpg", _shot(shopper))
    shopper.tap("shop")
    shopper.tap("continue")
    link = shopper.wait("the link", lambda seen: seen.link).link
    assert link is not None
    album.put("saved.jpg", _shot(shopper))
    shopper.order()
    return link


def _card(link: str) -> bytes:
    """The picture, once the uplink has brought it."""
    for _ in range(200):
        reply = httpx.get(f"{link}/picture.jpg", trust_env=False, timeout=10.0)
        if reply.is_success:
            return reply.content
        time.sleep(0.1)
    raise ScreenshotsFailed(f"the picture did not reach the cloud: {reply.status_code} at {link}")


def _at_the_counter(page: "Page", store: Running) -> bytes:
    """Staff sign in and put the first order ready."""
    page.goto(f"{store.cloud_url}/staff")
    page.fill("#name", demo.STAFF)
    page.fill("#password", store.password)
    page.click("form[action='/staff/login'] button")
    page.locator(".waiting > li").nth(1).wait_for()
    page.locator(".waiting button").first.click()
    page.locator(".said").wait_for()
    page.mouse.move(0, 0)
    return page.screenshot(animations="disabled")


def _page(browser: "Browser", size_px: tuple[int, int], scale: float = 1) -> "Page":
    viewport: ViewportSize = {"width": size_px[0], "height": size_px[1]}
    return browser.new_page(viewport=viewport, device_scale_factor=scale)


def _shot(shopper: Shopper) -> bytes:
    time.sleep(_SETTLED_S)
    return shopper.picture()


def _jpeg(image: Image.Image) -> bytes:
    for quality in range(88, 40, -6):
        made = io.BytesIO()
        image.save(made, "JPEG", quality=quality, optimize=True, progressive=True)
        if made.tell() <= MAX_BYTES:
            break
    return made.getvalue()


def _png(image: Image.Image) -> bytes:
    """Pages without photographs have few colours: a palette loses nothing that one sees."""
    made = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()
