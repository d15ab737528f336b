"""GET /healthz: the process answers. GET /readyz: it can do its work, database and pictures included."""

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError

from cloud_api import migrations
from cloud_api.errors import NotReady
from cloud_api.service import CloudDep

router = APIRouter()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(cloud: CloudDep) -> dict[str, str]:
    """Ready to serve: the database answers and is up to date, the picture folder is there."""
    try:
        with cloud.db.read() as connection:
            revision = migrations.current(connection)
    except SQLAlchemyError:
        raise NotReady("no_database", "The database does not answer.") from None
    if revision != migrations.newest():
        raise NotReady("old_database", f"The database is at {revision}; run `vitrine cloud migrate`.")
    if not cloud.settings.blob_dir.is_dir():
        raise NotReady("no_blobs", "The folder of the pictures is missing.")
    return {"status": "ok", "revision": revision or ""}
