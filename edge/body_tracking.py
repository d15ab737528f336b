"""Bodies from frame to frame: where to look next, anonymous ids, smoothing. Pure; time comes with frames.

`bodies` asks where to look (`Body.roi`), runs the models and hands in what they found. Where somebody passes
before somebody else the model sees the one in front at both places: the track that jumped there is lost, goes
on as it went, and is the same again when it comes out on the other side. After a moment it is forgotten, and
nobody is recognised who comes back later.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge.boxes import Box, box_of, sane
from edge.scene import Pose
from edge.smoothing import Steady
from models.pose_landmarks import roi_of_circle
from models.results import F32, Detections, PoseLandmarks, Roi

#: The model says for itself whether it sees a body (MediaPipe's threshold).
PRESENCE_MIN: Final = 0.5
#: For so long a lost body may come back as the same.
FORGET_S: Final = 1.5
#: How far it may then be from where it should be: sizes of its box, at once and a second.
_GATE, _GATE_PER_S = 0.6, 0.5
#: And how much larger or smaller it may look.
_GROWTH: Final = 1.7
#: Two results whose points lie closer than this, in sizes of the box on average, are the same body. People
#: side by side, shoulder to shoulder, are .4 apart.
_SAME: Final = 0.15
#: A body is met where none is followed within this many of its sizes, hip to hip.
_APART: Final = 0.2
#: A step swings a body to and fro: its way and its size are told over so long.
_WAY_S: Final = 0.4
_SIZE_S: Final = 1.0
#: How many sizes away another size counts, times its logarithm: who walks behind somebody looks smaller.
_SIZE_WEIGHT: Final = 1.0
#: A body that is lost goes on as it went for so long.
_ON_S: Final = 0.8
#: A body with less of its box than this in the picture is a guess.
_VISIBLE_MIN: Final = 0.3
#: A place smaller than this holds too few pixels to see legs in.
SMALLEST_PX: Final = 24


@dataclass(slots=True, eq=False)
class Body:
    """One body that is followed. Changed only by its `Tracker`.

    found: as the model gave it, which is where it looks next; smooth_xyz: as it is shown. box: around its
    points. velocity_px_s: of the box's centre, x and y. size_px: of the box, lately.
    """

    id: int
    found: PoseLandmarks
    box: Box
    seen_s: float
    smooth_xyz: F32
    filter: Steady = field(default_factory=Steady)
    velocity_px_s: tuple[float, float] = (0.0, 0.0)
    size_px: float = 0.0

    @property
    def roi(self) -> Roi:
        """Where it should be in the next frame."""
        return roi_of_circle(self.found.circle_xy)

    def expected(self, time_s: float) -> tuple[float, float]:
        """Where its centre should be by now, x and y."""
        step_s = min(time_s - self.seen_s, _ON_S)
        (x, y), (vx, vy) = self.box.centre, self.velocity_px_s
        return x + vx * step_s, y + vy * step_s

    def unlikeness(self, box: Box, time_s: float) -> float:
        """How little a box fits what is known of it, in its sizes: place and size."""
        apart = box.distance(*self.expected(time_s)) / self.size_px
        return apart + _SIZE_WEIGHT * abs(math.log(box.size / self.size_px))

    def move(self, found: PoseLandmarks, box: Box, time_s: float) -> None:
        """Take in where it is now."""
        if (step_s := time_s - self.seen_s) > 0:
            share = 1 - math.exp(-step_s / _WAY_S)
            (x, y), (x0, y0), (vx, vy) = box.centre, self.box.centre, self.velocity_px_s
            self.velocity_px_s = (
                vx + share * ((x - x0) / step_s - vx),
                vy + share * ((y - y0) / step_s - vy),
            )
        share = 1 - math.exp(-max(0.0, step_s) / _SIZE_S) if self.size_px else 1.0
        self.size_px += share * (box.size - self.size_px)
        self.found, self.box, self.seen_s = found, box, time_s
        self.smooth_xyz = self.filter.update(found.landmarks_xyz, time_s, box.size)

    def restart(self, found: PoseLandmarks, box: Box, time_s: float) -> None:
        """Take in where it is after it was lost: its points in between are not known."""
        self.filter, self.box, self.seen_s = Steady(), box, time_s
        self.move(found, box, time_s)


class Tracker:
    """The bodies in view (`bodies`) and those lost a moment ago."""

    def __init__(self) -> None:
        self.bodies: list[Body] = []
        self._lost: list[Body] = []
        self._first: int | None = None
        self._next_id = 1

    @property
    def misses(self) -> bool:
        """Whether somebody was lost a moment ago and may come back at once."""
        return bool(self._lost)

    def follow(self, found: Sequence[PoseLandmarks | None], time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in what the model saw for each of `bodies`, in order; None: nothing.

        No presence, a broken result, a body out of the frame or one that another track sees loses a track.
        """
        seen = [
            (body, each, box)
            for body, each in zip(self.bodies, found, strict=True)
            if each is not None and (box := box_of(each, frame_px, PRESENCE_MIN, _VISIBLE_MIN)) is not None
        ]
        kept = _one_each(seen, time_s)
        self._lost += [body for body in self.bodies if body not in kept]
        self._lost = [body for body in self._lost if 0 <= time_s - body.seen_s <= FORGET_S]
        for body, (each, box) in kept.items():
            body.move(each, box, time_s)
        self.bodies = [body for body in self.bodies if body in kept]

    def meet(self, found: PoseLandmarks | None, time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in a body that a detector found; False when it is none or followed already.

        Near where a body should be that was lost a moment ago it is that body again.
        """
        box = box_of(found, frame_px, PRESENCE_MIN, _VISIBLE_MIN)
        if found is None or box is None or any(_same(found, each.found, box.size) for each in self.bodies):
            return False
        body = self._remembered(box, time_s)
        if body is None:
            body = Body(self._next_id, found, box, time_s, found.landmarks_xyz)
            self._next_id += 1
        body.restart(found, box, time_s)
        self.bodies.append(body)
        return True

    def follows(self, x_px: float, y_px: float) -> bool:
        """Whether the hips of a body that is followed are there."""
        return any(
            math.dist((x_px, y_px), map(float, body.found.circle_xy[0])) < _APART * body.box.size
            for body in self.bodies
        )

    def forget(self) -> None:
        """Nobody is known any more; ids go on, so that nobody is taken for somebody else."""
        self.bodies, self._lost, self._first = [], [], None

    def poses(self, frame_px: tuple[int, int]) -> tuple[Pose, ...]:
        """The bodies in view, the foremost first: whoever came first stays it until they are forgotten."""
        bodies = sorted(self.bodies, key=lambda body: -_prominence(body.box, frame_px))
        known = {body.id for body in (*bodies, *self._lost)}
        if bodies and self._first not in known:
            self._first = bodies[0].id
        bodies.sort(key=lambda body: body.id != self._first)
        return tuple(Pose(b.id, b.smooth_xyz, b.found.visibility, b.found.score) for b in bodies)

    def _remembered(self, box: Box, time_s: float) -> Body | None:
        """The lost body that is most likely back at this place; it is no longer lost."""
        near = min(self._lost, key=lambda body: _farness(body, box, time_s), default=None)
        if near is None or _farness(near, box, time_s) > 1:
            return None
        self._lost.remove(near)
        return near


def places(found: Detections, frame_px: tuple[int, int]) -> list[Roi]:
    """Where bodies of a detection are, the nearest and most central first.

    Size counts fully, being at the edge of the picture halves it.
    """
    rois = [roi_of_circle(keypoints[:2]) for keypoints in found.keypoints_xy]
    rois = [roi for roi in rois if sane(roi, SMALLEST_PX)]
    return sorted(rois, key=lambda roi: -roi.width_px * _centrality(roi.centre_x, frame_px))


def _prominence(box: Box, frame_px: tuple[int, int]) -> float:
    return box.size * _centrality(box.centre[0], frame_px)


def _centrality(x_px: float, frame_px: tuple[int, int]) -> float:
    """1 in the middle of the picture, .5 at its sides."""
    return 1 - 0.5 * min(1.0, abs(2 * x_px / frame_px[0] - 1))


def _same(a: PoseLandmarks, b: PoseLandmarks, size: float) -> bool:
    """Whether two results are of one body."""
    apart = np.linalg.norm(a.landmarks_xyz[:, :2] - b.landmarks_xyz[:, :2], axis=1).mean()
    return float(apart) < _SAME * size


def _farness(body: Body, box: Box, time_s: float) -> float:
    """How far a lost body is from where it should be, over how far it may; infinite for another size."""
    if not 1 / _GROWTH < box.size / body.size_px < _GROWTH:
        return math.inf
    return body.unlikeness(box, time_s) / (_GATE + _GATE_PER_S * (time_s - body.seen_s))


def _one_each(
    seen: list[tuple[Body, PoseLandmarks, Box]], time_s: float
) -> dict[Body, tuple[PoseLandmarks, Box]]:
    """One track for each body: where two now see the same, the one that jumped there goes."""

    kept: dict[Body, tuple[PoseLandmarks, Box]] = {}
    for body, found, box in sorted(seen, key=lambda each: each[0].unlikeness(each[2], time_s)):
        if not any(_same(found, other, box.size) for other, _ in kept.values()):
            kept[body] = found, box
    return kept
