"""A store that is open: the real cloud over real HTTP, one enrolled mirror, one member of staff.

What a mirror sends goes through the box routes, as it does in a shop. Only the clock can be moved.
"""

import hashlib
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
import uuid_utils
import uvicorn
from PIL import Image

from cloud_api import credentials, settings, users
from cloud_api.app import create_app
from cloud_api.contract import events, links, orders, shares
from cloud_api.contract.base import Money, Product
from cloud_api.contract.enrolment import Credential
from cloud_api.service import Cloud
from cloud_api.users import Role

STORE: Final = "paris-1"
BOX: Final = "mirror-1"
PERSON: Final = "mia"
PASSWORD: Final = "velvet-and-brass"
CHERRY: Final = Product(
    sku="VM-214",
    brand="Maison Aurore",
    name="Velvet Matte",
    shade="214 Cherry Noir",
    swatch="#7e1f35",
    price=Money(amount=2900, currency="EUR"),
)
PETAL: Final = Product(
    sku="GG-03",
    brand="Maison Aurore",
    name="Glass Gloss",
    shade="03 Petal",
    swatch="#d9738a",
    price=Money(amount=2450, currency="EUR"),
)


@dataclass
class Clock:
    """The wall clock, moved by hand."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class OpenStore:
    """The running cloud and what is known of it outside."""

    url: str
    cloud: Cloud
    clock: Clock
    box: Credential
    box_client: httpx.Client
    sent: int = field(default=0)

    def token(self, share: UUID) -> str:
        """The last part of a share's link, as the box mints it."""
        return links.token(links.Kind.SHARE, share, self.box.box, bytes.fromhex(self.box.share_secret))

    def share(self, *products: Product, id_: UUID | None = None, days: int = 30, shop: bool = False) -> str:
        """Upload a picture with these products; its token."""
        now, picture = self.clock(), card()
        manifest = shares.Share(
            id=id_ or new_id(),
            store=STORE,
            created_at=now,
            expires_at=now + timedelta(days=days),
            purposes=frozenset({shares.Purpose.PHONE, *([shares.Purpose.SHOP] if shop else [])}),
            consent=new_id(),
            products=products,
            picture_sha256=hashlib.sha256(picture).hexdigest(),
            width_px=CARD_PX[0],
            height_px=CARD_PX[1],
        )
        parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
            ("manifest", (None, manifest.model_dump_json().encode(), "application/json")),
            ("picture", ("card.jpg", picture, "image/jpeg")),
        ]
        self.box_client.put(f"/v1/shares/{manifest.id}", files=parts).raise_for_status()
        return self.token(manifest.id)

    def order(self, *products: Product, ago_s: float = 0.0, share: UUID | None = None) -> orders.Order:
        """Place an order at the mirror."""
        order = orders.Order(
            id=new_id(),
            store=STORE,
            code=orders.mint_code(),
            placed_at=self.clock() - timedelta(seconds=ago_s),
            lines=tuple(orders.OrderLine(product=product, quantity=1) for product in products),
            share=share,
        )
        body = order.model_dump(mode="json")
        self.box_client.put(f"/v1/orders/{order.id}", json=body).raise_for_status()
        return order

    def happened(self, *facts: events.EventData) -> None:
        """Send events of the mirror."""
        batch = []
        for fact in facts:
            self.sent += 1
            event = events.Event(
                id=new_id(),
                source=events.source(STORE, BOX),
                type=fact.kind,
                time=self.clock(),
                sequence=events.sequence(self.sent),
                data=fact,
            )
            batch.append(event.model_dump(mode="json"))
        reply = self.box_client.post("/v1/events", json=batch).raise_for_status().json()
        assert not reply["rejected"]


@contextmanager
def open_store(folder: Path) -> Iterator[OpenStore]:
    """Open the store in `folder`; closed with the block."""
    clock, listener = Clock(), socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(settings.load(folder, url, environ={}), clock)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the cloud did not start"
            time.sleep(0.01)
        cloud: Cloud = app.state.cloud
        users.create(cloud.db, PERSON, PASSWORD, clock(), role=Role.STAFF, store=STORE)
        code = credentials.make_code(cloud, STORE, BOX, clock()).code
        box = credentials.enrol(cloud, code, "test", clock())
        bearer = {"Authorization": f"Bearer {box.token}"}
        with httpx.Client(base_url=url, headers=bearer, trust_env=False) as box_client:
            yield OpenStore(url, cloud, clock, box, box_client)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


CARD_PX: Final = (540, 675)


def card() -> bytes:
    """A JPEG with some colour, no face."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize(CARD_PX).convert("RGB").save(made, "JPEG", quality=70)
    return made.getvalue()


def new_id() -> UUID:
    """A UUIDv7, as boxes mint them."""
    return UUID(str(uuid_utils.uuid7()))
