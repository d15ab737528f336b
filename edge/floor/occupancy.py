"""How many are inside: entries minus exits, kept across restarts."""

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from edge.floor.lines import Crossing, Way

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Occupancy:
    """Counts people inside; never below zero, because a missed entry must not become minus one for ever.

    Missed exits are forgiven at `reset` (the store is empty when it closes).
    """

    path: Path | None = None
    inside: int = 0
    _failing: bool = False

    def __post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            try:
                self.inside = max(0, int(json.loads(self.path.read_text())["inside"]))
            except (OSError, ValueError, KeyError, TypeError):
                self.inside = 0

    def take(self, crossing: Crossing) -> int:
        """Count a crossing and return how many are inside now."""
        self.inside = self.inside + 1 if crossing.way is Way.IN else max(0, self.inside - 1)
        self._keep()
        return self.inside

    def reset(self) -> None:
        """Nobody is inside."""
        self.inside = 0
        self._keep()

    def _keep(self) -> None:
        if self.path is None:
            return
        fresh = self.path.with_suffix(".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                file.write(json.dumps({"inside": self.inside}))
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave an empty file in its place
            fresh.replace(self.path)
        except OSError as full:
            if not self._failing:
                log.warning("occupancy cannot be kept on disk: %s; it is counted on", full)
            self._failing = True
        else:
            self._failing = False
