"""The demo: one store with everything in it on this computer, nothing to set up, everything on loopback.

    models built → every process started → box enrolled → everything answers → store page → addresses printed

The password of the staff page is new at every start, shown on the terminal only and kept nowhere: of all
places it is the one that nobody else reads and nothing outlives.
"""

import secrets
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from cloud_api.contract.orders import ALPHABET
from deploy import loopback
from deploy import place as places
from deploy.cli.counter import occupancy_file
from deploy.log import Log
from deploy.place import Place, Ports
from deploy.supervisor import Program, Supervisor, programs_of, stopped_by_signals, vitrine
from edge import credential
from edge.config import Box
from edge.enrolment import exchange
from edge.line import open_line
from edge.view.source import is_real

if TYPE_CHECKING:
    from cloud_api.service import Cloud

STAFF: Final = "demo"
#: A first start on a slow computer; a second one takes a few seconds.
_READY_S: Final = 90.0
#: The demo's cloud is its own, whatever the environment says of another one.
_OWN_CLOUD: Final = {"VITRINE_DATABASE_URL": "", "VITRINE_SECRET": "", "VITRINE_TIME_ZONE": ""}


@dataclass(frozen=True, slots=True)
class Running:
    """What the summary tells, and the process ids by name."""

    place: Place
    box: Box
    store_url: str
    cloud_url: str
    password: str
    cameras: tuple[tuple[str, str], ...]
    pids: Callable[[], dict[str, int]]


class DemoFailed(Exception):  # noqa: N818 - read as a sentence where it is raised
    """Something did not start; the message has its last lines."""


def run(
    place: Place, build_models: Callable[[], object], *, port: int | None = None, verbose: bool = False
) -> None:
    """Start everything, say where it is, keep it running until Ctrl-C; DemoFailed, ConfigError.

    port: where the search for free ports begins, instead of the demo's own.
    """
    with place.alone(), places.Held() as held:
        build_models()
        ports = Ports.free(port or places.CLOUD_PORT, held)
        box = places.write_box_file(place, ports, held=held, first_port=port)
        with Log(place.log, verbose=verbose) as log:
            supervisor = Supervisor(log.say, log.note)
            with (
                stopped_by_signals(supervisor),
                supervisor,
                opened(supervisor, log, place, box, ports) as running,
            ):
                if running is not None:
                    print(summary(running, colour=sys.stdout.isatty()), flush=True)  # noqa: T201
                    supervisor.watch()


@contextmanager
def opened(
    supervisor: Supervisor, log: Log, place: Place, box: Box, ports: Ports
) -> Iterator[Running | None]:
    """Start everything and wait until it answers, and show the store page; None where Ctrl-C came first."""
    password = _start(supervisor, log, place, box, ports.cloud_url)
    if supervisor.stopping:
        yield None
        return
    from deploy.store_page import server

    page = server.serve(box, box.store_title, ports.cloud_url, STAFF, ports.page)
    try:
        cameras = tuple((name, _camera(url)) for name, url in _views(box))
        yield Running(place, box, page.url.rstrip("/"), ports.cloud_url, password, cameras, supervisor.pids)
    finally:
        page.close()


def _start(supervisor: Supervisor, log: Log, place: Place, box: Box, cloud_url: str) -> str:
    """Start everything and wait until it answers or Ctrl-C comes; the password of the staff page."""
    _empty_drawn_shops(box)
    for program in (_cloud_program(place, cloud_url), *programs_of(box, place.box_file, ends_all=True)):
        supervisor.start(program)
    cloud = open_cloud(place)  # what an administrator does on the command line, while the server starts
    password = _set_password(cloud)
    code = _box_code(cloud, box, cloud_url)
    cloud.db.close()
    _await(supervisor, log, "cloud", f"{cloud_url}/readyz")
    if code is not None and not supervisor.stopping:
        with open_line(cloud_url) as client:
            credential.save(box.state_path, exchange(client, code, box.store, box.box))
    for name, url in _views(box):
        _await(supervisor, log, name, f"{url}/state")
    return password


def _empty_drawn_shops(box: Box) -> None:
    """A counter remembers how many are inside; a shop that is drawn is empty at every start."""
    for name, counter in box.counters.items():
        if not any(is_real(address) for address in box.cameras[counter.camera].sources):
            occupancy_file(box, name).unlink(missing_ok=True)


def _cloud_program(place: Place, cloud_url: str) -> Program:
    port = cloud_url.rpartition(":")[2]
    argv = vitrine("cloud", "serve", "--data", str(place.cloud), "--port", port, "--link-url", cloud_url)
    return Program("cloud", argv, _OWN_CLOUD)


