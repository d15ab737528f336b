"""What an experience has drawn ahead: by the process that sees, of a frame that nobody waits for yet.

    this process                                         the other

    experience ── a wish: whom, what ──────── pipe ──→ Helper ── makes Drafts, once
    process    ── a sheet of memory with each frame ─→ Helper ── Drafts.draw onto it, once the frame is seen,
                                                            └── unless the sheet says: I am awaited
    experience ←── scene.other(Sheet) ────── pipe ───┘

Where drawing is the slower of the two, the process that sees has time left; where it is not, it is awaited
and draws nothing: so both have the same to do. What was not drawn ahead is drawn by whoever shows it, and
nothing depends on a draft.
"""

import logging
import pickle
import pkgutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from edge import pixels
from edge.scene import Scene
from models.results import U8

log = logging.getLogger(__name__)

#: Bytes of a sheet. What is not drawn on takes no memory.
SHEET_BYTES: Final = 16 << 20
#: The first byte of a sheet tells whether somebody waits for its frame; drafts begin behind it.
BEGIN: Final = 64

#: Numbers that tell what lies where, as those who draw and those who show agree; never empty.
Table = npt.NDArray[np.int64]


class Drafts(Protocol):
    """What draws ahead. It lives in the process that sees and knows nothing but its wish."""

    def wish(self, what: object) -> None:
        """From now on this, until there is another."""

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> Table | None:
        """Draw onto the sheet, from BEGIN on, while it is not awaited; what lies where. None: nothing."""


@dataclass(frozen=True, eq=False)
class Wish:
    """What is to be drawn ahead. drafts: `module:name` of what makes Drafts. what: told them, pickled."""

    drafts: str
    what: object


@dataclass(frozen=True, slots=True)
class Sheet:
    """Among a scene's others, where something was drawn ahead. drawn: as of Drafts. memory: (n,) uint8."""

    drawn: Table
    memory: U8 = field(repr=False)


def call(sheet: U8) -> None:
    """Say that somebody waits for the frame of this sheet."""
    sheet[0] = 1


class Helper:
    """Draws ahead in the process that sees; the libraries for it are read beside the seeing."""

    def __init__(self) -> None:
        self._drafts: Drafts | None = None
        self._name: str | None = None
        self._parcel: bytes | None = None
        self._gone = False
        #: Which drafts are waited for: those of an older wish may still be in the making.
        self._making = object()

    def wish(self, drafts: str, parcel: bytes) -> None:
        """A Wish. parcel: `what`, pickled: it may be of classes that are not read yet."""
        self._parcel = parcel
        if drafts != self._name:
            self.forget()
            self._name, self._parcel = drafts, parcel
            threading.Thread(
                target=self._make, args=(drafts, self._making), name="drafts", daemon=True
            ).start()

    def forget(self) -> None:
        """Nothing is wished any more."""
        self._name = self._drafts = self._parcel = None
        self._making = object()
        self._gone = False

    def draw(self, scene: Scene, place: pixels.Place) -> Table | None:
        """What was drawn on the sheet there; None for nothing, also where nothing to draw with is there yet.

        Whatever goes wrong is logged, and nothing is drawn ahead any more: who shows it draws it, and tells
        what is wrong with it.
        """
        if self._drafts is None or self._gone:
            return None
        try:
            sheet = pixels.sheet(place)
            if self._parcel is not None:
                parcel, self._parcel = self._parcel, None
                self._drafts.wish(pickle.loads(parcel))  # noqa: S301 - of the process that started this one
            return None if sheet[0] else self._drafts.draw(scene, sheet, lambda: bool(sheet[0]))
        except Exception:
            log.exception("nothing is drawn ahead any more")
            self._gone = True
            return None

    def _make(self, drafts: str, making: object) -> None:
        try:
            make: Callable[[], Drafts] = pkgutil.resolve_name(drafts)
            made = make()
            if making is self._making:
                self._drafts = made
        except Exception:
            log.exception("nothing is drawn ahead: %s cannot be made", drafts)
