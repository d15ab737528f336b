"""One visit: what one shopper, or one group, did between the first touch and leaving.

Anonymous by construction: a random session id, and everything else hangs on this one object, which the
mirror lets go of when they leave. What has to be told is collected as requests for the stage.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from cloud_api.contract.events import (
    LanguageChosen,
    MirrorSessionEnded,
    MirrorSessionStarted,
    OrderPlaced,
    PhotoTaken,
    ProductTried,
    ShareCreated,
)
from cloud_api.contract.orders import Order, OrderLine, mint_code
from cloud_api.contract.shares import Purpose
from edge.experience import PlaceOrder, Publish, Receipt, Record, Request
from mirror_app.catalog import Item
from models.results import U8

R = TypeVar("R", PlaceOrder, Publish)

Reason = Literal["left", "finished", "stopped", "camera_lost"]


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

    mint: makes ids. today: the wall clock, for what is written down.
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
        self.worn: Item | None = None
        self.shot: Shot | None = None
        #: What the mirror speaks with them, BCP 47.
        self.language = language
        self.purposes: frozenset[Purpose] = frozenset()
        self.share: Sent[Publish] | None = None
        #: Every order of the visit, by the SKU it holds: what is reserved is not reserved again.
        self._orders: dict[str, Sent[PlaceOrder]] = {}
        self.requests: list[Request] = [Record(MirrorSessionStarted(session=self.session))]
        self._store, self._mint, self._today = store, mint, today
        self._started_s = self._ticked_s = now_s
        self._worn_s = 0.0
        self._tries = 0

    @property
    def open(self) -> bool:
        """Whether something would be lost if they left now: a picture, or the code of an order."""
        return self.shot is not None or any(order.failed is None for order in self._orders.values())

    def order_of(self, item: Item | None) -> Sent[PlaceOrder] | None:
        """The order that holds a product, if one was asked for."""
        return self._orders.get(item.shade.sku) if item else None

    def reserved(self, item: Item | None) -> bool:
        """Whether a product is reserved already, safely on disk."""
        order = self.order_of(item)
        return order is not None and order.done

    def tick(self, now_s: float, *, live: bool) -> None:
        """Advance; what is worn counts as worn while the mirror is live."""
        if live:
            self._worn_s += max(0.0, now_s - self._ticked_s)
        self._ticked_s = now_s

    def wear(self, item: Item | None) -> None:
        """Put a product on, or (None) take it off; what came off is recorded with its seconds."""
        if self.worn is not None:
            self._tries += 1
            tried = ProductTried(
                session=self.session, sku=self.worn.shade.sku, seconds=round(self._worn_s, 2)
            )
            self.requests.append(Record(tried))
        self.worn, self._worn_s = item, 0.0

    def speak(self, language: str) -> None:
        """They chose a language."""
        self.language = language
        self.requests.append(Record(LanguageChosen(session=self.session, language=language)))

    def keep(self, shot: Shot) -> None:
        """A picture was taken."""
        self.shot = shot
        skus = tuple(item.shade.sku for item in shot.items)
        self.requests.append(Record(PhotoTaken(session=self.session, skus=skus)))

    def discard(self) -> None:
        """Forget the picture and what was ticked for it."""
        self.shot, self.share, self.purposes = None, None, frozenset()

    def toggle(self, purpose: Purpose) -> None:
        """Tick or untick one consent."""
        self.purposes ^= {purpose}

    def publish(self) -> None:
        """Ask for the picture to be saved, for the ticked purposes; after a failure with the same ids."""
        if self.shot is None or not self.purposes:
            return
        request = self.share.request if self.share else self._publish(self.shot)
        self.share = Sent(request)
        self.requests.append(request)

    def place(self, item: Item) -> None:
        """Ask for a product to be reserved, once; again only after a failure, with the same order."""
        before = self.order_of(item)
        if before is not None and before.failed is None:
            return
        request = before.request if before else self._order(item)
        self._orders[item.shade.sku] = Sent(request)
        self.requests.append(request)

    def settle(self, receipt: Receipt) -> None:
        """What became of a request of this visit; receipts of an earlier visit mean nothing here."""
        if self.share and receipt.request == self.share.request.share:
            self.share = Sent(self.share.request, receipt)
        for sku, order in self._orders.items():
            if receipt.request == order.request.order.id:
                self._orders[sku] = Sent(order.request, receipt)

    def end(self, reason: Reason) -> None:
        """They left; the last requests of the visit are made."""
        self.wear(None)
        seconds = round(self._ticked_s - self._started_s, 2)
        ended = MirrorSessionEnded(session=self.session, seconds=seconds, tries=self._tries, reason=reason)
        self.requests.append(Record(ended))

    def _publish(self, shot: Shot) -> Publish:
        share = self._mint()
        skus = tuple(item.shade.sku for item in shot.items)
        purposes = tuple(purpose.value for purpose in Purpose if purpose in self.purposes)
        return Publish(
            share=share,
            consent=self._mint(),
            purposes=self.purposes,
            products=tuple(item.snapshot() for item in shot.items),
            created_at=self._today(),
            language=self.language,
            event=ShareCreated(session=self.session, share=share, purposes=purposes, skus=skus),
            picture_bgr=shot.image_bgr,
            focus_xyxy=shot.focus_xyxy,
        )

    def _order(self, item: Item) -> PlaceOrder:
        order = Order(
            id=self._mint(),
            store=self._store,
            code=mint_code(),
            placed_at=self._today(),
            lines=(OrderLine(product=item.snapshot(), quantity=1),),
            share=self.share.request.share if self.share and self.share.done else None,
        )
        event = OrderPlaced(session=self.session, order=order.id, skus=(item.shade.sku,))
        return PlaceOrder(order, event)
