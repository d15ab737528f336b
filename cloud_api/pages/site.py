"""What the pages around the others say: the front door, and errors in the same look."""

from dataclasses import replace
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from .claim import FORGED as FORGED_CLAIM
from .render import page
from .share import FORGED, Note

INDEX: Final = Note(
    title="Try it on. Take it with you.",
    text="Vitrine is the mirror in the shop. Your picture is behind the code that the mirror showed you.",
    mark="window",
    link="/staff",
    link_text="Staff sign in",
)
NOT_FOUND: Final = Note(
    title="There is nothing here",
    text="The address is not complete, or the page has moved.",
    mark="none",
    link="/",
    link_text="To the front page",
)
FORBIDDEN: Final = Note(
    title="Not yours to open",
    text="Your account may not do this. Sign in with another one, or ask the manager.",
    mark="none",
    link="/staff/login",  # leads whoever is signed in to their own first page
    link_text="Back",
)
FORBIDDEN_GALLERY: Final = replace(
    FORBIDDEN, text="The gallery is for marketing. Sign in with another account, or ask the manager."
)
TOO_MANY: Final = Note(
    title="A little slower, please",
    text="That was too often in a short time. Wait a minute and try again.",
    mark="time",
)
BROKEN: Final = Note(
    title="That did not work",
    text="It is our fault, not yours, and it is written down. Please try again in a moment.",
    mark="none",
)
_SAID: Final = {403: FORBIDDEN, 404: NOT_FOUND, 405: NOT_FOUND, 429: TOO_MANY}


def note(said: Note, status: int = 200) -> Response:
    """A page that is one calm message."""
    return page("note.html", status, v=said)


def error_page(request: Request, status: int, code: str, detail: str) -> Response:  # noqa: ARG001 - the code is for programs
    """An error for a person with a browser; the same errors are problem documents for programs."""
    if status == 404 and request.url.path.startswith(("/s/", "/l/")):
        return note(FORGED, status)
    if status == 404 and request.url.path.startswith("/c/"):
        return note(FORGED_CLAIM, status)
    if status == 403 and request.url.path.startswith("/gallery"):
        return note(FORBIDDEN_GALLERY, status)
    said = _SAID.get(status, BROKEN)
    return note(replace(said, text=detail) if 400 <= status < 500 and status not in _SAID else said, status)
