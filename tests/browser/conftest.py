"""A real Chromium, and pages that fail a test when the browser had anything to complain about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.cloud_api.open_store import OpenStore, open_store

ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE_PX: Final = (390, 844)
TABLET_PX: Final = (1024, 768)


@dataclass
class Complaints:
    """What the browser did not like: script errors, refused content, failed loads, other hosts."""

    said: list[str] = field(default_factory=list)
    #: Statuses that a test provokes on purpose.
    expected: set[int] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Hear what goes wrong on this page from now on."""
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", self._console)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        provoked = any(f"status of {status} " in message.text for status in self.expected)
        if message.type in ("error", "warning") and not provoked:
            self.said.append(message.text)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.said.append(f"{response.status} {response.url}")
        if "//127.0.0.1:" not in response.url and not response.url.startswith(("data:", "blob:")):
            self.said.append(f"elsewhere: {response.url}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Empty at the end, or the test fails."""
    found = Complaints()
    yield found
    assert not found.said, "\n".join(found.said)


@pytest.fixture
def open_page(browser: Browser, complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """`open_page((width, height), **context options)`: a fresh page that nobody has used before."""
    contexts: list[BrowserContext] = []

    def opened(size_px: tuple[int, int], **options: bool) -> Page:
        viewport = {"width": size_px[0], "height": size_px[1]}
        context = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    """The real cloud, open for business."""
    with open_store(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened
