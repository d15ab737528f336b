"""Events of the arena, and the claim: how a result on the screen gets onto a phone without an account."""

from typing import Final
from uuid import UUID

from pydantic import Field

from .base import Slug
from .events import EventData

#: How long a result waits to be claimed.
CLAIM_DAYS: Final = 7


class RaceJoined(EventData):
    """Somebody began a race. `session` is random and forgotten when they leave."""

    kind = "vitrine.arena.race_joined.v1"
    session: UUID
    game: Slug


class RaceFinished(EventData):
    """A race is over. `claim` is the id in the QR; who scans it first gets the points."""

    kind = "vitrine.arena.race_finished.v1"
    session: UUID
    game: Slug
    claim: UUID
    steps: int = Field(ge=0, le=100_000)
    seconds: float = Field(ge=0)
    points: int = Field(ge=0, le=1_000_000)
    #: Rank of the day on this screen when it ended, 1 is best.
    rank: int = Field(ge=1)


class StepsCounted(EventData):
    """Steps of one visit to the arena. `estimated` where no pose was seen."""

    kind = "vitrine.arena.steps_counted.v1"
    session: UUID
    steps: int = Field(ge=0, le=1_000_000)
    seconds: float = Field(ge=0)
    estimated: bool
