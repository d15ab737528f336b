"""What the phone page of a share says: its view and, in one place, its words."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from cloud_api.contract.shares import Share


@dataclass(frozen=True, slots=True)
class Reservation:
    """An order as its owner sees it: the code to show, or what became of it."""

    code: str
    #: Drawn code; None once it has no more use.
    qr: Markup | None
    state: str
    good: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Item:
    """One product in the picture."""

    sku: str
    brand: str
    name: str
    shade: str | None
    #: The shade's colour, `#rrggbb`.
    swatch: str | None
    price: str
    #: Idempotency key that a tap on "reserve" sends, so that two taps are one order.
    order: str
    reservation: Reservation | None
    #: Whether it can be reserved (again).
    free: bool


@dataclass(frozen=True, slots=True)
class SharePage:
    """Everything `share.html` shows."""

    #: `/s/{token}`, or `/l/{token}` for a look.
    path: str
    address: str
    #: The address to send on.
    look: str
    #: Whether this is the shopper's own page; a look shows picture and products only.
    own: bool
    filename: str
    width_px: int
    height_px: int
    items: tuple[Item, ...]
    shop_may_use: bool
    expires: str
    #: A sentence about what did not work, e.g. a reservation that was refused.
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A page that is one calm message (`note.html`)."""

    title: str
    text: str
    mark: str
    #: Seconds until the page looks again by itself; None: never.
    again_s: int | None = None
    link: str | None = None
    link_text: str = ""
    template: str = "note.html"


class Words:
    """Every text of the page."""

    title: Final = "Your picture"
    about: Final = "Tried on in the Vitrine mirror."
    alt: Final = "Your picture from the mirror"
    save: Final = "Save picture"
    share: Final = "Share"
    copied: Final = "Link copied. It shows your picture; only you can delete it, with your own link."
    not_shared: Final = "Sharing did not work here. Save the picture and send it from your photos."
    offline: Final = "No connection. Nothing was changed; please try again."
    products: Final = "In this picture"
    reserve: Final = "Reserve for pick-up"
    reserve_note: Final = "Nothing to pay now. You pay when you collect it."
    reserved: Final = "Reserved"
    ready: Final = "Ready to collect"
    collected: Final = "Collected"
    collected_note: Final = "Handed over {when}."
    cancelled: Final = "Cancelled"
    cancelled_note: Final = "The shop has cancelled this reservation."
    sold_out: Final = "Sold out"
    sold_out_note: Final = "The last one has just gone. Please ask in the shop."
    again: Final = "Reserve again"
    code_note: Final = "Show this code at the counter to collect it."
    code_title: Final = "Pickup code"
    consent: Final = "The shop may use this picture"
    consent_off: Final = (
        "Off: it is yours alone. Only switch it on if everyone in it is 18 or older and agrees."
    )
    consent_on: Final = "On: the shop may show it in its own channels. You can switch it off at any time."
    expires: Final = "This page and the picture disappear on"
    privacy: Final = "No account, no cookies, no face recognition. This link is yours: keep it to yourself."
    look_title: Final = "The look"
    look_note: Final = "Ask for it in the shop, or see it on yourself in the mirror."
    look_privacy: Final = "Somebody shared this with you. No account, no cookies, no face recognition."
    delete: Final = "Delete my picture"
    delete_sure: Final = "The picture and this page go for ever, for you and for the shop. Reservations stay."
    delete_now: Final = "Yes, delete it now"


ON_ITS_WAY: Final = Note(
    title="Your picture is on its way",
    text="The mirror is still sending it. This page looks again by itself; you can also come back later.",
    mark="way",
    again_s=6,
    template="on_its_way.html",
)
REVOKED: Final = Note(
    title="Your picture is deleted",
    text="It is gone from here and from the shop. Only a copy that you saved yourself still exists.",
    mark="gone",
)
EXPIRED: Final = Note(
    title="This picture has expired",
    text="Pictures stay for a limited time and are then deleted. Come and take a new one.",
    mark="time",
)
LOOK_ON_ITS_WAY: Final = Note(
    title="The picture is on its way",
    text="The mirror is still sending it. This page looks again by itself; you can also come back later.",
    mark="way",
    again_s=6,
)
LOOK_GONE: Final = Note(
    title="This picture is not here any more",
    text="It was deleted, or its time is over.",
    mark="time",
)
FORGED: Final = Note(
    title="Nothing here",
    text="This link is not complete. Scan the code on the mirror again, or copy the whole link.",
    mark="none",
)


def filename(share: Share) -> str:
    """The picture's name among the phone's files: by day, without anything about its owner."""
    return f"vitrine-{share.created_at:%Y-%m-%d}.jpg"
