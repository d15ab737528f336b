"""A real cloud for every test, on SQLite and on PostgreSQL: only the clock is made up."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import delete

from cloud_api import credentials, migrations
from cloud_api.app import create_app
from cloud_api.blobs import LocalBlobs
from cloud_api.contract.enrolment import Credential
from cloud_api.database import Database, connect
from cloud_api.schema import metadata
from cloud_api.service import Cloud
from cloud_api.settings import Settings
from tests.conftest import absent

from . import postgres

#: A Sunday, one hour before midnight in Paris.
START = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
LINK = "https://vitrine.example"


class Clock:
    """Time that a test moves by hand."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **how_long: float) -> None:
        self.time += timedelta(**how_long)


@pytest.fixture(scope="session")
def postgres_db() -> Iterator[Database]:
    """A real PostgreSQL at the newest revision."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.running())
        except postgres.NoPostgresError as why:
            absent("postgres", str(why))
            raise AssertionError from why
        db = _migrated(url)
        yield db
        db.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision."""
    path = tmp_path_factory.mktemp("template") / "cloud.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database that is up to date and empty."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "cloud.db")
        return f"sqlite:///{tmp_path / 'cloud.db'}"
    db: Database = request.getfixturevalue("postgres_db")
    with db.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    return db.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, secret=b"0123456789abcdef", link_url=LINK)


@pytest.fixture
def cloud(settings: Settings, clock: Clock) -> Iterator[Cloud]:
    """The nouns without HTTP."""
    cloud = Cloud(settings, connect(settings.database_url), LocalBlobs(settings.blob_dir), clock)
    yield cloud
    cloud.db.close()


@pytest.fixture
def paris(cloud: Cloud) -> Credential:
    """The credential of box `mirror-1` in the store `paris`, whose days are those of Paris."""
    return enrolled(cloud, "paris", "mirror-1", "Europe/Paris")


@pytest.fixture
def http(settings: Settings, clock: Clock) -> Iterator[httpx.Client]:
    """A client of a real server on the loopback address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings, clock), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
        yield client
    server.should_exit = True
    thread.join()
    listener.close()


def enrolled(cloud: Cloud, store: str, box: str, zone: str = "UTC") -> Credential:
    """Enrol a box the way an installer does."""
    made = credentials.make_code(cloud, store, box, cloud.now(), zone=zone)
    return credentials.enrol(cloud, made.code, f"{store}/{box}", cloud.now())


def bearer(credential: Credential) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential.token}"}


def _migrated(url: str) -> Database:
    db = connect(url)
    migrations.upgrade(db)
    db.close()
    return db
