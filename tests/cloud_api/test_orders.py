"""Orders: placed once, stock held and freed, handed over once, found by code."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cloud_api import housekeeping, orders, rollups, stock
from cloud_api.contract.base import Money
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.orders import Order, OrderLine, OrderState, mint_code
from cloud_api.errors import Conflict, Invalid, NotFound, TooMany
from cloud_api.orders import Placed, Wanted
from cloud_api.schema import holds
from cloud_api.service import Cloud

from .conftest import Clock
from .things import order, picture, product, share, share_id

pytestmark = pytest.mark.usefixtures("paris")


def place(cloud: Cloud, placed: Order) -> Placed:
    return orders.place(cloud.db, placed, "mirror-1", cloud.now())


def level(cloud: Cloud, sku: str = "LIP-01") -> tuple[int, int]:
    found = {level.sku: (level.on_hand, level.allocated) for level in stock.levels(cloud.db, "paris")}
    return found[sku]


def put(cloud: Cloud, on_hand: int, *skus: str) -> None:
    for sku in skus or ("LIP-01",):
        stock.set_on_hand(cloud.db, "paris", sku, on_hand)


def held(cloud: Cloud) -> int:
    with cloud.db.read() as connection:
        return len(connection.execute(select(holds)).all())


def test_an_order_is_taken_and_its_stock_held(cloud: Cloud) -> None:
    put(cloud, 3)
    placed = place(cloud, order(quantity=2))
    assert (placed.created, placed.reply.state) == (True, OrderState.ALLOCATED)
    assert level(cloud) == (3, 2)
    assert [step.to_state for step in placed.order.log] == [OrderState.PLACED, OrderState.ALLOCATED]
    assert placed.order.totals == (Money(amount=5800, currency="EUR"),)
    assert rollups.today(cloud.db, "paris", cloud.now()).orders == 1


def test_the_same_order_again_gets_the_same_reply_and_holds_nothing_more(cloud: Cloud, clock: Clock) -> None:
    put(cloud, 3)
    one = order()
    first = place(cloud, one)
    orders.ready(cloud.db, "paris", one.id, "staff", cloud.now())
    clock.pass_(days=400)
    again = place(cloud, one)
    assert (again.created, again.reply) == (False, first.reply)
    assert again.order.state is OrderState.READY
    assert level(cloud) == (3, 1)


def test_one_id_with_another_body_is_a_conflict(cloud: Cloud) -> None:
    put(cloud, 3)
    one = order()
    place(cloud, one)
    for other in (
        one.model_copy(update={"code": mint_code()}),
        one.model_copy(update={"lines": (OrderLine(product=product("LIP-09"), quantity=1),)}),
        one.model_copy(update={"store": "lyon"}),
    ):
        with pytest.raises(Conflict):
            place(cloud, other)
    assert level(cloud) == (3, 1)


def test_demand_of_two_lines_is_summed(cloud: Cloud) -> None:
    put(cloud, 3)
    assert place(cloud, order("LIP-01", "LIP-01", quantity=2)).reply.state is OrderState.REJECTED_STOCK
    assert level(cloud) == (3, 0)
    assert place(cloud, order("LIP-01", "LIP-01", "LIP-01")).reply.state is OrderState.ALLOCATED
    assert level(cloud) == (3, 3)


def test_what_is_short_holds_nothing_of_the_rest(cloud: Cloud) -> None:
    put(cloud, 5, "LIP-01", "LIP-03")
    put(cloud, 0, "LIP-02")
    reply = place(cloud, order("LIP-01", "LIP-02", "LIP-03")).reply
    assert reply.state is OrderState.REJECTED_STOCK
    assert "LIP-02" in reply.detail
    assert (level(cloud, "LIP-01"), level(cloud, "LIP-03"), held(cloud)) == ((5, 0), (5, 0), 0)
    assert rollups.today(cloud.db, "paris", cloud.now()).orders == 0


def test_a_rejection_replays_even_when_there_is_stock_again(cloud: Cloud) -> None:
    put(cloud, 0)
    one = order()
    assert place(cloud, one).reply.state is OrderState.REJECTED_STOCK
    put(cloud, 10)
    again = place(cloud, one)
    assert (again.created, again.reply.state) == (False, OrderState.REJECTED_STOCK)
    assert level(cloud) == (10, 0)


def test_a_sku_that_is_not_stock_controlled_can_always_be_ordered(cloud: Cloud) -> None:
    one = order(quantity=20)
    assert place(cloud, one).reply.state is OrderState.ALLOCATED
    put(cloud, 5)  # controlled from now on: the order before holds nothing of it
    orders.ready(cloud.db, "paris", one.id, "staff", cloud.now())
    assert orders.redeem(cloud.db, "paris", one.id, "staff", cloud.now()).ok
    assert level(cloud) == (5, 0)


def test_ready_then_collected_takes_out_of_the_store(cloud: Cloud) -> None:
    put(cloud, 3)
    one = order(quantity=2)
    place(cloud, one)
    assert orders.ready(cloud.db, "paris", one.id, "noor", cloud.now()).ok
    assert level(cloud) == (3, 2)
    moved = orders.redeem(cloud.db, "paris", one.id, "noor", cloud.now())
    assert (moved.ok, moved.order.state) == (True, OrderState.COLLECTED)
    assert (level(cloud), held(cloud)) == ((1, 0), 0)
    assert rollups.today(cloud.db, "paris", cloud.now()).collected == 1


def test_what_is_not_ready_is_not_handed_over(cloud: Cloud) -> None:
    one = order()
    place(cloud, one)
    moved = orders.redeem(cloud.db, "paris", one.id, "noor", cloud.now())
    assert moved.refusal is not None
    assert (moved.refusal.code, moved.order.state) == ("not_ready", OrderState.ALLOCATED)


def test_a_second_try_says_when_and_by_whom_in_the_stores_time(cloud: Cloud, clock: Clock) -> None:
    put(cloud, 3)
    one = order()
    place(cloud, one)
    orders.ready(cloud.db, "paris", one.id, "noor", cloud.now())
    orders.redeem(cloud.db, "paris", one.id, "noor", cloud.now())
    clock.pass_(hours=5)
    second = orders.redeem(cloud.db, "paris", one.id, "ilse", cloud.now())
    assert second.refusal is not None
    assert second.refusal.code == "collected"
    assert "22 November 2026, 23:00 by noor" in second.refusal.detail
    assert (level(cloud), len(second.order.log)) == ((2, 0), 4)


def test_cancelling_frees_the_stock_once(cloud: Cloud) -> None:
    put(cloud, 3)
    one = order(quantity=3)
    place(cloud, one)
    assert orders.cancel(cloud.db, "paris", one.id, "noor", cloud.now(), "changed her mind").ok
    assert not orders.cancel(cloud.db, "paris", one.id, "noor", cloud.now()).ok
    assert level(cloud) == (3, 0)
    last = orders.find(cloud.db, "paris", one.id).last
    assert last is not None
    assert (last.to_state, last.note) == (OrderState.CANCELLED, "changed her mind")


def test_an_order_that_nobody_collects_frees_its_stock(cloud: Cloud, clock: Clock) -> None:
    put(cloud, 3)
    late, fetched, young = order(), order(), order(at=clock() + timedelta(days=10))
    for one in (late, fetched, young):
        place(cloud, one)
        orders.ready(cloud.db, "paris", one.id, "noor", cloud.now())
    orders.redeem(cloud.db, "paris", fetched.id, "noor", cloud.now())
    clock.pass_(days=14, seconds=1)
    housekeeping.clean(cloud, clock(), thorough=True)
    states = [orders.find(cloud.db, "paris", one.id).state for one in (late, fetched, young)]
    assert states == [OrderState.CANCELLED, OrderState.COLLECTED, OrderState.READY]
    assert level(cloud) == (2, 1)


def test_another_stores_order_is_not_to_be_found_or_moved(cloud: Cloud) -> None:
    one = order()
    place(cloud, one)
    with pytest.raises(NotFound):
        orders.find(cloud.db, "lyon", one.id)
    with pytest.raises(NotFound):
        orders.ready(cloud.db, "lyon", one.id, "x", cloud.now())
    assert orders.by_code(cloud.db, "lyon", one.code) == ()
    assert orders.find(cloud.db, "paris", one.id).state is OrderState.ALLOCATED


def test_a_code_is_found_however_it_is_typed_and_may_be_two_orders(cloud: Cloud) -> None:
    old = order()
    place(cloud, old)
    orders.cancel(cloud.db, "paris", old.id, "noor", cloud.now())
    new = order().model_copy(update={"code": old.code, "placed_at": old.placed_at - timedelta(days=1)})
    place(cloud, new)
    typed = f" {old.code.lower().replace('-', ' ')} "
    assert [found.id for found in orders.by_code(cloud.db, "paris", typed)] == [new.id, old.id]


@pytest.mark.parametrize("typed", ["", "234", "000-0000", "234-5678", "ABCDEFGHJK", "💄💄💄💄💄💄💄"])
def test_a_mistyped_code_says_what_is_wrong(cloud: Cloud, typed: str) -> None:
    with pytest.raises(Invalid, match=r"code"):
        orders.by_code(cloud.db, "paris", typed)


def test_orders_to_hand_over_come_page_by_page_oldest_first(cloud: Cloud, clock: Clock) -> None:
    placed = []
    for minute in range(7):
        placed.append(order(at=clock() - timedelta(minutes=minute // 2)))
        place(cloud, placed[-1])
    ended = placed.pop(3)
    orders.cancel(cloud.db, "paris", ended.id, "noor", cloud.now())
    seen = []
    after = None
    for _ in range(3):
        page = orders.to_hand_over(cloud.db, "paris", limit=2, after=after)
        seen += [found.id for found in page.items]
        after = page.next
    assert after is None
    assert seen == [one.id for one in sorted(placed, key=lambda one: (one.placed_at, one.id))]
    with pytest.raises(Invalid):
        orders.to_hand_over(cloud.db, "paris", after="nonsense")


def test_stock_cannot_be_set_below_what_orders_hold(cloud: Cloud) -> None:
    put(cloud, 3)
    place(cloud, order(quantity=2))
    with pytest.raises(Conflict, match="2 of LIP-01"):
        put(cloud, 1)
    assert level(cloud) == (3, 2)
    put(cloud, 2)
    assert level(cloud) == (2, 2)


def test_a_phone_orders_what_is_in_its_picture_once(cloud: Cloud) -> None:
    put(cloud, 3)
    mine, key = share(picture()), share_id()
    wanted = [Wanted("LIP-01", 2), Wanted("LIP-02")]
    first = orders.place_from_share(cloud.db, mine, wanted, key, cloud.now())
    again = orders.place_from_share(cloud.db, mine, wanted[::-1], key, cloud.now())
    assert (first.created, again.created) == (True, False)
    assert first.order.code == again.order.code
    assert (first.order.box, first.order.share, level(cloud)) == (None, mine.id, (3, 2))
    assert first.order.totals == (Money(amount=2 * 2900 + 3100, currency="EUR"),)
    with pytest.raises(Conflict):
        orders.place_from_share(cloud.db, mine, [Wanted("LIP-02")], key, cloud.now())


@pytest.mark.parametrize("wanted", [[], [Wanted("LIP-99")], [Wanted("LIP-01", 0)], [Wanted("LIP-01", 21)]])
def test_a_phone_cannot_order_what_is_not_offered(cloud: Cloud, wanted: list[Wanted]) -> None:
    with pytest.raises(Invalid):
        orders.place_from_share(cloud.db, share(picture()), wanted, share_id(), cloud.now())
    assert orders.to_hand_over(cloud.db, "paris").items == ()


def test_a_link_that_went_round_cannot_empty_a_store(cloud: Cloud) -> None:
    mine = share(picture())
    keys = [share_id() for _ in range(orders.MAX_OPEN_PER_SHARE + 1)]
    for key in keys[:-1]:
        orders.place_from_share(cloud.db, mine, [Wanted("LIP-01")], key, cloud.now())
    with pytest.raises(TooMany):
        orders.place_from_share(cloud.db, mine, [Wanted("LIP-01")], keys[-1], cloud.now())
    assert not orders.place_from_share(cloud.db, mine, [Wanted("LIP-01")], keys[0], cloud.now()).created


def test_times_are_the_stores(cloud: Cloud, paris: Credential) -> None:
    one = order()
    shown = place(cloud, one).order
    assert shown.placed_at == one.placed_at
    assert f"{shown.placed_at:%H:%M}" == "23:00"
    assert paris.store == shown.store
