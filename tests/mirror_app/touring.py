"""Shoppers before a mirror, with a clock of their own: scenes and answers for the tests of the screens."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, cast
from uuid import UUID

import numpy as np

from cloud_api.contract.base import Money
from cloud_api.contract.events import EventData, MirrorSessionEnded
from edge.config import Screen
from edge.experience import PlaceOrder, Publish, Receipt, Record, Request
from edge.scene import Face, Frame, Scene
from mirror_app import catalog as catalogs
from mirror_app.catalog import Catalog, Product, Shade
from mirror_app.mirror import Mirror
from mirror_app.tour import Settle, Stop, Tour, round_tour

LINK: Final = "https://vitrine.example/s/AZr0123456789abcdefghijklmnopqrstuvwxyz.mirror-1"
WORDS: Final = "The screen has no room left for more."
#: Of the staff corner.
PIN: Final = "4711"
#: A colour that nothing of the UI has: where it is, somebody's picture is.
SKIN_BGR: Final = (150, 171, 33)


def demo() -> Catalog:
    return catalogs.load("demo")


def catalog_of(*products: Product) -> Catalog:
    """A catalogue of any products, none included."""
    return Catalog.model_construct(products=products)


def product(name: str, shades: int = 3, place: int = 0) -> Product:
    return Product(
        id=f"product-{place}",
        brand="Maison Orée",
        name=name,
        category="lips",
        effect="lipstick",
        finish="satin",
        price=Money(amount=123456789, currency="JPY"),
        description="x",
        shades=tuple(
            Shade(sku=f"S-{place}-{i}", name=f"{name} {i}"[-120:], lab=(50, 30, 10), coverage=0.8)
            for i in range(shades)
        ),
    )


def mirror(
    catalog: Catalog | None = None, size_px: tuple[int, int] = (960, 540), px_per_mm: float = 2.0
) -> Mirror:
    screen = Screen(
        experience="mirror", camera="front", width_px=size_px[0], height_px=size_px[1], px_per_mm=px_per_mm
    )
    return Mirror(catalog or demo(), screen, "corner-shop", title="Corner Shop")


def screen(size_px: tuple[int, int], **changes: Any) -> Screen:
    """A screen of a box file, with a staff corner."""
    values = {"experience": "mirror", "camera": "front", "staff_pin": PIN} | changes
    return Screen(width_px=size_px[0], height_px=size_px[1], **values)


def hasty(made: Screen, catalog: Catalog | None = None) -> Tour:
    """A tour that draws only where one looks."""
    size_px = made.width_px, made.height_px
    one = Tour(
        Mirror(catalog or demo(), made, "corner-shop", title="Corner Shop"), size_px, somebody, on_disk
    )
    one.hasty, one.step_s = True, 0.2
    return one


def all_screens(one: Tour, sku: str = "MO-VP-130") -> Iterator[Stop]:
    """Every screen there is."""
    return round_tour(one, sku=sku, pin=PIN, crowd=two)


def two(now_s: float) -> Scene:
    """Two people side by side; the first is who was alone before."""
    left, right = face(1), face(2)
    points = left.landmarks_xyz
    shift = np.array((70, 0, 0), np.float32)
    return scene(
        now_s, replace(left, landmarks_xyz=points - shift), replace(right, landmarks_xyz=points + shift)
    )


def face(track: int = 1, *, nan: bool = False) -> Face:
    """An oval of landmarks in the middle of a 320 x 180 frame."""
    turn = np.linspace(0, 2 * np.pi, 478, dtype=np.float32)
    points = np.stack([160 + 30 * np.cos(turn), 90 + 40 * np.sin(turn), 0 * turn], axis=1)
    return Face(track, np.full_like(points, np.nan) if nan else points.astype(np.float32), 0.9)


def scene(now_s: float, *faces: Face, bgr: tuple[int, int, int] = SKIN_BGR) -> Scene:
    image = np.empty((180, 320, 3), np.uint8)
    image[:] = bgr
    return Scene(Frame(image, now_s, round(now_s * 30)), faces)


def somebody(now_s: float) -> Scene:
    return scene(now_s, face())


def nobody(now_s: float) -> Scene:
    return scene(now_s, bgr=(90, 90, 90))


def on_disk(request: Request) -> Receipt | None:
    """What the stage answers when all is well."""
    if isinstance(request, PlaceOrder):
        return Receipt(request.order.id)
    if isinstance(request, Publish):
        card = np.full((300, 200, 3), 240, np.uint8)
        return Receipt(request.share, link=LINK, card_bgr=card)
    return None


def refused(request: Request) -> Receipt | None:
    """What it answers when the disk is full."""
    receipt = on_disk(request)
    return replace(receipt, failed=WORDS, link=None, card_bgr=None) if receipt else None


def tour(
    made: Mirror | None = None,
    scenes: Callable[[float], Scene | None] = somebody,
    settle: Settle = on_disk,
    size_px: tuple[int, int] = (960, 540),
) -> Tour:
    return Tour(made or mirror(size_px=size_px), size_px, scenes, settle, step_s=0.1)


def go(one: Tour, *names: str) -> None:
    """Tap one control after the other."""
    for name in names:
        one.tap(name)
        one.wait(0.3)


def to_review(one: Tour, sku: str = "MO-VP-130") -> None:
    go(one, "start", f"shade:{sku}", "pose")
    one.wait(3.2)
    assert one.at == "review"


def events(one: Tour, kind: type[EventData]) -> list[EventData]:
    """The events of a kind that were recorded so far."""
    return [each.event for each in one.requests if isinstance(each, Record) and isinstance(each.event, kind)]


def ended(one: Tour) -> MirrorSessionEnded:
    """How the one visit ended."""
    (event,) = events(one, MirrorSessionEnded)
    assert isinstance(event, MirrorSessionEnded)
    return event


def last(one: Tour, kind: type[Request]) -> Request:
    return next(each for each in reversed(one.requests) if isinstance(each, kind))


def share_of(one: Tour) -> UUID:
    return cast("Publish", last(one, Publish)).share
