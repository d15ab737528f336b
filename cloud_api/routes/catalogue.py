"""The catalogue: boxes fetch that of their own store, staff publish it.

GET /v1/catalogue                the document; If-None-Match
GET /v1/catalogue/stock          what can still be had; If-None-Match
GET /v1/catalogue/files/{sha}    a picture or model that the document names
PUT /v1/catalogues/{store}       TOML, JSON, or a ZIP of either with its pictures; a person's session, and its
                                 form token in X-CSRF-Token
"""

import gzip
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from cloud_api import auth, catalogue_upload, catalogues
from cloud_api.auth import BoxDep, Role, User
from cloud_api.catalogues import Answer
from cloud_api.contract.base import Slug
from cloud_api.service import CloudDep

router = APIRouter()

#: Shorter answers are not worth packing.
_WORTH_BYTES: Final = 1000
IfNoneMatch = Annotated[str, Header(alias="If-None-Match")]
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/v1/catalogue")
def document(request: Request, box: BoxDep, cloud: CloudDep, known: IfNoneMatch = "") -> Response:
    """The store's catalogue; 404 where there is none."""
    return _answer(request, catalogues.document(cloud.db, box.store), known)


@router.get("/v1/catalogue/stock")
def stock(request: Request, box: BoxDep, cloud: CloudDep, known: IfNoneMatch = "") -> Response:
    """What lies in the store less what open orders hold."""
    return _answer(request, catalogues.stock_list(cloud.db, box.store), known)


@router.get("/v1/catalogue/files/{sha256}")
def picture(sha256: Sha256, box: BoxDep, cloud: CloudDep) -> Response:
    """A picture or model of the store's catalogue."""
    data = catalogues.picture(cloud, box.store, sha256)
    return Response(data, media_type="application/octet-stream", headers={"ETag": f'"{sha256}"'})


@router.put("/v1/catalogues/{store}")
async def publish(store: Slug, request: Request, cloud: CloudDep) -> dict[str, Any]:
    """Publish; the answer says what is offered and what was left out, and why."""
    user = await run_in_threadpool(_publisher, request, store)  # before anything of the body is taken
    data = await request.body()

    def work() -> catalogues.Published:
        return catalogues.publish(cloud, store, catalogue_upload.unpack(data), user.name, cloud.now())

    published = await run_in_threadpool(work)
    return {
        "store": store,
        "revision": published.digest,
        "products": published.products,
        "skipped": [skipped.model_dump() for skipped in published.skipped],
    }


def _publisher(request: Request, store: str) -> User:
    """Whoever may publish for the store; NotAuthenticated, Forbidden."""
    auth.check_csrf(request, request.headers.get("X-CSRF-Token", ""))
    return auth.require(request, Role.STAFF, store=store)


def _answer(request: Request, answer: Answer, known: str) -> Response:
    """The body, or 304 for who has it; packed for who can unpack it."""
    headers = {"ETag": answer.tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if answer.tag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return Response(status_code=304, headers=headers)
    body = answer.body
    if len(body) > _WORTH_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=3)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)
