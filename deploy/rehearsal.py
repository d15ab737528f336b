"""The demo store for a while, on the sample portrait, and a shopper who walks through it in a real browser.

    opened(place) ──→ the whole store runs as in the demo; everything ends with the block
    Shopper       ──→ touches the mirror's live view where it says that a control is

For the pictures of the README (`vitrine screenshots`), `vitrine bench store` and the end-to-end test.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from deploy import demo, loopback
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
    with place.alone(), places.Held() as held:
        ports = places.Ports.free(places.CLOUD_PORT, held)
        template = place.home / "rehearsal.toml"
        template.write_text(_without_hardware(places.TEMPLATE.read_text()))
        box = places.write_box_file(place, ports, template, held=held)
        with (
            Log(place.log, verbose=False) as log,
            Supervisor(log.say, log.note) as supervisor,
            demo.opened(supervisor, log, place, box, ports) as running,
        ):
            if running is None:
                raise DemoFailed("the store was told to close while it opened")
            yield running


def view_url(running: Running, name: str = "mirror") -> str:
    """The live view of a screen or counter."""
    return f"http://127.0.0.1:{places.live_ports(running.box)[name]}"


#: Touches a place, given as shares of the screen's width and height.
Finger = Callable[[float, float], None]


def finger_on(page: "Page", canvas: str = "canvas") -> Finger:
    """A finger on the live picture of a page in a browser; canvas: which one, by CSS selector."""

    def touch(x: float, y: float) -> None:
        box = page.locator(canvas).bounding_box()
        assert box is not None, "the page shows no live picture"
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"], delay=60)

    return touch


@contextmanager
def finger_without_page(url: str) -> Iterator[Finger]:
    """A finger on the live view at `url`, without a browser."""
    from websockets.sync.client import connect

    with connect(f"{url.replace('http', 'ws', 1)}/live", proxy=None) as screen:

        def touch(x: float, y: float) -> None:
            for kind in ("down", "up"):
                screen.send(json.dumps({"pointer": kind, "x": x, "y": y}))
                time.sleep(0.06)

        yield touch


class Shopper:
    """Somebody at the mirror, whose live view is at `url` and is touched with `finger`."""

    def __init__(self, finger: Finger, url: str) -> None:
        self._finger, self._url = finger, url

    @classmethod
    def on(cls, page: "Page", url: str) -> "Shopper":
        """On the live view's own page."""
        page.goto(url)
        return cls(finger_on(page), url)

    def seen(self) -> Seen:
        """What the mirror shows now; nothing to tap while it has no camera picture yet."""
        state = loopback.get(f"{self._url}/state", 10.0).raise_for_status().json()
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
        """Touch a control once it is there: on the picture, like a person."""
        self.wait(f"the control {name!r}", lambda seen: name in seen.targets)
        target = self.still().targets[name]
        self._finger(target.x + target.w / 2, target.y + target.h / 2)

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

    def visit(self, agrees_to: tuple[str, ...] = ("phone",)) -> str:
        """From passing by to a picture on the phone and an order; the picture's link."""
        self.arrive("attract")
        self.tap("touch")
        self.try_another()
        for name in ("pose", "keep", *agrees_to, "continue"):
            self.tap(name)
        link = self.wait("the link", lambda seen: seen.link).link
        assert link is not None
        self.order()
        return link

    def order(self) -> str:
        """Reserve what is worn and go; the pickup code on the screen."""
        self.tap("order")
        self.tap("place")
        code = self.wait("the pickup code", lambda seen: seen.order_code).order_code
        assert code is not None
        self.tap("done")
        return code

    def picture(self) -> bytes:
        """The screen as it is now, PNG."""
        return loopback.get(f"{self._url}/frame.png", 20.0).raise_for_status().content


def _without_hardware(box_toml: str) -> str:
    """The demo's box file, whatever webcam and display this computer has."""
    box_toml = re.sub(r"(?m)^source = \[.*?\]$", 'source = "portrait:"', box_toml)
    return re.sub(r'(?m)^display = "auto"', 'display = "headless"', box_toml)
