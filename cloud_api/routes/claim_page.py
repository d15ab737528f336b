"""/c/{token}: the result of a race, claimed by the phone that scans first. The link is the authority.

GET  /c/{token}          names to choose from, or one calm message: on its way, claimed, expired
POST /c/{token}          claims; the form carries its own key, so that sending it twice is one claim
GET  /c/{token}/{key}    the result, for the phone that claimed it
"""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from cloud_api import races
from cloud_api.errors import Conflict, Invalid, NotFound
from cloud_api.nicknames import PAGES
from cloud_api.pages import claim as said
from cloud_api.pages import claim_view, site
from cloud_api.pages.claim import Words
from cloud_api.pages.render import page
from cloud_api.races import Resolved, Standing
from cloud_api.service import Cloud, CloudDep

router = APIRouter(prefix="/c", include_in_schema=False)


@router.get("/{token}")
def show(token: str, cloud: CloudDep, names: int = 0) -> Response:
    """Choose a name, or why that is not possible (yet)."""
    return _answer(cloud, token, races.resolve(cloud, token, cloud.now()), names=abs(names) % PAGES)


@router.post("/{token}")
def claim(
    token: str,
    cloud: CloudDep,
    key: Annotated[str, Form(max_length=64)],
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Claim it under an offered name, once; leads to the page of whoever claimed it."""
    try:
        races.claim(cloud, token, name, key, cloud.now())
    except Invalid as wrong:
        told = Words.not_offered if wrong.code == "not_offered" else wrong.detail
        return _again(cloud, token, told, 422)
    except Conflict as late:
        return _again(cloud, token, Words.taken if late.code == "taken" else None, 409)
    return RedirectResponse(f"/c/{token}/{key}", 303, headers={"Cache-Control": "no-store"})


@router.get("/{token}/{key}")
def result(token: str, key: str, cloud: CloudDep) -> Response:
    """The result of whoever holds the key."""
    try:
        race = races.of_key(cloud, token, key, cloud.now())
    except (Conflict, NotFound):
        return site.note(said.FORGED, 404)
    return page("claimed.html", v=claim_view.claimed(cloud, race), w=Words)


def _again(cloud: Cloud, token: str, trouble: str | None, status: int) -> Response:
    return _answer(cloud, token, races.resolve(cloud, token, cloud.now()), trouble, status)


def _answer(
    cloud: Cloud, token: str, found: Resolved, trouble: str | None = None, status: int = 200, names: int = 0
) -> Response:
    if found.standing is Standing.OPEN and found.race is not None:
        view = claim_view.choose(cloud, token, found.race, names, races.new_key(), trouble)
        return page("claim.html", status, v=view, w=Words)
    if found.standing is Standing.CLAIMED:
        return site.note(claim_view.somebody_else(found.store or ""), status)
    if found.standing is Standing.NOT_YET:
        return site.note(said.ON_ITS_WAY)
    if found.standing is Standing.EXPIRED:
        return site.note(said.EXPIRED, 410)
    return site.note(said.FORGED, 404)
