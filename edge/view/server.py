"""The live view's HTTP and websocket server, in a thread beside the stage.

GET /            the page (its styles, script and fonts come from here too)
WS  /live        JPEG pictures out, one per acknowledgement; pointers in
GET /state       JSON: see pane.State
GET /frame.jpg   one picture of the screen now; /frame.png the same, exact
"""

import ipaddress
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvicorn
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from edge.ui import fonts
from edge.view.guard import Guard
from edge.view.live import live
from edge.view.pane import Pane, Picture

log = logging.getLogger(__name__)

_PAGE: Final = Path(__file__).parent / "page"
_FILES: Final = {"/": "view.html", "/view.css": "view.css", "/view.js": "view.js", "/icon.svg": "icon.svg"}
_FONTS: Final[dict[str, fonts.Face]] = {"/serif.otf": "serif", "/sans.otf": "sans"}
#: A stage that runs answers within a frame; one that starts may load models meanwhile.
_ANSWER_S: Final = 5.0
_STALLED: Final = "The screen is not answering: it is starting or has stopped. Try again in a moment."


class View:
    """Serves one pane until closed.

    ValueError where `host` is not a loopback address: the camera never leaves the computer this way.
    OSError where the port is taken.
    """

    def __init__(self, pane: Pane, port: int, host: str = "127.0.0.1") -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the live view listens on the loopback address only, not on {host}")
        self._pane = pane
        self._socket = _bound(host, port)
        #: The port listened on: the one asked for, or a free one for 0.
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(_settings(application(pane, self.port)))
        self._thread = threading.Thread(target=self._serve, name="view", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        """End every connection and the thread."""
        self._pane.close()
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except Exception:
            log.exception("the live view stopped; the screen goes on without it")


def application(pane: Pane, port: int) -> Starlette:
    """The ASGI application of one pane."""
    routes: list[Route | WebSocketRoute] = [
        *(Route(path, _file(_PAGE / name)) for path, name in _FILES.items()),
        *(Route(path, _file(fonts.packaged(face).path)) for path, face in _FONTS.items()),
        Route("/state", _state(pane)),
        Route("/frame.jpg", _frame(pane, Picture.jpeg, "image/jpeg")),
        Route("/frame.png", _frame(pane, Picture.png, "image/png")),
        WebSocketRoute("/live", live(pane)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, port=port)])


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        # A restarted screen takes its port back at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        # From here on a page may ask; it waits until the server answers.
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _settings(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws_max_size=4096,
        ws_max_queue=64,
        # JPEG does not get smaller.
        ws_per_message_deflate=False,
    )


Endpoint = Callable[[Request], Awaitable[Response]]


def _file(path: Path) -> Endpoint:
    async def serve(_: Request) -> Response:
        return FileResponse(path)

    return serve


def _state(pane: Pane) -> Endpoint:
    async def serve(_: Request) -> Response:
        state = await to_thread.run_sync(pane.state.ask, _ANSWER_S)
        if state is None:
            return PlainTextResponse(_STALLED, status_code=503)
        return Response(state.model_dump_json(), media_type="application/json")

    return serve


def _frame(pane: Pane, encode: Callable[[Picture], bytes], media_type: str) -> Endpoint:
    def encoded() -> bytes | None:
        picture = pane.picture.ask(_ANSWER_S)
        return None if picture is None else encode(picture)

    async def serve(_: Request) -> Response:
        data = await to_thread.run_sync(encoded)
        if data is None:
            return PlainTextResponse(_STALLED, status_code=503)
        return Response(data, media_type=media_type)

    return serve