def open_cloud(place: Place) -> "Cloud":
    """The cloud's nouns on its data, beside the server; brings the database up to date."""
    from sqlalchemy.exc import SQLAlchemyError

    from cloud_api import migrations, settings
    from cloud_api.blobs import LocalBlobs
    from cloud_api.database import connect
    from cloud_api.service import Cloud

    try:
        chosen = settings.load(place.cloud, environ=_OWN_CLOUD)
        cloud = Cloud(chosen, connect(chosen.database_url), LocalBlobs(chosen.blob_dir))
        migrations.upgrade(cloud.db)
    except (settings.SettingsError, SQLAlchemyError, OSError) as wrong:
        raise DemoFailed(
            f"what the last demo left in {place.home} cannot be used: {wrong}\n"
            "Move that folder away, and the demo begins anew."
        ) from None
    return cloud


def _set_password(cloud: "Cloud") -> str:
    """A new random password (100 bits) for the demo's staff."""
    from cloud_api import users
    from cloud_api.errors import Conflict

    letters = [secrets.choice(ALPHABET) for _ in range(20)]
    password = "-".join("".join(letters[at : at + 5]) for at in range(0, 20, 5)).lower()
    try:
        users.create(cloud.db, STAFF, password, cloud.now())
    except Conflict:
        users.set_password(cloud.db, STAFF, password)
    return password


def _box_code(cloud: "Cloud", box: Box, cloud_url: str) -> str | None:
    """A one-time code where the box has no credential that this cloud knows at this address."""
    from cloud_api import credentials
    from cloud_api.errors import NotAuthenticated

    known = credential.load(box.state_path)
    try:
        if known is not None and known.link_url == cloud_url:
            credentials.authenticate(cloud, known.token, cloud.now())
            return None
    except NotAuthenticated:
        pass
    return credentials.make_code(cloud, box.store, box.box, cloud.now(), zone=_zone()).code


def _zone() -> str | None:
    """This computer's time zone, where its name is known: the demo's days begin when the visitor's do."""
    name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")[2]
    return name if name in zoneinfo.available_timezones() else None


def _await(supervisor: Supervisor, log: Log, name: str, url: str) -> None:
    if not supervisor.wait_for(lambda: _answers(url), _READY_S) and not supervisor.stopping:
        name = next(iter(supervisor.ended()), name)
        raise DemoFailed(f"{name} did not start; the last lines of {log.path}:\n\n{log.tail()}")


def _views(box: Box) -> list[tuple[str, str]]:
    return [(name, f"http://127.0.0.1:{port}") for name, port in places.live_ports(box).items()]


def _answers(url: str) -> bool:
    try:
        return loopback.get(url, 5.0).is_success
    except httpx.HTTPError:
        return False


def _camera(url: str) -> str:
    """What its camera sees, in its own words."""
    camera = loopback.get(f"{url}/state", 5.0).json()["camera"]
    return str(camera.get("source") or camera["words"])


def summary(running: Running, *, colour: bool) -> str:
    """Where everything is, for somebody who sees Vitrine for the first time."""
    rouge, quiet, plain = ("\033[38;2;200;80;105m\033[1m", "\033[2m", "\033[0m") if colour else ("", "", "")
    rows = [("Store", running.store_url, "begin here: everything live, on one page"), ("", "", "")]
    for name, url in _views(running.box):
        touch = name in running.box.screens
        rows.append(
            (name.capitalize(), url, "watch it, and touch it with the mouse" if touch else "watch it")
        )
    rows += [
        ("Staff", f"{running.cloud_url}/staff", f"name {STAFF}, password {running.password}"),
        ("Gallery", f"{running.cloud_url}/gallery", "the same name and password: pictures for marketing"),
        ("Phone", f"{running.cloud_url}/s/…", "take a picture at the mirror: its QR code leads there"),
    ]
    lines = [f"{rouge}V i t r i n e{plain}   the store is open", ""]
    lines += [f"{title:<9}{place:<34}{quiet}{words}{plain}" for title, place, words in rows]
    lines.append("")
    lines += [f"{name.capitalize():<9}{source}" for name, source in running.cameras]
    lines += [
        f"{'Data':<9}{running.place.home}",
        "",
        f"{quiet}All of it answers on this computer only. The password is new at every start.{plain}",
        "Ctrl-C closes the store.",
    ]
    return "\n".join(["", *(f"  {line}" for line in lines), ""])
