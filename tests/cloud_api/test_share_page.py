"""The phone page of a share, over real HTTP, without script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from cloud_api import orders, shares
from cloud_api.contract import links
from cloud_api.contract.base import Money, Product

from .open_store import CHERRY, PETAL, STORE, OpenStore, card, new_id, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    with open_store(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture
def phone(store: OpenStore) -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "none"}
    with httpx.Client(base_url=store.url, headers=headers, trust_env=False, follow_redirects=True) as client:
        yield client


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form whose address ends so."""
    form = re.search(rf'<form method="post" action="[^"]*/{action}">(.*?)</form>', page, re.DOTALL)
    assert form, f"no form {action}"
    return dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', form[1]))


def test_shows_picture_products_prices_and_expiry(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY, PETAL)
    page = phone.get(f"/s/{token}")
    assert page.status_code == 200
    for shown in ("Velvet Matte", "214 Cherry Noir", "€29.00", "#d9738a", "03 Petal"):
        assert shown in page.text
    expires = store.clock() + timedelta(days=30)
    assert f"{expires:%A}, {expires.day} {expires:%B %Y}" in page.text
    assert f'<meta property="og:image" content="{store.url}/s/{token}/picture.jpg">' in page.text
    picture = phone.get(f"/s/{token}/picture.jpg")
    assert picture.content == card()
    assert picture.headers["content-type"] == "image/jpeg"


def test_sets_no_cookie_and_loads_nothing_from_elsewhere(store: OpenStore, phone: httpx.Client) -> None:
    page = phone.get(f"/s/{store.share(CHERRY)}")
    assert "set-cookie" not in page.headers
    loaded = re.findall(r'(?:src|<link [^>]*href)="([^"]+)"', page.text)
    assert loaded
    assert all(address.startswith("/") for address in loaded)
    policy = page.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy
    assert not re.search(r"<script(?![^>]*src)|\sstyle=|\son\w+=", page.text)


