"""Where the demo lives on this computer: one folder, free ports, and the box file it runs.

    HOME/demo.toml   deploy/boxes/demo.toml with this folder and free ports filled in, written at each start
    HOME/box         the box's durable state: outbox, credential
    HOME/cloud       the cloud's: database, pictures
    HOME/log.txt     what every process said since the last start

HOME is `VITRINE_HOME`, else `demo` in the user's data folder.
"""

import fcntl
import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from platformdirs import user_cache_path, user_data_path

from edge.config import Box, Screen, load
from edge.toml_file import ConfigError

TEMPLATE: Final = Path(__file__).parent / "boxes" / "demo.toml"
CLOUD_PORT: Final = 8700
#: Ports tried after a taken one.
_MORE_PORTS: Final = 50


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's folder."""

    home: Path

    @property
    def box_file(self) -> Path:
        """The box file that runs."""
        return self.home / "demo.toml"

    @property
    def state(self) -> Path:
        """The box's durable state."""
        return self.home / "box"

    @property
    def cloud(self) -> Path:
        """The cloud's data folder."""
        return self.home / "cloud"

    @property
    def log(self) -> Path:
        """What every process said."""
        return self.home / "log.txt"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder; ConfigError where another demo runs on it."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.home / "demo.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConfigError(
                    f"the demo runs already, from {self.home}. Stop it with Ctrl-C where it runs, "
                    "or set VITRINE_HOME to another folder for a second one."
                ) from None
            yield


@dataclass(frozen=True, slots=True)
class Ports:
    """Of the servers that the box file does not name."""

    cloud: int
    page: int

    @classmethod
    def free(cls, first: int, held: "Held") -> "Ports":
        """The next free ones from `first` on; ConfigError where there are none."""
        cloud = free_port(first, held=held)
        return cls(cloud, free_port(cloud + 1, held=held))

    @property
    def cloud_url(self) -> str:
        """Where the cloud answers."""
        return f"http://127.0.0.1:{self.cloud}"


def of_user(environ: Mapping[str, str] = os.environ) -> Place:
    """The user's demo folder."""
    given = environ.get("VITRINE_HOME")
    return Place(Path(given).expanduser().resolve() if given else user_data_path("vitrine") / "demo")


class Held:
    """Ports that this process has chosen, until it is closed or the process ends.

    A server binds its port seconds after it was chosen: a second demo that starts meanwhile finds the lock
    of the port taken and goes on to the next. folder: shared by all demos of a user.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or user_cache_path("vitrine") / "ports"
        self._locks = ExitStack()

    def take(self, port: int) -> bool:
        """Hold a port; False where another demo does."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / f"{port}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._locks.enter_context(lock)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._locks.close()


def free_port(wanted: int, taken: frozenset[int] = frozenset(), held: Held | None = None) -> int:
    """`wanted` or the next port that nobody listens on; ConfigError where there is none near it.

    held: keeps it for the server that will listen there.
    """
    for port in range(wanted, min(wanted + _MORE_PORTS, 65536)):
        if port not in taken and _is_free(port) and (held is None or held.take(port)):
            return port
    raise ConfigError(f"no free port from {wanted} on; stop the programs that listen there")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port that only waits for late packets of a closed connection is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def write_box_file(
    place: Place,
    ports: Ports,
    template: Path = TEMPLATE,
    *,
    held: Held,
    first_port: int | None = None,
) -> Box:
    """Write the box file with this folder, this cloud and free ports, and read it back.

    held: keeps the ports. first_port: where the search for ports of live views begins, instead of the
    template's own.
    """
    wanted = load(template)
    text = template.read_text()
    text = _set(text, "url", ports.cloud_url)
    text = text.replace('# state_dir = "state"', f"state_dir = {json.dumps(str(place.state))}")
    taken = frozenset({ports.cloud, ports.page})
    for port in live_ports(wanted).values():
        free = free_port(first_port or port, taken, held)
        taken |= {free}
        text = re.sub(rf"\b{port}\b", str(free), text)
    place.box_file.write_text(
        f"# Written by `vitrine demo` at each start, from deploy/boxes/{template.name}.\n{text}"
    )
    return load(place.box_file)


def live_ports(box: Box) -> dict[str, int]:
    """Everything of a box that has a live view: its port by name; the mirror first, which visitors touch."""
    screens = {name: screen.view_port for name, screen in sorted(box.screens.items(), key=_mirror_first)}
    counters = {name: counter.view_port for name, counter in sorted(box.counters.items())}
    return {name: port for name, port in (screens | counters).items() if port}


def _mirror_first(named: tuple[str, Screen]) -> tuple[bool, str]:
    name, screen = named
    return screen.experience != "mirror", name


def _set(text: str, key: str, value: str) -> str:
    return re.sub(rf'(?m)^{key} = ".*?"', lambda _: f"{key} = {json.dumps(value)}", text, count=1)
