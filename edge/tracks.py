"""One face that is followed, and a mesh that was taken for a face. Changed and asked by `tracking`."""

import math
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from edge.boxes import Box, box_of
from edge.expression import expression_of
from edge.head import Head, HeadSize, head_of
from edge.scene import Face
from edge.smoothing import Steady
from models.results import F32, CloseUp, FaceLandmarks

#: The mesh says for itself whether it sees a face (MediaPipe's threshold).
PRESENCE_MIN: Final = 0.5
#: A face with less of its box than this in the picture is a guess.
_VISIBLE_MIN: Final = 0.25
#: Way and speed are averaged over so long: a mesh that slides off a face going behind another turns neither.
_STEADY_S: Final = 0.25
#: A mesh less sure than this says little about where its face is, and nothing about how fast it goes.
_SURE, _UNSURE_SHARE = 0.9, 0.25
#: Somebody who is not seen goes on for so long as they went, or stops anywhere on that way.
_GOES_ON_S: Final = 1.5
#: How far a face may have gone from that way: sizes of the face, at once and a second.
_GATE, _GATE_PER_S = 0.6, 1.2
#: And how much larger or smaller it may look.
_GROWTH: Final = 1.7
#: What counts between several who may be meant: being where it goes, and as large as it was.
_ONWARD, _SAME_SIZE = 0.3, 0.5


class Sighting(NamedTuple):
    """A mesh that is a face, with the box around it."""

    face: FaceLandmarks
    box: Box

    @classmethod
    def of(cls, face: FaceLandmarks | None, frame_px: tuple[int, int]) -> "Sighting | None":
        """None unless the mesh is present, finite and to a good part within the frame (width, height)."""
        box = box_of(face, frame_px, PRESENCE_MIN, _VISIBLE_MIN)
        return None if face is None or box is None else cls(face, box)


@dataclass(slots=True, eq=False)
class Track:
    """One face that is followed. Changed only by its `Tracker`.

    landmarks_xyz: as the model gave them, which is where it looks next; smooth_xyz: as they are shown.
    box: around landmarks_xyz. way_px: its centre, x and y, as far as it moves steadily, and velocity_px_s:
    how fast that is, None while it is not known. size: of this person's head. missed_s: how long it should
    have been seen and was not. close_up: what the mesh looked at in the newest frame, None where it was lost.
    """

    id: int
    landmarks_xyz: F32
    score: float
    box: Box
    seen_s: float
    smooth_xyz: F32
    filter: Steady = field(default_factory=Steady)
    size: HeadSize = field(default_factory=HeadSize)
    head: Head | None = None
    way_px: tuple[float, float] = (0.0, 0.0)
    velocity_px_s: tuple[float, float] | None = None
    missed_s: float = 0.0
    close_up: CloseUp | None = None

    def ahead(self, time_s: float) -> tuple[float, float]:
        """How far it should have gone by now, x and y."""
        step_s = min(max(time_s - self.seen_s, 0.0), _GOES_ON_S)
        vx, vy = self.velocity_px_s or (0.0, 0.0)
        return vx * step_s, vy * step_s

    def expected(self, time_s: float) -> tuple[float, float]:
        """Where its centre should be by now, x and y."""
        (x, y), (dx, dy) = self.way_px, self.ahead(time_s)
        return x + dx, y + dy

    def off(self, box: Box, time_s: float) -> float:
        """How far a box is from where the face should be, in its sizes."""
        return box.distance(*self.expected(time_s)) / self.box.size

    def farness(self, box: Box, time_s: float) -> float:
        """How unlikely it is that somebody not seen for a while is the one in a box; infinite: not at all."""
        growth = box.size / self.box.size
        if not 1 / _GROWTH < growth < _GROWTH:
            return math.inf
        gate_px = self.box.size * (_GATE + _GATE_PER_S * (time_s - self.seen_s))
        onward = self.expected(time_s)
        astray = _from_way(box.centre, self.way_px, onward) / gate_px
        if astray > 1:
            return math.inf
        return astray + _ONWARD * box.distance(*onward) / gate_px + _SAME_SIZE * abs(math.log(growth))

    def move(self, seen: Sighting, time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in where it is now, in a frame of that width and height."""
        step_s = time_s - self.seen_s
        self._go(seen, time_s)
        self.landmarks_xyz, self.score = seen.face.landmarks_xyz, seen.face.score
        self.box, self.seen_s, self.missed_s = seen.box, time_s, 0.0
        self.close_up = seen.face.close_up
        self.smooth_xyz = self.filter.update(self.landmarks_xyz, time_s, self.box.size)
        self.head = head_of(self.smooth_xyz, frame_px, self.size.value)
        if self.head:
            self.size.learn(self.smooth_xyz, self.head, step_s)

    def restart(self, seen: Sighting, time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in where it is after it was lost; it goes on as it went, until more is known.

        Who runs may be lost in every frame and found again: that tells how fast they run.
        """
        if time_s - self.seen_s <= _STEADY_S and seen.face.score > _SURE:
            self._speed(seen, time_s - self.seen_s)
        self.filter = Steady()
        self.box, self.way_px, self.seen_s = seen.box, seen.box.centre, time_s
        self.move(seen, time_s, frame_px)

    def face(self) -> Face:
        """What is shown of it."""
        does = expression_of(self.smooth_xyz, self.head) if self.head else None
        return Face(self.id, self.smooth_xyz, self.score, self.head, does)

    def _go(self, seen: Sighting, time_s: float) -> None:
        """Go on as before, and give in to what is seen."""
        step_s, (x, y), (x1, y1) = time_s - self.seen_s, self.expected(time_s), seen.box.centre
        share = max(step_s, 0.0) / (max(step_s, 0.0) + _STEADY_S)
        if seen.face.score <= _SURE:
            share *= _UNSURE_SHARE
        else:
            self._speed(seen, step_s)
        self.way_px = x + share * (x1 - x), y + share * (y1 - y)

    def _speed(self, seen: Sighting, step_s: float) -> None:
        """Take in how fast it went since it was seen before; the first time that is all there is."""
        if step_s <= 0:
            return
        (x0, y0), (x1, y1) = self.box.centre, seen.box.centre
        now = (x1 - x0) / step_s, (y1 - y0) / step_s
        vx, vy = self.velocity_px_s or now
        share = step_s / (step_s + _STEADY_S)
        self.velocity_px_s = vx + share * (now[0] - vx), vy + share * (now[1] - vy)


def _from_way(point: tuple[float, float], begin: tuple[float, float], end: tuple[float, float]) -> float:
    """Distance of a point from a line between two others."""
    (x, y), (x0, y0), (x1, y1) = point, begin, end
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    along = min(max(((x - x0) * dx + (y - y0) * dy) / length, 0.0), 1.0) if length else 0.0
    return math.dist(point, (x0 + along * dx, y0 + along * dy))
