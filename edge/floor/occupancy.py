"""How many are inside: entries minus exits, kept across restarts."""

import json
from dataclasses import dataclass
from pathlib import Path

from edge.floor.lines import Crossing, Way


@dataclass(slots=True)
class Occupancy:
    """Counts people inside; never below zero, because a missed entry must not become minus one for ever.

    Missed exits are forgiven at `reset` (the store is empty when it closes).
    """

    path: Path | None = None
    inside: int = 0

    def __post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            try:
                self.inside = max(0, int(json.loads(self.path.read_text())["inside"]))
            except (ValueError, KeyError, TypeError):
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
        if self.path is not None:
            fresh = self.path.with_suffix(".new")
            fresh.write_text(json.dumps({"inside": self.inside}))
            fresh.replace(self.path)
