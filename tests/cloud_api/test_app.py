"""Around the routes: headers, errors, and a route that is one file."""

import asyncio
import sys
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from cloud_api import routes
from cloud_api.app import create_app, routers
from cloud_api.settings import Settings


@pytest.mark.parametrize("address", ["/healthz", "/nothing", "/s/forged", "/staff/login"])
def test_every_answer_carries_the_security_headers(http: httpx.Client, address: str) -> None:
    headers = http.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert headers["x-frame-options"] == "DENY"


def test_what_is_not_there_is_a_problem_document_for_programs(http: httpx.Client) -> None:
    reply = http.get("/nothing", headers={"Accept": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert http.delete("/v1/events").status_code == 405


def test_nothing_tells_what_the_server_is_made_of(http: httpx.Client) -> None:
    for address in ("/docs", "/redoc", "/openapi.json"):
        assert http.get(address).status_code == 404


@pytest.fixture
def new_route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A file dropped into the routes folder."""
    (tmp_path / "weather.py").write_text(
        "from fastapi import APIRouter\n"
        "router = APIRouter()\n"
        "@router.get('/weather')\n"
        "def weather() -> str:\n"
        "    return 'sunny'\n"
    )
    monkeypatch.setattr(routes, "__path__", [*routes.__path__, str(tmp_path)])
    yield "/weather"
    sys.modules.pop("cloud_api.routes.weather", None)


def test_a_route_is_one_file(new_route: str, http: httpx.Client) -> None:
    assert http.get(new_route).json() == "sunny"


def test_every_file_of_the_routes_folder_is_a_route() -> None:
    files = [file.stem for file in Path(routes.__file__).parent.glob("[!_]*.py")]
    assert len(list(routers())) == len(files)


def test_https_is_insisted_on_where_it_is_there(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"secure": True}))
    assert any("secure" in layer.kwargs and layer.kwargs["secure"] for layer in app.user_middleware)
    app.state.cloud.db.close()


def test_who_goes_away_while_sending_breaks_nothing(settings: Settings) -> None:
    """As a box does that loses its power in the middle of a request: no traceback in the log."""
    app = create_app(settings)

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    sent: list[str] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, object]) -> None:
        sent.append(str(message["type"]))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/read",
        "headers": [],
        "query_string": b"",
        "app": app,
    }
    with ThreadPoolExecutor(1) as beside:  # the browser tests' driver keeps a loop running in this thread
        beside.submit(asyncio.run, app(scope, receive, send)).result(10)
    app.state.cloud.db.close()
    assert sent[0] == "http.response.start"
