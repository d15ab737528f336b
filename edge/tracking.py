"""Who is who from frame to frame: anonymous ids and smoothing for the faces that the mesh follows. Pure.

`perception` asks where to look (`Track.landmarks_xyz` of the frame before), runs the models and hands in
what they found; time comes with the frames. A face that leaves is forgotten after a moment, so that a hand
before the face or a missed frame does not make a new person, and nobody is recognised who comes back later.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge.boxes import Box
from edge.expression import expression_of
from edge.head import Head, HeadSize, head_of
from edge.scene import Face
from edge.smoothing import Steady
from models.results import F32, FaceLandmarks

#: The mesh says for itself whether it sees a face (MediaPipe's threshold).
PRESENCE_MIN: Final = 0.5
#: Two meshes whose boxes overlap more than this follow the same face (MediaPipe's association).
SAME_IOU: Final = 0.5
#: For so long a lost face may come back as the same; then it is forgotten.
FORGET_S: Final = 1.5
#: How far a face may have gone while it was lost: sizes of the face, at once and a second.
_GATE, _GATE_PER_S = 0.6, 1.2
#: And how much larger or smaller it may look.
_GROWTH: Final = 1.7
#: A face with less of its box than this in the picture is a guess.
_VISIBLE_MIN: Final = 0.25
#: A track older than this moves as it moved, for one frame of prediction.
_LARGEST_STEP_S: Final = 0.2


@dataclass(slots=True, eq=False)
class Track:
    """One face that is followed. Changed only by its `Tracker`.

    landmarks_xyz: as the model gave them, which is where it looks next; smooth_xyz: as they are shown.
    box: around landmarks_xyz. velocity_px_s: of the box's centre, x and y. size: of this person's head.
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
    velocity_px_s: tuple[float, float] = (0.0, 0.0)

    def expected(self, time_s: float) -> tuple[float, float]:
        """Where its centre should be by now, x and y."""
        step_s = min(time_s - self.seen_s, _LARGEST_STEP_S)
        (x, y), (vx, vy) = self.box.centre, self.velocity_px_s
        return x + vx * step_s, y + vy * step_s

    def move(self, seen: "Sighting", time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in where it is now, in a frame of that width and height."""
        if (step_s := time_s - self.seen_s) > 0:
            speeds = (
                (now - then) / step_s for now, then in zip(seen.box.centre, self.box.centre, strict=True)
            )
            vx, vy = ((old + new) / 2 for old, new in zip(self.velocity_px_s, speeds, strict=True))
            self.velocity_px_s = vx, vy
        self.landmarks_xyz, self.score = seen.face.landmarks_xyz, seen.face.score
        self.box, self.seen_s = seen.box, time_s
        self.smooth_xyz = self.filter.update(self.landmarks_xyz, time_s, self.box.size)
        self.head = head_of(self.smooth_xyz, frame_px, self.size.value)
        if self.head:
            self.size.learn(self.smooth_xyz, self.head, step_s)

    def face(self) -> Face:
        """What is shown of it."""
        does = expression_of(self.smooth_xyz, self.head) if self.head else None
        return Face(self.id, self.smooth_xyz, self.score, self.head, does)

    def restart(self, seen: "Sighting", time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in where it is after it was lost: nothing in between is known."""
        self.filter, self.velocity_px_s = Steady(), (0.0, 0.0)
        self.box, self.seen_s = seen.box, time_s
        self.move(seen, time_s, frame_px)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mesh that is a face, with the box around it."""

    face: FaceLandmarks
    box: Box

    @classmethod
    def of(cls, face: FaceLandmarks | None, frame_px: tuple[int, int]) -> "Sighting | None":
        """None unless the mesh is present, finite and to a good part within the frame (width, height)."""
        if face is None or not face.score >= PRESENCE_MIN or not np.isfinite(face.landmarks_xyz).all():
            return None
        box = Box.around(face.landmarks_xyz)
        visible = box.common(Box(0, 0, *frame_px)).area
        return cls(face, box) if box.area > 0 and visible >= _VISIBLE_MIN * box.area else None


class Tracker:
    """The faces in view (`tracks`) and those lost a moment ago."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._lost: list[Track] = []
        self._next_id = 1

    def follow(self, found: Sequence[FaceLandmarks | None], time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in what the mesh found for each of `tracks`, in order; True when one was lost.

        None, no presence, a broken result or a face out of the frame loses a track.
        """
        pairs = zip(self.tracks, (Sighting.of(face, frame_px) for face in found), strict=True)
        kept = _one_each([(track, seen) for track, seen in pairs if seen is not None], time_s)
        self._lost += [track for track in self.tracks if track not in kept]
        self._lost = [track for track in self._lost if 0 <= time_s - track.seen_s <= FORGET_S]
        for track, seen in kept.items():
            track.move(seen, time_s, frame_px)
        self.tracks = [track for track in self.tracks if track in kept]
        return len(kept) < len(found)

    def meet(self, face: FaceLandmarks, time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in a face that a detector found; False when it is none or already followed.

        Near where a face was lost a moment ago it is that face again.
        """
        seen = Sighting.of(face, frame_px)
        if seen is None or any(seen.box.iou(track.box) > SAME_IOU for track in self.tracks):
            return False
        track = self._remembered(seen.box, time_s)
        if track is None:
            track = Track(self._next_id, face.landmarks_xyz, face.score, seen.box, time_s, face.landmarks_xyz)
            self._next_id += 1
        track.restart(seen, time_s, frame_px)
        self.tracks.append(track)
        return True

    def follows(self, x_px: float, y_px: float) -> bool:
        """Whether a place lies on a face that is followed."""
        return any(track.box.contains(x_px, y_px) for track in self.tracks)

    def faces(self) -> tuple[Face, ...]:
        """The faces in view, largest first."""
        tracks = sorted(self.tracks, key=lambda track: -track.box.size)
        return tuple(track.face() for track in tracks)

    def forget(self) -> None:
        """Nobody is known any more; ids go on, so that nobody is taken for somebody else."""
        self.tracks, self._lost = [], []

    def _remembered(self, box: Box, time_s: float) -> Track | None:
        """The lost face that is most likely back at this place; it is no longer lost."""
        near = min(self._lost, key=lambda track: _farness(track, box, time_s), default=None)
        if near is None or _farness(near, box, time_s) > 1:
            return None
        self._lost.remove(near)
        return near


def _farness(track: Track, box: Box, time_s: float) -> float:
    """How far a lost face would have had to go, over how far it may; infinite for another size."""
    if not 1 / _GROWTH < box.size / track.box.size < _GROWTH:
        return math.inf
    gate_px = track.box.size * (_GATE + _GATE_PER_S * (time_s - track.seen_s))
    return box.distance(*track.expected(time_s)) / gate_px


def _one_each(seen: list[tuple[Track, Sighting]], time_s: float) -> dict[Track, Sighting]:
    """One track per face: where two now lie on the same, the one that jumped there goes."""

    def jump(each: tuple[Track, Sighting]) -> float:
        track, now = each
        return now.box.distance(*track.expected(time_s)) / track.box.size

    kept: dict[Track, Sighting] = {}
    for track, now in sorted(seen, key=jump):
        if all(now.box.iou(other.box) <= SAME_IOU for other in kept.values()):
            kept[track] = now
    return kept
