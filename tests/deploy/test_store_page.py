"""The store page's server: passes real live views on to its own page, and to nobody else."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pygame
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from deploy import place as places
from deploy.store_page import relay, server
from edge import config
from edge.view.live import MAX_WATCHERS
from edge.view.pane import CameraState, Pane, State
from edge.view.server import View
from edge.view.serving import Serving

if TYPE_CHECKING:
    from edge.experience import Pointer

SIZE_PX = (320, 180)
JPEG = b"\xff\xd8\xff"


class Screen:
    """A live view of a plain screen whose loop runs in a thread."""

    def __init__(self) -> None:
        self.pane = Pane()
        self.view = View(self.pane, 0)
        self.touched: list[Pointer] = []
        self._surface = pygame.Surface(SIZE_PX, 0, 32)
        self._running = True
        self._thread = threading.Thread(target=self._loop)
        self._thread.start()

    def _loop(self) -> None:
        while self._running:
            self.touched += self.pane.pointers(SIZE_PX)
            self.pane.offer(self._surface, self._state)
            time.sleep(0.002)

    def _state(self) -> State:
        camera = CameraState(ok=True, words="the camera works", source="Synthetic picture.")
        return State(
            screen="mirror",
            experience="mirror",
            fps=30,
            frames=1,
            width_px=SIZE_PX[0],
            height_px=SIZE_PX[1],
            trouble=None,
            camera=camera,
        )

    def close(self) -> None:
        self.view.close()
        self._running = False
        self._thread.join()


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.close()


@pytest.fixture
def page(screen: Screen, tmp_path: Path) -> Iterator[Serving]:
    """The page of the demo's box, whose mirror is `screen` and whose ceiling camera does not answer."""
    path = tmp_path / "box.toml"
    text = places.TEMPLATE.read_text().replace("8710", str(screen.view.port))
    path.write_text(text.replace("view_port = 8712", f"view_port = {places.free_port(20000)}"))
    served = server.serve(config.load(path), "Demo", "http://127.0.0.1:8700", "demo", 0)
    yield served
    served.close()


def get(page: Serving, path: str, **headers: str) -> httpx.Response:
    return httpx.get(page.url.rstrip("/") + path, headers=headers, trust_env=False)


def live(page: Serving, name: str, origin: str | None = None) -> ClientConnection:
    headers = {"Origin": origin} if origin else {}
    return connect(f"ws://127.0.0.1:{page.port}/live/{name}", additional_headers=headers, proxy=None)


def test_the_page_and_its_parts(page: Serving) -> None:
    shown = get(page, "/")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "<script>" not in shown.text
    assert "style=" not in shown.text
    for path in ("/store.css", "/store.js", "/live.js", "/icon.svg", "/serif.otf", "/sans.otf"):
        assert get(page, path).status_code == 200
    told = get(page, "/store.json").json()
    assert told["shown"][0]["name"] == "mirror"
    assert told["cloud_url"] == "http://127.0.0.1:8700"


def test_pictures_come_and_touches_go(page: Serving, screen: Screen) -> None:
    with live(page, "mirror") as watcher:
        assert watcher.recv(timeout=10, decode=False).startswith(JPEG)
        watcher.send('{"pointer": "down", "x": 0.5, "y": 0.5}')
        watcher.send('{"ack": true, "width": 64}')
        assert watcher.recv(timeout=10, decode=False).startswith(JPEG)
        deadline_s = time.monotonic() + 10
        while not screen.touched:
            assert time.monotonic() < deadline_s, "the touch did not arrive"
            time.sleep(0.01)
    assert screen.touched[0].kind == "down"
    assert get(page, "/state/mirror").json()["camera"]["source"] == "Synthetic picture."


def test_a_watcher_who_goes_takes_the_far_connection_along(page: Serving) -> None:
    for _ in range(2 * MAX_WATCHERS):
        with live(page, "mirror") as watcher:
            watcher.recv(timeout=10)


def test_what_the_live_view_says_at_the_end_reaches_the_page(page: Serving) -> None:
    with ExitStack() as watching:
        for _ in range(MAX_WATCHERS):
            watching.enter_context(live(page, "mirror")).recv(timeout=10)
        one_more = watching.enter_context(live(page, "mirror"))
        with pytest.raises(ConnectionClosed) as closed:
            one_more.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


def test_a_live_view_that_is_not_there_is_said(page: Serving) -> None:
    assert get(page, "/state/ceiling").status_code == 503
    with live(page, "ceiling") as watcher, pytest.raises(ConnectionClosed) as closed:
        watcher.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == relay.NOT_THERE


def test_a_name_that_is_none_leads_nowhere(page: Serving) -> None:
    assert get(page, "/state/22").status_code == 404
    with pytest.raises(InvalidStatus), live(page, "22"):
        pass


@pytest.mark.parametrize("path", ["/", "/store.json", "/state/mirror"])
def test_pages_of_other_origins_learn_nothing(page: Serving, path: str) -> None:
    assert get(page, path, Host="shop.example").status_code == 403
    assert get(page, path, Origin="http://127.0.0.1:1").status_code == 403
    assert get(page, path, **{"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_sockets_of_other_origins_are_refused(page: Serving, screen: Screen) -> None:
    with pytest.raises(InvalidStatus), live(page, "mirror", origin="http://127.0.0.1:1"):
        pass
    with live(page, "mirror", origin=f"http://127.0.0.1:{page.port}") as watcher:
        assert watcher.recv(timeout=10)
    headers = {"Origin": f"http://127.0.0.1:{page.port}"}
    view = f"ws://127.0.0.1:{screen.view.port}/live"
    with pytest.raises(InvalidStatus), connect(view, additional_headers=headers, proxy=None):
        pass
