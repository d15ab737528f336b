"""A batch of events, taken apart: pure, without database or clock.

Every event is judged by itself. What could hurt the database later (a NUL, half a surrogate pair, an
infinite number, a number beyond 64 bits) is told here, by name, and goes to the dead letters.
"""

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from cloud_api.contract.events import (
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_EVENT_BYTES,
    Event,
    Rejected,
    source,
)

from .errors import MAX_DETAIL, Invalid, TooLarge

_GZIP: Final = 16 + zlib.MAX_WBITS
_MAX_SEQUENCE: Final = 2**63 - 1
_SEQUENCE: Final = re.compile(r"[0-9]{20}")
#: In JSON kept as ASCII: what neither database keeps as text.
_UNSTORABLE: Final = re.compile(r"\\u0000|\\ud[89a-f]", re.IGNORECASE)
_PAIR: Final = re.compile(r"\\ud[89ab]..\\ud[c-f]..", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bad:
    """An event that is not taken, as it came."""

    told: Rejected
    #: ASCII JSON.
    body: str


def unzip(data: bytes, limit: int = MAX_BATCH_BYTES) -> bytes:
    """Undo gzip, never beyond `limit` bytes: TooLarge; Invalid where it is no whole gzip."""
    inflate = zlib.decompressobj(_GZIP)
    try:
        plain = inflate.decompress(data, limit + 1)
    except zlib.error:
        raise Invalid("bad_gzip", "The body says it is gzip and is not.") from None
    if len(plain) > limit:
        raise TooLarge("too_large", f"More than {limit} bytes when unpacked; send smaller batches.")
    if not inflate.eof:
        raise Invalid("bad_gzip", "The gzip body is cut off.")
    return plain


def batch(raw: bytes) -> list[object]:
    """The events of a body, as parsed JSON. Invalid: no JSON array. TooLarge: too many."""
    try:
        items = json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid("bad_json", "The body is not JSON.") from None
    if not isinstance(items, list):
        raise Invalid("bad_json", "The body is not a JSON array of events.")
    if len(items) > MAX_BATCH_EVENTS:
        raise TooLarge("too_many_events", f"{len(items)} events; at most {MAX_BATCH_EVENTS} at once.")
    return items


def events(items: Sequence[object], store: str, box: str) -> tuple[list[Event], list[Bad]]:
    """Judge each event of a batch that came from this box."""
    good: list[Event] = []
    bad: list[Bad] = []
    own = source(store, box)
    for index, item in enumerate(items):
        body = json.dumps(item)
        judged = one(item, body, own)
        if isinstance(judged, Event):
            good.append(judged)
        else:
            code, detail = judged
            told = Rejected(index=index, id=_id(item), code=code, detail=detail[:MAX_DETAIL])
            bad.append(Bad(told, body))
    return good, bad


def one(item: object, body: str, own: str) -> Event | tuple[str, str]:
    """The event, or the code and the words of what is wrong with it. `body` is `item` as ASCII JSON."""
    if len(body) > MAX_EVENT_BYTES and len(_plain(item)) > MAX_EVENT_BYTES:
        return "too_large", f"an event has at most {MAX_EVENT_BYTES} bytes"
    if _UNSTORABLE.search(_PAIR.sub("", body.replace(r"\\", ""))):
        return "bad_text", "a NUL or half a surrogate pair in a text"
    if re.search(r"\b(?:NaN|Infinity)\b", body) and not _finite(body):
        return "bad_number", "a number that is not finite"
    try:
        event = Event.model_validate(item)
    except ValidationError as wrong:
        return _words(wrong)
    if event.source != own:
        return "wrong_source", f"the source is {event.source}, the credential is that of {own}"
    if int(event.sequence) > _MAX_SEQUENCE:
        return "bad_sequence", "the sequence is beyond 64 bits"
    if not 1 < event.time.year < 9999:
        return "bad_time", f"no such time: {event.time.isoformat()}"
    return event


def ack_through(items: Sequence[object]) -> int:
    """The end of the first unbroken run of sequences in a batch; every one of its events is settled.

    A batch lies in the order of the outbox, so an event whose own sequence cannot be read has the one
    behind its neighbour's: it must not stop the box for ever.
    """
    run: set[int] = set()
    known = [_sequence(item) for item in items]
    first = next((place for place, number in enumerate(known) if number is not None), None)
    if first is None:
        return 0
    number = (known[first] or 0) - first
    for told in known:
        number = told if told is not None else number
        run.add(number)
        number += 1
    end = min(run)
    while end + 1 in run:
        end += 1
    return max(end, 0)


def _sequence(item: object) -> int | None:
    text = item.get("sequence") if isinstance(item, dict) else None
    return int(text) if isinstance(text, str) and _SEQUENCE.fullmatch(text) else None


def _id(item: object) -> str | None:
    found = item.get("id") if isinstance(item, dict) else None
    return None if found is None else ascii(found)[1:-1][:100] if isinstance(found, str) else None


def _plain(item: object) -> bytes:
    """As it would travel, not escaped."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _finite(body: str) -> bool:
    try:
        json.loads(body, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(name: str) -> object:
    raise ValueError(name)


def _words(wrong: ValidationError) -> tuple[str, str]:
    errors = wrong.errors(include_url=False, include_input=False, include_context=False)
    unknown = any("unknown event type" in error["msg"] for error in errors)
    told = "; ".join(f"{'.'.join(map(str, error['loc'])) or 'event'}: {error['msg']}" for error in errors[:5])
    return ("unknown_type" if unknown else "invalid"), told.encode("ascii", "replace").decode()
