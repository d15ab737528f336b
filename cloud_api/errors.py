"""Errors that carry their HTTP status: raised by nouns and routes alike, turned into a reply in one place.

The reply is a problem document (RFC 9457) for programs, and a page for people where `cloud_api.pages` sets
`app.state.error_page`.
"""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

#: The longest detail that goes into a reply or a table.
MAX_DETAIL = 500


class Problem(HTTPException):
    """Base of all: `status`, a `code` for programs, a `detail` in words for people."""

    status = 500

    def __init__(self, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(self.status, detail[:MAX_DETAIL], dict(headers or {}))
        self.code = code


class Invalid(Problem):
    """What was sent cannot be understood."""

    status = 422


class NotAuthenticated(Problem):
    """Nobody known asks: no, wrong or revoked credential; for people: not logged in."""

    status = 401


class Forbidden(Problem):
    """Somebody known asks for what is not theirs."""

    status = 403


class NotFound(Problem):
    """There is nothing here."""

    status = 404


class Conflict(Problem):
    """The same id with another content."""

    status = 409


class Gone(Problem):
    """It was here and is not any more."""

    status = 410


class TooLarge(Problem):
    """More bytes or more items than this route takes."""

    status = 413


class TooMany(Problem):
    """Rate limit; `retry_after_s` goes into the Retry-After header."""

    status = 429

    def __init__(self, code: str, detail: str, retry_after_s: int) -> None:
        super().__init__(code, detail, {"Retry-After": str(retry_after_s)})
        self.retry_after_s = retry_after_s


class NotReady(Problem):
    """The server lacks something it needs, such as its database."""

    status = 503


def problem_reply(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"code": code, "detail": detail}
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


def reply_to(request: Request, error: HTTPException) -> Response:
    """The reply to an error: a page for a browser where there is one, else a problem document."""
    code = error.code if isinstance(error, Problem) else HTTPStatus(error.status_code).name.lower()
    page = getattr(request.app.state, "error_page", None)
    if page is not None and "text/html" in request.headers.get("accept", ""):
        reply: Response = page(request, error.status_code, code, error.detail)
        reply.headers.update(error.headers or {})
        return reply
    return problem_reply(error.status_code, code, error.detail, error.headers)
