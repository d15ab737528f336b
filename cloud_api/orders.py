"""Orders: placed once, held in stock, put ready, handed over once.

The order's id is its idempotency key. Body hash and reply are stored in the transaction that takes the
order; a rejection is stored too and replays the same. Orders are never pruned.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Uuid, func, insert, literal, select, tuple_, update

from cloud_api.contract.orders import Order, OrderLine, OrderReply, OrderState, mint_code, parse_code
from cloud_api.contract.shares import Share

from . import rollups, stock
from .database import Database, add_missing
from .errors import Conflict, Invalid, NotFound, TooMany
from .order_views import OrderView as OrderView
from .order_views import of_store, one, views
from .paging import Page, bounded, cursor, read_cursor
from .schema import UtcTime, order_log, orders
from .transitions import Refusal, Step, refusal

#: How many orders may be open at once for one share: a link that went round must not empty a store.
MAX_OPEN_PER_SHARE = 5
#: Two orders with one code are rare, more than this is impossible to read anyway.
_MAX_SAME_CODE = 20
#: How many orders one clean-up ends; the next goes on.
_AT_ONCE = 200
OPEN = (OrderState.ALLOCATED, OrderState.READY)
PHONE = "phone"
STOCK_KEEPER = "stock"


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of placing an order; `created` is False for a repetition."""

    order: OrderView
    reply: OrderReply
    created: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of moving an order: `refusal` says why it stayed where it was."""

    order: OrderView
    refusal: Refusal | None = None

    @property
    def ok(self) -> bool:
        """Whether the order moved."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of an order from a phone."""

    sku: str
    quantity: int = 1


def place(db: Database, order: Order, box: str | None, now: datetime) -> Placed:
    """Take an order; its repetition gets the stored reply, another body under its id is a Conflict."""
    with db.write() as connection:
        return _place(connection, order, box, order_digest(order), now)


def place_from_share(
    db: Database, share: Share, wanted: Sequence[Wanted], order_id: UUID, now: datetime
) -> Placed:
    """Take an order from a share's page: prices are the share's snapshot, the code is minted here.

    `order_id` is minted by the page, so that sending its form twice is one order. Invalid: a sku that is not
    in the share, no or too many lines. TooMany: `MAX_OPEN_PER_SHARE` orders of this share are open.
    """
    order = _from_share(share, wanted, order_id, now)
    digest = _digest([str(share.id), sorted((line.product.sku, line.quantity) for line in order.lines)])
    with db.write() as connection:
        known = connection.scalar(select(orders.c.id).where(orders.c.id == order_id))
        if known is None and _open_of_share(connection, share.id) >= MAX_OPEN_PER_SHARE:
            raise TooMany(
                "open_orders", "There are open orders for this picture; please collect them first.", 3600
            )
        return _place(connection, order, None, digest, now)


def ready(db: Database, store: str, order_id: UUID, actor: str, now: datetime) -> Moved:
    """The order lies at the counter."""
    return _move(db, store, order_id, OrderState.READY, actor, now)


def redeem(db: Database, store: str, order_id: UUID, actor: str, now: datetime) -> Moved:
    """Hand over, exactly once: a second try is refused with when and by whom."""
    return _move(db, store, order_id, OrderState.COLLECTED, actor, now)


def cancel(db: Database, store: str, order_id: UUID, actor: str, now: datetime, note: str = "") -> Moved:
    """Give it up and free its stock."""
    return _move(db, store, order_id, OrderState.CANCELLED, actor, now, note)


def expire(db: Database, before: datetime, now: datetime) -> int:
    """Cancel what was placed before that time and never collected, so that its stock is free; how many."""
    open_states = [state.value for state in OPEN]
    query = select(orders.c.store, orders.c.id).where(
        orders.c.state.in_(open_states), orders.c.placed_at < before
    )
    with db.read() as connection:
        late = connection.execute(query.limit(bounded(_AT_ONCE))).all()
    note = f"not collected since {before:%-d %B %Y}"
    return sum(cancel(db, store, order, STOCK_KEEPER, now, note).ok for store, order in late)


def find(db: Database, store: str, order_id: UUID) -> OrderView:
    """One order of the store with its log; NotFound."""
    with db.read() as connection:
        row = connection.execute(of_store(store).where(orders.c.id == order_id)).one_or_none()
        if row is None:
            raise NotFound("no_order", f"There is no order {order_id} in {store}.")
        return views(connection, [row])[0]


def by_code(db: Database, store: str, typed: str) -> tuple[OrderView, ...]:
    """The store's orders with that pickup code, open ones first, then newest; Invalid names the mistake.

    Codes are minted on boxes that cannot ask each other, so two orders may share one: hence a tuple.
    """
    try:
        code = parse_code(typed)
    except ValueError as wrong:
        raise Invalid("bad_code", str(wrong)) from None
    query = (
        of_store(store).where(orders.c.code == code).order_by(orders.c.placed_at.desc()).limit(_MAX_SAME_CODE)
    )
    with db.read() as connection:
        found = views(connection, connection.execute(query).all())
    return tuple(sorted(found, key=lambda order: order.state not in OPEN))


def of_share(db: Database, share: UUID, limit: int = 50) -> tuple[OrderView, ...]:
    """The orders that name a share, newest first: what its page shows to its owner."""
    query = select(orders).where(orders.c.share == share).order_by(orders.c.received_at.desc(), orders.c.id)
    with db.read() as connection:
        return views(connection, connection.execute(query.limit(bounded(limit))).all())


