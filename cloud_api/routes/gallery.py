"""/gallery: pictures that the shop may use, for marketing; everything else is refused.

GET  /gallery                        newest first; ?q= ?store= ?approved=yes ?after=
GET  /gallery/{share}/picture.jpg    only while the shopper allows it
POST /gallery/{share}/approve        approved=yes or no
POST /gallery/{share}/download       a ZIP of picture and rights file; written down
GET  /gallery/downloads              who downloaded what, and whether it may still be used
"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from cloud_api import auth, gallery
from cloud_api.auth import Role, User
from cloud_api.errors import Forbidden, Gone, Invalid, NotFound
from cloud_api.gallery import Picture
from cloud_api.pages import gallery_view, rights
from cloud_api.pages.gallery import Asked, Words
from cloud_api.pages.render import page
from cloud_api.service import Cloud, CloudDep
from cloud_api.shares import blob_key

router = APIRouter(prefix="/gallery", include_in_schema=False)

_LOGIN = "/staff/login"
Short = Annotated[str, Form(max_length=200)]
Said = Annotated[str, Query(max_length=300)]


@router.get("")
def show(
    request: Request,
    cloud: CloudDep,
    q: Said = "",
    store: Said = "",
    approved: Said = "",
    after: Said = "",
) -> Response:
    """One page of pictures."""
    if auth.user_or_none(request) is None:
        return _to(_LOGIN)
    asked = Asked(store, q[: gallery.MAX_SEARCH], approved == "yes", after)
    return _page(request, cloud, _user(request, store), asked)


@router.get("/downloads")
def downloads(
    request: Request, cloud: CloudDep, before: Annotated[int | None, Query(ge=0)] = None
) -> Response:
    """Who downloaded what."""
    if auth.user_or_none(request) is None:
        return _to(_LOGIN)
    view = gallery_view.downloads(cloud, _user(request), auth.csrf_token(request), before)
    return page("gallery_downloads.html", v=view, w=Words)


@router.get("/{share}/picture.jpg")
def picture(share: UUID, request: Request, cloud: CloudDep) -> Response:
    """The picture; a browser asks each time, so that a withdrawn one is gone at once."""
    found = gallery.find(cloud.db, share, cloud.now(), _user(request).store)
    tag = f'"{found.manifest.picture_sha256}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(_jpeg(cloud, found), media_type="image/jpeg", headers=headers)


@router.post("/{share}/approve")
def approve(
    share: UUID,
    request: Request,
    cloud: CloudDep,
    csrf: Short,
    approved: Annotated[Literal["yes", "no"], Form()],
    back: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Approve it, or take that back; sending it twice changes nothing."""
    auth.check_csrf(request, csrf)
    user = _user(request)
    try:
        found = gallery.find(cloud.db, share, cloud.now(), user.store)
        gallery.approve(cloud.db, found, user.name, cloud.now(), approved=approved == "yes")
    except (Gone, NotFound):
        return _page(request, cloud, user, Asked(), Words.withdrawn, 410)
    return _to(back if back.startswith("/gallery?") else "/gallery")


@router.post("/{share}/download")
def download(share: UUID, request: Request, cloud: CloudDep, csrf: Short) -> Response:
    """Picture and rights file. The picture is read first: what is written down could be used then."""
    auth.check_csrf(request, csrf)
    user = _user(request)
    try:
        found = gallery.find(cloud.db, share, cloud.now(), user.store)
        jpeg = _jpeg(cloud, found)
        granted = gallery.take_out(cloud.db, found, user.name, cloud.now())
    except (Gone, NotFound):
        return _page(request, cloud, user, Asked(), Words.withdrawn, 410)
    named = {"Content-Disposition": f'attachment; filename="{rights.stem(granted)}.zip"'}
    return Response(rights.archive(granted, jpeg), media_type="application/zip", headers=named)


@router.get("/{share}/approve")
@router.get("/{share}/download")
def back(share: str) -> Response:  # noqa: ARG001 - part of the address
    """The address that a browser without script is left at."""
    return _to("/gallery")


def _user(request: Request, store: str = "") -> User:
    user = auth.require(request, Role.MARKETING)
    if user.store is not None and store not in ("", user.store):
        raise Forbidden("wrong_store", f"Your account does not reach {store}.")
    return user


def _page(
    request: Request, cloud: Cloud, user: User, asked: Asked, said: str | None = None, status: int = 200
) -> Response:
    try:
        view = gallery_view.page(cloud, user, auth.csrf_token(request), asked, said)
    except Invalid:
        return _to("/gallery")  # a cursor that is none: begin at the first page
    return page("gallery.html", status, v=view, w=Words)


def _jpeg(cloud: Cloud, found: Picture) -> bytes:
    jpeg = cloud.blobs.get(blob_key(found.manifest))
    if jpeg is None:
        raise Gone("withdrawn", Words.withdrawn)
    return jpeg


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
