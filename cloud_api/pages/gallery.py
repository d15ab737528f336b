"""What the marketing gallery says: its views and, in one place, its words."""

from dataclasses import dataclass
from typing import Final

from .bar import Bar


@dataclass(frozen=True, slots=True)
class Item:
    """One product in a picture."""

    name: str
    swatch: str | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture. `id` is the share's."""

    id: str
    alt: str
    width_px: int
    height_px: int
    #: Store and time.
    place: str
    items: tuple[Item, ...]
    #: Views and orders.
    worth: str
    #: Who approved it and when; None: nobody yet.
    approved: str | None
    taken: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown of all pictures: it stands in the address and travels with every form."""

    store: str = ""
    q: str = ""
    approved: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Everything `gallery.html` shows."""

    bar: Bar
    asked: Asked
    #: Stores to narrow to; empty where there is one.
    stores: tuple[str, ...]
    tiles: tuple[Tile, ...]
    address: str
    all: str
    approved: str
    first: str | None
    next: str | None
    empty: tuple[str, str]
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """One download."""

    picture: str
    store: str
    who: str
    when: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Downloads:
    """Everything `gallery_downloads.html` shows."""

    bar: Bar
    rows: tuple[Taken, ...]
    next: str | None


class Words:
    """Every text of these pages."""

    title: Final = "Gallery"
    about: Final = "Pictures whose shoppers allow the shop to use them."
    search: Final = "Product, shade or store"
    search_label: Final = "Search"
    go: Final = "Search"
    store: Final = "Store"
    every_store: Final = "Every store"
    all: Final = "All"
    approved: Final = "Approved"
    filter: Final = "Show"
    approve: Final = "Approve"
    unapprove: Final = "Take back"
    approved_by: Final = "Approved by {who}, {when}"
    download: Final = "Download"
    taken: Final = "Downloaded {count} ×"
    views: Final = "{count} views"
    view: Final = "1 view"
    orders: Final = "{count} orders"
    order: Final = "1 order"
    no_orders: Final = "no orders"
    alt: Final = "Picture with {products}"
    alt_none: Final = "Picture"
    next: Final = "Older pictures"
    first: Final = "Newest pictures"
    empty: Final = (
        "No pictures yet",
        "A picture appears here when its shopper ticks “The shop may use it”, and goes when they change "
        "their mind.",
    )
    nothing: Final = ("Nothing found", "No picture matches. Try a brand, a shade or a store.")
    none_approved: Final = ("Nothing approved yet", "Approve a picture, and it stands here.")
    withdrawn: Final = "The shopper has withdrawn this picture. It is gone from the gallery."
    offline: Final = "No connection. Nothing was changed; please try again."
    gone: Final = "Withdrawn"

    downloads: Final = "Downloads"
    downloads_about: Final = "Who took which picture. A withdrawn one may not be used any more: delete it."
    downloads_empty: Final = "Nothing has been downloaded yet."
    back: Final = "Back to the gallery"
    picture: Final = "Picture"
    who: Final = "By"
    when: Final = "When"
    state: Final = "Use"
    allowed: Final = "Allowed"
    withdrawn_short: Final = "Withdrawn, delete it"
    more: Final = "Older downloads"


#: What the rights file says in words; counsel decides, shops may be stricter.
TERMS: Final = (
    "The person in this picture allows the shop to use it in its own channels, for the purposes named here.",
    "Withdrawn consent ends the right to use: remove the picture from every channel and delete every copy.",
    "The right ends at the latest at expires_at. Check the gallery's list of downloads before each use.",
    "Do not identify the person, alter the picture or pass it to others.",
)
