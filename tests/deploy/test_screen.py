"""`vitrine screen` as a process: it shows, it can be touched, it ends cleanly; wrong files are words."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from cloud_api.contract.catalogue import CatalogueLoaded
from cloud_api.contract.events import MirrorSessionEnded, MirrorSessionStarted
from deploy.cli import main, screen
from deploy.supervisor import vitrine
from edge import config
from edge.outbox import FILE_NAME
from edge.toml_file import ConfigError
from mirror_app.mirror import Mirror
from tests.edge.acting import recorded

BOX = """
store = "lumen-mitte"
box = "front"
state_dir = "state"
[cloud]
url = "http://127.0.0.1:9"
[cameras.main]
source = "{source}"
width_px = 640
height_px = 480
[screens.mirror]
experience = "{experience}"
camera = "main"
display = "headless"
width_px = 480
height_px = 640
view_port = {port}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def box_file(folder: Path, experience: str = "mirror", source: str = "portrait:", port: int = 0) -> Path:
    path = folder / "box.toml"
    path.write_text(BOX.format(experience=experience, source=source, port=port))
    return path


class Running:
    """The process and its live view."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.port = process, port

    def state(self) -> dict[str, Any]:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/state", trust_env=False, timeout=10)
        state: dict[str, Any] = answer.raise_for_status().json()
        return state

    def until(self, true: Callable[[dict[str, Any]], object], within_s: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.process.communicate()[0]
            try:
                state = self.state()
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if true(state):
                return state
            time.sleep(0.05)
        raise AssertionError(f"it did not happen within {within_s} s: {self.state()}")


@contextmanager
def running(folder: Path, source: str = "portrait:") -> Iterator[Running]:
    port = free_port()
    path = box_file(folder, source=source, port=port)
    argv = vitrine("screen", str(path), "mirror")
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield Running(process, port)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_shopper_touches_the_live_view_and_sigterm_ends_their_session_on_disk(tmp_path: Path) -> None:
    with running(tmp_path) as mirror:
        state = mirror.until(lambda state: state["frames"] > 2 and state["camera"]["ok"])
        assert "NASA portrait" in state["camera"]["source"]
        with connect(f"ws://127.0.0.1:{mirror.port}/live", proxy=None) as watcher:
            watcher.recv(timeout=10)
            for kind in ("down", "up"):
                watcher.send(f'{{"pointer": "{kind}", "x": 0.5, "y": 0.5}}')
            mirror.until(lambda state: state["view"]["session_open"])
        mirror.process.send_signal(signal.SIGTERM)
        assert mirror.process.wait(20) == 0
    kinds = [kind for kind in recorded(tmp_path / "state" / FILE_NAME) if kind != CatalogueLoaded.kind]
    assert kinds[0] == MirrorSessionStarted.kind
    assert kinds[-1] == MirrorSessionEnded.kind
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert all(name.startswith(("box.toml", "outbox.")) for name in left), "nothing else on disk"


def test_without_a_camera_it_shows_the_failsafe_screen_and_lives(tmp_path: Path) -> None:
    with running(tmp_path, source="file:no-such-clip.mp4") as mirror:
        state = mirror.until(lambda state: state["trouble"] == "camera")
        assert state["camera"]["ok"] is False
        assert "no-such-clip.mp4" in state["camera"]["words"]
        mirror.process.send_signal(signal.SIGINT)
        assert mirror.process.wait(20) == 0


@pytest.mark.parametrize(
    ("name", "experience", "words"),
    [
        ("miror", "mirror", "no screen 'miror'; screens of this file: mirror"),
        ("mirror", "disco", "no experience 'disco'; there is: arena, mirror"),
    ],
)
def test_a_wrong_name_is_one_message_with_the_valid_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, experience: str, words: str
) -> None:
    path = box_file(tmp_path, experience)
    assert main.main(["screen", str(path), name]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_a_port_in_use_is_one_message_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        box = config.load(box_file(tmp_path, port=port))
        with (
            pytest.raises(ConfigError, match=rf"view_port.*{port}.*choose another port"),
            screen.opened(box, "mirror", print),
        ):
            pass


def test_a_state_folder_that_cannot_be_made_is_one_message(tmp_path: Path) -> None:
    box = config.load(box_file(tmp_path))
    (tmp_path / "state").write_text("a file, where the folder should be")
    with (
        pytest.raises(ConfigError, match=r"state_dir: .*cannot be made"),
        screen.opened(box, "mirror", print),
    ):
        pass


def test_a_frame_is_expected_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected: list[int] = []
    monkeypatch.setattr(Mirror, "expect", lambda _, frame: expected.append(frame.index))
    deadline = time.monotonic() + 30
    with screen.opened(config.load(box_file(tmp_path)), "mirror", print) as stage:
        while not expected and time.monotonic() < deadline:
            stage.turn()
        stage.stop()
        stage.run()
    assert expected


def test_without_a_port_there_is_no_live_view(tmp_path: Path) -> None:
    box = config.load(box_file(tmp_path))
    with screen.viewed(box.screens["mirror"], "mirror", print) as pane:
        assert pane is None
