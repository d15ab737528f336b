"""What a shopper uses on a screen, as the stage sees it.

An experience is tested with no window, clock or network: time is an argument, `update` returns requests
and never sends them, and what became of a request comes back as a receipt in a later `Inputs`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import pygame

from cloud_api.contract.base import Product
from cloud_api.contract.events import EventData
from cloud_api.contract.orders import Order
from cloud_api.contract.shares import Purpose
from edge.scene import Scene
from models.results import U8


@dataclass(frozen=True, slots=True)
class Pointer:
    """One step of a finger or mouse, in screen pixels. kind: 'down', 'move' or 'up'."""

    kind: str
    x_px: float
    y_px: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a request: on disk, or why not.

    request: id of the order, share or claim. failed: words for a person, None when it is safely on disk.
    link: for a share and a claim, the address that its QR shows. card_bgr: for a share, the card as an image.
    """

    request: UUID
    failed: str | None = None
    link: str | None = None
    card_bgr: U8 | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that reached the stage since the last update.

    size_px: the screen's width and height. keys: pygame key names pressed.
    """

    size_px: tuple[int, int]
    pointers: tuple[Pointer, ...] = ()
    keys: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Ask the stage to record an event; nothing waits for it."""

    event: EventData
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Ask the stage to put an order and its event on disk together; the receipt carries the order's id."""

    order: Order
    event: EventData


@dataclass(frozen=True, slots=True)
class Publish:
    """Ask the stage to compose the card of a share and put it on disk together with its event.

    Only after consent: before it no picture leaves the experience. The receipt carries the share's id,
    link and card. picture_bgr: (h, w, 3) uint8, as the shopper saw it. focus_xyxy: picture pixels that a
    crop must keep (the faces); None when unknown.
    """

    share: UUID
    consent: UUID
    purposes: frozenset[Purpose]
    products: tuple[Product, ...]
    created_at: datetime
    language: str
    event: EventData
    picture_bgr: U8 = field(repr=False)
    focus_xyxy: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class OfferClaim:
    """Ask the stage to put the event of a result on disk and to give the link by which a phone claims it.

    The receipt carries the claim's id and its link.
    """

    claim: UUID
    event: EventData


@dataclass(frozen=True, slots=True)
class Close:
    """Ask the stage to end this screen, as its window's close button does."""


Request = Record | PlaceOrder | Publish | OfferClaim | Close

#: Why the stage takes an experience off the screen (a crash counts as stopped).
Ending = Literal["stopped", "camera_lost"]


class Experience(Protocol):
    """One experience. The stage calls everything from its main thread.

    It may also have `describe()`, what is to be seen and tapped now, for the live view; `expect(frame)`,
    called while perception still looks at a frame, for what can be done before its scene comes; and `wish()`,
    what perception's process may draw ahead of it (`edge.ahead`), called by the camera's thread as well.
    """

    #: Perception that it needs, by model name, e.g. {"faces"}.
    needs: frozenset[str]

    def enter(self, now_s: float) -> None:
        """The stage starts or restarts it."""

    def update(self, scene: Scene | None, inputs: Inputs, now_s: float) -> Iterable[Request]:
        """Advance to now_s (monotonic seconds); scene is None while the camera has given none."""

    def draw(self, screen: pygame.Surface, scene: Scene | None, now_s: float) -> None:
        """Draw the whole screen."""

    def exit(self, now_s: float, reason: Ending) -> Iterable[Request]:
        """Forget everything about the people in view; the requests say how their session ended."""
