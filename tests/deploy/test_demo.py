"""The demo from an empty folder to an open store, by the command a newcomer types; then Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from deploy import place as places
from deploy.place import Held, Place, Ports, free_port, write_box_file
from deploy.supervisor import vitrine
from edge import config, credential
from edge.toml_file import ConfigError
from models import store as models
from tests.conftest import ROOT

WAIT_S = 120.0


class Demo:
    """`vitrine demo` in a folder of its own."""

    def __init__(self, home: Path) -> None:
        argv = vitrine("demo", "--port", str(free_port(28700 + os.getpid() % 5000)))
        env = {**os.environ, "VITRINE_HOME": str(home), "DISPLAY": "", "WAYLAND_DISPLAY": ""}
        self.process = subprocess.Popen(
            argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.text = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.text += line

    def until_open(self) -> None:
        deadline_s = time.monotonic() + WAIT_S
        while "Ctrl-C" not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline_s, self.text
            time.sleep(0.05)

    def address(self, title: str) -> str:
        found = re.search(rf"{title} +(http://\S+)", self.text)
        assert found is not None, self.text
        return found[1]

    def close(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(WAIT_S)
        self._reader.join()
        return code


def test_from_an_empty_folder_to_an_open_store_and_nothing_left(tmp_path: Path) -> None:
    models.ensure()
    demo = Demo(tmp_path / "home")
    try:
        demo.until_open()
        assert len(psutil.Process(demo.process.pid).children()) == 5
        children = psutil.Process(demo.process.pid).children(recursive=True)
        told = httpx.get(f"{demo.address('Store')}/store.json").json()
        assert [shown["name"] for shown in told["shown"]] == ["mirror", "arena", "ceiling"]
        for name in ("mirror", "arena", "ceiling"):
            assert httpx.get(demo.address(name.capitalize())).status_code == 200
            assert httpx.get(f"{demo.address('Store')}/state/{name}").json()["camera"]["ok"]
        staff = demo.address("Staff")
        assert httpx.get(staff, follow_redirects=True).status_code == 200
        assert _logs_in(staff, demo.text)
        with pytest.raises(ConfigError, match="runs already"), Place(tmp_path / "home").alone():
            pass
    finally:
        code = demo.close(signal.SIGINT)
    assert code == 0
    psutil.wait_procs(children, timeout=5)
    assert not any(child.is_running() for child in children)
    assert credential.load(tmp_path / "home" / "box") is not None
    assert _password(demo.text) not in "".join(
        path.read_bytes().decode("latin-1") for path in (tmp_path / "home").rglob("*") if path.is_file()
    )


def _password(text: str) -> str:
    found = re.search(r"password ([a-z0-9-]+)", text)
    assert found is not None, text
    return found[1]


def _logs_in(staff: str, text: str) -> bool:
    """Fill in the form as a browser would."""
    with httpx.Client(follow_redirects=True) as browser:
        page = browser.get(staff)
        form = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        names = re.findall(r'<input[^>]*name="([^"]+)"', page.text)
        assert form is not None, page.text
        name, password = (one for one in names if one not in hidden)
        fields = hidden | {name: "demo", password: _password(text)}
        origin = str(page.url).partition("/staff")[0]
        done = browser.post(str(page.url.join(form[1])), data=fields, headers={"Origin": origin})
        return done.status_code == 200 and "password" not in done.text.lower()


# -- its place ------------------------------------------------------------------------------------------


def test_a_taken_port_is_passed_over() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) > port
    assert free_port(port) == port


def test_two_demos_that_start_in_the_same_second_choose_different_ports(tmp_path: Path) -> None:
    """Nobody listens yet: what the first chose is held for its servers until it ends."""
    with Held(tmp_path) as first, Held(tmp_path) as second:
        one, other = Ports.free(18200, first), Ports.free(18200, second)
        assert len({one.cloud, one.page, other.cloud, other.page}) == 4
    with Held(tmp_path) as third:
        assert Ports.free(18200, third) == one


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.place._MORE_PORTS", 1)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=str(port)):
            free_port(port)


def test_the_box_file_it_runs_is_the_template_at_its_place(tmp_path: Path) -> None:
    home = Place(tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        template = tmp_path / "template.toml"
        template.write_text(places.TEMPLATE.read_text().replace("8710", str(port)))
        with Held(tmp_path / "ports") as held:
            box = write_box_file(home, Ports(cloud=8705, page=8706), template, held=held)
    assert box.state_path == tmp_path / "box"
    assert box.cloud.url == "http://127.0.0.1:8705"
    assert box.screens["mirror"].view_port != port
    assert config.load(home.box_file) == box


def test_the_user_may_choose_the_folder(tmp_path: Path) -> None:
    assert places.of_user({"VITRINE_HOME": str(tmp_path / "x")}).home == tmp_path / "x"
    assert places.of_user({}).home.name == "demo"


def test_the_template_is_a_box_file() -> None:
    box = config.load(places.TEMPLATE)
    assert box.cameras["mirror"].sources == ("webcam:0", "portrait:")
    assert box.screens["mirror"].view_port == 8710


def test_a_data_folder_that_cannot_be_used_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "home" / "cloud").mkdir(parents=True)
    (tmp_path / "home" / "cloud" / "secret").write_text("not hexadecimal")
    demo = Demo(tmp_path / "home")
    assert demo.process.wait(WAIT_S) == 1
    demo.close(signal.SIGTERM)
    assert "Traceback" not in demo.text
    assert "Move that folder away" in demo.text
