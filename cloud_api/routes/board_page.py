"""GET /board/{store}: the best of the day in one store, under made-up names; for everybody."""

from fastapi import APIRouter
from fastapi.responses import Response

from cloud_api.pages import claim_view
from cloud_api.pages.claim import Words
from cloud_api.pages.render import page
from cloud_api.service import CloudDep

router = APIRouter(prefix="/board", include_in_schema=False)


@router.get("/{store}")
def show(store: str, cloud: CloudDep) -> Response:
    """Today's board."""
    return page("board.html", v=claim_view.board(cloud, store), w=Words)
