"""One visit: what one shopper, or one group, did between the first touch and leaving.

Anonymous by construction: a random session id, and everything else hangs on this one object, which the
mirror lets go of when they leave. What has to be told is collected as requests for the stage.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from cloud_api.contract.events import (
    Compared,
    EventData,
    LanguageChosen,
    LightChanged,
    LookWorn,
    MirrorSessionEnded,
    MirrorSessionStarted,
    OrderPlaced,
    OutfitShared,
    PhotoTaken,
    ProductTried,
    ShareCreated,
)
from cloud_api.contract.orders import Order, OrderLine, mint_code
from cloud_api.contract.shares import Purpose
from edge.experience import PlaceOrder, Publish, Receipt, Record, Request
from edge.gestures import PalmHold
from edge.scene import Scene
from mirror_app.catalog import Item, Look
from mirror_app.room_light import DAY, RoomLight
from mirror_app.wardrobe import Wardrobe
from models.results import U8

R = TypeVar("R", PlaceOrder, Publish)

Reason = Literal["left", "finished", "stopped", "camera_lost"]
Comparison = Literal["without", "shades", "lights"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that was taken and exists on this screen only.

    image_bgr: (h, w, 3) uint8, mirrored, as the shopper saw it. focus_xyxy: where the faces are in it.
    """

    image_bgr: U8 = field(repr=False)
    items: tuple[Item, ...]
    focus_xyxy: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Sent(Generic[R]):
    """A request and what became of it; no receipt yet: still on its way to the disk."""

    request: R
    receipt: Receipt | None = None

    @property
    def done(self) -> bool:
        """Safely on disk."""
        return self.receipt is not None and self.receipt.failed is None

    @property
    def failed(self) -> str | None:
        """Why not, in words."""
        return self.receipt.failed if self.receipt else None


