"""A store's catalogue, and what its mirrors made of it, become the view of the catalogue page."""

from datetime import datetime, tzinfo
from typing import Final

from cloud_api import catalogues, rollups
from cloud_api.errors import NotFound
from cloud_api.service import Cloud
from cloud_api.settings import time_zone
from cloud_api.users import User

from . import words
from .bar import CATALOGUE, bar
from .catalogue import Catalogue, Offer, Words
from .staff_view import choice_of_stores

#: How many things that are left out are listed, of the file and of each mirror.
_SHOWN: Final = 100
_SHOWN_OF_MIRROR: Final = 5


def page(
    cloud: Cloud, user: User, store: str, csrf: str, *, done: bool = False, wrong: str = ""
) -> Catalogue:
    """Everything the page shows of one store; done, wrong: what became of an upload just now."""
    now = cloud.now()
    with cloud.db.read() as connection:
        zone = time_zone(rollups.zone_of(connection, store))
    try:
        stands = catalogues.of_store(cloud.db, store)
    except NotFound:
        stands = None
    return Catalogue(
        bar=bar(
            user, csrf, CATALOGUE, day=words.day(now, zone), store=store, stores=choice_of_stores(cloud, user)
        ),
        store=store,
        stands=_stands(stands, now, zone) if stands else "",
        products=stands.products if stands else 0,
        skipped=stands.skipped[:_SHOWN] if stands else (),
        more=max(0, len(stands.skipped) - _SHOWN) if stands else 0,
        offers=tuple(_offer(said, now, zone) for said in catalogues.said_by_mirrors(cloud.db, store)),
        done=Words.done.format(products=stands.products) if done and stands else "",
        wrong=wrong,
    )


def _stands(stands: catalogues.Published, now: datetime, zone: tzinfo) -> str:
    when = words.moment(stands.uploaded_at, now, zone)
    return Words.stands.format(products=stands.products, when=when, who=stands.uploaded_by)


def _offer(said: catalogues.Said, now: datetime, zone: tzinfo) -> Offer:
    told = said.told
    return Offer(
        " · ".join(filter(None, (said.box, told.screen))),
        words.moment(said.at, now, zone),
        told.products,
        told.shades,
        told.skipped,
        told.some[:_SHOWN_OF_MIRROR],
    )
