"""Watching one ceiling camera: frames in, facts out, and in words what keeps it from counting.

Shared by `vitrine counter` (live) and `vitrine replay` (over a file): neither counts in any other way.

    frame -> Steady -> Detector -> FloorCounter -> facts
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from edge.floor.counter import Fact, FloorCounter
from edge.floor.plan import PlanError
from edge.floor.steady import Seeing, Steady
from edge.scene import Frame
from models.people import Detector

WORDS: Final = {
    Seeing.GOOD: "counting",
    Seeing.FROZEN: "the camera is frozen: it sends the same picture again and again; switch it off and on",
    Seeing.BLIND: "the camera sees nothing: it is covered or the light is off",
    Seeing.CHANGED: "the picture has changed altogether; waiting for it to settle",
    Seeing.MOVED: "the camera has moved: click the four points again",
}
#: Where so much of the picture stands out, the light has changed: no crowd covers a floor like this.
_UPHEAVAL: Final = 0.6


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether it counts, and in words for a person why not."""

    seeing: Seeing = Seeing.GOOD
    words: str = WORDS[Seeing.GOOD]

    @property
    def counts(self) -> bool:
        """Whether figures come of it."""
        return self.seeing is Seeing.GOOD


class Watch:
    """Stateful: one per camera, fed in the order of time."""

    def __init__(self, counter: FloorCounter, detector: Detector) -> None:
        self.counter, self.detector = counter, detector
        self._steady = Steady()
        self.condition = Condition()

    def see(self, frame: Frame, now: datetime) -> list[Fact]:
        """Take the next frame. now: its wall-clock time, aware; it may jump."""
        before, self.condition = self.condition, self._judge(frame)
        if not self.condition.counts:
            return self._pause(frame) if before.counts else self._wait()
        time_s = frame.captured_s
        people = self.detector.detect(frame.image_bgr, time_s)
        if self.detector.share > _UPHEAVAL:
            self.detector.forget()
            return self._pause(frame)
        fresh = not self._steady.repeated(time_s)
        return self.counter.update(people, frame.size_px, time_s, now, fresh=fresh)

    def lost(self, time_s: float) -> list[Fact]:
        """No frames come since time_s: what was followed is followed no longer."""
        return self.counter.interrupt(time_s)

    def _judge(self, frame: Frame) -> Condition:
        try:
            self.counter.view.check(frame.size_px)
        except PlanError as misfit:
            return Condition(Seeing.MISFIT, str(misfit))
        seeing = self._steady.look(frame.image_bgr, frame.captured_s)
        return Condition(seeing, WORDS[seeing])

    def _pause(self, frame: Frame) -> list[Fact]:
        """What was seen until the picture ceased to be good for anything; never a crossing."""
        frozen = self.condition.seeing is Seeing.FROZEN
        return self.lost(self._steady.same_since_s if frozen else frame.captured_s)

    def _wait(self) -> list[Fact]:
        """Of another place nothing is known: its background is learned when it is settled."""
        if self.condition.seeing is Seeing.MOVED:
            self.detector.forget()
        return []
