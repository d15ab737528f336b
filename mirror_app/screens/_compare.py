"""Comparing: a line through the glass, to its left one thing, to its right another, of the same moment.

without  what they wear          | nothing
shades   what they wore before   | what they wear now: the next shade they touch
lights   daylight, or another    | the light they choose
"""

from dataclasses import dataclass
from typing import Final

from edge.speech import mark
from mirror_app import words
from mirror_app.glass import Split
from mirror_app.glass import View as Shown
from mirror_app.layer import Layer
from mirror_app.room_light import DAY, EVENING, RoomLight
from mirror_app.session import Comparison, Visit

KINDS: Final[dict[Comparison, str]] = {
    "without": mark("Without"),
    "shades": mark("Two shades"),
    "lights": mark("Two lights"),
}
WITH: Final = mark("With")
NEXT: Final = mark("Touch another shade")

#: The line stays in view.
_EDGE: Final = 0.06
#: How far keys move it.
STEP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Comparing:
    """A comparison under way. at: the line, 0..1 of the glass. kept: the outfits of before, by track.

    before: the light of before. said: what the left side is called in a comparison of shades.
    """

    what: Comparison
    since_s: float
    at: float = 0.5
    kept: tuple[tuple[int, tuple[Layer, ...]], ...] = ()
    before: RoomLight = DAY
    said: str = ""

    @classmethod
    def begin(cls, what: Comparison, visit: Visit, tracks: tuple[int, ...], now_s: float) -> "Comparing":
        """Begin with what there is now on the left."""
        kept = tuple((track, visit.wardrobe.layers(track)) for track in tracks)
        if what == "lights" and visit.light is DAY:
            visit.look_in(EVENING)  # two days would be one
        worn = visit.worn
        said = worn.shade.name_in(visit.language) if worn else ""
        return cls(what, now_s, kept=kept, said=said)

    def moved(self, at: float) -> "Comparing":
        """The same with the line elsewhere."""
        at = min(max(at, _EDGE), 1 - _EDGE)
        return Comparing(self.what, self.since_s, at, self.kept, self.before, self.said)

    def left(self, worn: dict[int, tuple[Layer, ...]], light: RoomLight) -> Shown:
        """What shows left of the line. worn, light: what they wear now, and the light they chose."""
        if self.what == "shades":
            return Shown({**worn, **dict(self.kept)}, light)
        return Shown(worn, self.before if self.what == "lights" else light)

    def split(self, worn: dict[int, tuple[Layer, ...]], light: RoomLight) -> Split:
        """What shows right of it."""
        return Split(self.at, Shown({} if self.what == "without" else worn, light))

    def labels(self, visit: Visit) -> tuple[str, str]:
        """What both sides are called, to be said."""
        if self.what == "without":
            return WITH, KINDS["without"]
        if self.what == "lights":
            return words.LIGHTS[self.before.name], words.LIGHTS[visit.light.name]
        worn = visit.worn
        now = worn.shade.name_in(visit.language) if worn else ""
        return self.said or KINDS["without"], now if now and now != self.said else NEXT
