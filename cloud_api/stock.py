"""Stock per (store, sku): what is on hand, and what open orders hold of it.

A sku without a row in a store is not stock-controlled there: it can always be ordered. Rows are locked in
key order, and each taking is one conditional UPDATE, so nothing is sold twice and nobody waits in a ring.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, delete, select, update

from cloud_api.contract.base import Sku

from .database import Database, insert
from .errors import Conflict, Invalid
from .schema import holds, stock

#: One page of stock.
MAX_PAGE = 200
_MOST: Final = 10**9
_sku: Final[TypeAdapter[str]] = TypeAdapter(Sku)


@dataclass(frozen=True, slots=True)
class Level:
    """The stock of one sku in one store."""

    sku: str
    on_hand: int
    allocated: int

    @property
    def free(self) -> int:
        """What can still be ordered."""
        return self.on_hand - self.allocated


def set_on_hand(db: Database, store: str, sku: str, on_hand: int) -> Level:
    """Set what lies in the store, after counting. Conflict: orders hold more. Invalid: no sku, no count."""
    if not 0 <= on_hand <= _MOST:
        raise Invalid("bad_stock", f"{on_hand} is no count of things in a store")
    try:
        _sku.validate_python(sku)
    except ValidationError:
        raise Invalid("bad_sku", f"{sku!r} is no sku") from None
    with db.write() as connection:
        level = _locked(connection, store, sku)
        if level is not None and level.allocated > on_hand:
            raise Conflict("stock_held", f"{level.allocated} of {sku} are held by open orders in {store}")
        row = {"store": store, "sku": sku, "on_hand": on_hand, "allocated": 0}
        keys = list(stock.primary_key)
        new = insert(connection, stock).on_conflict_do_update(index_elements=keys, set_={"on_hand": on_hand})
        connection.execute(new, row)
        return Level(sku, on_hand, level.allocated if level else 0)


def levels(db: Database, store: str, after: str = "", limit: int = MAX_PAGE) -> tuple[Level, ...]:
    """The store's stock by sku, those behind `after`, one page."""
    query = (
        select(stock.c.sku, stock.c.on_hand, stock.c.allocated)
        .where(stock.c.store == store, stock.c.sku > after)
        .order_by(stock.c.sku)
        .limit(max(1, min(limit, MAX_PAGE)))
    )
    with db.read() as connection:
        return tuple(Level(*row) for row in connection.execute(query))


def allocate(connection: Connection, order: UUID, store: str, demand: Mapping[str, int]) -> str | None:
    """Hold the whole demand of an order or nothing of it; returns the first sku that is short, or None."""
    controlled = sorted(_controlled(connection, store, demand))
    with connection.begin_nested() as savepoint:
        for sku in controlled:
            if not _take(connection, store, sku, demand[sku]):
                savepoint.rollback()
                return sku
        rows = [{"order_id": order, "sku": sku, "quantity": demand[sku]} for sku in controlled]
        if rows:
            connection.execute(insert(connection, holds), rows)
    return None


def release(connection: Connection, order: UUID, store: str) -> None:
    """Give back what a cancelled order held."""
    for sku, quantity in _held(connection, order):
        _change(connection, store, sku, allocated=-quantity)


def consume(connection: Connection, order: UUID, store: str) -> None:
    """Take out of the store what a collected order held."""
    for sku, quantity in _held(connection, order):
        _change(connection, store, sku, allocated=-quantity, on_hand=-quantity)


def _controlled(connection: Connection, store: str, skus: Iterable[str]) -> list[str]:
    query = select(stock.c.sku).where(stock.c.store == store, stock.c.sku.in_(sorted(skus)))
    return list(connection.scalars(query))


def _take(connection: Connection, store: str, sku: str, quantity: int) -> bool:
    """The one step that both checks and takes."""
    taken = connection.execute(
        update(stock)
        .where(stock.c.store == store, stock.c.sku == sku, stock.c.on_hand - stock.c.allocated >= quantity)
        .values(allocated=stock.c.allocated + quantity)
    )
    return taken.rowcount == 1


def _held(connection: Connection, order: UUID) -> list[tuple[str, int]]:
    """End the holds of an order; what they were, in key order."""
    ended = delete(holds).where(holds.c.order_id == order).returning(holds.c.sku, holds.c.quantity)
    return sorted((sku, quantity) for sku, quantity in connection.execute(ended))


def _change(connection: Connection, store: str, sku: str, allocated: int, on_hand: int = 0) -> None:
    connection.execute(
        update(stock)
        .where(stock.c.store == store, stock.c.sku == sku)
        .values(allocated=stock.c.allocated + allocated, on_hand=stock.c.on_hand + on_hand)
    )


def _locked(connection: Connection, store: str, sku: str) -> Level | None:
    query = select(stock.c.sku, stock.c.on_hand, stock.c.allocated).where(
        stock.c.store == store, stock.c.sku == sku
    )
    row = connection.execute(query.with_for_update()).one_or_none()
    return Level(*row) if row else None
