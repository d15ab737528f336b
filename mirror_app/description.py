"""What the mirror says of itself on the live view's `/state`: for tests, and for people who use switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cloud_api.contract.orders import Order
from edge.ui.widgets import Widget, controls
from mirror_app.session import Visit


@dataclass(frozen=True, slots=True)
class Target:
    """A control as a share (0..1) of the screen: its left, top, width and height."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Description:
    """What is to be seen and tapped now. order, share: only once they are on disk; order: while its code is
    shown."""

    screen: str
    session_open: bool
    worn: str | None
    order: UUID | None
    order_code: str | None
    share: UUID | None
    link: str | None
    targets: Mapping[str, Target]


def described(
    screen: str,
    visit: Visit | None,
    worn: str | None,
    order: Order | None,
    widgets: tuple[Widget, ...],
    size_px: tuple[int, int],
) -> Description:
    """Say it. worn: the SKU in the mirror. order: the one that is shown. size_px: the screen's width and
    height."""
    share = visit.share if visit and visit.share and visit.share.done else None
    width, height = size_px
    return Description(
        screen=screen,
        session_open=visit is not None,
        worn=worn,
        order=order.id if order else None,
        order_code=order.code if order else None,
        share=share.request.share if share else None,
        link=share.receipt.link if share and share.receipt else None,
        targets={
            each.name: Target(x / width, y / height, w / width, h / height)
            for each in controls(widgets)
            for x, y, w, h in (each.visible,)
        },
    )
