"""/l/{token}: the look, for everybody who sees a card that goes round.

    GET /l/{token}                the picture and its products, with prices
    GET /l/{token}/picture.jpg    the card

Nothing can be deleted, agreed to or ordered from here, and no pickup code is to be seen: that is the
shopper's own page, /s/{token}, whose link is another one.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cloud_api import shares
from cloud_api.errors import NotFound
from cloud_api.pages import pictures, site
from cloud_api.pages import share as said
from cloud_api.pages.render import page
from cloud_api.pages.share_view import look_page
from cloud_api.service import CloudDep
from cloud_api.shares import Standing

router = APIRouter(prefix="/l", include_in_schema=False)


@router.get("/{token}")
def show(token: str, cloud: CloudDep) -> Response:
    """The look, or why there is none."""
    resolved = shares.resolve(cloud, token, cloud.now(), look=True)
    if resolved.share is not None:
        shares.viewed(cloud, resolved.share, cloud.now())
        return page("share.html", v=look_page(cloud, token, resolved.share), w=said.Words)
    if resolved.standing is Standing.FORGED:
        return site.note(said.FORGED, 404)
    if resolved.standing is Standing.NOT_YET:
        return site.note(said.LOOK_ON_ITS_WAY)
    return site.note(said.LOOK_GONE, 410)


@router.get("/{token}/picture.jpg")
def picture(token: str, request: Request, cloud: CloudDep, save: str | None = None) -> Response:
    """The card, to look at or to save."""
    share = shares.resolve(cloud, token, cloud.now(), look=True).share
    if share is None:
        raise NotFound("no_picture", "There is no such picture.")
    return pictures.send(cloud, share, request, save=save is not None)
