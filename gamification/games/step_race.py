"""The step race: as many steps as you can in sixty seconds, beside the ghost of the day's best."""

from typing import Final

from gamification.games import Best, Result

SECONDS: Final = 60.0
#: The course of the day's first race; later ones run a little further than the best.
_COURSE, _BEYOND = 130, 1.08
_SPLIT_S: Final = 5.0
#: A step is a point; the day's best gives this besides.
_BEST_POINTS: Final = 50


def build() -> "StepRace":
    """The game."""
    return StepRace()


class StepRace:
    """Implements gamification.games.Game."""

    name = "step-race"
    title = "The sixty-second race"

    def begin(self, now_s: float, best: Best | None) -> "Race":
        return Race(now_s, best)

    def points(self, result: Result, rank: int) -> int:
        return result.count + (_BEST_POINTS if rank == 1 else 0)


class Race:
    """Implements gamification.games.Round."""

    def __init__(self, now_s: float, best: Best | None) -> None:
        self._began_s, self._best = now_s, best
        self._steps = 0
        self._course = max(_COURSE, round(best.count * _BEYOND)) if best else _COURSE
        self._splits: list[tuple[float, int]] = []

    def count(self, steps: int, now_s: float) -> None:
        elapsed_s = min(now_s - self._began_s, SECONDS)
        while elapsed_s >= (len(self._splits) + 1) * _SPLIT_S:
            self._splits.append(((len(self._splits) + 1) * _SPLIT_S, self._steps))
        if now_s - self._began_s <= SECONDS:
            self._steps += steps

    def left_s(self, now_s: float) -> float:
        return max(0.0, SECONDS - (now_s - self._began_s))

    def share(self) -> float:
        return min(1.0, self._steps / self._course)

    def ghost(self, now_s: float) -> float:
        if self._best is None:
            return -1.0
        return min(1.0, self._best.at(now_s - self._began_s) / self._course)

    def lead(self, now_s: float) -> int:
        return self._steps - int(self._best.at(now_s - self._began_s)) if self._best else 0

    def result(self, now_s: float) -> Result:
        seconds = min(max(0.0, now_s - self._began_s), SECONDS)
        return Result(self._steps, seconds, (*self._splits, (seconds, self._steps)))
