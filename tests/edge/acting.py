"""What the stage's tests share: an experience that writes down what happens to it, a clock, a camera."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pygame

from cloud_api.contract.base import Money, Product
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.events import Event, MirrorSessionEnded, MirrorSessionStarted, ShareCreated
from cloud_api.contract.shares import Purpose
from edge import config
from edge.cameras.thread import CameraStatus
from edge.dispatch import Dispatcher
from edge.display import Display, Gathered
from edge.experience import Ending, Inputs, Publish, Record, Request
from edge.health import Health
from edge.latest import Latest
from edge.outbox import Backlog, Outbox
from edge.scene import Frame, Scene
from edge.stage import Stage
from edge.view.pane import Pane
from models.results import U8

NOTHING = Gathered()
WORKING = CameraStatus(ok=True, words="the camera works", source="portrait:")
SESSION = uuid.UUID(int=7)
CREDENTIAL = Credential(
    store="lumen", box="front", token="t", share_secret="ab" * 32, link_url="https://share.example"
)


@dataclass
class Clock:
    """Monotonic seconds that pass only when told."""

    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Actor:
    """An experience that records a session and paints one colour. `fault` names the method that raises."""

    needs: frozenset[str] = frozenset()
    colour: tuple[int, int, int] = (10, 200, 30)
    fault: str = ""
    calls: list[str] = field(default_factory=list)
    scenes: list[Scene | None] = field(default_factory=list)
    inputs: list[Inputs] = field(default_factory=list)
    asks: list[Request] = field(default_factory=list)

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.fault == name:
            raise RuntimeError(f"broken {name}")

    def enter(self, now_s: float) -> None:
        self._called("enter")
        self.asks.append(Record(MirrorSessionStarted(session=SESSION)))

    def update(self, scene: Scene | None, inputs: Inputs, now_s: float) -> list[Request]:
        self._called("update")
        self.scenes.append(scene)
        self.inputs.append(inputs)
        asked, self.asks = self.asks, []
        return asked

    def draw(self, screen: pygame.Surface, scene: Scene | None, now_s: float) -> None:
        self._called("draw")
        screen.fill(self.colour)

    def exit(self, now_s: float, reason: Ending) -> list[Request]:
        self._called(f"exit {reason}")
        return [Record(MirrorSessionEnded(session=SESSION, seconds=1, tries=0, reason=reason))]

    def describe(self) -> dict[str, object]:
        return {"state": "playing"}


@dataclass
class Memory:
    """A display in memory to which a test can do things."""

    surface: pygame.Surface = field(default_factory=lambda: pygame.Surface((320, 240), 0, 32))
    next: Gathered = NOTHING
    closed: bool = False

    def gather(self, now_s: float) -> Gathered:
        gathered, self.next = self.next, Gathered()
        return gathered

    def flip(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@dataclass
class Theatre:
    """A stage on a fake clock with a real dispatcher and a real outbox."""

    stage: Stage
    actor: Actor
    display: Memory
    clock: Clock
    scenes: Latest[Scene]
    pane: Pane
    dispatcher: Dispatcher
    outbox: Outbox
    path: Path
    camera: CameraStatus = WORKING

    def picture(self) -> Scene:
        """A new scene comes from perception."""
        scene = Scene(Frame(np.zeros((48, 64, 3), np.uint8), self.clock.now_s, 0))
        self.scenes.put(scene)
        return scene

    def play(self, seconds: float, *, pictures: bool = True, step_s: float = 0.1) -> None:
        """Turns of the loop while time passes."""
        for _ in range(round(seconds / step_s)):
            self.clock.now_s += step_s
            if pictures:
                self.picture()
            self.stage.turn()

    def kinds(self) -> list[str]:
        """Kinds of the events that are on disk, in order; ends the dispatcher and the outbox."""
        self.dispatcher.close()
        self.outbox.close()
        return recorded(self.path)


@contextmanager
def theatre(folder: Path, actor: Actor | None = None, health: Health | None = None) -> Iterator[Theatre]:
    """Build it; everything is closed at the end."""
    actor, display, clock = actor or Actor(), Memory(), Clock()
    scenes: Latest[Scene] = Latest()
    pane, path = Pane(), folder / "outbox.sqlite"
    outbox = Outbox(path, "lumen", "front", 10**7)
    dispatcher = Dispatcher(outbox, lambda: CREDENTIAL, "Lumen")
    screen = config.Screen(experience="mirror", camera="main", display="headless")
    shown: Display = display
    built: list[Theatre] = []
    stage = Stage(
        "mirror",
        screen,
        actor,
        scenes,
        lambda: built[0].camera,
        dispatcher,
        pane=pane,
        health=health,
        display=shown,
        clock=clock,
    )
    built.append(Theatre(stage, actor, display, clock, scenes, pane, dispatcher, outbox, path))
    try:
        yield built[0]
    finally:
        pane.close()
        dispatcher.close()
        outbox.close()


def recorded(path: Path) -> list[str]:
    """Kinds of the events in an outbox, in the order of writing."""
    batch = Backlog(path).batch(500)
    return [] if batch is None else [Event.model_validate_json(body).type for body in batch.bodies]


def product(name: str = "Velvet silk", shade: str | None = "Rose des vents", amount: int = 2900) -> Product:
    """A product as it stands on a screen."""
    price = Money(amount=amount, currency="EUR")
    return Product(sku="vs-01", brand="Aurel", name=name, shade=shade, swatch="#9e2b45", price=price)


def publish(picture_bgr: U8, products: tuple[Product, ...] = (), **changes: object) -> Publish:
    """A share that a shopper agreed to."""
    share = uuid.uuid4()
    values: dict[str, object] = {
        "share": share,
        "consent": uuid.uuid4(),
        "purposes": frozenset({Purpose.PHONE}),
        "products": products,
        "created_at": dt.datetime(2026, 11, 22, 15, 4, tzinfo=dt.UTC),
        "language": "en",
        "event": ShareCreated(session=SESSION, share=share, purposes=("phone",), skus=("vs-01",)),
        "picture_bgr": picture_bgr,
    }
    return Publish(**{**values, **changes})  # type: ignore[arg-type]
