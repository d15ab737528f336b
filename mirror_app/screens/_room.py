"""Where things go on a screen of any shape: the live picture, and beside or below it the controls.

    landscape  ┌────────────┬─────┐      portrait  ┌────────┐
               │            │     │                │        │
               │  picture   │panel│                │picture │
               │            │     │                ├────────┤
               └────────────┴─────┘                │ panel  │
                                                   └────────┘
Screens ask the room and never look at width and height themselves, so a left-handed rail, or controls
lower down for a tall kiosk, is another room.
"""

from dataclasses import dataclass
from typing import Final, Literal

from edge.speech import PLAIN, Speech
from edge.ui.area import Area
from edge.ui.theme import Theme

Hand = Literal["right", "left"]

_MARGIN: Final = 44
#: Width of the rail beside the picture, height of the sheet below it, in designed pixels.
_RAIL: Final = 560
_SHEET: Final = 644


@dataclass(frozen=True, slots=True)
class Room:
    """One screen's arrangement, and the language spoken in it. hand: on which side of a landscape screen the
    controls are."""

    theme: Theme
    screen: Area
    hand: Hand = "right"
    speech: Speech = PLAIN

    @classmethod
    def of(
        cls, size_px: tuple[int, int], px_per_mm: float, hand: Hand = "right", speech: Speech = PLAIN
    ) -> "Room":
        """The room of a screen of this width and height."""
        return cls(Theme.of(size_px, px_per_mm, speech.code), Area(0, 0, *size_px), hand, speech)

    @property
    def portrait(self) -> bool:
        return self.screen.h > self.screen.w

    @property
    def margin_px(self) -> int:
        """Distance of everything from the edges."""
        return self.theme.px(_MARGIN)

    @property
    def panel(self) -> Area:
        """Where the controls are while somebody tries on."""
        return self.split(_RAIL, _SHEET)[1]

    @property
    def picture(self) -> Area:
        """What is left for the live picture."""
        return self.split(_RAIL, _SHEET)[0]

    def split(self, rail: float, sheet: float) -> tuple[Area, Area]:
        """Picture and panel, for a rail of this width beside or a sheet of this height below (designed)."""
        if self.portrait:
            panel, picture = self.screen.cut_bottom(min(self.theme.px(sheet), round(self.screen.h * 0.7)))
            return picture, panel
        cut = self.screen.cut_right if self.hand == "right" else self.screen.cut_left
        panel, picture = cut(min(self.theme.px(rail), round(self.screen.w * 0.7)))
        return picture, panel
