"""/staff/floor: footfall, dwell, heat and the funnel of one store, today or yesterday.

GET /staff/floor    ?store= ?day=yesterday ?heat=hour ?counter=
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from cloud_api import auth
from cloud_api.auth import Role
from cloud_api.pages import floor_view
from cloud_api.pages.floor import Words
from cloud_api.pages.render import page
from cloud_api.routes.staff import choose_store
from cloud_api.service import CloudDep

router = APIRouter(prefix="/staff/floor", include_in_schema=False)
Name = Annotated[str, Query(max_length=64)]


@router.get("")
def show(
    request: Request,
    cloud: CloudDep,
    store: Name | None = None,
    day: Name = "",
    heat: Name = "",
    counter: Name = "",
) -> Response:
    """The floor of one store: the asked one, the person's own, or the first."""
    if auth.user_or_none(request) is None:
        return RedirectResponse("/staff/login", 303, headers={"Cache-Control": "no-store"})
    user = auth.require(request, Role.STAFF)
    chosen = choose_store(cloud, user, store)
    csrf = auth.csrf_token(request)
    view = floor_view.page(cloud, user, chosen, csrf, day=day, heat=heat, counter=counter)
    return page("floor.html", v=view, w=Words)
