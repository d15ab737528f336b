"""GET /static/{version}/{name}: own CSS and JS; GET /: the front door."""

from fastapi import APIRouter
from fastapi.responses import Response

from cloud_api.errors import NotFound
from cloud_api.pages import assets, site

router = APIRouter(include_in_schema=False)
_FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/")
def index() -> Response:
    """What this is, and where staff sign in."""
    return site.note(site.INDEX)


@router.get("/static/{version}/{name}")
def static(version: str, name: str) -> Response:
    """A static file; kept for ever under its own version, asked for again under another copy's."""
    found = assets.find(name)
    if found is None:
        raise NotFound("no_file", f"There is no file {name}.")
    content, media_type = found
    cache = _FOR_EVER if version == assets.version() else "no-cache"
    return Response(content, media_type=media_type, headers={"Cache-Control": cache})


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it where a page names none."""
    return static(assets.version(), "icon.svg")
