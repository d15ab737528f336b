"""The demo store for a while, on the sample portrait, and a shopper who walks through it in a real browser.

    opened(place) ──→ cloud, uplink and mirror run as in the demo; everything ends with the block
    Shopper       ──→ touches the mirror's live view where it says that a control is

For the pictures of the README (`vitrine screenshots`) and for the end-to-end test.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import httpx
from pydantic import BaseModel

from deploy import demo
from deploy import place as places
from deploy.demo import DemoFailed, Running
from deploy.log import Log
from deploy.place import Place
from deploy.supervisor import Supervisor
from models import store as models

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: A slow computer with other work to do; a quick one needs a twentieth.
_PATIENCE_S: Final = 40.0
_LOOK_S: Final = 0.1


class Target(BaseModel):
    """A control, as shares of the screen."""

    x: float
    y: float
    w: float
    h: float


class Seen(BaseModel):
    """What the mirror says of itself now (`view` in `/state`)."""

    screen: str
    worn: str | None = None
    order_code: str | None = None
    link: str | None = None
    targets: Mapping[str, Target] = {}


@contextmanager
def opened(place: Place) -> Iterator[Running]:
    """The demo store in `place`, on the portrait, without a window. DemoFailed, ConfigError, ModelError."""
    models.ensure(lambda *_: None)
    with place.alone():
        ports = places.Ports.free(places.CLOUD_PORT)
        template = place.home / "rehearsal.toml"
        template.write_text(_without_hardware(places.TEMPLATE.read_text()))
        box = places.write_box_file(place, ports, template)
        with (
            Log(place.log, verbose=False) as log,
            Supervisor(log.say, log.note) as supervisor,
            demo.opened(supervisor, log, place, box, ports) as running,
        ):
            if running is None:
                raise DemoFailed("the store was told to close while it opened")
            yield running


def view_url(running: Running) -> str:
    """The mirror's live view."""
    return f"http://127.0.0.1:{running.box.screens['mirror'].view_port}"


class Shopper:
    """Somebody at the mirror, by way of its live view on `page`."""

    def __init__(self, page: "Page", url: str) -> None:
        self._page, self._url = page, url
        page.goto(url)

    def seen(self) -> Seen:
        """What the mirror shows now; nothing to tap while it has no camera picture yet."""
        state = httpx.get(f"{self._url}/state", timeout=10.0, trust_env=False).raise_for_status().json()
        return Seen.model_validate(state["view"] or {"screen": f"failsafe ({state['trouble']})"})

    def wait(self, what: str, until: Callable[[Seen], object]) -> Seen:
        """Wait until the mirror shows it; TimeoutError says what did not come, and what was there instead."""
        deadline_s = time.monotonic() + _PATIENCE_S
        while not until(seen := self.seen()):
            if time.monotonic() > deadline_s:
                raise TimeoutError(
                    f"{what} did not come: the mirror is at {seen.screen!r}, {sorted(seen.targets)}"
                )
            time.sleep(_LOOK_S)
        return seen

    def arrive(self, screen: str) -> Seen:
        """Wait for a screen."""
        return self.wait(f"the screen {screen!r}", lambda seen: seen.screen == screen)

    def tap(self, name: str) -> None:
        """Touch a control once it is there: through the picture on the page, like a person."""
        self.wait(f"the control {name!r}", lambda seen: name in seen.targets)
        target = self.still().targets[name]
        box = self._page.locator("canvas").bounding_box()
        assert box is not None, "the live view shows no picture"
        x_px = box["x"] + (target.x + target.w / 2) * box["width"]
        y_px = box["y"] + (target.y + target.h / 2) * box["height"]
        self._page.mouse.click(x_px, y_px, delay=60)

    def try_another(self) -> str:
        """Put on the first shade in sight that is not worn; its SKU."""
        self.arrive("try_on")
        seen = self.still()
        shades = (name.removeprefix("shade:") for name in seen.targets if name.startswith("shade:"))
        sku = next(shade for shade in shades if shade != seen.worn)
        self.tap(f"shade:{sku}")
        self.wait(f"wearing {sku}", lambda now: now.worn == sku)
        return sku

    def still(self) -> Seen:
        """What the mirror shows once nothing glides or scrolls any more."""
        before = self.seen()
        while (now := self.seen()).targets != before.targets:
            before = now
            time.sleep(2 * _LOOK_S)
        return now

    def picture(self) -> bytes:
        """The screen as it is now, PNG."""
        return httpx.get(f"{self._url}/frame.png", timeout=20.0, trust_env=False).raise_for_status().content


def _without_hardware(box_toml: str) -> str:
    """The demo's box file, whatever webcam and display this computer has."""
    box_toml = re.sub(r"(?m)^source = \[.*?\]$", 'source = "portrait:"', box_toml)
    return re.sub(r'(?m)^display = "auto"', 'display = "headless"', box_toml)
