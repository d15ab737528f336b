"""Real values of the contract, for tests: events, orders, pictures."""

import hashlib
import io
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from PIL import Image
from uuid_utils.compat import uuid7

from cloud_api.contract import links
from cloud_api.contract.base import Money, Product
from cloud_api.contract.events import EventData, ProductTried, sequence, source
from cloud_api.contract.orders import Order, OrderLine, mint_code
from cloud_api.contract.shares import Purpose, Share

from .conftest import START

SESSION = uuid.UUID(int=1)


def tried(sku: str = "LIP-01", seconds: float = 2.0) -> ProductTried:
    return ProductTried(session=SESSION, sku=sku, seconds=seconds)


def event(
    number: int, data: EventData | None = None, time: datetime = START, box: str = "mirror-1"
) -> dict[str, object]:
    """An event as a box sends it."""
    data = data or tried()
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": source("paris", box),
        "type": data.kind,
        "time": time.isoformat(),
        "sequence": sequence(number),
        "data": data.model_dump(mode="json"),
    }


def product(sku: str = "LIP-01", amount: int = 2900) -> Product:
    return Product(sku=sku, brand="Atelier", name=f"Rouge {sku}", price=Money(amount=amount, currency="EUR"))


def order(*skus: str, quantity: int = 1, store: str = "paris", at: datetime = START) -> Order:
    lines = tuple(OrderLine(product=product(sku), quantity=quantity) for sku in skus or ("LIP-01",))
    return Order(id=uuid7(), store=store, code=mint_code(), placed_at=at, lines=lines)


def picture(width_px: int = 48, height_px: int = 64, grey: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width_px, height_px), grey).save(out, "JPEG")
    return out.getvalue()


def share(
    jpeg: bytes,
    *,
    store: str = "paris",
    purposes: Sequence[Purpose] = (Purpose.PHONE,),
    at: datetime = START,
    days: float = 30,
) -> Share:
    return Share(
        id=share_id(at),
        store=store,
        created_at=at,
        expires_at=at + timedelta(days=days),
        purposes=frozenset(purposes),
        consent=uuid7(),
        products=(product("LIP-01"), product("LIP-02", 3100)),
        picture_sha256=hashlib.sha256(jpeg).hexdigest(),
        width_px=48,
        height_px=64,
    )


def share_id(at: datetime = START) -> uuid.UUID:
    """A UUIDv7 that was minted at that time (RFC 9562, 5.7)."""
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(
        int=(milliseconds << 80) | (uuid.uuid4().int & ((1 << 80) - 1)) & ~(0xF << 76) | (7 << 76)
    )


def token(share_id: uuid.UUID, secret: str, box: str = "mirror-1") -> str:
    return links.token(links.Kind.SHARE, share_id, box, bytes.fromhex(secret))
