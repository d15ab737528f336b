"""Pictures that the shop may use become the views of the gallery."""

from datetime import datetime, tzinfo
from typing import Final
from urllib.parse import urlencode

from cloud_api import gallery, rollups
from cloud_api.contract.base import Product
from cloud_api.gallery import Picture
from cloud_api.service import Cloud
from cloud_api.settings import time_zone
from cloud_api.users import User

from . import rights, words
from .bar import GALLERY, bar
from .gallery import Asked, Downloads, Item, Taken, Tile, Words
from .gallery import Gallery as View
from .staff_view import choice_of_stores

#: Pictures on one page, and lines of the list of downloads.
_SHOWN: Final = 20
_LINES: Final = 50


def page(cloud: Cloud, user: User, csrf: str, asked: Asked, said: str | None = None) -> View:
    """One page of pictures."""
    store = user.store or asked.store or None
    now = cloud.now()
    found = gallery.page(
        cloud.db,
        now,
        store,
        asked.q,
        approved=asked.approved,
        limit=_SHOWN,
        after=asked.after or None,
    )
    zones = _zones(cloud, {picture.store for picture in found.items})
    return View(
        bar=bar(user, csrf, GALLERY),
        asked=asked,
        stores=choice_of_stores(cloud, user),
        tiles=tuple(_tile(picture, now, zones[picture.store]) for picture in found.items),
        address=address(asked),
        all=address(Asked(asked.store, asked.q)),
        approved=address(Asked(asked.store, asked.q, approved=True)),
        first=address(Asked(asked.store, asked.q, asked.approved)) if asked.after else None,
        next=address(Asked(asked.store, asked.q, asked.approved, found.next)) if found.next else None,
        empty=_empty(asked),
        said=said,
    )


def downloads(cloud: Cloud, user: User, csrf: str, before: int | None) -> Downloads:
    """Who downloaded what."""
    lines = gallery.downloads(cloud.db, cloud.now(), user.store, before, _LINES)
    zones = _zones(cloud, {line.store for line in lines})
    rows = tuple(
        Taken(
            picture=rights.short(line.share),
            store=line.store,
            who=line.actor,
            when=words.moment(line.at, cloud.now(), zones[line.store]),
            allowed=line.allowed,
        )
        for line in lines
    )
    more = f"{GALLERY}/downloads?before={lines[-1].number}" if len(lines) == _LINES else None
    return Downloads(bar(user, csrf, GALLERY), rows, more)


def address(asked: Asked) -> str:
    """The address of a page of pictures."""
    named = {"store": asked.store, "q": asked.q, "approved": "yes" * asked.approved, "after": asked.after}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{GALLERY}?{query}" if query else GALLERY


def _empty(asked: Asked) -> tuple[str, str]:
    if asked.q or asked.store:
        return Words.nothing
    return Words.none_approved if asked.approved else Words.empty


def _zones(cloud: Cloud, stores: set[str]) -> dict[str, tzinfo]:
    with cloud.db.read() as connection:
        return {store: time_zone(rollups.zone_of(connection, store)) for store in stores}


def _tile(picture: Picture, now: datetime, zone: tzinfo) -> Tile:
    items = tuple(Item(_name(product), product.swatch) for product in picture.products)
    by, at = picture.approved_by, picture.approved_at
    when = words.moment(at, now, zone) if at else ""
    products = ", ".join(item.name for item in items)
    return Tile(
        id=str(picture.share),
        alt=Words.alt.format(products=products) if products else Words.alt_none,
        width_px=picture.manifest.width_px,
        height_px=picture.manifest.height_px,
        place=f"{picture.store} · {words.moment(picture.created_at, now, zone)}",
        items=items,
        worth=f"{_counted(picture.views, Words.view, Words.views)} · {_orders(picture.orders)}",
        approved=Words.approved_by.format(who=by, when=when) if at else None,
        taken=Words.taken.format(count=picture.downloads) if picture.downloads else None,
    )


def _name(product: Product) -> str:
    return f"{product.name} · {product.shade}" if product.shade else product.name


def _orders(count: int) -> str:
    return _counted(count, Words.order, Words.orders) if count else Words.no_orders


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count=f"{count:,}")
