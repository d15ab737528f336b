"""What was promised on the screens, and whether the cloud has exactly that."""

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from sqlalchemy import Row, select

from cloud_api import schema
from cloud_api.contract import links
from cloud_api.contract.orders import Order
from cloud_api.contract.shares import Share
from cloud_api.service import Cloud

from .processes import BOX, STORE
from .shopper import Shopper


@dataclass
class Ledger:
    """Everything that the load said was acknowledged."""

    events: set[UUID] = field(default_factory=set)
    orders: dict[UUID, Order] = field(default_factory=dict)
    shares: dict[UUID, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, line: str) -> None:
        """One line of the load (load.py); libraries greet on standard output too."""
        kind, _, rest = line.partition(" ")
        with self._lock:
            if kind == "event":
                self.events.add(UUID(rest))
            elif kind == "order":
                order = Order.model_validate_json(rest)
                self.orders[order.id] = order
            elif kind == "share":
                share, _, digest = rest.partition(" ")
                self.shares[UUID(share)] = digest


def check_events(cloud: Cloud, ledger: Ledger) -> int:
    """Each acknowledged event is there, ids are unique, numbers are 1 to N; returns N."""
    query = select(schema.events).where(schema.events.c.store == STORE, schema.events.c.box == BOX)
    rows = _rows(cloud, query)
    ids = [row.id for row in rows]
    assert len(set(ids)) == len(ids)
    assert sorted(row.sequence for row in rows) == list(range(1, len(rows) + 1))
    missing = ledger.events - set(ids)
    assert not missing, f"{len(missing)} of {len(ledger.events)} acknowledged events are not in the cloud"
    assert _rows(cloud, select(schema.dead_letters)) == []
    return len(rows)


def check_orders(cloud: Cloud, ledger: Ledger, shopper: Shopper) -> None:
    """Each acknowledged order is there once, as it was placed, with its one event."""
    rows = _rows(cloud, select(schema.orders))
    found = {row.id: Order.model_validate_json(row.body) for row in rows}
    assert len(found) == len(rows)
    for key, order in ledger.orders.items():
        assert found.get(key) == order, f"order {key} of the load"
    for text, code in shopper.orders.items():
        assert UUID(text) in found, f"order {text} of the mirror"
        assert found[UUID(text)].code == code
    told = Counter(row.data["order"] for row in _of_kind(cloud, "vitrine.order.placed.v1"))
    assert told == dict.fromkeys(map(str, found), 1)


def check_shares(cloud: Cloud, ledger: Ledger, shopper: Shopper) -> None:
    """Each acknowledged share is there once with its very picture and its one event."""
    rows = _rows(cloud, select(schema.shares))
    found = {row.id: row for row in rows}
    assert len(found) == len(rows)
    for key in {*ledger.shares, *map(UUID, shopper.shares)}:
        assert key in found, f"share {key}"
        manifest = Share.model_validate_json(found[key].manifest)
        picture = cloud.blobs.get(found[key].blob)
        assert picture is not None
        digest = hashlib.sha256(picture).hexdigest()
        assert digest == manifest.picture_sha256 == ledger.shares.get(key, digest)
    told = Counter(row.data["share"] for row in _of_kind(cloud, "vitrine.share.created.v1"))
    assert told == dict.fromkeys(map(str, found), 1)


def check_links(shopper: Shopper) -> None:
    """Every link the mirror showed opens its share's page and picture."""
    with httpx.Client(timeout=20, trust_env=False) as phone:
        for share, link in shopper.shares.items():
            assert links.read(link.rpartition("/")[2])[0] == UUID(share)
            assert phone.get(link).status_code == 200
            picture = phone.get(f"{link}/picture.jpg")
            assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")


def _of_kind(cloud: Cloud, kind: str) -> "list[Row[tuple[object, ...]]]":
    query = select(schema.events).where(schema.events.c.type == kind, schema.events.c.box == BOX)
    return _rows(cloud, query)


def _rows(cloud: Cloud, query: object) -> "list[Row[tuple[object, ...]]]":
    with cloud.db.read() as connection:
        return list(connection.execute(query))  # type: ignore[call-overload]
