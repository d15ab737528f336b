"""One visit to the arena: from stepping into view until they are gone; then all of it is forgotten."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from edge.scene import Pose
from gamification.steps import StepCounter

if TYPE_CHECKING:
    from edge.experience import Receipt
    from gamification.games import Result, Round

#: Wrists: the subject's left and right; and what they have to be above to be "a hand up".
_WRISTS, _NOSE = (15, 16), 0
_VISIBLE_MIN: Final = 0.5
#: A hand is up when it is held there this long, seconds.
RAISED_S: Final = 0.8
#: Who comes as a new track after such an absence is somebody else. Seconds.
_ANOTHER_S: Final = 2.5
#: Steps that begin a race by themselves.
STEPS_TO_RACE: Final = 20


class Visit:
    """What is known of the person in view. steps: of the whole visit."""

    def __init__(self, session: UUID, now_s: float) -> None:
        self.session = session
        self.counter = StepCounter()
        self.steps = 0
        self.began_s = self.seen_s = now_s
        self.walked_since_race = 0
        self.round: Round | None = None
        self.result: Result | None = None
        self.claim: UUID | None = None
        self.receipt: Receipt | None = None
        self.rank = 1
        self.points = 0
        #: Whether somebody else is in view now: what was counted is not theirs.
        self.another = False
        #: Whose visit it is, as they were seen last.
        self.track: int | None = None
        self._raised_s: float | None = None

    def see(self, pose: Pose, time_s: float, now_s: float) -> int:
        """Take in a pose, captured at time_s; the steps that became known by it."""
        if pose.track != self.track and now_s - self.seen_s > _ANOTHER_S:
            self.another = True
        self.seen_s = now_s
        if pose.track != self.track:
            self.track, self.counter = pose.track, StepCounter()
        new = self.counter.feed(pose, time_s)
        self.steps += new
        self.walked_since_race += new
        if not _hand_up(pose):
            self._raised_s = None
        elif self._raised_s is None:
            self._raised_s = now_s
        return new

    def raised(self, now_s: float) -> float:
        """How far the raised hand has come to mean it, 0..1."""
        return 0.0 if self._raised_s is None else min(1.0, (now_s - self._raised_s) / RAISED_S)

    def until_race(self, now_s: float) -> float:
        """How far to the race, 0..1: by walking or by a raised hand."""
        return max(min(1.0, self.walked_since_race / STEPS_TO_RACE), self.raised(now_s))

    def race_over(self) -> None:
        """The next race has to be walked for again."""
        self.walked_since_race, self._raised_s = 0, None


def _hand_up(pose: Pose) -> bool:
    nose_y = pose.landmarks_xyz[_NOSE, 1]
    return any(pose.visibility[k] >= _VISIBLE_MIN and pose.landmarks_xyz[k, 1] < nose_y for k in _WRISTS)
