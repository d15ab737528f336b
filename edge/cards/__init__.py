"""The card of a share: the shopper's picture, the products in it, and the QR that brings it to a phone.

Publish -> compose -> Card (JPEG) -> outbox -> cloud -> phone

crop.py     which part of the picture: keeps the faces
layout.py   picture, products, QR and the house's mark on its paper
jpeg.py     pixels to JPEG with the consent's id and the mark that software put things into the picture
"""

from dataclasses import dataclass, field

import numpy as np

from edge.cards import crop, jpeg, layout
from edge.experience import Publish
from edge.ui.theme import VITRINE, Brand
from models.results import U8

__all__ = ["Card", "compose"]


@dataclass(frozen=True, slots=True)
class Card:
    """A finished card. image_bgr: (height_px, width_px, 3) uint8, what the JPEG shows."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    image_bgr: U8 = field(repr=False)


def compose(publish: Publish, link: str, store_name: str, house: Brand = VITRINE) -> Card:
    """Lay out and encode the card of a share; takes some tenths of a second, so beside the loop.

    link: what the QR says. house: whose mark and colours it has. Its date is `created_at` in its own time
    zone. ValueError where the picture is no (h, w, 3) uint8 image or the link is too long for a QR.
    """
    picture = crop.cropped(publish.picture_bgr, publish.focus_xyxy, layout.PICTURE_PX)
    card = layout.sheet(
        picture, publish.products, link, store_name, publish.created_at, publish.language, house
    )
    image_bgr = np.ascontiguousarray(np.asarray(card)[..., ::-1])
    return Card(jpeg.encode(card, jpeg.xmp(publish)), card.width, card.height, image_bgr)
