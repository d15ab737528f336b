"""A share and its orders become the view of its phone page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final
from uuid import uuid4

from cloud_api import orders, rollups, shares
from cloud_api.contract.base import Product
from cloud_api.contract.orders import OrderState
from cloud_api.orders import OrderView
from cloud_api.service import Cloud
from cloud_api.settings import time_zone
from cloud_api.shares import ShareView

from . import words
from .render import qr
from .share import Item, Reservation, SharePage, Words, filename

_STATES: Final = {
    OrderState.PLACED: (Words.reserved, Words.code_note),
    OrderState.ALLOCATED: (Words.reserved, Words.code_note),
    OrderState.READY: (Words.ready, Words.code_note),
    OrderState.COLLECTED: (Words.collected, ""),
    OrderState.CANCELLED: (Words.cancelled, Words.cancelled_note),
    OrderState.REJECTED_STOCK: (Words.sold_out, Words.sold_out_note),
}
_OPEN: Final = (OrderState.PLACED, OrderState.ALLOCATED, OrderState.READY)


def share_page(cloud: Cloud, token: str, share: ShareView, trouble: str | None) -> SharePage:
    """Everything the shopper's page shows; each rendering mints the ids that its reservations will have."""
    zone = _zone(cloud, share)
    placed = orders.of_share(cloud.db, share.id)
    items = tuple(_item(product, placed, cloud.now(), zone) for product in share.products)
    return replace(_page(cloud, share, f"/s/{token}", items, zone), own=True, trouble=trouble)


def look_page(cloud: Cloud, token: str, share: ShareView) -> SharePage:
    """What everybody may see: picture and products, nothing that was agreed or ordered."""
    zone = _zone(cloud, share)
    items = tuple(_item(product, (), cloud.now(), zone) for product in share.products)
    return _page(cloud, share, f"/l/{token}", items, zone)


def _zone(cloud: Cloud, share: ShareView) -> tzinfo:
    with cloud.db.read() as connection:
        return time_zone(rollups.zone_of(connection, share.store))


def _page(cloud: Cloud, share: ShareView, path: str, items: tuple[Item, ...], zone: tzinfo) -> SharePage:
    return SharePage(
        path=path,
        address=f"{cloud.settings.link_url}{path}",
        look=shares.look_link(cloud, share),
        own=False,
        filename=filename(share.manifest),
        width_px=share.manifest.width_px,
        height_px=share.manifest.height_px,
        items=items,
        shop_may_use=share.shop,
        expires=words.day(share.expires_at, zone),
    )


def _item(product: Product, placed: Sequence[OrderView], now: datetime, zone: tzinfo) -> Item:
    mine = [order for order in placed if any(line.product.sku == product.sku for line in order.lines)]
    last = next((order for order in mine if order.state in _OPEN), mine[0] if mine else None)
    return Item(
        sku=product.sku,
        brand=product.brand,
        name=product.name,
        shade=product.shade,
        swatch=product.swatch,
        price=words.money(product.price),
        order=str(uuid4()),
        reservation=_reservation(last, now, zone) if last else None,
        free=last is None or last.state not in _OPEN,
    )


def _reservation(order: OrderView, now: datetime, zone: tzinfo) -> Reservation:
    state, detail = _STATES[order.state]
    still_open = order.state in _OPEN
    if order.state is OrderState.COLLECTED and order.last:
        detail = Words.collected_note.format(when=words.moment(order.last.at, now, zone))
    return Reservation(
        code=order.code,
        qr=qr(order.code, Words.code_title) if still_open else None,
        state=state,
        good=order.state in (*_OPEN, OrderState.COLLECTED),
        detail=detail,
    )
