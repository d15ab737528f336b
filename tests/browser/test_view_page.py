"""The live view's page in a real browser: it shows the screen, sends touches, and comes back."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pygame
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from edge.view.pane import CameraState, Pane, State
from edge.view.server import View

from .conftest import Complaints

if TYPE_CHECKING:
    from edge.experience import Pointer

SIZE_PX = (360, 640)
LEFT, RIGHT = (200, 30, 40), (30, 40, 200)

pytestmark = pytest.mark.browser


class Screen:
    """A portrait screen, red left and blue right, whose loop runs in a thread."""

    def __init__(self, port: int = 0) -> None:
        self.pane = Pane()
        self.view = View(self.pane, port)
        self.surface = pygame.Surface(SIZE_PX, 0, 32)
        self.surface.fill(LEFT)
        self.surface.fill(RIGHT, (SIZE_PX[0] // 2, 0, SIZE_PX[0], SIZE_PX[1]))
        self.touched: list[Pointer] = []
        self.tells: dict[str, str | None] | None = None
        self._running = True
        self._thread = threading.Thread(target=self._loop)
        self._thread.start()

    def _loop(self) -> None:
        camera = CameraState(ok=True, words="the camera works", source="Synthetic picture.")
        state = State(
            screen="front mirror",
            experience="mirror",
            fps=30,
            frames=1,
            width_px=SIZE_PX[0],
            height_px=SIZE_PX[1],
            trouble=None,
            camera=camera,
        )
        while self._running:
            self.touched += self.pane.pointers(SIZE_PX)
            self.pane.offer(self.surface, lambda: state.model_copy(update={"view": self.tells}))
            time.sleep(0.005)

    def close(self) -> None:
        self.view.close()
        self._running = False
        self._thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1000, "height": 700})
    yield made
    made.close()


def seen(page: Page, x: float) -> list[int]:
    """The colour of the picture on the page at a share of its width, half way down."""
    picture = Image.open(io.BytesIO(page.locator("#picture").screenshot())).convert("RGB")
    red, green, blue = picture.tobytes()[
        3 * (picture.height // 2 * picture.width + int(x * picture.width)) :
    ][:3]
    return [red, green, blue]


def close_to(found: list[int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=True))


def until(true: Callable[[], object], page: Page) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, "it did not happen within 15 s"
        page.wait_for_timeout(30)


def test_it_shows_the_screen_sends_touches_and_comes_back(page: Page) -> None:
    complaints = Complaints()
    complaints.listen(page)
    screen = Screen()
    port = screen.view.port
    try:
        page.goto(screen.view.url)
        until(lambda: close_to(seen(page, 0.25), LEFT) and close_to(seen(page, 0.75), RIGHT), page)
        page.wait_for_selector(".pulse.live")
        assert page.title() == "front mirror · Vitrine"
        assert "Synthetic picture." in page.inner_text("footer")

        box = page.locator("#picture").bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(SIZE_PX[0] / SIZE_PX[1], abs=0.01)
        assert box["y"] + box["height"] <= 700, "it fits without scrolling"
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
        page.mouse.up()
        until(lambda: screen.touched and screen.touched[-1].kind == "up", page)
        down = next(pointer for pointer in screen.touched if pointer.kind == "down")
        assert [down.x_px, down.y_px] == pytest.approx([90, 160], abs=2)
        up = screen.touched[-1]
        assert [up.x_px, up.y_px] == pytest.approx([270, 320], abs=2)
        assert complaints.said == []
    finally:
        screen.close()

    page.wait_for_selector(".pulse.lost")
    assert "comes back by itself" in page.inner_text("#note")
    again = Screen(port)
    try:
        page.wait_for_selector(".pulse.live")
        assert page.is_hidden("#note")
    finally:
        again.close()


LINK = "http://127.0.0.1:9/s/AZr0123456789abcdefghijklmnopqrstuvwxyz.mirror-1"


def test_a_shared_picture_can_be_opened_from_this_computer(page: Page) -> None:
    complaints = Complaints()
    complaints.listen(page)
    opened: list[str] = []

    def answer(route: Route) -> None:
        opened.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<title>the phone page</title>")

    page.context.route(LINK, answer)
    screen = Screen()
    link = page.locator("#phone a")
    try:
        page.goto(screen.view.url)
        page.wait_for_selector(".pulse.live")
        assert page.is_hidden("#phone"), "a screen that shares nothing has no room for it"
        screen.tells = {"screen": "try_on", "link": None}
        page.wait_for_selector("#phone", state="visible")
        before = page.locator("#picture").bounding_box()
        assert link.is_hidden()
        screen.tells = {"screen": "saved", "link": LINK, "order_code": "WFG-G6RF"}
        link.wait_for(state="visible")
        box = link.bounding_box()
        assert page.locator("#picture").bounding_box() == before, "the picture stays under the finger"
        assert before is not None
        assert box is not None
        assert box["y"] >= before["y"] + before["height"]
        assert box["height"] >= 42
        assert "WFG" not in page.inner_text("body")
        with page.context.expect_page() as tab:
            link.click()
        tab.value.wait_for_load_state()
        assert tab.value.title() == "the phone page"
        assert tab.value.evaluate("window.opener") is None
        assert opened == [LINK]
        for other in (None, "javascript:alert(1)"):
            screen.tells = {"screen": "attract", "link": other}
            link.wait_for(state="hidden")
            screen.tells = {"screen": "saved", "link": LINK}
            link.wait_for(state="visible")
        assert complaints.said == []
    finally:
        screen.close()
