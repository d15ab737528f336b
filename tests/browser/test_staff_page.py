"""The staff tablet in a real browser."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from cloud_api.contract.orders import mint_code
from tests.cloud_api.open_store import CHERRY, PASSWORD, PERSON, PETAL, OpenStore

from .conftest import PHONE_PX, TABLET_PX, Complaints
from .test_share_page import fits

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def session(store: OpenStore) -> dict[str, str]:
    """The cookies of somebody who signed in; the form itself has its own test."""
    with httpx.Client(base_url=store.url, trust_env=False) as client:
        client.post("/staff/login", data={"name": PERSON, "password": PASSWORD})
        assert client.cookies
        return dict(client.cookies)


@pytest.fixture
def tablet(store: OpenStore, session: dict[str, str], open_page: OpenPage) -> Page:
    """Signed in, at today's page."""
    return enter(open_page(TABLET_PX), store, session)


def enter(page: Page, store: OpenStore, session: dict[str, str]) -> Page:
    page.context.add_cookies([{"name": n, "value": v, "url": store.url} for n, v in session.items()])
    page.goto(f"{store.url}/staff")
    expect(page.get_by_role("heading", name="To hand over")).to_be_visible()
    return page


def test_signing_in_leads_to_today(store: OpenStore, open_page: OpenPage, complaints: Complaints) -> None:
    page = open_page(TABLET_PX)
    page.goto(f"{store.url}/staff")
    page.get_by_label("Name").fill(PERSON)
    page.get_by_label("Password").fill("not the password")
    complaints.expected.add(401)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    expect(page.get_by_label("Name")).to_have_value(PERSON)
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="To hand over")).to_be_visible()


def test_order_is_made_ready_and_redeemed_by_its_code_once(
    store: OpenStore, tablet: Page, complaints: Complaints
) -> None:
    order = store.order(CHERRY, PETAL)
    tablet.reload()
    assert fits(tablet)
    row = tablet.locator(".waiting > li", has_text=order.code)
    expect(row).to_contain_text("214 Cherry Noir")
    row.get_by_role("button", name="Mark ready").click()
    expect(row.get_by_role("button", name="Hand over")).to_be_visible()
    assert tablet.url.endswith("/staff"), "the page was never left"

    expect(tablet.get_by_label("Pickup code")).to_be_focused()
    tablet.keyboard.type(order.code.replace("-", "").lower())
    expect(tablet.get_by_text("The code is complete.")).to_be_visible()
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".said")).to_contain_text(f"{order.code} is collected. To pay: €53.50")
    expect(row).to_have_count(0)

    complaints.expected.add(409)
    tablet.keyboard.type(order.code)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".said")).to_contain_text("Already handed over")
    expect(tablet.locator(".said")).to_contain_text(f"by {PERSON}. Do not hand it over again.")


def test_mistyped_code_shows_while_typing(tablet: Page) -> None:
    code = mint_code()
    field, help_text = tablet.get_by_label("Pickup code"), tablet.locator("#code-help")
    wrong = code[:-1] + ("3" if code[-1] == "2" else "2")
    field.fill(wrong)
    expect(help_text).to_have_text("Mistyped: the check character does not match.")
    field.fill(code)
    expect(help_text).to_have_text("The code is complete.")
    field.fill("7K0")
    expect(help_text).to_have_text("A code never has 0. Please read it again.")


def test_check_in_the_browser_agrees_with_the_contract(tablet: Page) -> None:
    """Right and spoilt codes: what the page says is what the contract says."""
    codes = [mint_code() for _ in range(50)]
    alphabet = tablet.locator("#desk").get_attribute("data-alphabet")
    address = tablet.locator("script[type=module]").get_attribute("src")
    assert address is not None
    kinds = tablet.evaluate(
        """async ([address, codes, alphabet]) => {
          const { problem } = await import(address);
          return codes.map((code) => problem(code, alphabet).kind);
        }""",
        [address.replace("staff.js", "code.js"), [*codes, *(spoilt(code) for code in codes)], alphabet],
    )
    assert kinds == ["good"] * 50 + ["mistyped"] * 50


def spoilt(code: str) -> str:
    """The same code with its first letter changed."""
    return ("3" if code[0] == "2" else "2") + code[1:]


def test_scanner_types_wherever_the_focus_is(store: OpenStore, tablet: Page) -> None:
    tablet.locator("h2").first.click()
    tablet.evaluate("document.activeElement.blur()")
    tablet.keyboard.type("7KQ")
    expect(tablet.get_by_label("Pickup code")).to_have_value("7KQ")


