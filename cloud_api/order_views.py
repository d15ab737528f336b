"""An order as pages show it: read from its row and its log, times in the store's time zone."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from cloud_api.contract.base import Money
from cloud_api.contract.orders import Order, OrderLine, OrderState

from .rollups import zone_of
from .schema import order_log, orders
from .settings import time_zone
from .transitions import Step


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as a page shows it; times are in the store's time zone."""

    id: UUID
    store: str
    #: Name of the box that took it; None: a phone.
    box: str | None
    code: str
    state: OrderState
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    share: UUID | None
    log: tuple[Step, ...] = ()

    @property
    def totals(self) -> tuple[Money, ...]:
        """What is to be paid, per currency (one as a rule)."""
        sums: Counter[str] = Counter()
        for line in self.lines:
            sums[line.product.price.currency] += line.product.price.amount * line.quantity
        return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))

    @property
    def last(self) -> Step | None:
        """The step that led to the present state."""
        return self.log[-1] if self.log else None


def of_store(store: str) -> Select[Any]:
    """The orders of one store."""
    return select(orders).where(orders.c.store == store)


def one(connection: Connection, order_id: UUID) -> OrderView:
    """The order of that id, which is there."""
    return views(connection, [connection.execute(select(orders).where(orders.c.id == order_id)).one()])[0]


def views(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[OrderView, ...]:
    """Orders of one store with their logs, in the order of the rows, in three queries however many."""
    if not rows:
        return ()
    zone = time_zone(zone_of(connection, rows[0].store))
    logs: defaultdict[UUID, list[Step]] = defaultdict(list)
    of_these = order_log.c.order_id.in_([row.id for row in rows])
    for step in connection.execute(select(order_log).where(of_these).order_by(order_log.c.number)):
        states = OrderState(step.from_state), OrderState(step.to_state)
        logs[step.order_id].append(Step(step.at.astimezone(zone), step.actor, *states, step.note))
    return tuple(_view(row, zone, tuple(logs[row.id])) for row in rows)


def _view(row: Row[Any], zone: tzinfo, log: tuple[Step, ...]) -> OrderView:
    order = Order.model_validate_json(row.body)
    return OrderView(
        id=row.id,
        store=row.store,
        box=row.box,
        code=order.code,
        state=OrderState(row.state),
        placed_at=order.placed_at.astimezone(zone),
        lines=order.lines,
        share=row.share,
        log=log,
    )
