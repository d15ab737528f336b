"""The staff pages over real HTTP, without script: session, figures, handing over, refusals."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from cloud_api import credentials, orders, users
from cloud_api.contract import events
from cloud_api.contract.base import Money, Product
from cloud_api.contract.orders import OrderState, mint_code
from cloud_api.users import Role

from .open_store import BOX, CHERRY, PASSWORD, PERSON, PETAL, STORE, OpenStore, new_id, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    """One store for the tests that do not count."""
    with open_store(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture(scope="module")
def tablet(store: OpenStore) -> Iterator[httpx.Client]:
    """A browser that is signed in."""
    with browser(store) as client:
        assert sign_in(client).status_code == 200
        yield client


@pytest.fixture
def stranger(store: OpenStore) -> Iterator[httpx.Client]:
    """A browser that is not signed in."""
    with browser(store) as client:
        yield client


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[OpenStore]:
    """A store where nothing has happened yet."""
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def new_tablet(new_store: OpenStore) -> Iterator[httpx.Client]:
    """A browser signed in there."""
    with browser(new_store) as client:
        assert sign_in(client).status_code == 200
        yield client


def browser(store: OpenStore) -> httpx.Client:
    accept = {"Accept": "text/html"}
    return httpx.Client(base_url=store.url, headers=accept, trust_env=False, follow_redirects=True)


def sign_in(client: httpx.Client, name: str = PERSON, password: str = PASSWORD) -> httpx.Response:
    return client.post("/staff/login", data={"name": name, "password": password})


def csrf(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/staff").text)
    assert found
    return found[1]


def tap(client: httpx.Client, order: orders.OrderView, to: str) -> httpx.Response:
    form = {"csrf": csrf(client), "store": STORE, "to": to}
    return client.post(f"/staff/orders/{order.id}", data=form)


def redeem(client: httpx.Client, code: str) -> httpx.Response:
    return client.post("/staff/redeem", data={"csrf": csrf(client), "store": STORE, "code": code})


def state(store: OpenStore, order: orders.OrderView) -> OrderState:
    return orders.find(store.cloud.db, STORE, order.id).state


def said(page: httpx.Response) -> str:
    """The words of the answer to the last tap."""
    found = re.search(r'<div class="said[^"]*">(.*?)</div>', page.text, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()


def test_without_session_there_is_only_the_door(stranger: httpx.Client) -> None:
    page = stranger.get("/staff")
    assert page.url.path == "/staff/login"
    assert 'type="password"' in page.text
    for address in ("/staff/redeem", f"/staff/orders/{uuid4()}"):
        form = {"csrf": "x", "store": STORE, "code": "x", "to": "ready"}
        assert stranger.post(address, data=form).url.path == "/staff/login"


def test_wrong_password_and_unknown_name_read_the_same(stranger: httpx.Client) -> None:
    wrong, unknown = sign_in(stranger, password="not the password"), sign_in(stranger, name="nobody")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace(PERSON, "nobody") == unknown.text
    assert "Name or password is wrong." in wrong.text


def test_login_is_rate_limited_and_says_how_long(store: OpenStore, stranger: httpx.Client) -> None:
    users.create(store.cloud.db, "eve", PASSWORD, store.clock(), role=Role.STAFF, store=STORE)
    tried = [sign_in(stranger, "eve", "not the password") for _ in range(6)]
    assert [page.status_code for page in tried] == [401] * 5 + [429]
    assert int(tried[-1].headers["retry-after"]) > 0
    assert re.search(r"Too many attempts. Please wait \d+ min", tried[-1].text)
    assert sign_in(stranger, "eve").status_code == 429, "even the right one has to wait"


def test_session_cookie_is_out_of_reach(stranger: httpx.Client) -> None:
    reply = stranger.post("/staff/login", data={"name": PERSON, "password": PASSWORD}, follow_redirects=False)
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_sign_out_ends_the_session_on_the_server(stranger: httpx.Client) -> None:
    tablet = stranger
    sign_in(tablet)
    kept = dict(tablet.cookies)
    assert tablet.post("/staff/logout", data={"csrf": csrf(tablet)}).url.path == "/staff/login"
    tablet.cookies.update(kept)
    assert tablet.get("/staff").url.path == "/staff/login"


def test_figures_say_what_they_count(new_store: OpenStore, new_tablet: httpx.Client) -> None:
    visit, other = new_id(), new_id()
    new_store.happened(
        events.MirrorSessionStarted(session=visit),
        events.MirrorSessionStarted(session=other),
        *(events.ProductTried(session=visit, sku="VM-214", seconds=4) for _ in range(5)),
        events.ShareCreated(session=visit, share=new_id(), purposes=("phone",), skus=("VM-214",)),
    )
    new_store.order(CHERRY)
    page = new_tablet.get("/staff").text
    shown = re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)</dd><dd>([^<]+)</dd>", page)
    assert shown == [
        ("Sessions", "2", "times somebody used a mirror"),
        ("Tries", "5", "shades worn, 2.5 per session"),
        ("Shares", "1", "pictures shared, 50 % of sessions"),
        ("Orders", "1", "reserved; 0 handed over today"),
    ]


def test_quiet_day_is_calm(new_tablet: httpx.Client) -> None:
    page = new_tablet.get("/staff").text
    assert "Nothing is waiting." in page
    assert "<dd>0</dd><dd>shades worn</dd>" in page, "no rate without sessions"


def test_order_goes_from_placed_to_ready_to_collected_by_one_tap_each(
    store: OpenStore, tablet: httpx.Client
) -> None:
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY, PETAL, ago_s=18 * 60 + 5).id)
    page = tablet.get("/staff").text
    for shown in (order.code, "18 min", "Velvet Matte · 214 Cherry Noir", "#7e1f35", "Glass Gloss"):
        assert shown in page
    assert "lies at the counter" in said(tap(tablet, order, "ready"))
    assert state(store, order) is OrderState.READY
    assert f"{order.code} is collected. To pay: €53.50." in tap(tablet, order, "collected").text
    assert state(store, order) is OrderState.COLLECTED
    assert order.code not in tablet.get("/staff").text


def test_code_is_redeemed_once_and_a_second_try_says_when_and_by_whom(
    store: OpenStore, tablet: httpx.Client
) -> None:
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY).id)
    tap(tablet, order, "ready")
    typed = f" {order.code.lower().replace('-', ' ')} "
    first = redeem(tablet, typed)
    assert first.status_code == 200
    assert said(first).startswith("Handed over")
    second = redeem(tablet, order.code)
    assert second.status_code == 409
    last = orders.find(store.cloud.db, STORE, order.id).last
    assert last is not None
    assert f"was collected today at {last.at:%H:%M}, by {PERSON}." in said(second)
    assert orders.find(store.cloud.db, STORE, order.id).log[-1] == last, "nothing was written again"


def test_code_of_an_order_that_is_not_ready_is_not_handed_over(
    store: OpenStore, tablet: httpx.Client
) -> None:
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY).id)
    page = redeem(tablet, order.code)
    assert page.status_code == 409
    assert "Not ready yet" in said(page)
    assert state(store, order) is OrderState.ALLOCATED


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("7KQ", "A pickup code has 7 characters, this has 3."),
        ("0KQM4XC", "A pickup code never has 0"),
        ("<b>KQ-M4", "A pickup code"),
    ],
)
def test_code_that_cannot_be_one_says_what_is_wrong(tablet: httpx.Client, code: str, words: str) -> None:
    page = redeem(tablet, code)
    assert page.status_code == 422
    assert words in said(page)
    assert "<b>KQ" not in page.text


def test_mistyped_code_never_reaches_an_order(store: OpenStore, tablet: httpx.Client) -> None:
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY).id)
    tap(tablet, order, "ready")
    swapped = order.code[1] + order.code[0] + order.code[2:]
    if swapped != order.code:
        assert "check character does not match" in said(redeem(tablet, swapped))
    assert "has no order with it" in said(redeem(tablet, mint_code()))
    assert state(store, order) is OrderState.READY


def test_form_of_another_session_is_refused(store: OpenStore, tablet: httpx.Client) -> None:
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY).id)
    for token in ("0", "0" * 64):
        form = {"csrf": token, "store": STORE, "to": "ready"}
        assert tablet.post(f"/staff/orders/{order.id}", data=form).status_code == 403
        assert tablet.post("/staff/redeem", data=form | {"code": order.code}).status_code == 403
        assert tablet.post("/staff/logout", data=form).status_code == 403
    assert state(store, order) is OrderState.ALLOCATED


def test_form_of_another_site_is_refused(store: OpenStore, tablet: httpx.Client) -> None:
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY).id)
    form = {"csrf": csrf(tablet), "store": STORE, "to": "ready"}
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    assert tablet.post(f"/staff/orders/{order.id}", data=form, headers=elsewhere).status_code == 403
    assert state(store, order) is OrderState.ALLOCATED


def test_another_store_is_out_of_reach(store: OpenStore, tablet: httpx.Client) -> None:
    code = credentials.make_code(store.cloud, "tokyo-1", "mirror-9", store.clock()).code
    credentials.enrol(store.cloud, code, "test", store.clock())
    assert tablet.get("/staff?store=tokyo-1").status_code == 403
    order = orders.find(store.cloud.db, STORE, store.order(CHERRY).id)
    form = {"csrf": csrf(tablet), "store": "tokyo-1", "to": "ready"}
    assert tablet.post(f"/staff/orders/{order.id}", data=form).status_code == 403
    assert state(store, order) is OrderState.ALLOCATED


def test_administrator_chooses_among_stores(new_store: OpenStore, new_tablet: httpx.Client) -> None:
    code = credentials.make_code(new_store.cloud, "tokyo-1", "mirror-9", new_store.clock()).code
    credentials.enrol(new_store.cloud, code, "test", new_store.clock())
    users.create(new_store.cloud.db, "ada", PASSWORD, new_store.clock())
    assert "<option selected>paris-1</option><option>tokyo-1</option>" in sign_in(new_tablet, "ada").text
    assert "mirror-9" in new_tablet.get("/staff?store=tokyo-1").text
    assert new_tablet.get("/staff?store=rome-1").status_code == 404


def test_marketing_does_not_hand_over(store: OpenStore, stranger: httpx.Client) -> None:
    users.create(store.cloud.db, "max", PASSWORD, store.clock(), role=Role.MARKETING, store=STORE)
    assert sign_in(stranger, "max").url.path == "/gallery"
    assert stranger.get("/staff").status_code == 403


def test_boxes_say_how_they_are(new_store: OpenStore, new_tablet: httpx.Client) -> None:
    def report(screen: str, *, camera_ok: bool) -> events.BoxHealth:
        return events.BoxHealth(
            screen=screen,
            fps=29.6,
            p95_frame_ms=21.0,
            dropped_frames=0,
            camera_ok=camera_ok,
            outbox_depth=0,
            disk_free_mb=9000,
            version="0.1.0",
        )

    new_store.happened(
        report("left", camera_ok=True), report("right", camera_ok=False), report("left", camera_ok=True)
    )
    page = new_tablet.get("/staff").text
    assert page.count("left: 30 pictures a second, camera fine.") == 1
    assert "right: no camera picture. Check its plug." in page
    new_store.clock.ahead = timedelta(hours=2)
    assert re.search(rf"{BOX}</b><p>Not heard for [12] h", new_tablet.get("/staff").text)


def test_names_on_orders_are_text_never_markup(store: OpenStore, tablet: httpx.Client) -> None:
    nasty = '"><script>alert("x")</script>'
    store.order(
        Product(sku="X-1", brand=nasty, name=nasty, shade=nasty, price=Money(amount=1, currency="EUR"))
    )
    page = tablet.get("/staff").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_long_list_begins_with_the_oldest_and_says_there_is_more(
    new_store: OpenStore, new_tablet: httpx.Client
) -> None:
    placed = [new_store.order(CHERRY, ago_s=60.0 * number) for number in range(32)]
    page = new_tablet.get("/staff").text
    assert page.index(placed[-1].code) < page.index(placed[-2].code)
    assert placed[0].code not in page
    assert "Newer orders are waiting behind these." in page
