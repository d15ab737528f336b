"""POST /v1/events: a batch of a box's events, gzip allowed."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from cloud_api import decode, ingest
from cloud_api.auth import BoxDep
from cloud_api.contract.events import IngestReply
from cloud_api.errors import Invalid
from cloud_api.service import Cloud, CloudDep

router = APIRouter()


@router.post("/v1/events")
async def take(request: Request, box: BoxDep, cloud: CloudDep) -> IngestReply:
    """What became of each event; 413 beyond 500 events or 4 MB, 422 when the body is no JSON array."""
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise Invalid("bad_encoding", "Send the batch plain or as gzip.")
    body = await request.body()
    return await run_in_threadpool(_take, cloud, box, body, zipped=encoding == "gzip")


def _take(cloud: Cloud, box: BoxDep, body: bytes, *, zipped: bool) -> IngestReply:
    items = decode.batch(decode.unzip(body) if zipped else body)
    return ingest.take(cloud.db, box, items, cloud.now())
