"""/staff/catalogue: what the mirrors of a store offer, and publishing another file.

GET  /staff/catalogue    ?store=
POST /staff/catalogue    a file: TOML, JSON, or a ZIP with its pictures
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from cloud_api import auth, catalogue_upload, catalogues
from cloud_api.auth import Role, User
from cloud_api.contract.catalogue import MAX_UPLOAD_BYTES
from cloud_api.errors import Invalid, TooLarge
from cloud_api.pages import catalogue_view
from cloud_api.pages.catalogue import Words
from cloud_api.pages.render import page
from cloud_api.routes.staff import choose_store
from cloud_api.service import Cloud, CloudDep

router = APIRouter(prefix="/staff/catalogue", include_in_schema=False)
Name = Annotated[str, Query(max_length=64)]


@router.get("")
def show(request: Request, cloud: CloudDep, store: Name | None = None) -> Response:
    """The catalogue of one store: the asked one, the person's own, or the first."""
    if auth.user_or_none(request) is None:
        return _to_login()
    user = auth.require(request, Role.STAFF)
    return _page(request, cloud, user, choose_store(cloud, user, store))


@router.post("")
async def publish(request: Request, cloud: CloudDep) -> Response:
    """Publish a file; what was wrong with it stands on the page."""
    if await run_in_threadpool(auth.user_or_none, request) is None:
        return _to_login()
    async with request.form(max_files=1, max_fields=2) as form:
        file = form.get("file")
        csrf, store = str(form.get("csrf", "")), str(form.get("store", ""))
        data = await file.read(MAX_UPLOAD_BYTES) if isinstance(file, UploadFile) else b""

    def work() -> Response:
        auth.check_csrf(request, csrf)
        user = auth.require(request, Role.STAFF, store=store)
        try:
            catalogues.publish(cloud, store, catalogue_upload.unpack(data), user.name, cloud.now())
        except (Invalid, TooLarge) as wrong:
            return _page(request, cloud, user, choose_store(cloud, user, store), wrong=wrong)
        return _page(request, cloud, user, store, done=True)

    return await run_in_threadpool(work)


def _page(
    request: Request,
    cloud: Cloud,
    user: User,
    store: str,
    *,
    done: bool = False,
    wrong: Invalid | TooLarge | None = None,
) -> Response:
    said = wrong.detail if wrong else ""
    view = catalogue_view.page(cloud, user, store, auth.csrf_token(request), done=done, wrong=said)
    return page("catalogue.html", wrong.status if wrong else 200, v=view, w=Words)


def _to_login() -> Response:
    return RedirectResponse("/staff/login", 303, headers={"Cache-Control": "no-store"})
