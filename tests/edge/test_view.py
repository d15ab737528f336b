"""The live view over real HTTP and a real websocket: watched and touched, by its own page alone."""

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import numpy as np
import pygame
import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from edge.experience import Pointer
from edge.view.live import MAX_WATCHERS
from edge.view.pane import CameraState, Pane, State
from edge.view.server import View
from edge.view.source import described

RED = (200, 30, 40)


class Watched:
    """A view of a red screen whose loop runs in a thread, as a stage's would."""

    def __init__(self) -> None:
        self.pane = Pane()
        self.view = View(self.pane, 0)
        self.surface = pygame.Surface((320, 180), 0, 32)
        self.surface.fill(RED)
        self.touched: list[Pointer] = []
        self.turns = self.copies = 0
        self._running = True
        self._thread = threading.Thread(target=self._loop)
        self._thread.start()

    def _loop(self) -> None:
        while self._running:
            self.touched += self.pane.pointers((320, 180))
            self.pane.offer(self.surface, self._state)
            self.turns += 1
            time.sleep(0.002)

    def _state(self) -> State:
        camera = CameraState(ok=True, words="the camera works", source=described("portrait:"))
        return State(
            screen="mirror",
            experience="mirror",
            fps=29.5,
            frames=7,
            width_px=320,
            height_px=180,
            trouble=None,
            camera=camera,
            view={"state": "attract"},
        )

    def close(self) -> None:
        self.view.close()
        self._running = False
        self._thread.join()

    def pause(self) -> None:
        """The loop hangs."""
        self._running = False
        self._thread.join()

    def wait(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + 5
        while not true():
            assert time.monotonic() < deadline, "it did not happen within 5 s"
            time.sleep(0.005)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.view.url.rstrip("/") + path, headers=headers, trust_env=False)

    @contextmanager
    def live(self, **headers: str) -> Iterator[ClientConnection]:
        url = f"ws://127.0.0.1:{self.view.port}/live"
        with connect(url, additional_headers=headers, proxy=None) as client:
            yield client


@pytest.fixture(scope="module")
def steady() -> Iterator[Watched]:
    """One view for the tests that only ask."""
    made = Watched()
    yield made
    made.close()


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.close()


def test_the_page_and_its_parts_come_from_the_box_with_a_strict_policy(steady: Watched) -> None:
    page = steady.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page.text
    assert "style=" not in page.text
    kinds = {
        "/view.css": "text/css",
        "/view.js": "javascript",
        "/live.js": "javascript",
        "/serif.otf": "font",
        "/sans.otf": "font",
        "/icon.svg": "image/svg",
    }
    for path, kind in kinds.items():
        answer = steady.get(path)
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]


def test_state_says_what_is_shown_and_what_is_synthetic(steady: Watched) -> None:
    state = steady.get("/state").json()
    assert state["screen"] == "mirror"
    assert state["frames"] == 7
    assert state["fps"] == 29.5
    assert state["view"] == {"state": "attract"}
    assert state["camera"]["ok"] is True
    assert "Synthetic picture" in state["camera"]["source"]


def test_one_frame_as_png_is_exact_and_as_jpeg_close(steady: Watched) -> None:
    exact = np.asarray(Image.open(io.BytesIO(steady.get("/frame.png").content)))
    assert exact.shape == (180, 320, 3)
    assert (exact == RED).all()
    near = np.asarray(Image.open(io.BytesIO(steady.get("/frame.jpg").content))).astype(int)
    assert np.abs(near - RED).max() < 8


def test_live_sends_the_next_picture_only_after_the_last_was_acknowledged(watched: Watched) -> None:
    with watched.live() as client:
        first = client.recv(timeout=5)
        assert isinstance(first, bytes)
        assert Image.open(io.BytesIO(first)).size == (320, 180)
        with pytest.raises(TimeoutError):
            client.recv(timeout=0.3)
        client.send('{"ack": true}')
        assert isinstance(client.recv(timeout=5), bytes)


def test_live_sends_pictures_as_wide_as_they_are_shown(watched: Watched) -> None:
    with watched.live() as client:
        client.recv(timeout=5)
        for width, size in ((160, (160, 90)), (5000, (320, 180))):
            client.send(json.dumps({"ack": True, "width": width}))
            answer = client.recv(timeout=5)
            assert isinstance(answer, bytes)
            assert Image.open(io.BytesIO(answer)).size == size


