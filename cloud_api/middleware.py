"""Around every route: how much a body may hold, and the headers that keep a page to itself."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_api.contract.catalogue import MAX_UPLOAD_BYTES
from cloud_api.contract.events import MAX_BATCH_BYTES
from cloud_api.contract.shares import MAX_PICTURE_BYTES

from .errors import TooLarge, problem_reply

_DEFAULT_BYTES: Final = 128 * 1024
#: A manifest and the frame of a multipart body around the picture.
_AROUND_PICTURE: Final = 128 * 1024
_BYTES: Final = {
    "/v1/events": MAX_BATCH_BYTES,
    "/v1/shares/": MAX_PICTURE_BYTES + _AROUND_PICTURE,
    "/v1/catalogues/": MAX_UPLOAD_BYTES,
    "/staff/catalogue": MAX_UPLOAD_BYTES,
}

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}


class SecurityHeaders:
    """Adds the headers above where a route has not set its own; HSTS where the cloud is reached by HTTPS."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if secure:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class LimitBody:
    """Refuses a body that is longer than its route takes: by its announced length, else while it arrives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            if int(announced) <= 2 * limit:
                await _discard(receive)
            refused = problem_reply(413, "too_large", _words(limit), {"Connection": "close"})
            await refused(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit), send)


async def _discard(receive: Receive) -> None:
    """Let a body that is only a little too long arrive, kept nowhere: who is cut off while sending sees a
    broken line instead of the answer, and would send it all again."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
        pass


class _Counted:
    """A `receive` that stops at the limit; the error passes through the route to the error handler."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = self._limit = limit

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge("too_large", _words(self._limit))
        return message


def _limit(path: str) -> int:
    return next((limit for start, limit in _BYTES.items() if path.startswith(start)), _DEFAULT_BYTES)


def _words(limit: int) -> str:
    return f"At most {limit} bytes here."
