"""/s/{token}: the phone page of a share. The link is the authority: no account, no cookie.

    GET  /s/{token}                the page, or one calm message: on its way, deleted, expired
    GET  /s/{token}/picture.jpg    the card; `?save` names it as a download
    POST /s/{token}/reserve        an order for pick-up; the form carries its idempotency key
    POST /s/{token}/consent        the shop may use the picture, or may not
    POST /s/{token}/revoke         deletes for good
    POST /s/{token}/forwarded      counts that the picture was sent on

Every form works without script: it posts and comes back to the page.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cloud_api import orders, shares
from cloud_api.errors import Gone, NotFound, Problem
from cloud_api.pages import pictures
from cloud_api.pages import share as said
from cloud_api.pages.render import page
from cloud_api.pages.share_view import share_page
from cloud_api.service import Cloud, CloudDep
from cloud_api.shares import Resolved, ShareView, Standing

router = APIRouter(prefix="/s", include_in_schema=False)

_NOTES: Final = {
    Standing.NOT_YET: (said.ON_ITS_WAY, 200),
    Standing.REVOKED: (said.REVOKED, 410),
    Standing.EXPIRED: (said.EXPIRED, 410),
    Standing.FORGED: (said.FORGED, 404),
}


@router.get("/{token}")
def show(token: str, request: Request, cloud: CloudDep) -> Response:
    """The page; opening it is counted, coming back from one of its forms is not."""
    resolved = shares.resolve(cloud, token, cloud.now())
    if resolved.share is not None and request.headers.get("sec-fetch-site") != "same-origin":
        shares.viewed(cloud, resolved.share, cloud.now())
    return _answer(cloud, token, resolved)


@router.get("/{token}/picture.jpg")
def picture(token: str, request: Request, cloud: CloudDep, save: str | None = None) -> Response:
    """The card, to look at or to save."""
    return pictures.send(cloud, _here(cloud, token), request, save=save is not None)


@router.post("/{token}/reserve")
def reserve(
    token: str, cloud: CloudDep, sku: Annotated[str, Form(max_length=64)], order: Annotated[UUID, Form()]
) -> Response:
    """One piece of a product in the picture, to collect in the shop; sending it twice is one order."""
    share = _here(cloud, token)
    try:
        orders.place_from_share(cloud.db, share.manifest, [orders.Wanted(sku)], order, cloud.now())
    except Problem as problem:
        resolved = shares.resolve(cloud, token, cloud.now())
        return _answer(cloud, token, resolved, trouble=problem.detail, status=problem.status_code)
    return _back(token)


@router.post("/{token}/consent")
def consent(token: str, cloud: CloudDep, shop: Annotated[Literal["on", "off"], Form()]) -> Response:
    """The switch: the value says what it shall become, so that sending it twice changes nothing."""
    shares.set_shop(cloud, _here(cloud, token), granted=shop == "on", now=cloud.now())
    return _back(token)


@router.post("/{token}/revoke")
def revoke(token: str, cloud: CloudDep, sure: Annotated[Literal["yes"], Form()]) -> Response:  # noqa: ARG001
    """Delete for good, also a picture that has not arrived yet."""
    resolved = shares.resolve(cloud, token, cloud.now())
    if resolved.standing in (Standing.HERE, Standing.NOT_YET):
        shares.revoke(cloud, resolved, cloud.now())
    return _back(token)


@router.post("/{token}/forwarded", status_code=204)
def forwarded(token: str, cloud: CloudDep) -> None:
    """The phone's share sheet was used."""
    shares.forwarded(cloud, _here(cloud, token), cloud.now())


def _answer(
    cloud: Cloud, token: str, resolved: Resolved, trouble: str | None = None, status: int = 200
) -> Response:
    if resolved.share is None:
        note, gone = _NOTES[resolved.standing]
        return page(note.template, gone, v=note, w=said.Words, path=f"/s/{token}")
    view = share_page(cloud, token, resolved.share, trouble)
    return page("share.html", status, v=view, w=said.Words)


def _here(cloud: Cloud, token: str) -> ShareView:
    resolved = shares.resolve(cloud, token, cloud.now())
    if resolved.share is not None:
        return resolved.share
    if resolved.standing in (Standing.REVOKED, Standing.EXPIRED):
        raise Gone(resolved.standing.value, "This picture is gone.")
    raise NotFound(resolved.standing.value, "There is no such picture.")


def _back(token: str) -> Response:
    return RedirectResponse(f"/s/{token}", status_code=303, headers={"Cache-Control": "no-store"})