def test_nothing_is_copied_while_nobody_watches(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.wait(lambda: watched.turns > 20)
    assert watched.pane.picture._made == 0
    watched.get("/frame.jpg")
    made = watched.pane.picture._made
    turns = watched.turns
    watched.wait(lambda: watched.turns > turns + 20)
    assert watched.pane.picture._made == made
    assert watched.pane.picture._value is None, "the last picture is forgotten"


def test_pointers_reach_the_screen_in_its_pixels(watched: Watched) -> None:
    with watched.live() as client:
        for kind, x, y in (("down", 0.0, 0.0), ("move", 0.5, 0.5), ("up", 1.0, 1.0)):
            client.send(json.dumps({"pointer": kind, "x": x, "y": y}))
        watched.wait(lambda: len(watched.touched) == 3)
    expected = [Pointer("down", 0, 0), Pointer("move", 159.5, 89.5), Pointer("up", 319, 179)]
    assert watched.touched == expected


def test_a_watcher_who_goes_away_with_a_finger_down_lifts_it(watched: Watched) -> None:
    with watched.live() as client:
        client.send('{"pointer": "down", "x": 0.5, "y": 0.5}')
        watched.wait(lambda: watched.touched)
    watched.wait(lambda: len(watched.touched) == 2)
    assert watched.touched[-1].kind == "up"


@pytest.mark.parametrize(
    "message",
    ["nonsense", '{"pointer": "press", "x": 0, "y": 0}', '{"pointer": "down", "x": 7, "y": 0}', "{}", b"\0"],
)
def test_a_message_that_is_none_ends_the_connection_and_touches_nothing(
    watched: Watched, message: str | bytes
) -> None:
    with watched.live() as client:
        client.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            list(client)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1007
    assert watched.touched == []
    assert watched.get("/state").status_code == 200


@pytest.mark.parametrize("path", ["/", "/state", "/frame.jpg", "/frame.png"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"},
    ],
)
def test_a_foreign_page_gets_nothing(steady: Watched, path: str, headers: dict[str, str]) -> None:
    answer = steady.get(path, **headers)
    assert answer.status_code == 403
    assert "only to its own page" in answer.text


def test_a_link_from_another_page_may_open_the_page(steady: Watched) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
    assert steady.get("/", **headers).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_a_foreign_page_cannot_open_the_websocket(steady: Watched, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, steady.live(Origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_its_own_page_can(steady: Watched) -> None:
    with steady.live(Origin=f"http://localhost:{steady.view.port}") as client:
        assert client.recv(timeout=5)


def test_one_watcher_too_many_is_sent_away_until_another_leaves(watched: Watched) -> None:
    url = f"ws://127.0.0.1:{watched.view.port}/live"
    with ExitStack() as clients:
        for _ in range(MAX_WATCHERS):
            clients.enter_context(connect(url, proxy=None)).recv(timeout=5)
        with connect(url, proxy=None) as late, pytest.raises(ConnectionClosed) as sent_away:
            late.recv(timeout=5)
        assert sent_away.value.rcvd is not None
        assert sent_away.value.rcvd.code == 1013

    def let_in() -> bool:
        try:
            with connect(url, proxy=None) as late:
                return bool(late.recv(timeout=5))
        except ConnectionClosed:
            return False

    watched.wait(let_in)


def test_a_screen_that_hangs_is_said_in_words(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.view.server._ANSWER_S", 0.05)
    watched.pause()
    answer = watched.get("/state")
    assert answer.status_code == 503
    assert "not answering" in answer.text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::"])
def test_it_listens_on_nothing_but_the_loopback_address(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        View(Pane(), 0, host)


def test_the_socket_is_bound_to_the_loopback_address(steady: Watched) -> None:
    assert steady.view._serving._socket.getsockname()[0] == "127.0.0.1"


def test_a_port_in_use_is_an_error_at_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        View(Pane(), taken.getsockname()[1])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "No camera picture yet"),
        ("webcam:0", "real: the webcam"),
        ("file:/home/shop/clips/people.mp4", "Recorded picture: people.mp4."),
        ("rtsp://user:secret@10.0.0.7/stream", "camera 10.0.0.7, seen live"),
        ("portrait:", "Synthetic picture: a NASA portrait"),
        ("synthetic:store", "Synthetic picture"),
        ("gige:7", "Camera: gige."),
    ],
)
def test_the_source_in_words_without_paths_or_passwords(address: str, words: str) -> None:
    said = described(address)
    assert words in said
    assert "secret" not in said
    assert "/home" not in said
