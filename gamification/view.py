"""What an arena screen shows, as one plain value: made by the arena, laid out by gamification.screens."""

from dataclasses import dataclass
from typing import Literal

At = Literal["attract", "walking", "countdown", "race", "result"]


@dataclass(frozen=True, slots=True)
class View:
    """One moment of the arena.

    seen: somebody is in view. steps, cadence: of who walks, of the race while there is one. rank: of the day,
    by steps walked, or of the race that is over. best, of: the day's best round and how many there were.
    """

    at: At = "attract"
    title: str = ""
    seen: bool = False
    drawn: bool = False
    steps: int = 0
    cadence: int = 0
    rank: int = 1
    best: int | None = None
    of: int = 0
    #: Walking: how far to the race, by steps or by a raised hand, 0..1.
    until_race: float = 0.0
    #: Countdown: 3, 2, 1.
    number: int = 0
    #: Race.
    left_s: float = 0.0
    share: float = 0.0
    ghost: float = -1.0
    lead: int = 0
    #: Result.
    points: int = 0
    link: str | None = None
    failed: str | None = None
