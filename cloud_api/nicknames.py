"""Pleasant, neutral names for a board that everybody in the shop reads: chosen, never typed.

Which names a claim is offered follows from the server's secret and the claim, so that a name which comes
back is known to be one of them without anything being stored.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Final
from uuid import UUID

#: Names on one page of offers, and how many pages there are ("others").
PER_PAGE: Final = 6
PAGES: Final = 8

_HOW: Final = (  # noqa: SIM905 - a list of words is read as words
    "Amber Balmy Blithe Bright Brisk Calm Cheerful Clear Coral Cosy Crisp Daring Deft Eager Early "
    "Elegant Fleet Gentle Gilded Glad Golden Graceful Happy Humming Jolly Keen Kind Light Lively "
    "Lucky Lunar Mellow Merry Misty Nimble Noble Opal Pearl Placid Quick Quiet Radiant Rosy Russet Satin "
    "Serene Silken Silver Sincere Smiling Smooth Snowy Soft Spry Starry Steady Sunny Swift Tender Tranquil "
    "Velvet Warm Whispering Winged Witty"
).split()
_WHO: Final = (  # noqa: SIM905
    "Acacia Alder Anemone Aster Azalea Badger Begonia Bluebell Camellia Cedar Clover Cormorant Cosmos Crane "
    "Cricket Curlew Dahlia Dolphin Dove Dragonfly Egret Elm Fern Finch Firefly Freesia Gazelle Gentian "
    "Hare Hazel Heather Heron Hibiscus Ibis Iris Jasmine Juniper Kestrel Kingfisher Lark Laurel Lavender "
    "Lilac Lily Linnet Lotus Lynx Magnolia Mallow Maple Marigold Marten Meadowlark Mimosa Myrtle Narcissus "
    "Nightingale Oak Orchid Oriole Otter Peony Petunia Plover Poppy Primrose Puffin Robin Rowan "
    "Sandpiper Seal Sparrow Starling Swallow Swan Tern Thistle Tulip Verbena Violet Willow Wren"
).split()


def offers(secret: bytes, claim: UUID, page: int) -> tuple[str, ...]:
    """One page of names for a claim (0 to PAGES - 1, then from the first), no word twice on it."""
    first = page % PAGES * PER_PAGE
    return every(secret, claim)[first : first + PER_PAGE]


def every(secret: bytes, claim: UUID) -> tuple[str, ...]:
    """All names that this claim is offered, page after page."""
    found: list[str] = []
    for name in _names(secret, claim):
        page = found[len(found) // PER_PAGE * PER_PAGE :]
        if name not in found and not {word for other in page for word in other.split()} & set(name.split()):
            found.append(name)
        if len(found) == PER_PAGE * PAGES:
            break
    return tuple(found)


def _names(secret: bytes, claim: UUID) -> Iterator[str]:
    number = 0
    while True:
        drawn = hmac.new(secret, claim.bytes + number.to_bytes(4, "big"), hashlib.sha256).digest()
        for at in range(0, len(drawn), 4):
            how, who = (int.from_bytes(drawn[at + part : at + part + 2], "big") for part in (0, 2))
            yield f"{_HOW[how % len(_HOW)]} {_WHO[who % len(_WHO)]}"
        number += 1
