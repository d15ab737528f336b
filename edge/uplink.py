"""Empties the outbox into the cloud: its own process, so it drains while a screen restarts.

One `step` is one pass over the lanes: every waiting order, then one batch of events, then one picture. So an
order never waits for more than a batch and a picture, and a flood of events never starves the pictures.
(The lane of consent and erasure has no rows of its own yet: consent travels in its share and its event.)

    answer of the cloud             what happens to the row
    2xx, as the contract says       deleted; events only up to `ack_through`
    400 409 413 415 422             set aside with the reason, the lane goes on; a batch is halved first
    410 for a share                 deleted: the shopper revoked it before it arrived
    401 403                         kept; `Refused`, an alarm, until there is another credential
    500                             kept; it goes behind the others of its lane, and the other lanes go on
    anything else, or no answer     kept; `Later`, with a doubling, jittered wait

At least once: a row is deleted after the answer, so a kill in between sends it again, and the cloud knows it
by its id.
"""

import gzip
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from cloud_api.contract.events import MAX_BATCH_EVENTS, IngestReply
from cloud_api.contract.orders import OrderState
from edge.outbox import Backlog, Batch, Lane, Parcel

log = logging.getLogger(__name__)

_NEVER: Final = {400, 409, 413, 415, 422}
_NOT_US: Final = {401, 403}
_REVOKED: Final = 410
#: The cloud stumbled over this row; it may take the others. (502 to 504 mean that it is not there at all.)
_STUMBLED: Final = 500
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Sent:
    """So many rows left the outbox; there may be more."""

    rows: int


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing waits."""


@dataclass(frozen=True, slots=True)
class Later:
    """The cloud or the outbox cannot be reached; `after_s` where the cloud named a time."""

    why: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The cloud does not accept this box's credential; nothing was deleted."""

    why: str


Outcome = Sent | Idle | Later | Refused


class _Confirmation(BaseModel):
    """What the replies to an order (contract OrderReply) and to a share have in common; both may grow."""

    id: UUID
    state: str
    detail: str = ""


class _Stop(Exception):  # noqa: N818 - ends a lane's turn, or the whole step, with its outcome
    def __init__(self, outcome: Outcome, *, lane_only: bool = False) -> None:
        super().__init__(outcome)
        self.outcome, self.lane_only = outcome, lane_only


def step(client: httpx.Client, outbox: Backlog, limit: int, now: datetime) -> Outcome:
    """One pass over the lanes with at most `limit` orders and `limit` events.

    client: has the cloud's base URL and the box's bearer token. now: stamps what is set aside.
    """
    sender = _Sender(client, outbox, min(limit, MAX_BATCH_EVENTS), now)
    rows, trouble = 0, None
    for lane in (sender.orders, sender.events, sender.picture):
        try:
            rows += lane()
        except _Stop as stop:
            if not stop.lane_only:
                return stop.outcome
            trouble = trouble or stop.outcome
        except httpx.HTTPError as failure:
            return Later(f"no answer from {client.base_url}: {failure or type(failure).__name__}")
        except (sqlite3.Error, OSError) as failure:
            return Later(f"the outbox cannot be read or written: {failure}")
    return Sent(rows) if rows else trouble or Idle()


def backoff_s(failures: int, chance: float) -> float:
    """How long to wait after so many failures in a row: doubling, capped, the upper half jittered.

    failures: 1 or more. chance: 0..1, uniform; it keeps a chain's boxes from all coming back at once.
    """
    full_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures - 1, 20))
    return full_s * (0.5 + 0.5 * chance)


def pauses(chance: Callable[[], float]) -> Iterator[float]:
    """The waits after the first, second, third … failure in a row."""
    failures = 0
    while True:
        failures += 1
        yield backoff_s(failures, chance())


