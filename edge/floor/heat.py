"""Heat: person-seconds on a grid of the plan, a bucket per quarter of an hour of wall-clock time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from edge.floor.plan import F64

CELL_M: Final = 0.25
BUCKET: Final = timedelta(minutes=15)
#: A gap between frames longer than this adds nothing: nobody knows where people were.
_LONGEST_GAP_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """Person-seconds of one quarter of an hour.

    seconds: (rows, columns) float64; row 0 is the plan's y = 0.
    """

    start: datetime
    seconds: F64


class HeatMap:
    """Collects buckets; a clock that jumps closes the bucket it jumps out of."""

    def __init__(self, width_m: float, height_m: float) -> None:
        self._shape = max(1, int(np.ceil(height_m / CELL_M))), max(1, int(np.ceil(width_m / CELL_M)))
        self._seconds: F64 = np.zeros(self._shape)
        self._start: datetime | None = None
        #: All person-seconds since the start, for whoever draws them: (rows, columns) float64.
        self.total: F64 = np.zeros(self._shape)

    def add(self, positions_m: F64, gap_s: float, now: datetime) -> Bucket | None:
        """Add everybody's time since the frame before; a bucket that is over comes back."""
        start = quarter(now)
        done = self.flush() if self._start is not None and start != self._start else None
        self._start = start
        if 0 < gap_s <= _LONGEST_GAP_S and len(positions_m):
            cells = (positions_m / CELL_M).astype(int)
            columns = np.clip(cells[:, 0], 0, self._shape[1] - 1)
            rows = np.clip(cells[:, 1], 0, self._shape[0] - 1)
            np.add.at(self._seconds, (rows, columns), gap_s)
            np.add.at(self.total, (rows, columns), gap_s)
        return done

    def flush(self) -> Bucket | None:
        """The bucket so far, and begin anew; None where nobody was."""
        start, seconds = self._start, self._seconds
        self._start, self._seconds = None, np.zeros(self._shape)
        return Bucket(start, seconds) if start is not None and seconds.any() else None


def quarter(now: datetime) -> datetime:
    """The begin of the quarter of an hour, in UTC."""
    utc = now.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)
