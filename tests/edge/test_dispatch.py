"""A receipt says "done" only for what is on disk, and why not in words for a shopper."""

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from cloud_api.contract import links
from cloud_api.contract.arena import RaceFinished
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.events import Event, MirrorSessionStarted, OrderPlaced, ShareCreated
from cloud_api.contract.orders import Order, OrderLine, mint_code
from cloud_api.contract.shares import Purpose, Share
from edge import cards, dispatch
from edge.dispatch import NO_CLAIMS, NOT_ENROLLED, NOT_SAVED, TOO_MANY, Dispatcher
from edge.experience import OfferClaim, PlaceOrder, Publish, Receipt, Record
from edge.outbox import Backlog, Outbox
from edge.ui.theme import Brand

from .acting import CREDENTIAL, SESSION, product, publish, recorded

NOW = datetime(2026, 11, 22, 15, 4, tzinfo=UTC)
PICTURE = np.full((400, 300, 3), 127, np.uint8)


class Desk:
    """A dispatcher on a real outbox."""

    def __init__(self, folder: Path, budget_bytes: int = 10**7) -> None:
        self.path = folder / "outbox.sqlite"
        self.outbox = Outbox(self.path, "lumen", "front", budget_bytes)
        self.credential: Callable[[], Credential | None] = lambda: CREDENTIAL
        self.dispatcher = Dispatcher(self.outbox, lambda: self.credential(), "Lumen", lambda: NOW)

    def receipt(self) -> Receipt:
        """The next receipt."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if receipts := self.dispatcher.receipts():
                assert len(receipts) == 1
                return receipts[0]
            time.sleep(0.005)
        raise AssertionError("no receipt within 10 s")

    def close(self) -> None:
        self.dispatcher.close()
        self.outbox.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def order() -> PlaceOrder:
    line = OrderLine(product=product(), quantity=1)
    placed = Order(id=uuid.uuid4(), store="lumen", code=mint_code(), placed_at=NOW, lines=(line,))
    return PlaceOrder(placed, OrderPlaced(session=SESSION, order=placed.id, skus=("vs-01",)))


def test_an_event_goes_on_disk_with_its_subject_and_the_wall_clock(desk: Desk) -> None:
    desk.dispatcher.submit(Record(MirrorSessionStarted(session=SESSION), "somebody"))
    desk.close()
    batch = Backlog(desk.path).batch(10)
    assert batch is not None
    event = Event.model_validate_json(batch.bodies[0])
    assert (event.subject, event.time) == ("somebody", NOW)
    assert event.data == MirrorSessionStarted(session=SESSION)


def test_an_order_is_acknowledged_once_it_and_its_event_are_on_disk(desk: Desk) -> None:
    request = order()
    desk.dispatcher.submit(request)
    assert desk.receipt() == Receipt(request.order.id)
    parcel = Backlog(desk.path).parcel("orders")
    assert parcel is not None
    assert Order.model_validate_json(parcel.body) == request.order
    assert recorded(desk.path) == [OrderPlaced.kind]


def result() -> OfferClaim:
    claim = uuid.uuid4()
    event = RaceFinished(
        session=SESSION, game="step-race", claim=claim, steps=140, seconds=60, points=140, rank=1
    )
    return OfferClaim(claim, event)


def test_a_result_is_on_disk_before_its_claim_gets_a_link_of_its_own_kind(desk: Desk) -> None:
    request = result()
    desk.dispatcher.submit(request)
    receipt = desk.receipt()
    assert recorded(desk.path) == [RaceFinished.kind]
    assert (receipt.request, receipt.failed) == (request.claim, None)
    base, _, token = (receipt.link or "").rpartition("/")
    assert base == "https://share.example/c"
    claim, box, tag = links.read(token)
    secret = bytes.fromhex(CREDENTIAL.share_secret)
    assert (claim, box) == (request.claim, "front")
    fits = [kind for kind in links.Kind if links.genuine(kind, claim, box, tag, secret)]
    assert fits == [links.Kind.CLAIM], "no link opens what another kind opens"


def test_a_result_is_kept_though_the_box_cannot_make_links_yet(desk: Desk) -> None:
    desk.credential = lambda: None
    request = result()
    desk.dispatcher.submit(request)
    assert desk.receipt() == Receipt(request.claim, failed=NO_CLAIMS)
    assert recorded(desk.path) == [RaceFinished.kind]


def test_a_share_gets_its_link_its_card_and_its_manifest(desk: Desk) -> None:
    request = publish(PICTURE, (product(),), purposes=frozenset({Purpose.PHONE, Purpose.SHOP}))
    desk.dispatcher.submit(request)
    receipt = desk.receipt()
    assert receipt.request == request.share
    assert receipt.failed is None
    assert receipt.card_bgr is not None
    assert receipt.link is not None

    base, _, token = receipt.link.rpartition("/")
    assert base == "https://share.example/s"
    share, box, tag = links.read(token)
    assert (share, box) == (request.share, "front")
    assert links.genuine(links.Kind.SHARE, share, box, tag, bytes.fromhex(CREDENTIAL.share_secret))

    parcel = Backlog(desk.path).parcel("shares")
    assert parcel is not None
    assert parcel.picture is not None
    manifest = Share.model_validate_json(parcel.body)
    assert manifest.picture_sha256 == hashlib.sha256(parcel.picture).hexdigest()
    assert (manifest.height_px, manifest.width_px, 3) == receipt.card_bgr.shape
    # OpenCV's other reader misses one code in forty.
    shown = cv2.QRCodeDetectorAruco().detectAndDecode(receipt.card_bgr)[0]
    base, _, token = shown.rpartition("/")
    assert base == "https://share.example/l", "the card goes round: its code is not the shopper's own link"
    share, box, tag = links.read(token)
    assert links.genuine(links.Kind.LOOK, share, box, tag, bytes.fromhex(CREDENTIAL.share_secret))
    assert (manifest.expires_at - manifest.created_at).days == 30
    assert manifest.purposes == request.purposes
    assert manifest.consent == request.consent
    assert recorded(desk.path) == [ShareCreated.kind]


def test_before_enrolment_a_share_is_refused_in_words_and_works_once_enrolled(desk: Desk) -> None:
    desk.credential = lambda: None
    desk.dispatcher.submit(publish(PICTURE))
    assert desk.receipt().failed == NOT_ENROLLED
    assert Backlog(desk.path).parcel("shares") is None
    desk.credential = lambda: CREDENTIAL
    desk.dispatcher.submit(publish(PICTURE))
    assert desk.receipt().failed is None


def test_a_broken_credential_is_words_too(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Credential:
        raise OSError("credential.json: permission denied")

    desk.credential = broken
    desk.dispatcher.submit(publish(PICTURE))
    assert desk.receipt().failed == NOT_SAVED
    assert "permission denied" in caplog.text


def test_a_full_outbox_refuses_a_share_in_words_and_keeps_nothing_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path, budget_bytes=20_000)
    noise = np.random.default_rng(1).integers(0, 256, (400, 300, 3), np.uint8)
    desk.dispatcher.submit(publish(noise))
    receipt = desk.receipt()
    desk.close()
    assert receipt.failed is not None
    assert "ask our staff" in receipt.failed
    assert receipt.link is None
    assert receipt.card_bgr is None
    assert "budget" in caplog.text
    assert Backlog(desk.path).parcel("shares") is None


def test_an_outbox_that_cannot_be_written_refuses_an_order_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outbox.sqlite").mkdir()
    desk = Desk(tmp_path)
    desk.dispatcher.submit(order())
    failed = desk.receipt().failed
    desk.close()
    assert failed is not None
    assert "ask our staff" in failed


def test_a_picture_that_is_none_is_refused_and_the_next_share_works(desk: Desk) -> None:
    desk.dispatcher.submit(publish(np.zeros((40, 30), np.uint8)))
    assert desk.receipt().failed == NOT_SAVED
    desk.dispatcher.submit(publish(PICTURE))
    assert desk.receipt().failed is None


def test_more_cards_than_it_can_compose_are_refused_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    real = cards.compose

    def slow(request: Publish, link: str, store_name: str, house: Brand) -> cards.Card:
        go.wait(10)
        return real(request, link, store_name, house)

    monkeypatch.setattr(cards, "compose", slow)
    for _ in range(dispatch._MAX_CARDS + 1):
        desk.dispatcher.submit(publish(PICTURE))
    assert desk.receipt().failed == TOO_MANY
    go.set()
    desk.close()
    done = desk.dispatcher.receipts()
    assert [receipt.failed for receipt in done] == [None] * dispatch._MAX_CARDS


def test_closing_waits_until_what_was_asked_for_is_on_disk(desk: Desk) -> None:
    for _ in range(50):
        desk.dispatcher.submit(Record(MirrorSessionStarted(session=SESSION)))
    desk.dispatcher.submit(publish(PICTURE))
    desk.dispatcher.close()
    assert len(recorded(desk.path)) == 51
    assert [receipt.failed for receipt in desk.dispatcher.receipts()] == [None]


def test_an_event_made_beside_the_loop_is_recorded_and_a_failure_harms_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Record:
        raise OSError("no such disk")

    desk.dispatcher.later(fails)
    desk.dispatcher.later(lambda: Record(MirrorSessionStarted(session=SESSION)))
    desk.close()
    assert recorded(desk.path) == [MirrorSessionStarted.kind]
    assert "no such disk" in caplog.text


def test_an_event_over_64_kib_is_logged_and_the_loop_goes_on(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    skus = tuple(f"sku-{number:059d}" for number in range(2000))
    desk.dispatcher.submit(Record(OrderPlaced(session=SESSION, order=uuid.uuid4(), skus=skus)))
    desk.close()
    assert recorded(desk.path) == []
    assert "65536" in caplog.text


def test_the_event_of_a_share_holds_no_picture(desk: Desk) -> None:
    desk.dispatcher.submit(publish(PICTURE, (product(),)))
    desk.receipt()
    batch = Backlog(desk.path).batch(10)
    assert batch is not None
    assert set(json.loads(batch.bodies[0])["data"]) == {"session", "share", "purposes", "skus"}
