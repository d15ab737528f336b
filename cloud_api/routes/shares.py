"""PUT /v1/shares/{id}: a picture that a shopper chose to publish, manifest and card together."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from cloud_api import credentials, uploads
from cloud_api.auth import BoxDep
from cloud_api.contract.shares import MAX_PICTURE_BYTES, Share
from cloud_api.errors import Invalid, TooLarge
from cloud_api.service import CloudDep

router = APIRouter()
_MAX_MANIFEST_BYTES: Final = 64 * 1024


@router.put("/v1/shares/{share_id}")
async def receive(
    share_id: UUID, request: Request, box: BoxDep, cloud: CloudDep, response: Response
) -> dict[str, str]:
    """201 when new, 200 for a repetition and for a picture that was revoked before it came: discarded."""
    share, picture = await _parts(request)
    if share.id != share_id:
        raise Invalid("wrong_id", "The id of the manifest is not that of the address.")
    credentials.own_store(box, share.store)
    received = await run_in_threadpool(uploads.receive, cloud, share, box.box, picture, cloud.now())
    response.status_code = 201 if received.created else 200
    return {"id": str(share.id), "state": received.standing.value}


async def _parts(request: Request) -> tuple[Share, bytes]:
    async with request.form(max_files=2, max_fields=1, max_part_size=_MAX_MANIFEST_BYTES) as form:
        manifest = await _bytes(form.get("manifest"), "manifest", _MAX_MANIFEST_BYTES)
        picture = await _bytes(form.get("picture"), "picture", MAX_PICTURE_BYTES)
    try:
        return Share.model_validate_json(manifest), picture
    except ValidationError as wrong:
        told = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in wrong.errors()[:5])
        raise Invalid("bad_manifest", told.encode("ascii", "replace").decode()) from None


async def _bytes(part: UploadFile | str | None, name: str, limit: int) -> bytes:
    if part is None:
        raise Invalid("no_part", f"The part {name!r} is missing.")
    data = part.encode() if isinstance(part, str) else await part.read(limit + 1)
    if len(data) > limit:
        raise TooLarge("too_large", f"The part {name!r} has more than {limit} bytes.")
    return data