def to_hand_over(db: Database, store: str, limit: int = 50, after: str | None = None) -> Page[OrderView]:
    """Open orders (allocated or ready), oldest first."""
    return in_states(db, store, OPEN, limit, after)


def in_states(
    db: Database, store: str, states: Sequence[OrderState], limit: int = 50, after: str | None = None
) -> Page[OrderView]:
    """Orders in any of these states, oldest first."""
    size = bounded(limit)
    place_of = tuple_(orders.c.placed_at, orders.c.id)
    query = of_store(store).where(orders.c.state.in_([state.value for state in states]))
    if after:
        time, key = read_cursor(after)
        query = query.where(place_of > tuple_(literal(time, UtcTime()), literal(key, Uuid())))
    query = query.order_by(orders.c.placed_at, orders.c.id).limit(size + 1)
    with db.read() as connection:
        rows = connection.execute(query).all()
        found = views(connection, rows[:size])
    return Page(found, cursor(found[-1].placed_at, found[-1].id) if len(rows) > size else None)


def order_digest(order: Order) -> str:
    """What the idempotency key of a box's order stands for: all of its body."""
    return _digest(order.model_dump(mode="json"))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _place(connection: Connection, order: Order, box: str | None, digest: str, now: datetime) -> Placed:
    row = {
        "id": order.id,
        "store": order.store,
        "box": box,
        "code": order.code,
        "state": OrderState.PLACED.value,
        "share": order.share,
        "placed_at": order.placed_at,
        "received_at": now,
        "changed_at": now,
        "body": order.model_dump_json(),
        "digest": digest,
    }
    if not add_missing(connection, orders, [row]):
        return _again(connection, order, digest)
    reply = _allocate(connection, order, box or PHONE, now)
    connection.execute(
        update(orders)
        .where(orders.c.id == order.id)
        .values(state=reply.state.value, reply=reply.model_dump_json())
    )
    return Placed(one(connection, order.id), reply, created=True)


def _again(connection: Connection, order: Order, digest: str) -> Placed:
    """The stored reply to a repetition; Conflict when the id stands for something else."""
    row = connection.execute(select(orders).where(orders.c.id == order.id)).one()
    if row.digest != digest or row.store != order.store:
        raise Conflict("idempotency_conflict", f"Order {order.id} exists with another content.")
    return Placed(views(connection, [row])[0], OrderReply.model_validate_json(row.reply), created=False)


def _allocate(connection: Connection, order: Order, actor: str, now: datetime) -> OrderReply:
    demand: Counter[str] = Counter()
    for line in order.lines:
        demand[line.product.sku] += line.quantity
    short = stock.allocate(connection, order.id, order.store, demand)
    _log(connection, order.id, Step(order.placed_at, actor, OrderState.PLACED, OrderState.PLACED))
    if short is not None:
        reply = OrderReply(id=order.id, state=OrderState.REJECTED_STOCK, detail=f"{short} is sold out")
    else:
        reply = OrderReply(id=order.id, state=OrderState.ALLOCATED)
        rollups.add(connection, order.store, [rollups.Fact(order.placed_at, rollups.ORDERS)])
    _log(connection, order.id, Step(now, STOCK_KEEPER, OrderState.PLACED, reply.state, reply.detail))
    return reply


def _move(
    db: Database, store: str, order_id: UUID, to: OrderState, actor: str, now: datetime, note: str = ""
) -> Moved:
    with db.write() as connection:
        row = connection.execute(
            of_store(store).where(orders.c.id == order_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("no_order", f"There is no order {order_id} in {store}.")
        order = views(connection, [row])[0]
        why = refusal(order.state, to, order.last)
        if why is not None:
            return Moved(order, why)
        connection.execute(
            update(orders).where(orders.c.id == order_id).values(state=to.value, changed_at=now)
        )
        _log(connection, order_id, Step(now, actor, order.state, to, note))
        _settle(connection, order, to, now)
        return Moved(one(connection, order_id))


def _settle(connection: Connection, order: OrderView, to: OrderState, now: datetime) -> None:
    """What a step does to the stock and to the counts."""
    if to is OrderState.CANCELLED:
        stock.release(connection, order.id, order.store)
    if to is OrderState.COLLECTED:
        stock.consume(connection, order.id, order.store)
        rollups.add(connection, order.store, [rollups.Fact(now, rollups.COLLECTED)])


def _from_share(share: Share, wanted: Sequence[Wanted], order_id: UUID, now: datetime) -> Order:
    products = {product.sku: product for product in share.products}
    unknown = [line.sku for line in wanted if line.sku not in products]
    if unknown:
        raise Invalid("not_in_share", f"{unknown[0]} is not in this picture.")
    try:
        lines = tuple(OrderLine(product=products[line.sku], quantity=line.quantity) for line in wanted)
        return Order(
            id=order_id, store=share.store, code=mint_code(), placed_at=now, lines=lines, share=share.id
        )
    except ValueError:
        raise Invalid("bad_order", "Please choose between 1 and 20 of at least one product.") from None


def _open_of_share(connection: Connection, share: UUID) -> int:
    query = select(func.count()).where(orders.c.share == share, orders.c.state.in_([s.value for s in OPEN]))
    return connection.scalar(query) or 0


def _log(connection: Connection, order_id: UUID, step: Step) -> None:
    connection.execute(
        insert(order_log).values(
            order_id=order_id,
            at=step.at,
            actor=step.actor,
            from_state=step.from_state.value,
            to_state=step.to_state.value,
            note=step.note,
        )
    )
