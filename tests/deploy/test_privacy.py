"""No picture on disk and none on the wire before a shopper agrees: a whole visit at the real mirror."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from cloud_api.contract.enrolment import Credential
from edge import credential
from edge.outbox import FILE_NAME, Backlog
from edge.uplink import Idle, step
from models import store as models
from tests.deploy.test_screen import Running, running
from tests.edge.receiver import Receiver, receiving

#: How a JPEG, PNG, WebP, BMP, GIF or TIFF begins, anywhere in a file or a request.
SIGNATURES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"WEBPVP8",
    b"GIF89a",
    b"II*\x00\x08",
    b"MM\x00*\x00\x00\x00\x08",
)
#: A raw frame of the test's camera (640 by 480) does not fit into a file this small; the outbox's own files
#: are searched, whatever their size.
SMALL_BYTES = 600_000
CREDENTIAL = Credential(
    store="lumen-mitte", box="front", token="t", share_secret="00" * 32, link_url="https://share.example"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything a process writes by itself lands below this folder."""
    monkeypatch.setenv("VITRINE_MODELS", str(models.folder()))
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        (tmp_path / name.lower()).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
def cloud() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def pictures_on_disk(folder: Path) -> list[str]:
    """Files below a folder that hold a picture, or are big enough to hold a raw one."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and (has_picture(path.read_bytes()) or big(path))
    ]


def big(path: Path) -> bool:
    return path.stat().st_size > SMALL_BYTES and not path.name.startswith("outbox.")


def has_picture(data: bytes) -> bool:
    return any(signature in data for signature in SIGNATURES)


def open_files(pid: int) -> list[str]:
    """What a process has open for itself that is a file, also one already unlinked."""
    links = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]
    memory = ("/dev/", "/proc/", "/sys/", "/memfd:")
    return [link for link in links if link.startswith("/") and not link.startswith(memory)]


def tap(mirror: Running, screen: ClientConnection, name: str, then: str) -> None:
    """Touch a control of the screen that is on, and wait for the next one."""
    target = mirror.until(lambda state: name in state["view"]["targets"])["view"]["targets"][name]
    x, y = target["x"] + target["w"] / 2, target["y"] + target["h"] / 2
    for kind in ("down", "up"):
        screen.send(json.dumps({"pointer": kind, "x": x, "y": y}))
    mirror.until(lambda state: state["view"]["screen"] == then)


def send_all(outbox: Path, cloud: Receiver) -> None:
    """Empty the box's outbox as its uplink does."""
    backlog = Backlog(outbox)
    with httpx.Client(base_url=cloud.url, trust_env=False) as client:
        while step(client, backlog, 500, datetime.now(UTC)) != Idle():
            pass
    backlog.close()


def test_no_picture_on_disk_or_wire_before_consent(home: Path, cloud: Receiver) -> None:
    credential.save(home / "state", CREDENTIAL)
    with running(home) as mirror:
        mirror.until(lambda state: state["frames"] > 2)
        with connect(f"ws://127.0.0.1:{mirror.port}/live", proxy=None) as screen:
            tap(mirror, screen, "start", then="try_on")
            tap(mirror, screen, "pose", then="review")
            tap(mirror, screen, "keep", then="consent")
            assert pictures_on_disk(home) == [], "a picture was taken, and nobody has agreed to anything"
            assert not [name for name in open_files(mirror.process.pid) if "(deleted)" in name]
            tap(mirror, screen, "decline", then="try_on")
            send_all(home / "state" / FILE_NAME, cloud)
            assert pictures_on_disk(home) == []
            assert cloud.events(), "the visit itself was reported"
            assert not any(has_picture(asked.body) for asked in cloud.asked)

            # The same search finds the card once the shopper has agreed: it can find what is there.
            tap(mirror, screen, "pose", then="review")
            tap(mirror, screen, "keep", then="consent")
            tap(mirror, screen, "phone", then="consent")
            tap(mirror, screen, "continue", then="saved")
            mirror.until(lambda state: state["view"]["link"])
        assert all(name.startswith("outbox.") for name in pictures_on_disk(home))
        assert pictures_on_disk(home)
        send_all(home / "state" / FILE_NAME, cloud)
        assert [asked.path.split("/")[2] for asked in cloud.asked if has_picture(asked.body)] == ["shares"]
    assert pictures_on_disk(home) == [], "what was delivered is wiped from the box"
