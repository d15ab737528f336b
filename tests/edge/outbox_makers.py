"""Orders, shares and events for the tests of outbox and uplink."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from cloud_api.contract.base import Money, Product
from cloud_api.contract.events import Event, OrderPlaced, ProductTried, ShareCreated
from cloud_api.contract.orders import Order, OrderLine, mint_code
from cloud_api.contract.shares import Purpose, Share
from edge.outbox import Backlog

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORE, BOX = "demo", "box-1"
LIPSTICK = Product(
    sku="rouge-01", brand="Atelier", name="Velvet", shade="Brick", price=Money(amount=2900, currency="EUR")
)


def tried(seconds: float = 1.0) -> ProductTried:
    """An event as a mirror makes it."""
    return ProductTried(session=uuid4(), sku=LIPSTICK.sku, seconds=seconds)


def order(key: UUID | None = None) -> Order:
    """An order of one lipstick."""
    lines = (OrderLine(product=LIPSTICK, quantity=1),)
    return Order(id=key or uuid4(), store=STORE, code=mint_code(), placed_at=NOON, lines=lines)


def placed(order: Order) -> OrderPlaced:
    """The event of an order."""
    return OrderPlaced(session=uuid4(), order=order.id, skus=(LIPSTICK.sku,))


def share(picture: bytes) -> Share:
    """The manifest of a picture."""
    return Share(
        id=uuid4(),
        store=STORE,
        created_at=NOON,
        expires_at=NOON + timedelta(days=30),
        purposes=frozenset({Purpose.PHONE}),
        consent=uuid4(),
        products=(LIPSTICK,),
        picture_sha256=hashlib.sha256(picture).hexdigest(),
        width_px=10,
        height_px=10,
    )


def created(share: Share) -> ShareCreated:
    """The event of a share."""
    return ShareCreated(session=uuid4(), share=share.id, purposes=("phone",), skus=(LIPSTICK.sku,))


def drained(backlog: Backlog) -> list[Event]:
    """Everything the uplink would send, confirmed as it goes."""
    found: list[Event] = []
    while batch := backlog.batch(100):
        found += map(Event.model_validate_json, batch.bodies)
        backlog.confirm(batch, batch.last)
    return found
