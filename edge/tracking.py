"""Who is who from frame to frame: anonymous ids and smoothing for the faces that the mesh follows. Pure.

`perception` asks where to look (`Track.landmarks_xyz` of the frame before), runs the models and hands in
what they found; time comes with the frames. A face that leaves is forgotten after a moment, so that a hand
before the face or a missed frame does not make a new person, and nobody is recognised who comes back later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge.scene import Face
from edge.smoothing import OneEuro
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

    box_xyxy: (4,) float32 pixels around the raw landmarks. velocity_px_s: (2,) of the box's centre.
    """

    id: int
    landmarks_xyz: F32
    score: float
    box_xyxy: F32
    seen_s: float
    velocity_px_s: F32 = field(default_factory=lambda: np.zeros(2, np.float32))
    filter: OneEuro = field(default_factory=OneEuro)
    smooth_xyz: F32 = field(default_factory=lambda: np.zeros((478, 3), np.float32))

    @property
    def size_px(self) -> float:
        """Mean of the box's sides."""
        return size_of(self.box_xyxy)

    def expected_xy(self, time_s: float) -> F32:
        """Where its centre should be by now."""
        step_s = np.float32(min(time_s - self.seen_s, _LARGEST_STEP_S))
        return centre_of(self.box_xyxy) + self.velocity_px_s * step_s


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
        pairs = zip(self.tracks, found, strict=True)
        seen = [(track, face) for track, face in pairs if face is not None and is_face(face, frame_px)]
        kept = _one_each(seen, time_s)
        self._lost += [track for track in self.tracks if track not in [each for each, _ in kept]]
        self._lost = [track for track in self._lost if 0 <= time_s - track.seen_s <= FORGET_S]
        for track, face in kept:
            self._move(track, face, time_s)
        self.tracks = sorted((track for track, _ in kept), key=lambda track: track.id)
        return len(kept) < len(found)

    def meet(self, landmarks: FaceLandmarks, time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in a face that a detector found; False when it is none or already followed.

        Near where a face was lost a moment ago it is that face again.
        """
        if not is_face(landmarks, frame_px):
            return False
        box = box_of(landmarks.landmarks_xyz)
        if any(iou(box, track.box_xyxy) > SAME_IOU for track in self.tracks):
            return False
        track = self._remembered(box, time_s)
        if track is None:
            track = Track(self._next_id, landmarks.landmarks_xyz, landmarks.score, box, time_s)
            self._next_id += 1
        track.filter, track.velocity_px_s = OneEuro(), np.zeros(2, np.float32)
        track.box_xyxy, track.seen_s = box, time_s
        self._move(track, landmarks, time_s)
        self.tracks.append(track)
        return True

    def follows(self, box_xyxy: F32) -> bool:
        """Whether a detection lies on a face that is followed already."""
        x, y = centre_of(box_xyxy)
        return any(
            track.box_xyxy[0] < x < track.box_xyxy[2] and track.box_xyxy[1] < y < track.box_xyxy[3]
            for track in self.tracks
        )

    def faces(self) -> tuple[Face, ...]:
        """The faces in view, largest first."""
        tracks = sorted(self.tracks, key=lambda track: -track.size_px)
        return tuple(Face(track.id, track.smooth_xyz, track.score) for track in tracks)

    def forget(self) -> None:
        """Nobody is known any more; ids go on, so that nobody is taken for somebody else."""
        self.tracks, self._lost = [], []

    def _move(self, track: Track, landmarks: FaceLandmarks, time_s: float) -> None:
        box = box_of(landmarks.landmarks_xyz)
        if time_s > track.seen_s:
            step: F32 = (centre_of(box) - centre_of(track.box_xyxy)) / np.float32(time_s - track.seen_s)
            track.velocity_px_s = (track.velocity_px_s + step) / np.float32(2)
        track.landmarks_xyz, track.score = landmarks.landmarks_xyz, landmarks.score
        track.box_xyxy, track.seen_s = box, time_s
        track.smooth_xyz = track.filter.update(landmarks.landmarks_xyz, time_s, size_of(box))

    def _remembered(self, box_xyxy: F32, time_s: float) -> Track | None:
        """The lost face that is most likely back at this place; it is no longer lost."""
        near = [(self._distance(track, box_xyxy, time_s), track) for track in self._lost]
        near = [(distance, track) for distance, track in near if distance <= 1]
        if not near:
            return None
        track = min(near, key=lambda each: each[0])[1]
        self._lost.remove(track)
        return track

    @staticmethod
    def _distance(track: Track, box_xyxy: F32, time_s: float) -> float:
        """How far a lost face would have had to go, in what it may have gone; infinite for another size."""
        growth = size_of(box_xyxy) / track.size_px
        if not 1 / _GROWTH < growth < _GROWTH:
            return float("inf")
        gate_px = track.size_px * (_GATE + _GATE_PER_S * (time_s - track.seen_s))
        return float(np.hypot(*(centre_of(box_xyxy) - track.expected_xy(time_s)))) / gate_px


def _one_each(seen: list[tuple[Track, FaceLandmarks]], time_s: float) -> list[tuple[Track, FaceLandmarks]]:
    """One track per face: where two now lie on the same, the one that jumped there goes."""

    def jump(each: tuple[Track, FaceLandmarks]) -> float:
        track, face = each
        off = centre_of(box_of(face.landmarks_xyz)) - track.expected_xy(time_s)
        return float(np.hypot(*off)) / track.size_px

    kept: list[tuple[Track, FaceLandmarks]] = []
    for track, face in sorted(seen, key=jump):
        box = box_of(face.landmarks_xyz)
        if all(iou(box, box_of(other.landmarks_xyz)) <= SAME_IOU for _, other in kept):
            kept.append((track, face))
    return kept


def is_face(landmarks: FaceLandmarks, frame_px: tuple[int, int]) -> bool:
    """Whether a mesh is present, finite and to a good part within the frame (width, height)."""
    if not (landmarks.score >= PRESENCE_MIN and np.isfinite(landmarks.landmarks_xyz).all()):
        return False
    box = box_of(landmarks.landmarks_xyz)
    inside = np.clip(box, 0, np.array([*frame_px, *frame_px], np.float32))
    area = float(np.prod(box[2:] - box[:2]))
    return area > 0 and float(np.prod(inside[2:] - inside[:2])) / area >= _VISIBLE_MIN


def box_of(landmarks_xyz: F32) -> F32:
    """(4,) box around landmarks (n, 3), xyxy."""
    points = landmarks_xyz[:, :2]
    box: F32 = np.concatenate([points.min(axis=0), points.max(axis=0)])
    return box


def centre_of(box_xyxy: F32) -> F32:
    """(2,) centre of a box (4,)."""
    return (box_xyxy[:2] + box_xyxy[2:]) / np.float32(2)


def size_of(box_xyxy: F32) -> float:
    """Mean of a box's sides, at least 1."""
    return max(1.0, float(box_xyxy[2] - box_xyxy[0] + box_xyxy[3] - box_xyxy[1]) / 2)


def iou(a_xyxy: F32, b_xyxy: F32) -> float:
    """Intersection over union of two boxes (4,)."""
    size = np.minimum(a_xyxy[2:], b_xyxy[2:]) - np.maximum(a_xyxy[:2], b_xyxy[:2])
    if size.min() <= 0:
        return 0.0
    shared = float(size[0] * size[1])
    areas = sum(float(np.prod(box[2:] - box[:2])) for box in (a_xyxy, b_xyxy))
    return shared / (areas - shared)
