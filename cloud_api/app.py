"""The cloud API as an ASGI application: middleware, routes found by a scan, errors as replies."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import cast

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from . import errors, migrations, routes
from .blobs import LocalBlobs
from .database import connect
from .housekeeping import keep_house
from .middleware import LimitBody, SecurityHeaders
from .pages import site
from .service import Cloud, utc_now
from .settings import Settings


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """The application; its database is brought up to date when it starts."""
    cloud = Cloud(settings, connect(settings.database_url), LocalBlobs(settings.blob_dir), now)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        migrations.upgrade(cloud.db)
        cleaning = asyncio.create_task(keep_house(cloud))
        yield
        cleaning.cancel()
        with suppress(asyncio.CancelledError):
            await cleaning
        cloud.db.close()

    # No documentation pages: they load scripts from elsewhere.
    app = FastAPI(title="Vitrine cloud", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.cloud = cloud
    app.state.error_page = site.error_page
    for router in routers():
        app.include_router(router)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(LimitBody)
    app.add_middleware(SecurityHeaders, secure=settings.secure)
    return app


def routers() -> Iterator[APIRouter]:
    """The `router` of every file in `cloud_api/routes`: a new file is a new route, without registration."""
    for found in sorted(module.name for module in pkgutil.iter_modules(routes.__path__)):
        if not found.startswith("_"):
            yield cast("APIRouter", importlib.import_module(f"{routes.__name__}.{found}").router)


def _http_error(request: Request, error: Exception) -> Response:
    return errors.reply_to(request, cast("HTTPException", error))


def _invalid(request: Request, error: Exception) -> Response:
    wrong = cast("RequestValidationError", error).errors()
    told = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in wrong[:5])
    return errors.reply_to(request, errors.Invalid("invalid", told.encode("ascii", "replace").decode()))


def _gone(_request: Request, _error: Exception) -> Response:
    """The other side went away while sending, as a box that loses power does: nothing of ours broke."""
    return Response(status_code=400)


def _broken(request: Request, _error: Exception) -> Response:
    """A mistake of ours: the server logs it, the reply says nothing of it."""
    return errors.reply_to(request, HTTPException(500, "This did not work; it is written down."))
