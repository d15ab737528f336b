"""A store's day, its open orders and its boxes become the view of the staff page."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from cloud_api import box_health, orders, rollups
from cloud_api.box_health import BoxState
from cloud_api.contract.events import BoxHealth
from cloud_api.contract.orders import OrderLine, OrderState
from cloud_api.orders import Moved, OrderView
from cloud_api.rollups import Day
from cloud_api.service import Cloud
from cloud_api.settings import time_zone
from cloud_api.users import User

from . import words
from .bar import STAFF, bar
from .staff import Box, Figure, Line, Said, Today, Waiting, Words

#: Shown at once; who has more waiting works from the oldest.
_SHOWN: Final = 30
#: A box sends its health once a minute; after this it is missed.
_MISSED_S: Final = 300


def today(cloud: Cloud, user: User, store: str, csrf: str) -> Today:
    """Everything the page shows of one store, now."""
    now = cloud.now()
    with cloud.db.read() as connection:
        zone = time_zone(rollups.zone_of(connection, store))
    open_orders = orders.to_hand_over(cloud.db, store, limit=_SHOWN)
    return Today(
        bar=bar(
            user, csrf, STAFF, day=words.day(now, zone), store=store, stores=choice_of_stores(cloud, user)
        ),
        store=store,
        csrf=csrf,
        clock=words.clock(now, zone),
        figures=figures(rollups.today(cloud.db, store, now)),
        waiting=tuple(_waiting(order, now) for order in open_orders.items),
        more_waiting=open_orders.next is not None,
        boxes=tuple(_box(state, now) for state in box_health.of_store(cloud.db, store, now)),
    )


def choice_of_stores(cloud: Cloud, user: User) -> tuple[str, ...]:
    """Stores that the person may choose from; empty where there is no choice."""
    stores = box_health.store_names(cloud.db) if user.store is None else ()
    return stores if len(stores) > 1 else ()


def figures(day: Day) -> tuple[Figure, ...]:
    """The four numbers of the day; a rate always names what it is a part of."""
    w, sessions = Words, day.sessions
    tries = w.tries_counts.format(rate=f"{day.tries / sessions:.1f}") if sessions else w.tries_none
    shares = w.shares_counts.format(rate=words.share_of(day.shares, sessions)) if sessions else w.shares_none
    placed = w.orders_counts.format(collected=day.collected)
    return (
        Figure(w.sessions, f"{sessions:,}", w.sessions_counts),
        Figure(w.tries, f"{day.tries:,}", tries),
        Figure(w.shares, f"{day.shares:,}", shares),
        Figure(w.orders, f"{day.orders:,}", placed),
    )


def moved(result: Moved, now: datetime) -> Said:
    """What became of a tap or a scan."""
    order = result.order
    if result.refusal is None:
        return _done(order)
    if order.state is OrderState.COLLECTED:
        return replace(_ended(order, now, Words.again_text), title=Words.again)
    if order.state is OrderState.CANCELLED:
        return replace(_ended(order, now, Words.cancelled_text), title=Words.cancelled)
    if result.refusal.code == "not_ready":
        text = Words.not_ready_text.format(code=order.code)
        return Said(good=False, title=Words.not_ready, text=text, lines=_lines(order))
    return Said(good=False, title=Words.refused, text=result.refusal.detail, lines=_lines(order))


def bad_code(detail: str) -> Said:
    """A code that cannot be one."""
    return Said(good=False, title=Words.bad_code, text=detail[:1].upper() + detail[1:] + ".")


def unknown_code(code: str, store: str) -> Said:
    """A proper code that no order of this store has."""
    text = Words.unknown_text.format(code=code, store=store)
    return Said(good=False, title=Words.unknown, text=text)


def same_code(code: str) -> Said:
    """Two open orders with one code: a person decides."""
    return Said(good=False, title=Words.same, text=Words.same_text.format(code=code))


def _done(order: OrderView) -> Said:
    total = " + ".join(words.money(money) for money in order.totals)
    if order.state is OrderState.COLLECTED:
        text = Words.handed_text.format(code=order.code, total=total)
        return Said(good=True, title=Words.handed, text=text, lines=_lines(order))
    return Said(good=True, title=Words.made_ready, text=Words.made_ready_text.format(code=order.code))


def _ended(order: OrderView, now: datetime, text: str) -> Said:
    last = order.last
    when = words.moment(last.at, now, last.at.tzinfo or now.tzinfo) if last else ""  # type: ignore[arg-type]
    said = text.format(code=order.code, when=when, who=last.actor if last else "")
    return Said(good=False, title="", text=said, lines=_lines(order))


def _waiting(order: OrderView, now: datetime) -> Waiting:
    age_s = (now - order.placed_at).total_seconds()
    return Waiting(
        id=str(order.id),
        code=order.code,
        age=words.age(age_s),
        placed=words.moment(order.placed_at, now, order.placed_at.tzinfo),  # type: ignore[arg-type]
        lines=_lines(order),
        ready=order.state is OrderState.READY,
    )


def _lines(order: OrderView) -> tuple[Line, ...]:
    return tuple(_line(line) for line in order.lines)


def _line(line: OrderLine) -> Line:
    product = line.product
    return Line(
        brand=product.brand,
        name=product.name,
        shade=product.shade,
        swatch=product.swatch,
        quantity=line.quantity,
        price=words.money(product.price),
    )


def _box(state: BoxState, now: datetime) -> Box:
    if state.seen_at is None:
        return Box(state.box, well=False, text=Words.box_never)
    silent_s = (now - state.seen_at).total_seconds()
    if silent_s > _MISSED_S:
        return Box(state.box, well=False, text=Words.box_missed.format(age=words.age(silent_s)))
    seen = Words.box_seen.format(ago=words.ago(silent_s))
    screens = " ".join(_screen(report) for report in state.screens)
    well = all(report.camera_ok for report in state.screens)
    return Box(state.box, well=well, text=f"{seen} {screens}".strip())


def _screen(report: BoxHealth) -> str:
    text = Words.screen_well if report.camera_ok else Words.screen_blind
    return text.format(screen=report.screen, fps=round(report.fps))
