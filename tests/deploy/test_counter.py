"""`vitrine counter` as a process: it counts, shows, ends cleanly, and knows who is inside when it is back."""

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from websockets.sync.client import connect

from cloud_api.contract.floor import FloorDescribed, LineCrossed, OccupancyCounted
from deploy.cli import main
from deploy.supervisor import vitrine
from edge import config
from edge.outbox import FILE_NAME
from tests.deploy.test_screen import free_port
from tests.edge.acting import recorded

STORE = """
store = "lumen-mitte"
box = "front"
state_dir = "state"
[cloud]
url = "http://127.0.0.1:9"
[cameras.shop]
source = "{source}"
width_px = 384
height_px = 336
fps = 10
[floor]
width_m = 8.0
height_m = 7.0
[floor.lines.door]
from_m = [3.0, 6.0]
to_m = [5.0, 6.0]
inside_m = [4.0, 3.0]
[floor.zones.bar]
polygon_m = [[2.5, 0.2], [6.0, 0.2], [6.0, 1.8], [2.5, 1.8]]
[counters.ceiling]
camera = "shop"
points_px = [[0, 0], [384, 0], [384, 336], [0, 336]]
points_m = [[0, 0], [8, 0], [8, 7], [0, 7]]
person_height = 0.09
view_port = {port}
"""
#: One enters as soon as it begins.
BUSY = "synthetic:store?seed=3&minutes=1&visitors=30"


def box_file(folder: Path, source: str = BUSY, port: int = 0) -> Path:
    path = folder / "box.toml"
    path.write_text(STORE.format(source=source, port=port))
    return path


class Running:
    """The process and its live view."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"

    def until(self, true: Callable[[dict[str, Any]], object], within_s: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.process.communicate()[0]
            try:
                answer = httpx.get(f"{self.url}/state", trust_env=False, timeout=10)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            state: dict[str, Any] = answer.raise_for_status().json()
            if true(state):
                return state
            time.sleep(0.05)
        raise AssertionError(f"it did not happen within {within_s} s")

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0


@contextmanager
def running(folder: Path, source: str = BUSY) -> Iterator[Running]:
    port = free_port()
    argv = vitrine("counter", str(box_file(folder, source, port)), "ceiling")
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield Running(process, port)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_it_counts_shows_and_knows_who_is_inside_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as counter:
        state = counter.until(lambda state: state["lines"]["door"]["in"] >= 1)
        assert state["camera"] == {
            "ok": True,
            "words": "counting",
            "source": "Synthetic picture, drawn by this computer. "
            "Everything computed from it is computed live.",
        }
        assert state["real"] is False
        with connect(f"ws{counter.url[4:]}/live", proxy=None) as watcher:
            shown = cv2.imdecode(
                np.frombuffer(watcher.recv(timeout=10, decode=False), np.uint8), cv2.IMREAD_COLOR
            )
        assert shown is not None
        assert shown.shape == (720, 1280, 3)
        counter.end()
    kept = json.loads((tmp_path / "state" / "occupancy-ceiling.json").read_text())
    assert kept["inside"] >= 1
    kinds = recorded(tmp_path / "state" / FILE_NAME)
    assert kinds[0] == FloorDescribed.kind
    assert LineCrossed.kind in kinds
    assert kinds[-1] == OccupancyCounted.kind
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert all(name.startswith(("box.toml", "outbox.", "occupancy-")) for name in left), "no picture on disk"
    with running(tmp_path, "file:no-such-clip.mp4") as counter:
        state = counter.until(lambda state: "no-such-clip.mp4" in state["camera"]["words"])
        assert state["camera"]["ok"] is False
        assert state["occupancy"] == kept["inside"]
        counter.end()


def test_a_name_that_no_counter_has_lists_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["counter", str(box_file(tmp_path)), "roof"]) == 2
    assert "there is no counter 'roof'; counters of this file: ceiling" in capsys.readouterr().err


def test_a_port_in_use_is_one_message_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main.main(["counter", str(box_file(tmp_path, port=port)), "ceiling"]) == 2
    error = capsys.readouterr().err
    assert f"counters.ceiling.view_port: cannot listen on 127.0.0.1:{port}" in error
    assert "choose another port" in error


def test_the_box_file_of_the_guide_is_one_that_works(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "calibrate.md").read_text()
    parts = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    head = 'store = "lumen-mitte"\nbox = "front"\n[cloud]\nurl = "http://127.0.0.1:9"\n'
    path = tmp_path / "box.toml"
    path.write_text(
        head + "\n".join(parts[:-1]).replace("[counters.ceiling]\n", "[counters.ceiling]\n" + parts[-1])
    )
    box = config.load(path)
    assert box.floor is not None
    assert list(box.floor.lines) == ["entrance"]
    assert set(box.counters) == {"ceiling"}
    assert box.counters["ceiling"].detectors == ("yolox",)
