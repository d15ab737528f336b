"""The live view's HTTP and websocket server, in a thread beside the stage.

GET /            the page (its styles, script and fonts come from here too)
WS  /live        JPEG pictures out, one per acknowledgement; pointers in
GET /state       JSON: see pane.State
GET /frame.jpg   one picture of the screen now; /frame.png the same, exact
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

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
from edge.view.serving import Serving

_PAGE: Final = Path(__file__).parent / "page"
_FILES: Final = {
    "/": "view.html",
    "/view.css": "view.css",
    "/view.js": "view.js",
    "/live.js": "live.js",
    "/place.js": "place.js",
    "/icon.svg": "icon.svg",
}
_FONTS: Final[dict[str, fonts.Face]] = {"/serif.otf": "serif", "/sans.otf": "sans"}
#: A stage that runs answers within a frame; one that starts may load models meanwhile.
_ANSWER_S: Final = 5.0
_STALLED: Final = "The screen is not answering: it is starting or has stopped. Try again in a moment."


class View:
    """Serves one pane until closed; ValueError and OSError as for `Serving`."""

    def __init__(self, pane: Pane, port: int, host: str = "127.0.0.1") -> None:
        self._pane = pane
        self._serving = Serving("the live view", lambda bound: application(pane, bound), port, host)
        #: The port listened on: the one asked for, or a free one for 0.
        self.port = self._serving.port
        self.url = self._serving.url

    def close(self) -> None:
        """End every connection and the thread."""
        self._pane.close()
        self._serving.close()


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
