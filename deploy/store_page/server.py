"""The store page's routes.

GET /              the page (its styles, scripts and fonts come from here too)
GET /store.json    what there is to see, and where the other pages are
GET /state/NAME    what a live view says of itself, passed on
WS  /live/NAME     its pictures and its touches, passed on
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from deploy import place as places
from deploy.store_page import relay, words
from edge import view
from edge.config import Box
from edge.ui import fonts
from edge.view.guard import Guard
from edge.view.serving import Serving

_PAGE: Final = Path(__file__).parent / "page"
_VIEW: Final = Path(view.__file__).parent / "page"
_FILES: Final = {
    "/": _PAGE / "store.html",
    "/store.css": _PAGE / "store.css",
    "/store.js": _PAGE / "store.js",
    "/live.js": _VIEW / "live.js",
    "/icon.svg": _VIEW / "icon.svg",
}
_FONTS: Final[dict[str, fonts.Face]] = {"/serif.otf": "serif", "/sans.otf": "sans"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One live picture. says: one sentence about it. touch: whether touching it does anything."""

    name: str
    kind: str
    title: str
    says: str
    touch: bool


@dataclass(frozen=True, slots=True)
class Store:
    """What the page is told."""

    store: str
    cloud_url: str
    staff: str
    shown: tuple[Shown, ...]


_STORE: Final = TypeAdapter(Store)


def serve(box: Box, store: str, cloud_url: str, staff: str, port: int) -> Serving:
    """Serve the page of a box on a port; OSError where it is taken. staff: the name to sign in with."""
    ports = places.live_ports(box)
    shown = tuple(_shown(box, name) for name in ports)
    told = _STORE.dump_json(Store(store, cloud_url, staff, shown))
    return Serving("the store page", lambda bound: application(told, ports, bound), port)


def _shown(box: Box, name: str) -> Shown:
    kind = box.screens[name].experience if name in box.screens else "counter"
    title, says = words.ABOUT.get(kind, (name.capitalize(), ""))
    return Shown(name, kind, title, says, touch=name in box.screens)


def application(told: bytes, ports: dict[str, int], port: int) -> Starlette:
    """The ASGI application. told: the JSON of a Store. ports: of the live views. port: its own."""

    async def store(_: Request) -> Response:
        return Response(told, media_type="application/json")

    async def state(request: Request) -> Response:
        far = ports.get(request.path_params["name"])
        return PlainTextResponse("no such live view", 404) if far is None else await relay.state(far)

    async def live(websocket: WebSocket) -> None:
        far = ports.get(websocket.path_params["name"])
        await (websocket.close(1008) if far is None else relay.pictures(websocket, far))

    routes: list[Route | WebSocketRoute] = [
        *(Route(path, _file(file)) for path, file in _FILES.items()),
        *(Route(path, _file(fonts.packaged(face).path)) for path, face in _FONTS.items()),
        Route("/store.json", store),
        Route("/state/{name}", state),
        WebSocketRoute("/live/{name}", live),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, port=port)])


def _file(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def serve_file(_: Request) -> Response:
        return FileResponse(path)

    return serve_file
