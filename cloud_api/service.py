"""What every route needs, in one frozen value: settings, database, pictures and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from .blobs import Blobs
from .database import Database
from .settings import Settings


def utc_now() -> datetime:
    """The wall clock; everything below a route takes the time as an argument."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Cloud:
    """One running copy of the cloud; kept as `app.state.cloud`."""

    settings: Settings
    db: Database
    blobs: Blobs
    now: Callable[[], datetime] = utc_now


def cloud_of(request: Request) -> Cloud:
    """The copy that answers this request."""
    cloud: Cloud = request.app.state.cloud
    return cloud


#: Parameter of a route: `def show(cloud: CloudDep) -> …`.
CloudDep = Annotated[Cloud, Depends(cloud_of)]
