"""The bar above every page for people who sign in: where they are, where they may go, who they are."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from cloud_api.users import Role, User


@dataclass(frozen=True, slots=True)
class Tab:
    """One page that the person may open."""

    name: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Everything `_bar.html` shows."""

    person: str
    csrf: str
    #: Address of the page itself, where another store is chosen.
    path: str
    tabs: tuple[Tab, ...]
    day: str = ""
    store: str = ""
    #: Stores to choose from; empty where there is no choice.
    stores: tuple[str, ...] = ()

    nav: str = "Pages"
    choose: str = "Store"
    show: str = "Show"
    sign_out: str = "Sign out"


STAFF: Final = "/staff"
FLOOR: Final = "/staff/floor"
CATALOGUE: Final = "/staff/catalogue"
GALLERY: Final = "/gallery"
_PAGES: Final = (
    ("Orders", STAFF, Role.STAFF),
    ("Floor", FLOOR, Role.STAFF),
    ("Catalogue", CATALOGUE, Role.STAFF),
    ("Gallery", GALLERY, Role.MARKETING),
)


def bar(
    user: User, csrf: str, path: str, *, day: str = "", store: str = "", stores: tuple[str, ...] = ()
) -> Bar:
    """The bar of the page at `path`; a person sees only what they may open."""
    asked = f"?{urlencode({'store': store})}" if stores else ""
    tabs = (Tab(name, address + asked, address == path) for name, address, role in _PAGES if user.may(role))
    return Bar(user.name, csrf, path, tuple(tabs), day, store, stores)


def home(user: User) -> str:
    """Where a person begins after signing in."""
    return next(address for _, address, role in _PAGES if user.may(role))
