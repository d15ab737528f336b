"""A whole small store in real processes: cloud, uplink, mirror and a load; each can be killed and comes back.

Only what these tests started is ever signalled, by its own process id.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import httpx

from cloud_api import credentials, migrations, settings
from cloud_api.blobs import LocalBlobs
from cloud_api.database import connect
from cloud_api.service import Cloud
from deploy.place import free_port
from deploy.supervisor import vitrine
from edge import credential
from edge.enrolment import exchange
from edge.outbox import FILE_NAME, Backlog
from tests.conftest import ROOT

STORE: Final = "demo"
BOX: Final = "box-1"
#: A deadline for things that take a second or two on a quiet computer.
PATIENCE_S: Final = 60.0


class Kept:
    """One process; `heard` gets each line of its standard output. Its errors go to a file."""

    def __init__(self, name: str, argv: tuple[str, ...], folder: Path, heard: Callable[[str], None]) -> None:
        self.name, self._argv, self._heard = name, argv, heard
        self.starts = 0
        self._errors = (folder / f"{name}.log").open("ab")
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start it, tied to this process."""
        self.starts += 1
        leash = (sys.executable, "-I", "-S", str(ROOT / "deploy" / "leash.py"), str(os.getpid()))
        self._process = subprocess.Popen(
            (*leash, *self._argv),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, "SDL_VIDEODRIVER": "dummy", "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,))
        self._reader.start()

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL, at whatever it is doing; everything it had said is heard."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Signal it and wait until it is gone."""
        if self._process is None or self._reader is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process = None

    def close(self) -> None:
        """End it for good."""
        self.end(signal.SIGKILL)
        self._errors.close()

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._heard(line.rstrip("\n"))


@dataclass
class Store:
    """Folder, ports and processes of one store."""

    folder: Path
    cloud_port: int
    view_port: int
    processes: dict[str, Kept] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> "Store":
        """A store in an empty folder, nothing running yet, its box file written."""
        cloud_port = free_port(18700 + os.getpid() % 5000)
        store = cls(folder, cloud_port, free_port(cloud_port + 1))
        store.box_file.write_text(
            f'store = "{STORE}"\nbox = "{BOX}"\nstate_dir = "state"\n'
            f'[cloud]\nurl = "{store.cloud_url}"\n'
            '[cameras.mirror]\nsource = "portrait:"\nwidth_px = 640\nheight_px = 360\nfps = 12\n'
            '[screens.mirror]\nexperience = "mirror"\ncamera = "mirror"\ndisplay = "headless"\n'
            "width_px = 640\nheight_px = 360\npx_per_mm = 1.0\nmax_faces = 1\n"
            f"view_port = {store.view_port}\n"
        )
        return store

    @property
    def box_file(self) -> Path:
        return self.folder / "box.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def cloud_url(self) -> str:
        return f"http://127.0.0.1:{self.cloud_port}"

    @property
    def view_url(self) -> str:
        return f"http://127.0.0.1:{self.view_port}"

    def open_cloud(self) -> Cloud:
        """The cloud's nouns on its data folder, beside the server."""
        chosen = settings.load(self.folder / "cloud", self.cloud_url, environ={})
        cloud = Cloud(chosen, connect(chosen.database_url), LocalBlobs(chosen.blob_dir))
        migrations.upgrade(cloud.db)
        return cloud

    def add(self, name: str, argv: tuple[str, ...], heard: Callable[[str], None] = lambda _: None) -> Kept:
        """Start a process of the store."""
        self.processes[name] = Kept(name, argv, self.folder, heard)
        self.processes[name].start()
        return self.processes[name]

    def add_cloud(self) -> Kept:
        """Start the real cloud API and wait until it is ready."""
        port, data = str(self.cloud_port), str(self.folder / "cloud")
        kept = self.add("cloud", vitrine("cloud", "serve", "--data", data, "--port", port))
        self.await_cloud()
        return kept

    def await_cloud(self) -> None:
        """Wait until the cloud is ready."""

        def ready() -> bool:
            assert self.processes["cloud"].runs, f"the cloud ended by itself\n{self.logs()}"
            return answers(f"{self.cloud_url}/readyz")

        wait_until(ready, "the cloud is ready")

    def add_uplink(self) -> Kept:
        """Start the real uplink."""
        return self.add("uplink", vitrine("uplink", str(self.box_file)))

    def add_mirror(self) -> Kept:
        """Start the real mirror, headless on the sample portrait."""
        return self.add("mirror", vitrine("screen", str(self.box_file), "mirror"))

    def enrol(self) -> None:
        """Give the box its credential, over HTTP."""
        cloud = self.open_cloud()
        code = credentials.make_code(cloud, STORE, BOX, cloud.now()).code
        cloud.db.close()
        with httpx.Client(base_url=self.cloud_url, timeout=20) as client:
            credential.save(self.state, exchange(client, code, STORE, BOX))

    def await_empty_outbox(self) -> None:
        """Wait until the cloud has confirmed everything."""
        with closing(Backlog(self.state / FILE_NAME)) as backlog:
            wait_until(
                lambda: not any(backlog.counts()[lane] for lane in ("orders", "shares", "events")),
                "the outbox is empty",
            )
        with closing(sqlite3.connect(self.state / FILE_NAME)) as db:
            assert db.execute("SELECT lane, id, reason FROM set_aside").fetchall() == []

    @contextmanager
    def locked_outbox(self) -> Iterator[sqlite3.Connection]:
        """The outbox, in which meanwhile nobody else writes."""
        with closing(sqlite3.connect(self.state / FILE_NAME, timeout=10, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    def taken_up(self) -> int:
        """The highest sequence that the uplink has given to an event which it is about to send."""
        with closing(sqlite3.connect(self.state / FILE_NAME, timeout=10)) as db:
            (highest,) = db.execute("SELECT value FROM meta WHERE name = 'sequence'").fetchone()
        return int(highest)

    def close(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.close()

    def log(self, name: str) -> str:
        """What one process said on standard error."""
        return (self.folder / f"{name}.log").read_text()

    def logs(self) -> str:
        """What the processes said on standard error, for a failure's message."""
        return "\n".join(f"--- {name}\n{self.log(name)[-3000:]}" for name in self.processes)


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait, or fail saying for what."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline_s, f"waited {PATIENCE_S:.0f} s in vain until {what}"
        time.sleep(0.05)


def soon(true: Callable[[], bool], within_s: float, every_s: float = 0.01) -> bool:
    """Whether it becomes true within a moment."""
    deadline_s = time.monotonic() + within_s
    while not (found := true()) and time.monotonic() < deadline_s:
        time.sleep(every_s)
    return found


def answers(url: str) -> bool:
    """Whether a GET succeeds."""
    with suppress(httpx.HTTPError):
        return httpx.get(url, timeout=5, trust_env=False).is_success
    return False
