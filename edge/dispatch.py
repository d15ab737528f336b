"""Does what an experience asked for, beside the loop, and brings back receipts.

    experience.update -> Request -> Dispatcher -> outbox (on disk) -> Receipt -> Inputs of a later update

Nothing is acknowledged before it is on disk. What fails comes back as words for the shopper and goes into the
log for the staff; the loop never waits and never sees an exception.
"""

import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cloud_api.contract import links
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.links import Kind
from cloud_api.contract.shares import Share
from edge import cards
from edge.experience import OfferClaim, PlaceOrder, Publish, Receipt, Record, Request
from edge.outbox import Outbox, OutboxFull
from edge.speech import mark
from edge.ui.theme import VITRINE, Brand

log = logging.getLogger(__name__)

NOT_ENROLLED: Final = mark("Pictures cannot be sent from this screen yet. Please ask our staff.")
NO_CLAIMS: Final = mark("Results cannot be taken along from this screen yet. Please ask our staff.")
NOT_SAVED: Final = mark("That could not be saved. Please ask our staff.")
TOO_MANY: Final = mark("This screen is busy saving. Please try again in a moment.")

#: A share is deleted after this, unless its shopper revokes it before.
SHARE_DAYS: Final = 30
#: Cards waiting to be composed; a mirror makes one at a time, more means that something is stuck.
_MAX_CARDS: Final = 4
#: Additions on their way to the disk; the outbox commits hundreds at once, more means that it hangs.
_MAX_PENDING: Final = 2000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Dispatcher:
    """The stage's desk for requests. Close it before the outbox.

    credential: gives the box's credential or None before enrolment; asked for every share until there is
    one. store_name: as it stands on cards. now: wall clock. house: whose cards they are.
    """

    def __init__(
        self,
        outbox: Outbox,
        credential: Callable[[], Credential | None],
        store_name: str,
        now: Callable[[], datetime] = _utc_now,
        house: Brand = VITRINE,
    ) -> None:
        self._outbox, self._ask_credential, self._store_name = outbox, credential, store_name
        self._now, self._house = now, house
        self._known: Credential | None = None
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cards")
        self._cards = threading.BoundedSemaphore(_MAX_CARDS)
        self._receipts: deque[Receipt] = deque()
        self._pending: set[Future[Any]] = set()
        self._lock = threading.Lock()

    def submit(self, request: Request) -> None:
        """Start doing it; returns at once. Any thread."""
        if len(self._pending) >= _MAX_PENDING:
            self._refuse(request, TOO_MANY, "the outbox does not keep up")
        elif isinstance(request, Publish):
            self._publish_beside(request)
        else:
            self._guarded(self._add, request)

    def later(self, make: Callable[[], Record]) -> None:
        """Record an event that takes time to make, beside the loop."""

        def record() -> None:
            try:
                self.submit(make())
            except Exception:
                log.exception("an event could not be made")

        self._track(self._beside.submit(record))

    def receipts(self) -> tuple[Receipt, ...]:
        """What was settled since the last call."""
        taken = []
        while self._receipts:
            taken.append(self._receipts.popleft())
        return tuple(taken)

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what was started, then stop; nothing may be submitted afterwards."""
        self._beside.shutdown(wait=True)
        with self._lock:
            pending = set(self._pending)
        if left := wait(pending, timeout_s).not_done:
            log.error("%d requests were not on disk after %.0f s", len(left), timeout_s)

    # -- any thread -------------------------------------------------------------------------------------

    def _add(self, request: Record | PlaceOrder | OfferClaim) -> None:
        if isinstance(request, OfferClaim):
            done: Future[Any] = self._outbox.record(request.event, self._now())
            receipt = self._claim(request)
            self._track(done, lambda failure: self._settle(request, receipt, failure))
        elif isinstance(request, Record):
            done = self._outbox.record(request.event, self._now(), request.subject)
            self._track(done, lambda failure: self._settle(request, None, failure))
        else:
            done = self._outbox.place(request.order, request.event, self._now())
            receipt = Receipt(request.order.id)
            self._track(done, lambda failure: self._settle(request, receipt, failure))

    def _claim(self, request: OfferClaim) -> Receipt:
        """The receipt of a claim whose event is on disk: with its link, or why there is none."""
        try:
            return Receipt(request.claim, link=_link(Kind.CLAIM, request.claim, self._credential()))
        except _NotEnrolledError as missing:
            log.warning("a result got no link: %s", missing)
            return Receipt(request.claim, failed=NO_CLAIMS)

    def _publish_beside(self, request: Publish) -> None:
        if not self._cards.acquire(blocking=False):
            self._refuse(request, TOO_MANY, "cards are composed too slowly")
            return
        done = self._beside.submit(self._guarded, self._publish, request)
        self._track(done, lambda _: self._cards.release())

    def _settle(self, request: Request, receipt: Receipt | None, failure: BaseException | None) -> None:
        if failure is not None:
            self._fail(request, failure)
        elif receipt is not None:
            self._receipts.append(receipt)

    def _guarded(self, do: Callable[[Any], None], request: Request) -> None:
        try:
            do(request)
        except Exception as failure:
            self._fail(request, failure)

    def _fail(self, request: Request, failure: BaseException) -> None:
        if isinstance(failure, OutboxFull):
            self._refuse(request, str(failure), failure.why)
        elif isinstance(failure, _NotEnrolledError):
            self._refuse(request, NOT_ENROLLED, str(failure))
        else:
            log.error("a %s failed", type(request).__name__, exc_info=failure)
            self._refuse(request, NOT_SAVED, repr(failure))

    def _refuse(self, request: Request, words: str, why: str) -> None:
        """Words to the shopper, the reason to the log."""
        log.warning("a %s was not done: %s", type(request).__name__, why)
        if (subject := _subject(request)) is not None:
            self._receipts.append(Receipt(subject, failed=words))

    def _track(
        self, done: "Future[Any]", settle: Callable[[BaseException | None], object] | None = None
    ) -> None:
        """Remember a Future until it is done, then settle it (in the thread that finishes it)."""
        with self._lock:
            self._pending.add(done)

        def finished(future: "Future[Any]") -> None:
            with self._lock:
                self._pending.discard(future)
            if settle is not None:
                settle(future.exception())

        done.add_done_callback(finished)

    # -- the card thread --------------------------------------------------------------------------------

    def _publish(self, request: Publish) -> None:
        credential = self._credential()
        link = _link(Kind.SHARE, request.share, credential)
        # The card goes round: its code shows the look; the shopper's own link is on the screen only.
        look = _link(Kind.LOOK, request.share, credential)
        # The card shows the day as it is in the shop: the box's own time zone.
        local = replace(request, created_at=request.created_at.astimezone())
        card = cards.compose(local, look, self._store_name, self._house)
        receipt = Receipt(request.share, link=link, card_bgr=card.image_bgr)
        manifest = _manifest(request, credential, card)
        done = self._outbox.publish(manifest, card.jpeg, request.event, self._now())
        self._track(done, lambda failure: self._settle(request, receipt, failure))

    def _credential(self) -> Credential:
        self._known = self._known or self._ask_credential()
        if self._known is None:
            raise _NotEnrolledError("the box has no credential yet: vitrine enrol BOX.toml --code CODE")
        return self._known


class _NotEnrolledError(Exception):
    """No credential, so no link."""


def _manifest(request: Publish, credential: Credential, card: cards.Card) -> Share:
    return Share(
        id=request.share,
        store=credential.store,
        created_at=request.created_at,
        expires_at=request.created_at + timedelta(days=SHARE_DAYS),
        purposes=request.purposes,
        consent=request.consent,
        language=request.language,
        products=request.products,
        picture_sha256=hashlib.sha256(card.jpeg).hexdigest(),
        width_px=card.width_px,
        height_px=card.height_px,
    )


def _link(kind: Kind, id_: UUID, credential: Credential) -> str:
    secret = bytes.fromhex(credential.share_secret)
    return links.address(kind, id_, credential.box, secret, credential.link_url)


def _subject(request: Request) -> UUID | None:
    """The id a receipt carries; None for a request that gets none."""
    if isinstance(request, PlaceOrder):
        return request.order.id
    if isinstance(request, OfferClaim):
        return request.claim
    return request.share if isinstance(request, Publish) else None
