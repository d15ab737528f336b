"""What the staff pages say: their views and, in one place, their words."""

from dataclasses import dataclass
from typing import Final

from .bar import Bar


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the day and, in words, what it counts."""

    name: str
    value: str
    counts: str


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order."""

    brand: str
    name: str
    shade: str | None
    swatch: str | None
    quantity: int
    price: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order to hand over."""

    id: str
    code: str
    age: str
    placed: str
    lines: tuple[Line, ...]
    ready: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to the last tap or scan: what happened, in words."""

    good: bool
    title: str
    text: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """One box and how it is, in words."""

    name: str
    well: bool
    text: str


@dataclass(frozen=True, slots=True)
class Login:
    """The login page. `name` is what was typed, so that only the password is typed again."""

    name: str = ""
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """Everything `staff.html` shows."""

    bar: Bar
    store: str
    csrf: str
    clock: str
    figures: tuple[Figure, ...]
    waiting: tuple[Waiting, ...]
    more_waiting: bool
    boxes: tuple[Box, ...]
    said: Said | None = None
    #: What stands in the code field, after a code that could not be read.
    typed: str = ""


class Words:
    """Every text of the staff pages."""

    login_title: Final = "Staff"
    login_about: Final = "Today’s figures, and orders to hand over."
    name: Final = "Name"
    password: Final = "Password"  # noqa: S105 - a label
    sign_in: Final = "Sign in"
    wrong: Final = "Name or password is wrong."
    too_often: Final = "Too many attempts. Please wait {wait} and try again."
    login_again: Final = "Your session has ended. Please sign in again."

    title: Final = "Today"
    sessions: Final = "Sessions"
    sessions_counts: Final = "times somebody used a mirror"
    tries: Final = "Tries"
    tries_counts: Final = "shades worn, {rate} per session"
    tries_none: Final = "shades worn"
    shares: Final = "Shares"
    shares_counts: Final = "pictures shared, {rate} of sessions"
    shares_none: Final = "pictures that shoppers shared"
    orders: Final = "Orders"
    orders_counts: Final = "reserved; {collected} handed over today"

    waiting: Final = "To hand over"
    waiting_none: Final = "Nothing is waiting."
    waiting_none_text: Final = "Orders from the mirrors and from shoppers’ phones appear here by themselves."
    waiting_more: Final = "Newer orders are waiting behind these."
    make_ready: Final = "Mark ready"
    hand_over: Final = "Hand over"
    is_ready: Final = "ready"
    pieces: Final = "{count} ×"

    code: Final = "Pickup code"
    code_help: Final = "Type or scan the shopper’s code."
    code_go: Final = "Hand over"
    code_scan: Final = "Scan with the camera"
    code_scan_stop: Final = "Stop the camera"
    code_scan_failed: Final = "The camera did not start. Allow it in the browser, or type the code."
    code_good: Final = "The code is complete."
    code_letters: Final = "A code never has {letters}. Please read it again."
    code_mistyped: Final = "Mistyped: the check character does not match."

    handed: Final = "Handed over"
    handed_text: Final = "{code} is collected. To pay: {total}."
    made_ready: Final = "Ready"
    made_ready_text: Final = "{code} lies at the counter, waiting for its code."
    again: Final = "Already handed over"
    again_text: Final = "{code} was collected {when}, by {who}. Do not hand it over again."
    cancelled: Final = "Cancelled"
    cancelled_text: Final = "{code} was cancelled {when}, by {who}."
    not_ready: Final = "Not ready yet"
    not_ready_text: Final = "{code} has not been put ready. Fetch it, mark it ready, then hand it over."
    refused: Final = "Not possible"
    bad_code: Final = "This is no pickup code"
    unknown: Final = "No such order here"
    unknown_text: Final = "The code {code} is complete, but {store} has no order with it. Another store?"
    same: Final = "Two orders have this code"
    same_text: Final = "Compare the products of {code}, then hand over from the list."

    boxes: Final = "Boxes"
    boxes_none: Final = "No box has been enrolled yet."
    box_never: Final = "Enrolled, but never heard of."
    box_missed: Final = "Not heard for {age}. Is it switched on and connected?"
    box_seen: Final = "Seen {ago}."
    screen_well: Final = "{screen}: {fps} pictures a second, camera fine."
    screen_blind: Final = "{screen}: no camera picture. Check its plug."
    offline: Final = "No connection. Nothing was changed; please try again."
    stale: Final = "No connection since {time}. The figures may be old."
