"""The day's leaderboard, kept on the box: steps and times only, nobody's name; empty again every morning.

One small file in the box's state folder, written whole or not at all, read again after a restart.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gamification.games import Best, Result

log = logging.getLogger(__name__)

#: The best of these many are kept; a rank beyond is "after all of them".
_KEPT: Final = 500


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    count: int = Field(ge=0, le=100_000)
    splits: tuple[tuple[float, int], ...] = Field(max_length=200)


class _Day(BaseModel):
    """What the file holds. rounds: best first. walks: steps of visits that raced or not, most first."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    day: date
    rounds: tuple[_Entry, ...] = Field(default=(), max_length=_KEPT)
    walks: tuple[int, ...] = Field(default=(), max_length=_KEPT)


class Board:
    """Ranks of the day. today: the date in the shop. A file that cannot be read is set aside and said so."""

    def __init__(self, path: Path, today: Callable[[], date] = date.today) -> None:
        self._path, self._today = path, today
        self._kept = self._read()

    @property
    def best(self) -> Best | None:
        """The day's best round."""
        rounds = self._day().rounds
        return Best(rounds[0].count, rounds[0].splits) if rounds else None

    @property
    def rounds(self) -> tuple[int, ...]:
        """What was counted in each round today, best first."""
        return tuple(entry.count for entry in self._day().rounds)

    def walk_rank(self, steps: int) -> int:
        """The rank of a visit with so many steps, 1 is best; equals share a rank."""
        return 1 + sum(each > steps for each in self._day().walks)

    def add(self, result: Result) -> int:
        """Enter a finished round; its rank, 1 is best. Equals rank behind who was there first."""
        day = self._day()
        rank = 1 + sum(each.count >= result.count for each in day.rounds)
        entry = _Entry(count=result.count, splits=result.splits)
        rounds = (*day.rounds[: rank - 1], entry, *day.rounds[rank - 1 :])[:_KEPT]
        self._keep(day.model_copy(update={"rounds": rounds}))
        return rank

    def add_walk(self, steps: int) -> None:
        """Enter a visit's steps."""
        day = self._day()
        walks = tuple(sorted((*day.walks, steps), reverse=True)[:_KEPT])
        self._keep(day.model_copy(update={"walks": walks}))

    def _day(self) -> _Day:
        if self._kept.day != self._today():
            self._kept = _Day(day=self._today())
        return self._kept

    def _keep(self, day: _Day) -> None:
        """On disk if that can be done; a full disk costs the board of the day, not the game."""
        self._kept = day
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with new.open("w") as file:
                file.write(day.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as wrong:
            log.warning("the day's leaderboard is not on disk: %s: %s", self._path, wrong.strerror)

    def _read(self) -> _Day:
        try:
            return _Day.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except (ValidationError, OSError) as wrong:
            log.warning("%s is no leaderboard and set aside: %s", self._path, type(wrong).__name__)
            with suppress(OSError):
                self._path.replace(self._path.with_suffix(".broken"))
        return _Day(day=self._today())
