"""Where things go on a screen of any shape: the live picture, and beside or below it the controls.

    landscape  ┌────────────┬─────┐      portrait  ┌────────┐      tall landscape  ┌──────────────────┐
               │            │     │                │        │      (its upper part │      picture     │
               │  picture   │panel│                │picture │      is out of reach)├──────────────────┤
               │            │     │                ├────────┤                      │      panel       │
               └────────────┴─────┘                │ panel  │                      └──────────────────┘
                                                   └────────┘
Screens ask the room and never look at width and height themselves, so a left-handed rail, or controls
lower down for a tall kiosk, is another room.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from edge.config import Screen
from edge.speech import PLAIN, Speech
from edge.ui.area import Area
from edge.ui.theme import VITRINE, Brand, Theme

Hand = Literal["right", "left"]

_MARGIN: Final = 44
#: Width of the rail beside the picture, height of the sheet below it, in designed pixels.
_RAIL: Final = 560
_SHEET: Final = 672
#: What a row of controls is designed to be high, and how many rows the sheet has.
_TARGET: Final = 72
_ROWS: Final = 5
#: What somebody in a wheelchair reaches (EN 301 549, 8.3.2: 1220 mm).
_REACH_MM: Final = 1220.0
#: Designed height that the fullest panel needs; where less can be reached, everything is drawn smaller, down
#: to this share.
_FULLEST: Final = 1290
_SMALLEST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the glass. x, y: the top of their head, 0..1 of the glass."""

    track: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Room:
    """One screen's arrangement, and the language spoken in it.

    hand: on which side of a landscape screen the controls are. reach: the part where controls may be.
    """

    theme: Theme
    screen: Area
    reach: Area
    hand: Hand = "right"
    speech: Speech = PLAIN

    @classmethod
    def of(
        cls,
        size_px: tuple[int, int],
        screen: Screen,
        speech: Speech = PLAIN,
        brand: Brand = VITRINE,
    ) -> "Room":
        """The room of a display: its size now, the rest as the box file says."""
        theme = Theme.of(size_px, screen.px_per_mm, speech.code, brand)
        whole = Area(0, 0, *size_px)
        reach = whole
        if screen.above_floor_mm:
            reach = whole.cut_bottom(_reached_px(size_px[1], screen))[0]
        if reach.h < whole.h:
            share = min(1.0, max(_SMALLEST, reach.h / theme.px(_FULLEST)))
            theme = replace(theme, scale=theme.scale * share)
        return cls(theme, whole, reach, screen.hand, speech)

    @property
    def stacked(self) -> bool:
        """Whether the controls stand below the picture instead of beside it."""
        return self.screen.h > self.screen.w or self.reach.h < self.screen.h

    @property
    def margin_px(self) -> int:
        """Distance of everything from the edges."""
        return self.theme.px(_MARGIN)

    @property
    def panel(self) -> Area:
        """Where the controls are while somebody tries on."""
        return self._try_on[1]

    @property
    def picture(self) -> Area:
        """What is left for the live picture."""
        return self._try_on[0]

    @property
    def _try_on(self) -> tuple[Area, Area]:
        """Where targets must be large the sheet has more to hold."""
        more = max(0.0, self.theme.target_px / self.theme.scale - _TARGET)
        return self.split(_RAIL, _SHEET + _ROWS * more)

    def split(self, rail: float, sheet: float) -> tuple[Area, Area]:
        """Picture and panel, for a rail of this width beside or a sheet of this height below (designed)."""
        if self.stacked:
            most = min(round(self.screen.h * 0.7), self.reach.h)
            panel, picture = self.screen.cut_bottom(min(self.theme.px(sheet), most))
            return picture, panel
        cut = self.screen.cut_right if self.hand == "right" else self.screen.cut_left
        panel, picture = cut(min(self.theme.px(rail), round(self.screen.w * 0.7)))
        return picture, panel


def too_high_mm(screen: Screen) -> float:
    """How far above reach controls may stand, where a display hangs so high that a third of it is taken; 0
    where all can be reached, or nobody said how high it hangs."""
    if not screen.above_floor_mm:
        return 0.0
    top_mm = screen.above_floor_mm + _reached_px(screen.height_px, screen) / screen.px_per_mm
    return max(0.0, top_mm - _REACH_MM - 1.0 / screen.px_per_mm)


def _reached_px(height_px: int, screen: Screen) -> int:
    """How much of the display, from its lower edge, is within reach; a third, should it hang higher."""
    reached = round((_REACH_MM - screen.above_floor_mm) * screen.px_per_mm)
    return min(height_px, max(reached, height_px // 3))
