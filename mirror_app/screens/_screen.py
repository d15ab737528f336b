"""What every screen is: widgets for what is to be seen, a move for what a tap means.

A screen knows no window, clock or network. It may read and change the visit; the mirror calls it once per
frame and does what its moves say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from cloud_api.contract.orders import Order
from edge.speech import PLAIN, Speech
from edge.ui.area import Area
from edge.ui.theme import Theme
from edge.ui.touch import Scroll
from edge.ui.widgets import Widget
from mirror_app.catalog import Catalog, Item
from mirror_app.glass import Split
from mirror_app.glass import View as Shown
from mirror_app.session import Reason, Visit
from mirror_app.staff import Staff

from ._room import Person, Room

#: The control in a corner that leads staff in, held for long.
STAFF: Final = "staff"


@dataclass(frozen=True, slots=True)
class GoTo:
    """Show another screen, by its file's name."""

    screen: str


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody touched the mirror: a visit begins, with what they saw themselves wear, on this screen."""

    worn: tuple[tuple[Item, float], ...] = ()
    screen: str = "try_on"


@dataclass(frozen=True, slots=True)
class Speak:
    """From now on, until they leave, the mirror speaks this language."""

    language: str


@dataclass(frozen=True, slots=True)
class TakePicture:
    """The countdown is over: freeze what the mirror shows, then go on with `then`."""

    then: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Reload:
    """Read the catalogue again, now."""


@dataclass(frozen=True, slots=True)
class Shut:
    """End this screen."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Back to where they were."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The visit ends and everything is forgotten."""

    reason: Reason


Move = GoTo | Start | Speak | TakePicture | Resume | Leave | Reload | Shut


@dataclass(frozen=True, slots=True)
class Shop:
    """What the screens know of where they stand."""

    catalog: Catalog
    #: As people call it.
    store: str
    #: What can be spoken here.
    languages: tuple[Speech, ...] = (PLAIN,)
    staff: Staff = field(default_factory=Staff)

    @property
    def items(self) -> tuple[Item, ...]:
        """All there is to try."""
        return self.catalog.items


class Screen:
    """Base of the screens. `visit` is None only before the first touch."""

    #: Whether the live mirror is on; the seconds a product is worn count then.
    live: ClassVar[bool] = False
    #: Whether a raised palm takes a picture here, now.
    palm: bool = False
    #: How much of the second a palm has been held up; the mirror tells.
    palm_share: float = 0.0
    #: How long it stands without anybody in view, and without a touch, before it asks or leaves.
    patience_s: ClassVar[float] = 8.0
    idle_s: ClassVar[float] = 90.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        self.shop = shop
        self._visit = visit
        self.room = room
        self.since_s = self._now_s = now_s

    @property
    def visit(self) -> Visit:
        """The visit; only attract has none."""
        assert self._visit is not None
        return self._visit

    @property
    def theme(self) -> Theme:
        return self.room.theme

    def say(self, message: str, **values: object) -> str:
        """A marked text in the shopper's language."""
        return self.room.speech.say(message, **values)

    def glass(self) -> Area | None:
        """Where the live mirror shows; None: nowhere."""
        return None

    def shown(self, tracks: Iterable[int], now_s: float) -> Shown:  # noqa: ARG002
        """What the live mirror shows of the people with these tracks; of a comparison the left side."""
        if self._visit is None:
            return Shown({})
        worn = {track: layers for track in tracks if (layers := self._visit.wardrobe.layers(track))}
        return Shown(worn, self._visit.light)

    def split(self, tracks: Iterable[int], now_s: float) -> Split | None:  # noqa: ARG002
        """The right side of a comparison."""
        return None

    def spoken_of(self, now_s: float) -> Item | None:  # noqa: ARG002
        """Of what is worn, the product that the screen names."""
        return self._visit.worn if self._visit else None

    def see(self, people: tuple[Person, ...]) -> None:
        """Who is in the glass, from left to right."""

    def order(self) -> Order | None:
        """The order whose code is shown."""
        return None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        """All that is to be seen, from back to front."""
        raise NotImplementedError

    def scrolls(self) -> tuple[Scroll, ...]:
        """The strips of the screen."""
        return ()

    def tap(self, name: str, now_s: float) -> Move | None:
        """A control was tapped or chosen."""
        raise NotImplementedError

    def drag(self, name: str, x_px: float, y_px: float) -> None:
        """A dragging control is under the finger, which is there now."""

    def nudge(self, name: str, way: int) -> None:
        """A key moves a dragging control: -1 to the left, 1 to the right."""

    def close(self, now_s: float) -> None:
        """Another screen takes over."""

    def typed(self, key: str) -> str | None:  # noqa: ARG002
        """The control that a key stands for, where it stands for one."""
        return None

    def focus(self, name: str) -> None:
        """A key moved the focus to this control: bring it into view."""

    def back(self) -> Move | None:
        """Escape."""
        return None

    def tick(self, now_s: float) -> Move | None:  # noqa: ARG002
        """Time passed."""
        return None
