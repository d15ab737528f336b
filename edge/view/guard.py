"""Keeps other web pages away from the camera picture.

The server listens on the loopback address, but any page in a browser on the same computer can send requests
there. Three checks: the Host is ours (a foreign name that resolves to 127.0.0.1, "DNS rebinding", is not),
the Origin is ours, and a request that a browser marks as made by another site may only open the page itself.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REFUSED: Final = "This address shows a shop's camera: it answers only to its own page on this computer."


class Guard:
    """ASGI middleware in front of every route, HTTP and websocket."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self._headers = _headers(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] == "lifespan" or self._allowed(Headers(scope=scope)):
            await self._app(scope, receive, self._secured(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "foreign page"})
        else:
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send)

    def _allowed(self, headers: Headers) -> bool:
        if headers.get("host", "").lower() not in self._hosts:
            return False
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in self._hosts}:
            return False
        opens_page = headers.get("sec-fetch-dest") == "document"
        return opens_page or headers.get("sec-fetch-site", "none") in ("none", "same-origin")

    def _secured(self, send: Send) -> Send:
        """Add the security headers to every HTTP answer."""

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        return secured


def _headers(port: int) -> list[tuple[bytes, bytes]]:
    # Older Safari does not count ws: to the same host as 'self'.
    sockets = f"ws://127.0.0.1:{port} ws://localhost:{port}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; "
        f"connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    values = {
        "content-security-policy": policy,
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    return [(name.encode(), value.encode()) for name, value in values.items()]
