"""A shopper at the real mirror: looks at it, touches what it offers, remembers what it promised."""

import json
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

#: What to touch on each screen to come to a picture on the phone and an order, in this order of liking.
_WANTED: Final = {
    "attract": ("start",),
    "try_on": ("pose", "order"),
    "review": ("keep",),
    "consent": ("continue", "phone"),
    "saved": ("order", "done"),
    "order": ("done", "place"),
    "thanks": ("done",),
    "still_there": ("here",),
}
_LOOK_S: Final = 0.08


@dataclass
class Shopper:
    """Comes back again and again until `leave`. orders: code by id. shares: link by id."""

    url: str
    orders: dict[str, str] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)
    _gone: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def come(self) -> None:
        """Begin, beside the test."""
        self._thread = threading.Thread(target=self._visit_again_and_again)
        self._thread.start()

    def leave(self) -> None:
        """Stop touching."""
        self._gone.set()
        if self._thread is not None:
            self._thread.join()

    def _visit_again_and_again(self) -> None:
        while not self._gone.wait(_LOOK_S):
            # The mirror was killed, or is not there yet.
            with suppress(OSError, httpx.HTTPError, WebSocketException):
                self._visit()

    def _visit(self) -> None:
        address = f"{self.url.replace('http', 'ws', 1)}/live"
        with (
            httpx.Client(base_url=self.url, timeout=5, trust_env=False) as client,
            connect(address, open_timeout=5, close_timeout=1) as screen,
        ):
            while not self._gone.wait(_LOOK_S):
                view = client.get("/state").raise_for_status().json()["view"]
                self._remember(view)
                self._touch(screen, view)

    def _remember(self, view: dict[str, Any]) -> None:
        """What a shopper reads on the screen is a promise."""
        if view["order"] is not None:
            self.orders[view["order"]] = view["order_code"]
        if view["share"] is not None:
            self.shares[view["share"]] = view["link"]

    def _touch(self, screen: ClientConnection, view: dict[str, Any]) -> None:
        wanted = _WANTED.get(view["screen"], ())
        if view["screen"] == "try_on" and random.random() < 0.5:
            wanted = tuple(reversed(wanted))
        target = next((view["targets"][name] for name in wanted if name in view["targets"]), None)
        if target is None:
            return
        x, y = target["x"] + target["w"] / 2, target["y"] + target["h"] / 2
        for kind in ("down", "up"):
            screen.send(json.dumps({"pointer": kind, "x": x, "y": y}))
            time.sleep(0.05)