class Visit:
    """What is known of the people in front of the mirror; `requests` is what the stage has to be told.

    mint: makes ids. today: the wall clock, for what is written down. language: what the mirror speaks.
    """

    def __init__(
        self,
        now_s: float,
        store: str,
        mint: Callable[[], UUID],
        today: Callable[[], datetime],
        language: str = "en",
    ) -> None:
        self.session = mint()
        self.wardrobe = Wardrobe()
        self.light: RoomLight = DAY
        self.language = language
        #: The page of the rail that is open.
        self.tab = ""
        self.shot: Shot | None = None
        self.purposes: frozenset[Purpose] = frozenset()
        self.share: Sent[Publish] | None = None
        #: What was touched last: of several products on a face, the one that is spoken of.
        self._touched: Item | None = None
        #: Every order of the visit, by the SKUs it holds: what is reserved is not reserved again.
        self._orders: dict[frozenset[str], Sent[PlaceOrder]] = {}
        self.requests: list[Request] = []
        self._store, self._mint, self._today = store, mint, today
        self._started_s = self._ticked_s = now_s
        self._tries = 0
        self._palm, self._palm_s, self._palm_share = PalmHold(), -math.inf, 0.0
        self.tell(MirrorSessionStarted(session=self.session))

    @property
    def open(self) -> bool:
        """Whether something would be lost if they left now: a picture, or the code of an order."""
        return self.shot is not None or any(order.failed is None for order in self._orders.values())

    def tell(self, event: EventData) -> None:
        """Record an event."""
        self.requests.append(Record(event))

    # -- wearing ------------------------------------------------------------------------------------------

    @property
    def worn(self) -> Item | None:
        """Of what the addressed person wears, the product that is spoken of: the last one touched."""
        outfit = self.wardrobe.outfit()
        if self._touched is not None and self.wardrobe.wears(self._touched):
            return self._touched
        return next((worn.item for worn in reversed([*outfit.values()])), None)

    @property
    def items(self) -> tuple[Item, ...]:
        """All that the addressed person wears."""
        return tuple(worn.item for worn in self.wardrobe.outfit().values())

    def items_of(self, tracks: Iterable[int]) -> tuple[Item, ...]:
        """All that several people wear, each once."""
        worn = [each.item for track in tracks for each in self.wardrobe.outfit(track).values()]
        return tuple({item.shade.sku: item for item in worn}.values())

    def tick(self, now_s: float, *, live: bool) -> None:
        """Advance; what is worn counts as worn while the mirror is live."""
        self.wardrobe.tick(now_s, live=live)
        self._ticked_s = now_s
        self._tell_tried(self.wardrobe.tried(now_s))

    def wear(self, item: Item | None) -> None:
        """Put a product on, or (None) take everything off."""
        self._touched = item
        if item is None:
            self.wardrobe.clear()
        else:
            self.wardrobe.put_on(item)

    def toggle(self, item: Item) -> None:
        """Put a product on, or take it off."""
        self._touched = item
        self.wardrobe.toggle(item)

    def wear_look(self, look: Look, parts: Iterable[tuple[Item, float]]) -> None:
        """Put a whole look on, in place of everything."""
        self._touched = None
        self.wardrobe.put_on_look(parts)
        self.tell(LookWorn(session=self.session, look=look.id))

    def give_to_all(self, people: int) -> None:
        """Everybody in view wears what the addressed person wears."""
        self.wardrobe.give_to_all()
        self.tell(OutfitShared(session=self.session, people=people))

    def look_in(self, light: RoomLight) -> None:
        """They look at themselves in another light."""
        if light is not self.light:
            self.light = light
            self.tell(LightChanged(session=self.session, light=light.name))

    def compared(self, what: Comparison, seconds: float) -> None:
        """They compared for so long."""
        self.tell(Compared(session=self.session, what=what, seconds=round(seconds, 2)))

    def speak(self, language: str) -> None:
        """They chose a language."""
        self.language = language
        self.tell(LanguageChosen(session=self.session, language=language))

    def palm_held(self, scene: Scene) -> float:
        """How much of its second a raised palm has been held, 0..1; 1 once."""
        if scene.frame.captured_s != self._palm_s:
            self._palm_s = scene.frame.captured_s
            self._palm_share = self._palm.update(scene.hands, scene.faces, self._palm_s)
            return self._palm_share
        return min(self._palm_share, 0.999)  # the same picture again raises no second palm

    # -- pictures -----------------------------------------------------------------------------------------

    def keep(self, shot: Shot) -> None:
        """A picture was taken."""
        self.shot = shot
        self.tell(PhotoTaken(session=self.session, skus=_skus(shot.items)))

    def discard(self) -> None:
        """Forget the picture and what was ticked for it."""
        self.shot, self.share, self.purposes = None, None, frozenset()

    def toggle_purpose(self, purpose: Purpose) -> None:
        """Tick or untick one consent."""
        self.purposes ^= {purpose}

    def publish(self) -> None:
        """Ask for the picture to be saved, for the ticked purposes; after a failure with the same ids."""
        if self.shot is None or not self.purposes:
            return
        request = self.share.request if self.share else self._publish(self.shot)
        self.share = Sent(request)
        self.requests.append(request)

    # -- orders -------------------------------------------------------------------------------------------

    def order_of(self, items: tuple[Item, ...]) -> Sent[PlaceOrder] | None:
        """The order that holds all of these products, if one was asked for."""
        wanted = frozenset(_skus(items))
        if wanted in self._orders or not wanted:
            return self._orders.get(wanted)
        latest = [(skus, order) for skus, order in reversed(self._orders.items()) if wanted & skus]
        whole = next((order for skus, order in latest if wanted <= skus), None)
        # Reserved in several orders: the last of them is shown.
        return whole or (latest[0][1] if latest and self.reserved(items) else None)

    def reserved(self, items: tuple[Item, ...]) -> bool:
        """Whether all of these products are reserved already, safely on disk."""
        return bool(items) and not self.unreserved(items)

    def unreserved(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """Those that are not reserved yet."""
        held = {sku for skus, order in self._orders.items() if order.done for sku in skus}
        return tuple(item for item in items if item.shade.sku not in held)

    def place(self, items: tuple[Item, ...]) -> None:
        """Ask for products to be reserved, once; again only after a failure, with the same order."""
        before = self.order_of(items)
        if not items or (before is not None and before.failed is None):
            return
        request = before.request if before else self._order(items)
        self._orders[frozenset(line.product.sku for line in request.order.lines)] = Sent(request)
        self.requests.append(request)

    def settle(self, receipt: Receipt) -> None:
        """What became of a request of this visit; receipts of an earlier visit mean nothing here."""
        if self.share and receipt.request == self.share.request.share:
            self.share = Sent(self.share.request, receipt)
        for skus, order in self._orders.items():
            if receipt.request == order.request.order.id:
                self._orders[skus] = Sent(order.request, receipt)

    def end(self, reason: Reason) -> None:
        """They left; the last requests of the visit are made."""
        self._tell_tried(self.wardrobe.tried(self._ticked_s, everything=True))
        seconds = round(self._ticked_s - self._started_s, 2)
        self.tell(MirrorSessionEnded(session=self.session, seconds=seconds, tries=self._tries, reason=reason))

    def _tell_tried(self, tried: Iterable[tuple[str, float]]) -> None:
        for sku, seconds in tried:
            self._tries += 1
            self.tell(ProductTried(session=self.session, sku=sku, seconds=round(seconds, 2)))

    def _publish(self, shot: Shot) -> Publish:
        share = self._mint()
        purposes = tuple(purpose.value for purpose in Purpose if purpose in self.purposes)
        event = ShareCreated(session=self.session, share=share, purposes=purposes, skus=_skus(shot.items))
        return Publish(
            share=share,
            consent=self._mint(),
            purposes=self.purposes,
            products=tuple(item.snapshot(self.language) for item in shot.items),
            created_at=self._today(),
            language=self.language,
            event=event,
            picture_bgr=shot.image_bgr,
            focus_xyxy=shot.focus_xyxy,
        )

    def _order(self, items: tuple[Item, ...]) -> PlaceOrder:
        order = Order(
            id=self._mint(),
            store=self._store,
            code=mint_code(),
            placed_at=self._today(),
            lines=tuple(OrderLine(product=item.snapshot(self.language), quantity=1) for item in items),
            share=self.share.request.share if self.share and self.share.done else None,
        )
        return PlaceOrder(order, OrderPlaced(session=self.session, order=order.id, skus=_skus(items)))


def _skus(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(item.shade.sku for item in items)
