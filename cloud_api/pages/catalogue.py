"""What the catalogue page says: its view and, in one place, its words."""

from dataclasses import dataclass
from typing import Final

from cloud_api.contract.catalogue import Skipped

from .bar import Bar


@dataclass(frozen=True, slots=True)
class Offer:
    """What one mirror said that it offers."""

    screen: str
    when: str
    products: int
    shades: int
    skipped: int
    some: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the page shows. stands: empty where nothing was uploaded. wrong: why a file was refused."""

    bar: Bar
    store: str
    stands: str
    products: int
    skipped: tuple[Skipped, ...]
    #: How many more are left out than are shown.
    more: int
    offers: tuple[Offer, ...]
    done: str = ""
    wrong: str = ""


class Words:
    """Texts of the page."""

    title: Final = "Catalogue"
    none: Final = "Nothing has been published for this store yet. Its mirrors show what their box file names."
    stands: Final = "{products} products, published {when} by {who}."
    publish: Final = "Publish"
    file: Final = "Catalogue file"
    kinds: Final = (
        "TOML or JSON; or a ZIP of catalogue.toml and its pictures. Pictures that came before need not come "
        "again. What is wrong is left out and listed here; the rest is offered within a minute, between two "
        "visits."
    )
    done: Final = "Published. {products} products are offered."
    left_out: Final = "Left out of the file"
    nothing_left_out: Final = "Everything in the file is offered."
    more: Final = "and {count} more"
    mirrors: Final = "On the mirrors"
    no_mirrors: Final = "No mirror has said yet what it offers."
    mirror: Final = "Mirror"
    since: Final = "Since"
    offers: Final = "Offers"
    counted: Final = "{products} products, {shades} shades"
    not_there: Final = "Left out there"
    nothing: Final = "nothing"
