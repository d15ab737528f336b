"""The live view of a counter in a real browser: it moves, and it reads pixels and metres to an installer."""

import os
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Position, expect

from edge.cameras.thread import CameraStatus
from edge.floor import picture
from edge.floor.live import Counting
from edge.latest import Latest
from edge.scene import Frame
from edge.view.pane import Pane
from edge.view.server import View
from tests.edge.floor.acting import BAR, HEIGHT_M, SIZE_PX, WIDTH_M, Film, journal, walker

from .conftest import Complaints

pytestmark = pytest.mark.browser


@pytest.fixture
def url() -> Iterator[str]:
    pane, frames = Pane(), Latest[Frame]()
    status = CameraStatus(ok=True, words="the camera works", source="synthetic:store")
    counting = Counting(journal(zones=[BAR]), frames, lambda: status, lambda *_: None, pane=pane)
    view = View(pane, 0)
    running = threading.Event()
    running.set()

    def shop() -> None:
        film = Film(walker((3.5, 7.4), (3.5, 4.0), (4.0, 1.0), *[(5.0, 1.0), (4.0, 1.0)] * 60))
        while running.is_set():
            frames.put(Frame(film.image(now := time.monotonic() - begin_s), now, round(now * 10)))
            counting.turn()
            time.sleep(0.1)

    begin_s = time.monotonic()
    thread = threading.Thread(target=shop)
    thread.start()
    yield view.url
    view.close()
    running.clear()
    thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


def test_the_pointer_reads_pixels_and_metres_and_clicks_keep_places(page: Page, url: str) -> None:
    complaints = Complaints()
    complaints.listen(page)
    page.goto(url)
    expect(page.locator("#rate")).to_contain_text("Live")
    expect(page.locator("#hint")).to_contain_text("Point at the picture")
    expect(page.locator("#source")).to_contain_text("Synthetic picture, drawn by this computer")
    canvas = page.locator("#picture")
    box = canvas.bounding_box()
    assert box is not None
    where = picture.area(SIZE_PX)
    scale = box["width"] / picture.SIZE_PX[0]

    def at(across: float, down: float) -> Position:
        return {"x": (where.x + across * where.w) * scale, "y": (where.y + down * where.h) * scale}

    canvas.hover(position=at(0.5, 0.25))
    px, metres = page.locator("#place span").first.inner_text().split(" · ")
    x_px, y_px = map(int, px.removesuffix(" px").strip("[]").split(","))
    x_m, y_m = map(float, metres.removesuffix(" m").strip("[]").split(","))
    assert [x_px, y_px] == pytest.approx([SIZE_PX[0] / 2, SIZE_PX[1] / 4], abs=2)
    assert [x_m, y_m] == pytest.approx([WIDTH_M / 2, HEIGHT_M / 4], abs=0.03)

    for corner in ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9)):
        canvas.click(position=at(*corner))
    kept = page.locator("#place span").nth(1)
    if folder := os.environ.get("VITRINE_LOOK"):
        page.screenshot(path=f"{folder}/counter-page.png")
    assert kept.inner_text().startswith("px: [[")
    assert kept.inner_text().count("[") == 4
    page.locator("#place button").click()
    expect(page.locator("#place span")).to_have_count(1)
    canvas.hover(position={"x": box["width"] - 20, "y": 40})
    assert page.locator("#place span").first.inner_text() == "", "the figures are no place of the camera"
    assert complaints.said == []