@dataclass(frozen=True, slots=True)
class _Sender:
    client: httpx.Client
    outbox: Backlog
    limit: int
    now: datetime

    def orders(self) -> int:
        return sum(1 for _ in self._parcels("orders", self.limit))

    def picture(self) -> int:
        return sum(1 for _ in self._parcels("shares", 1))

    def events(self) -> int:
        batch = self.outbox.batch(self.limit)
        return 0 if batch is None else self._send_events(batch)

    def _parcels(self, lane: Lane, limit: int) -> Iterator[Parcel]:
        for _ in range(limit):
            parcel = self.outbox.parcel(lane)
            if parcel is None:
                return
            self._deliver(parcel)
            yield parcel

    def _deliver(self, parcel: Parcel) -> None:
        answer = (
            _put_order(self.client, parcel) if parcel.lane == "orders" else _put_share(self.client, parcel)
        )
        if answer.status_code in _NEVER:
            log.error("%s %s is set aside: %s", parcel.lane, parcel.id, _words(answer))
            self.outbox.set_aside(parcel, _words(answer), self.now)
            return
        if answer.status_code == _STUMBLED:
            self.outbox.postpone(parcel)
        if parcel.lane == "shares" and answer.status_code == _REVOKED:
            log.info("share %s was revoked before it arrived", parcel.id)
        else:
            _expect_success(answer)
            _expect_confirmed(answer, parcel)
        self.outbox.delivered(parcel)

    def _send_events(self, batch: Batch) -> int:
        answer = _post_events(self.client, batch)
        if answer.status_code in _NEVER and len(batch.bodies) > 1:
            # One event spoils the batch (or a proxy takes less at once): halving finds it in nine turns.
            return self._send_events(batch.head(len(batch.bodies) // 2))
        if answer.status_code in _NEVER:
            log.error("event %d is set aside: %s", batch.first, _words(answer))
            self.outbox.set_event_aside(batch, _words(answer), self.now)
            return 1
        _expect_success(answer)
        return self._confirm(batch, _ingest_reply(answer))

    def _confirm(self, batch: Batch, reply: IngestReply) -> int:
        for refusal in reply.rejected:
            log.warning("the cloud keeps event %s apart: %s (%s)", refusal.id, refusal.detail, refusal.code)
        if reply.duplicates:
            log.info("the cloud had %d of %d events already", reply.duplicates, len(batch.bodies))
        confirmed = self.outbox.confirm(batch, int(reply.ack_through))
        if not confirmed:
            raise _Stop(
                Later(f"the cloud confirmed events to {reply.ack_through}, sent were {batch.first} up")
            )
        return confirmed


def _put_order(client: httpx.Client, parcel: Parcel) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return client.put(f"/v1/orders/{parcel.id}", content=parcel.body, headers=headers)


def _put_share(client: httpx.Client, parcel: Parcel) -> httpx.Response:
    parts = {
        "manifest": ("manifest.json", parcel.body, "application/json"),
        "picture": ("picture.jpg", parcel.picture or b"", "image/jpeg"),
    }
    return client.put(f"/v1/shares/{parcel.id}", files=parts)


def _post_events(client: httpx.Client, batch: Batch) -> httpx.Response:
    packed = gzip.compress(b"[" + b",".join(batch.bodies) + b"]", compresslevel=1)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return client.post("/v1/events", content=packed, headers=headers)


def _expect_success(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    if answer.status_code in _NOT_US:
        raise _Stop(Refused(_words(answer)))
    later = Later(_words(answer), _retry_after_s(answer))
    raise _Stop(later, lane_only=answer.status_code == _STUMBLED)


def _expect_confirmed(answer: httpx.Response, parcel: Parcel) -> None:
    """The answer must be a Vitrine cloud's and name this very order or share."""
    try:
        reply = _Confirmation.model_validate_json(answer.content)
    except ValidationError:
        raise _Stop(_foreign(answer)) from None
    if str(reply.id) != parcel.id:
        raise _Stop(_foreign(answer))
    if reply.state == OrderState.REJECTED_STOCK:
        log.warning("order %s: no stock: %s", reply.id, reply.detail)


def _ingest_reply(answer: httpx.Response) -> IngestReply:
    try:
        reply = IngestReply.model_validate_json(answer.content)
        int(reply.ack_through)
    except ValueError:
        raise _Stop(_foreign(answer)) from None
    return reply


def _foreign(answer: httpx.Response) -> Later:
    """A success that is none of ours: a captive portal or another server; deleting on it would lose rows."""
    return Later(f"{answer.url} answered {answer.status_code}, but not as a Vitrine cloud does")


def _retry_after_s(answer: httpx.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), LONGEST_WAIT_S) if text.isdecimal() else None


def _words(answer: httpx.Response) -> str:
    """Status and the problem document's detail (RFC 9457), else the beginning of the body."""
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = answer.text.strip()
    return f"{answer.status_code} {detail[:300] or answer.reason_phrase}"
