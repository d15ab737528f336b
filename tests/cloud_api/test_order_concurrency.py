"""Everything runs concurrently with itself: a hot item, a code shown twice, an order sent on two lines."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from cloud_api import orders, rollups, stock
from cloud_api.contract.orders import OrderState
from cloud_api.orders import Moved, Placed, Wanted
from cloud_api.service import Cloud

from .things import order, picture, share, share_id

T = TypeVar("T")
pytestmark = pytest.mark.usefixtures("paris")


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Run all of them together, from a common start."""
    barrier = Barrier(len(works))

    def start(work: Callable[[], T]) -> T:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(start, works))


def placing(cloud: Cloud, *skus: str, quantity: int = 1) -> Callable[[], list[Placed]]:
    """Places four orders, one after the other."""
    mine = [order(*skus, quantity=quantity) for _ in range(4)]
    return lambda: [orders.place(cloud.db, one, "mirror-1", cloud.now()) for one in mine]


def flat(lists: list[list[Placed]]) -> list[Placed]:
    return [one for part in lists for one in part]


def levels(cloud: Cloud) -> dict[str, tuple[int, int]]:
    return {level.sku: (level.on_hand, level.allocated) for level in stock.levels(cloud.db, "paris")}


def test_a_hot_item_is_sold_exactly_as_often_as_it_lies_there(cloud: Cloud) -> None:
    stock.set_on_hand(cloud.db, "paris", "LIP-01", 25)
    placed = flat(at_once([placing(cloud, "LIP-01") for _ in range(12)]))
    states = Counter(one.reply.state for one in placed)
    assert states == {OrderState.ALLOCATED: 25, OrderState.REJECTED_STOCK: 23}
    assert levels(cloud) == {"LIP-01": (25, 25)}
    assert rollups.today(cloud.db, "paris", cloud.now()).orders == 25


def test_orders_of_the_same_skus_in_other_order_never_wait_in_a_ring(cloud: Cloud) -> None:
    for sku in ("A", "B", "C"):
        stock.set_on_hand(cloud.db, "paris", sku, 30)
    ring = [("A", "B", "C"), ("C", "B", "A"), ("B", "A"), ("C", "A")]
    placed = flat(at_once([placing(cloud, *skus) for skus in ring * 3]))
    sold = Counter(
        line.product.sku
        for one in placed
        if one.reply.state is OrderState.ALLOCATED
        for line in one.order.lines
    )
    assert levels(cloud) == {sku: (30, sold[sku]) for sku in ("A", "B", "C")}
    assert max(sold.values()) == 30


def test_one_order_on_many_lines_is_one_order(cloud: Cloud) -> None:
    stock.set_on_hand(cloud.db, "paris", "LIP-01", 50)
    one = order()
    placed = at_once([lambda: orders.place(cloud.db, one, "mirror-1", cloud.now())] * 10)
    assert sum(reply.created for reply in placed) == 1
    assert len({reply.reply for reply in placed}) == 1
    assert levels(cloud) == {"LIP-01": (50, 1)}


def test_a_double_tap_on_a_phone_is_one_order_with_one_code(cloud: Cloud) -> None:
    mine, key = share(picture()), share_id()
    tap = [lambda: orders.place_from_share(cloud.db, mine, [Wanted("LIP-01")], key, cloud.now())]
    placed = at_once(tap * 8)
    assert (sum(reply.created for reply in placed), len({one.order.code for one in placed})) == (1, 1)


def test_a_code_is_redeemed_once_however_many_try(cloud: Cloud) -> None:
    stock.set_on_hand(cloud.db, "paris", "LIP-01", 2)
    one = order()
    orders.place(cloud.db, one, "mirror-1", cloud.now())
    orders.ready(cloud.db, "paris", one.id, "noor", cloud.now())

    def redeem(actor: str) -> Callable[[], Moved]:
        return lambda: orders.redeem(cloud.db, "paris", one.id, actor, cloud.now())

    tries = at_once([redeem(f"till-{number}") for number in range(10)])
    won = [moved for moved in tries if moved.ok]
    assert len(won) == 1
    winner = won[0].order.last
    assert winner is not None
    for lost in (moved.refusal for moved in tries if not moved.ok):
        assert lost is not None
        assert winner.actor in lost.detail
    assert levels(cloud) == {"LIP-01": (1, 0)}


def test_collected_or_cancelled_never_both(cloud: Cloud) -> None:
    stock.set_on_hand(cloud.db, "paris", "LIP-01", 10)
    for _ in range(4):
        one = order()
        orders.place(cloud.db, one, "mirror-1", cloud.now())
        orders.ready(cloud.db, "paris", one.id, "noor", cloud.now())
        ends = [
            partial(end, cloud.db, "paris", one.id, "noor", cloud.now())
            for end in (orders.redeem, orders.cancel)
        ]
        assert sum(moved.ok for moved in at_once(ends * 3)) == 1
    on_hand, allocated = levels(cloud)["LIP-01"]
    collected = rollups.today(cloud.db, "paris", cloud.now()).collected
    assert (on_hand, allocated) == (10 - collected, 0)
