"""Games of the arena: one file each with `build() -> Game`, found by its name in the box file.

A game knows rules only: how long a round is, what counts, what it is worth. Who plays, what is drawn and
where results stand is the arena's.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Best:
    """The day's best round. splits: (seconds, count) on the way, rising, the last its end."""

    count: int
    splits: tuple[tuple[float, int], ...]

    def at(self, elapsed_s: float) -> float:
        """How far the best was after so many seconds, between the splits."""
        before_s, before = 0.0, 0
        for after_s, after in self.splits:
            if elapsed_s <= after_s:
                share = (elapsed_s - before_s) / max(after_s - before_s, 1e-6)
                return before + (after - before) * share
            before_s, before = after_s, after
        return float(before)


@dataclass(frozen=True, slots=True)
class Result:
    """A finished round: what was counted, in how many seconds, and on the way."""

    count: int
    seconds: float
    splits: tuple[tuple[float, int], ...]


class Round(Protocol):
    """One run of a game, from its start at `now_s` of its making."""

    def count(self, steps: int, now_s: float) -> None:
        """So many steps were made since the last call."""

    def left_s(self, now_s: float) -> float:
        """Seconds to go; 0 when it is over."""

    def share(self) -> float:
        """How far along the course, 0..1."""

    def ghost(self, now_s: float) -> float:
        """How far the day's best was at this moment, 0..1; negative where there is none."""

    def lead(self, now_s: float) -> int:
        """Steps ahead of the day's best at this moment; negative behind."""

    def result(self, now_s: float) -> Result:
        """What was reached."""


class Game(Protocol):
    """The rules. name: its file's, in a URL's letters. title: as people call it."""

    name: str
    title: str

    def begin(self, now_s: float, best: Best | None) -> Round:
        """Start a round against the day's best, if there is one."""

    def points(self, result: Result, rank: int) -> int:
        """What a result is worth. rank: of the day, 1 is best."""
