"""A screen without a picture: orders, shares and events through the real dispatcher and outbox.

    python -m tests.faults.load BOX.toml

Prints one line for each thing that was acknowledged, after it was acknowledged:

    event ID            order JSON            share ID SHA256
"""

import hashlib
import os
import random
import signal
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import numpy as np

from cloud_api.contract.base import Product
from cloud_api.contract.events import OrderPlaced, ProductTried, ShareCreated
from cloud_api.contract.orders import Order, OrderLine, mint_code
from cloud_api.contract.shares import Purpose, Share
from edge import cards, config, credential
from edge.cards import Card
from edge.dispatch import Dispatcher
from edge.experience import PlaceOrder, Publish
from edge.outbox import FILE_NAME, Outbox
from mirror_app import catalog

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Mean pause between two turns: some thirty events, four orders and a share in a second.
_TURN_S = 0.05


def say(*words: object) -> None:
    """One acknowledged thing, in one write: whole or not at all, whenever the process is killed."""
    os.write(1, f"{' '.join(map(str, words))}\n".encode())


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Load:
    """Does at random what shoppers do."""

    store: str
    outbox: Outbox
    dispatcher: Dispatcher
    products: list[Product]
    card: Card
    waiting: dict[UUID, Order] = field(default_factory=dict)

    def turn(self) -> None:
        """A few events, sometimes an order, sometimes a share."""
        session, product = uuid4(), random.choice(self.products)
        for _ in range(random.randrange(5)):
            tried = ProductTried(session=session, sku=product.sku, seconds=1.5)
            self.outbox.record(tried, now()).add_done_callback(_say_event)
        if random.random() < 0.1:
            self.order(session, product)
        if random.random() < 0.03:
            self.publish(session)
        self.acknowledge()

    def order(self, session: UUID, product: Product) -> None:
        """By the dispatcher, as a screen does."""
        lines = (OrderLine(product=product, quantity=random.randint(1, 3)),)
        order = Order(id=uuid4(), store=self.store, code=mint_code(), placed_at=now(), lines=lines)
        self.waiting[order.id] = order
        placed = OrderPlaced(session=session, order=order.id, skus=(product.sku,))
        self.dispatcher.submit(PlaceOrder(order, placed))

    def acknowledge(self) -> None:
        """Say which orders a screen would call ordered now."""
        for receipt in self.dispatcher.receipts():
            order = self.waiting.pop(receipt.request)
            if receipt.failed is None:
                say("order", order.model_dump_json())

    def publish(self, session: UUID) -> None:
        """A picture unlike every other."""
        picture = _commented(self.card.jpeg, random.randbytes(random.randrange(60_000)))
        digest = hashlib.sha256(picture).hexdigest()
        share = Share(
            id=uuid4(),
            store=self.store,
            created_at=now(),
            expires_at=now() + timedelta(days=30),
            purposes=frozenset({Purpose.PHONE}),
            consent=uuid4(),
            products=(),
            picture_sha256=digest,
            width_px=self.card.width_px,
            height_px=self.card.height_px,
        )
        event = ShareCreated(session=session, share=share.id, purposes=("phone",), skus=())

        def saved(done: "Future[None]") -> None:
            if done.exception() is None:
                say("share", share.id, digest)

        self.outbox.publish(share, picture, event, now()).add_done_callback(saved)


def _say_event(done: "Future[UUID]") -> None:
    if done.exception() is None:
        say("event", done.result())


def _commented(jpeg: bytes, comment: bytes) -> bytes:
    """The same picture with a comment segment behind its start marker (ITU-T T.81, B.2.4.5)."""
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def _card() -> Card:
    """One real card."""
    grey = np.full((360, 640, 3), 128, np.uint8)
    event = ShareCreated(session=uuid4(), share=uuid4(), purposes=("phone",), skus=())
    asked = Publish(event.share, uuid4(), frozenset({Purpose.PHONE}), (), now(), "en", event, grey)
    return cards.compose(asked, "http://127.0.0.1/s/x", "Demo")


def main() -> None:
    """Until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    box = config.load(Path(sys.argv[1]))
    outbox = Outbox(box.state_path / FILE_NAME, box.store, box.box, box.outbox.budget_mb * 10**6)
    dispatcher = Dispatcher(outbox, lambda: credential.load(box.state_path), box.store)
    products = [item.snapshot() for item in catalog.load("demo").items]
    load = Load(box.store, outbox, dispatcher, products, _card())
    while not stop.wait(random.random() * 2 * _TURN_S):
        load.turn()
    dispatcher.close()
    outbox.close()
    load.acknowledge()


if __name__ == "__main__":
    main()