def test_every_loaded_file_is_there_and_kept_for_ever(store: OpenStore, phone: httpx.Client) -> None:
    page = phone.get(f"/s/{store.share(CHERRY)}")
    for address in set(re.findall(r'"(/static/[^"]+)"', page.text)):
        file = phone.get(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
    assert phone.get("/static/0123/base.css").headers["cache-control"] == "no-cache"
    assert phone.get("/static/0123/..%2Frender.py").status_code == 404


def test_download_has_a_name_and_is_counted(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY)
    saved = phone.get(f"/s/{token}/picture.jpg?save")
    assert re.fullmatch(
        r'attachment; filename="vitrine-\d{4}-\d\d-\d\d.jpg"', saved.headers["content-disposition"]
    )
    share = shares.resolve(store.cloud, token, store.clock()).share
    assert share is not None
    assert share.downloads == 1


def test_picture_is_not_sent_twice_but_always_asked_for(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY)
    first = phone.get(f"/s/{token}/picture.jpg")
    assert "no-cache" in first.headers["cache-control"]
    again = phone.get(f"/s/{token}/picture.jpg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_opening_counts_once_and_coming_back_from_a_form_does_not(
    store: OpenStore, phone: httpx.Client
) -> None:
    token = store.share(CHERRY)
    phone.get(f"/s/{token}")
    phone.get(f"/s/{token}", headers={"Sec-Fetch-Site": "same-origin"})
    share = shares.resolve(store.cloud, token, store.clock()).share
    assert share is not None
    assert share.views == 1


def test_two_taps_on_reserve_are_one_order_with_code_and_qr(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY, PETAL)
    form = form_of(phone.get(f"/s/{token}").text, "reserve")
    first, second = (phone.post(f"/s/{token}/reserve", data=form) for _ in range(2))
    share = shares.resolve(store.cloud, token, store.clock()).id
    assert share is not None
    placed = orders.of_share(store.cloud.db, share)
    assert [order.lines[0].product.sku for order in placed] == ["VM-214"]
    for page in (first, second):
        assert page.text.count(f'<span class="code">{placed[0].code}</span>') == 1
        assert page.text.count("<svg viewBox") >= 1
        assert '<svg viewBox="0 0 25 25"' in page.text, "the QR of the code"
    assert form_of(first.text, "reserve")["sku"] == "GG-03", "the other product can still be reserved"


def test_collected_order_says_when(store: OpenStore, phone: httpx.Client) -> None:
    share = new_id()
    order = store.order(CHERRY, share=share)
    token = store.share(CHERRY, id_=share)
    assert order.code in phone.get(f"/s/{token}").text, "an order of the mirror shows on the phone"
    orders.ready(store.cloud.db, STORE, order.id, "mia", store.clock())
    assert "Ready to collect" in phone.get(f"/s/{token}").text
    orders.redeem(store.cloud.db, STORE, order.id, "mia", store.clock())
    page = phone.get(f"/s/{token}").text
    assert "Collected" in page
    assert "Handed over today at" in page
    assert "Reserve again" in page


def test_product_that_is_not_in_the_picture_is_refused(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY)
    page = phone.post(f"/s/{token}/reserve", data={"sku": "OTHER-1", "order": str(uuid4())})
    assert page.status_code == 422
    assert "OTHER-1 is not in this picture." in page.text
    share = shares.resolve(store.cloud, token, store.clock()).id
    assert share is not None
    assert not orders.of_share(store.cloud.db, share)


def test_switch_changes_the_consent_and_back(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY)

    def may() -> bool:
        share = shares.resolve(store.cloud, token, store.clock()).share
        assert share is not None
        return share.shop

    page = phone.get(f"/s/{token}").text
    assert 'aria-checked="false"' in page
    on = form_of(page, "consent")
    page = phone.post(f"/s/{token}/consent", data=on).text
    assert 'aria-checked="true"' in page
    assert may()
    phone.post(f"/s/{token}/consent", data=on)
    assert may(), "the same form twice says the same"
    phone.post(f"/s/{token}/consent", data=form_of(page, "consent"))
    assert not may()


def test_revoked_picture_is_gone_everywhere(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY)
    assert phone.post(f"/s/{token}/revoke").status_code == 422, "not without being sure"
    assert phone.get(f"/s/{token}/picture.jpg").status_code == 200
    page = phone.post(f"/s/{token}/revoke", data={"sure": "yes"})
    assert page.status_code == 410
    assert "Your picture is deleted" in page.text
    assert phone.get(f"/s/{token}/picture.jpg").status_code == 410
    assert not any(str(links.read(token)[0]) in key for key in set(store.cloud.blobs.keys()))
    assert phone.post(f"/s/{token}/reserve", data={"sku": "VM-214", "order": str(uuid4())}).status_code == 410


def test_picture_on_its_way_refreshes_by_itself_then_arrives(store: OpenStore, phone: httpx.Client) -> None:
    share = new_id()
    page = phone.get(f"/s/{store.token(share)}")
    assert page.status_code == 200
    assert "Your picture is on its way" in page.text
    assert '<meta http-equiv="refresh"' in page.text
    assert phone.get(f"/s/{store.token(share)}/picture.jpg").status_code == 404
    store.share(CHERRY, id_=share)
    assert "Velvet Matte" in phone.get(f"/s/{store.token(share)}").text


def test_picture_deleted_before_it_arrived_stays_deleted(store: OpenStore, phone: httpx.Client) -> None:
    share = new_id()
    page = phone.post(f"/s/{store.token(share)}/revoke", data={"sure": "yes"})
    assert page.status_code == 410
    store.share(CHERRY, id_=share)
    assert "Your picture is deleted" in phone.get(f"/s/{store.token(share)}").text


def test_expired_picture_says_so(store: OpenStore, phone: httpx.Client) -> None:
    token = store.share(CHERRY, days=1)
    store.clock.ahead = timedelta(days=1, seconds=1)
    try:
        page = phone.get(f"/s/{token}")
        assert page.status_code == 410
        assert "has expired" in page.text
        assert phone.get(f"/s/{token}/picture.jpg").status_code == 410
    finally:
        store.clock.ahead = timedelta(0)


@pytest.mark.parametrize("forged", ["another id", "another box", "cut off", "no token", "not ASCII"])
def test_forged_link_is_404_and_looks_like_the_rest(
    store: OpenStore, phone: httpx.Client, forged: str
) -> None:
    genuine = store.share(CHERRY)
    token = {
        "another id": store.token(new_id())[:21] + genuine[21:],
        "another box": genuine.replace(".mirror-1", ".mirror-2"),
        "cut off": genuine[:20],
        "no token": "x",
        "not ASCII": "é." + genuine,
    }[forged]
    page = phone.get(f"/s/{token}")
    assert page.status_code == 404
    assert "Nothing here" in page.text
    assert "Velvet" not in page.text
    for post in ("reserve", "consent", "revoke", "forwarded"):
        form = {"sku": "VM-214", "order": str(uuid4()), "shop": "on", "sure": "yes"}
        assert phone.post(f"/s/{token}/{post}", data=form).status_code == 404


def test_names_are_text_never_markup(store: OpenStore, phone: httpx.Client) -> None:
    nasty = '<script>alert("x")</script>'
    price = Money(amount=1, currency="EUR")
    product = Product(
        sku="X-1", brand=nasty, name=f'"><img src=x onerror=alert(1)>{nasty}', shade=nasty, price=price
    )
    page = phone.get(f"/s/{store.share(product)}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_cjk_names_arrive_whole(store: OpenStore, phone: httpx.Client) -> None:
    price = Money(amount=12800, currency="JPY")
    product = Product(sku="X-2", brand="資生堂", name="ルージュ", shade="薔薇色", price=price)
    page = phone.get(f"/s/{store.share(product)}")
    assert "ルージュ" in page.text
    assert "¥12,800" in page.text


def test_errors_are_pages_for_people_and_problems_for_programs(phone: httpx.Client) -> None:
    page = phone.get("/no/such/page")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    problem = phone.get("/no/such/page", headers={"Accept": "application/json"})
    assert problem.headers["content-type"] == "application/problem+json"


def test_mistake_of_ours_is_a_calm_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        token = store.share(CHERRY)
        for picture in (tmp_path / "blobs").rglob("*.jpg"):
            picture.unlink()
            picture.mkdir()  # reading it fails in a way nobody foresaw
        page = httpx.get(
            f"{store.url}/s/{token}/picture.jpg", headers={"Accept": "text/html"}, trust_env=False
        )
    assert page.status_code == 500
    assert "That did not work" in page.text
    assert "Traceback" not in page.text


def test_index_leads_staff_in(phone: httpx.Client) -> None:
    page = phone.get("/")
    assert page.status_code == 200
    assert 'href="/staff"' in page.text


def test_look_shows_picture_and_products_and_nothing_of_its_owner(
    store: OpenStore, phone: httpx.Client
) -> None:
    share = new_id()
    order = store.order(CHERRY, share=share)
    token = store.share(CHERRY, id_=share)
    own = phone.get(f"/s/{token}").text
    look = re.search(r'data-link="([^"]+)"', own)
    assert look
    page = phone.get(look[1])
    assert page.status_code == 200
    assert "Velvet Matte" in page.text
    assert phone.get(f"{look[1]}/picture.jpg").content == card()
    assert token not in page.text
    assert order.code not in page.text
    assert "<form" not in page.text, "nothing to delete, agree to or order"


def test_look_link_and_own_link_do_not_open_each_other(store: OpenStore, phone: httpx.Client) -> None:
    share = new_id()
    token = store.share(CHERRY, id_=share)
    look = links.token(links.Kind.LOOK, share, store.box.box, bytes.fromhex(store.box.share_secret))
    assert phone.get(f"/l/{look}").status_code == 200
    assert phone.get(f"/l/{token}").status_code == 404
    assert phone.get(f"/s/{look}").status_code == 404
    assert phone.post(f"/s/{look}/revoke", data={"sure": "yes"}).status_code == 404
    assert phone.get(f"/l/{look}").status_code == 200, "still there"


def test_look_goes_when_its_owner_deletes_the_picture(store: OpenStore, phone: httpx.Client) -> None:
    share = new_id()
    look = links.token(links.Kind.LOOK, share, store.box.box, bytes.fromhex(store.box.share_secret))
    assert "is on its way" in phone.get(f"/l/{look}").text
    token = store.share(CHERRY, id_=share)
    phone.post(f"/s/{token}/revoke", data={"sure": "yes"})
    assert phone.get(f"/l/{look}").status_code == 410
    assert phone.get(f"/l/{look}/picture.jpg").status_code == 404