def test_new_order_appears_by_itself_and_typing_goes_on(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    page = open_page(TABLET_PX)
    page.clock.install()
    enter(page, store, session)
    page.get_by_label("Pickup code").fill("7KQ-M")
    order = store.order(CHERRY)
    page.clock.run_for(11_000)
    expect(page.locator(".waiting")).to_contain_text(order.code)
    expect(page.get_by_label("Pickup code")).to_have_value("7KQ-M")
    expect(page.get_by_label("Pickup code")).to_be_focused()


def test_code_typed_while_a_tap_is_on_its_way_is_kept(store: OpenStore, tablet: Page) -> None:
    order = store.order(CHERRY)
    tablet.reload()
    tablet.wait_for_load_state("load")

    def meanwhile(route: Route) -> None:
        tablet.keyboard.type("7KQ-M")
        route.continue_()

    tablet.route("**/staff/orders/*", meanwhile)
    mark_ready(tablet, order.code)
    expect(tablet.locator(".said")).to_contain_text("Ready")
    expect(tablet.get_by_label("Pickup code")).to_have_value("7KQ-M")


def mark_ready(page: Page, code: str) -> None:
    page.locator(".waiting > li", has_text=code).get_by_role("button", name="Mark ready").click()


def late(page: Page, ready_ms: int, redeemed_ms: int) -> None:
    """Hold the answers to "Mark ready" and to a code back, after the store has done what they asked."""
    page.add_init_script(f"""
        const send = globalThis.fetch;
        globalThis.fetch = async (address, options) => {{
          const answer = await send(address, options);
          const {{ pathname }} = new URL(address, location.href);
          const held_ms = pathname.startsWith("/staff/orders/") ? {ready_ms} : {redeemed_ms};
          if (options?.method === "POST") await new Promise((go) => setTimeout(go, held_ms));
          return answer;
        }};""")


def test_answers_that_overlap_show_what_was_done_last(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    """A code is scanned while "Mark ready" is on its way: its answer comes late, and is not the last word."""
    order = store.order(CHERRY)
    page = open_page(TABLET_PX)
    late(page, 600, 100)
    mark_ready(enter(page, store, session), order.code)
    page.get_by_label("Pickup code").fill(order.code)
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text(f"{order.code} is collected.")
    page.wait_for_timeout(700)
    expect(page.locator(".said")).to_contain_text(f"{order.code} is collected.")


def test_code_that_is_entered_twice_before_the_answer_is_sent_once(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    """Whoever presses again because nothing happened does not hear that somebody has collected it already."""
    order = store.order(CHERRY)
    page = open_page(TABLET_PX)
    late(page, 100, 900)
    mark_ready(enter(page, store, session), order.code)
    page.get_by_label("Pickup code").fill(order.code)
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text("Ready")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text(f"{order.code} is collected.")
    page.wait_for_timeout(1_000)
    expect(page.locator(".said")).to_contain_text(f"{order.code} is collected.")


def test_code_scanned_while_another_is_on_its_way_is_kept(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    order = store.order(CHERRY)
    page = open_page(TABLET_PX)
    late(page, 0, 600)
    mark_ready(enter(page, store, session), order.code)
    expect(page.locator(".said")).to_contain_text("Ready")
    page.get_by_label("Pickup code").fill(order.code)
    page.keyboard.press("Enter")
    page.get_by_label("Pickup code").fill("7KQ-M")
    expect(page.locator(".said")).to_contain_text(f"{order.code} is collected.")
    expect(page.get_by_label("Pickup code")).to_have_value("7KQ-M")


@pytest.mark.parametrize("path", ["/staff", "/staff/floor"])
def test_lost_connection_is_said_and_heals(
    store: OpenStore, session: dict[str, str], open_page: OpenPage, complaints: Complaints, path: str
) -> None:
    page = open_page(TABLET_PX)
    page.clock.install()
    enter(page, store, session)
    page.goto(store.url + path)
    page.context.set_offline(True)
    page.clock.run_for(11_000)
    expect(page.locator("#stale")).to_contain_text("No connection since")
    page.context.set_offline(False)
    page.clock.run_for(11_000)
    expect(page.locator("#stale")).to_be_hidden()
    complaints.said = [said for said in complaints.said if "ERR_INTERNET_DISCONNECTED" not in said]


def test_camera_button_is_there_only_where_it_works(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    without = open_page(TABLET_PX)
    without.add_init_script("delete globalThis.BarcodeDetector")
    expect(enter(without, store, session).get_by_role("button", name="Scan with the camera")).to_be_hidden()
    able = open_page(TABLET_PX)
    able.add_init_script(
        "globalThis.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code']; } };"
    )
    expect(enter(able, store, session).get_by_role("button", name="Scan with the camera")).to_be_visible()


def test_camera_reads_a_code_and_hands_over(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    """The detector stands in for the camera's picture; everything behind it is real."""
    order = store.order(CHERRY)
    page = open_page(TABLET_PX)
    page.add_init_script(
        f"""globalThis.BarcodeDetector = class {{
          static async getSupportedFormats() {{ return ['qr_code']; }}
          async detect() {{ return [{{ rawValue: '{order.code}' }}]; }}
        }};
        navigator.mediaDevices.getUserMedia = async () =>
          document.createElement('canvas').captureStream(5);"""
    )
    enter(page, store, session)
    mark_ready(page, order.code)
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.locator(".said")).to_contain_text(f"{order.code} is collected.")


def test_works_without_script_and_on_a_phone(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    order = store.order(PETAL)
    page = enter(open_page(PHONE_PX, java_script_enabled=False), store, session)
    assert fits(page)
    mark_ready(page, order.code)
    page.get_by_label("Pickup code").fill(order.code)
    page.locator("#desk").get_by_role("button", name="Hand over").click()
    expect(page.locator(".said")).to_contain_text("Handed over")


def test_signing_out_elsewhere_leads_to_the_door(
    store: OpenStore, session: dict[str, str], open_page: OpenPage
) -> None:
    page = open_page(TABLET_PX)
    page.clock.install()
    enter(page, store, session)
    page.context.clear_cookies()
    page.clock.run_for(11_000)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
