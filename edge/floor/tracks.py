"""Who is who from frame to frame: nearest in metres, with a gate that grows with the time gap.

Frames may come at any rate and late: only times count. On overlapping visits at 2 to 10 frames a second
this association beat ByteTrack and OC-SORT, whose boxes no longer overlap at low rates. ByteTrack's idea is
kept: a weak detection never begins a track, but continues one.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from edge.floor.plan import F64
from models.results import Bools

_FAR = 1e6


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """max_speed_m_s: nobody in a shop is faster. reach_m: how far a box's foot point jumps by itself.

    confirm_s: a shadow or reflection lives shorter. lost_s: how long somebody may be hidden.
    """

    max_speed_m_s: float = 2.5
    reach_m: float = 0.6
    confirm_s: float = 0.4
    lost_s: float = 1.5
    velocity_s: float = 0.5


@dataclass(slots=True)
class Track:
    """One anonymous person on the plan; positions in metres, times in seconds."""

    id: int
    x_m: float
    y_m: float
    born_s: float
    seen_s: float
    velocity_m_s: tuple[float, float] = (0.0, 0.0)
    confirmed: bool = False
    #: Positions since birth until confirmed, so that nothing that happened before is missed.
    backlog: list[tuple[float, float, float]] = field(default_factory=list)

    def ahead(self, time_s: float, settings: TrackSettings) -> tuple[float, float]:
        """Where it should be now: straight on, but never further than a step into the unknown."""
        gap_s = min(time_s - self.seen_s, settings.velocity_s)
        return self.x_m + self.velocity_m_s[0] * gap_s, self.y_m + self.velocity_m_s[1] * gap_s

    def follow(self, x_m: float, y_m: float, time_s: float, settings: TrackSettings) -> None:
        """Take a new position."""
        gap_s = time_s - self.seen_s
        if gap_s > 0:
            trust = 1 - math.exp(-gap_s / settings.velocity_s)
            old = self.velocity_m_s
            new = (x_m - self.x_m) / gap_s, (y_m - self.y_m) / gap_s
            self.velocity_m_s = old[0] + trust * (new[0] - old[0]), old[1] + trust * (new[1] - old[1])
        self.x_m, self.y_m, self.seen_s = x_m, y_m, time_s
        self.confirmed = self.confirmed or time_s - self.born_s >= settings.confirm_s
        self.backlog.append((time_s, x_m, y_m))


@dataclass(frozen=True, slots=True)
class Step:
    """One update: tracks that moved in this frame, and confirmed tracks that ended."""

    moved: tuple[Track, ...]
    ended: tuple[Track, ...]


class FloorTracker:
    """Stateful: one per camera. Forgets a track when it ends."""

    def __init__(self, settings: TrackSettings | None = None) -> None:
        # Not at the top: reading a box file leads here too, and SciPy takes longer than all the rest.
        from scipy.optimize import linear_sum_assignment

        self._assign = linear_sum_assignment
        self._settings = settings or TrackSettings()
        self._tracks: list[Track] = []
        self._next = 1

    @property
    def live(self) -> tuple[Track, ...]:
        """Confirmed tracks that are in view or were a moment ago."""
        return tuple(track for track in self._tracks if track.confirmed)

    def update(self, positions_m: F64, time_s: float, sure: Bools | None = None) -> Step:
        """Take the people of one frame: (n, 2) metres at time_s.

        sure: (n,) whether somebody new begins there; who is none (None: all are) only continues a track.
        """
        ended = self._end(lambda track: time_s - track.seen_s > self._settings.lost_s)
        free = set(range(len(positions_m)))
        moved = []
        # Known people choose first: a shadow beside somebody never steals their track.
        for stage in (True, False):
            tracks = [track for track in self._tracks if track.confirmed is stage and track not in moved]
            for track, index in self._match(tracks, positions_m, sorted(free), time_s):
                track.follow(
                    float(positions_m[index, 0]), float(positions_m[index, 1]), time_s, self._settings
                )
                free.discard(index)
                moved.append(track)
        new = sorted(free) if sure is None else [index for index in sorted(free) if sure[index]]
        moved += [self._begin(positions_m[index], time_s) for index in new]
        return Step(tuple(track for track in moved if track.confirmed), ended)

    def close(self) -> tuple[Track, ...]:
        """End everything, as at the end of a clip."""
        return self._end(lambda _: True)

    def _begin(self, position_m: F64, time_s: float) -> Track:
        x_m, y_m = map(float, position_m)
        track = Track(self._next, x_m, y_m, time_s, time_s, backlog=[(time_s, x_m, y_m)])
        self._next += 1
        self._tracks.append(track)
        return track

    def _end(self, over: Callable[[Track], bool]) -> tuple[Track, ...]:
        ended = tuple(track for track in self._tracks if over(track))
        self._tracks = [track for track in self._tracks if track not in ended]
        return tuple(track for track in ended if track.confirmed)

    def _match(
        self, tracks: list[Track], positions_m: F64, free: list[int], time_s: float
    ) -> list[tuple[Track, int]]:
        """Pairs of least total distance within each track's gate (Hungarian)."""
        if not tracks or not free:
            return []
        ahead = np.array([track.ahead(time_s, self._settings) for track in tracks])
        distance = np.linalg.norm(ahead[:, None] - positions_m[free][None], axis=2)
        gap_s = np.array([time_s - track.seen_s for track in tracks])
        gate = self._settings.reach_m + self._settings.max_speed_m_s * gap_s
        cost = np.where(distance <= gate[:, None], distance, _FAR)
        rows, columns = self._assign(cost)
        return [(tracks[r], free[c]) for r, c in zip(rows, columns, strict=True) if cost[r, c] < _FAR]
