"""Who is who from frame to frame: anonymous ids for the faces that the mesh follows. Pure.

`faces` asks where to look (`Track.landmarks_xyz` of the frame before), runs the models and hands in what they
found; time comes with the frames. Nobody is recognised: a face is who it was because it is where that one
went, as large as that one was. A face that leaves is forgotten after a moment, so that a hand before the face
or a missed frame does not make a new person; one that went behind another person is waited for until it
should have come out again.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from edge.boxes import Box
from edge.scene import Face
from edge.tracks import Sighting, Track
from models.results import FaceLandmarks

#: Two meshes whose boxes overlap more than this follow the same face (MediaPipe's association).
SAME_IOU: Final = 0.5
#: For so long a lost face may come back as the same; then it is forgotten.
FORGET_S: Final = 1.5
#: One that is hidden behind another face is waited for, but not longer than this altogether.
_HIDDEN_S: Final = 5.0
#: A head with its hair covers so many times the width and height of its mesh.
_HAIR: Final = 1.5
#: Who was lost keeps their place among those shown for so long: who should be seen, and altogether.
_KEEPS_S, _KEEPS_HIDDEN_S = 0.3, 2.0
#: A mesh further than this from where its face should be (in sizes), and twice as near to where another's
#: should be, has taken that one.
_ASTRAY: Final = 0.35


class Tracker:
    """The faces in view (`tracks`) and those lost a moment ago and not forgotten (`lost`)."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.lost: list[Track] = []
        self._time_s = 0.0
        self._next_id = 1

    def follow(self, found: Sequence[FaceLandmarks | None], time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in what the mesh found for each of `tracks`, in order; True when one was lost.

        None, no presence, a broken result or a face out of the frame loses a track.
        """
        pairs = zip(self.tracks, (Sighting.of(face, frame_px) for face in found), strict=True)
        followed = [(track, seen) for track, seen in pairs if seen is not None]
        kept = _one_each([each for each in followed if not self._astray(*each, time_s)], time_s)
        lost = [track for track in self.tracks if track not in kept]
        for track in lost:
            track.close_up = None
        self.lost += lost
        for track, seen in kept.items():
            track.move(seen, time_s, frame_px)
        self.tracks = [track for track in self.tracks if track in kept]
        self._wait(time_s)
        return len(kept) < len(found)

    def meet(self, faces: Iterable[FaceLandmarks], time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in faces that a detector found and that are not followed yet.

        Where a face was lost a moment ago it is that face again, each the likeliest.
        """
        new: list[Sighting] = []
        for face in faces:
            seen = Sighting.of(face, frame_px)
            followed = [track.box for track in self.tracks] + [other.box for other in new]
            if seen is not None and all(seen.box.iou(box) <= SAME_IOU for box in followed):
                new.append(seen)
        for seen, track in self._known(new, time_s):
            track.restart(seen, time_s, frame_px)
            self.tracks.append(track)

    def follows(self, x_px: float, y_px: float) -> bool:
        """Whether a place lies on a face that is followed."""
        return any(track.box.contains(x_px, y_px) for track in self.tracks)

    def awaited(self, time_s: float) -> list[Track]:
        """Those lost who should be seen by now, not hidden behind another."""
        heads = [_grown(track.box) for track in self.tracks]
        return [lost for lost in self.lost if not any(h.contains(*lost.expected(time_s)) for h in heads)]

    def faces(self, most: int) -> tuple[Face, ...]:
        """The faces in view, largest first: of more than `most` those who are known for longest.

        Who was lost a moment ago, behind somebody who passes before them, is one of these still.
        """
        known = sorted([*self.tracks, *filter(self._keeps, self.lost)], key=lambda track: track.id)
        shown = [track for track in known[:most] if track in self.tracks]
        return tuple(track.face() for track in sorted(shown, key=lambda track: -track.box.size))

    def forget(self) -> None:
        """Nobody is known any more; ids go on, so that nobody is taken for somebody else."""
        self.tracks, self.lost = [], []

    def _astray(self, track: Track, seen: Sighting, time_s: float) -> bool:
        """Whether a mesh slid onto another's face."""
        off = track.off(seen.box, time_s)
        if off <= _ASTRAY:
            return False
        others = (other for other in (*self.tracks, *self.lost) if other is not track)
        return any(2 * other.off(seen.box, time_s) < off for other in others)

    def _keeps(self, lost: Track) -> bool:
        """Whether somebody lost keeps their place."""
        return lost.missed_s <= _KEEPS_S and self._time_s - lost.seen_s <= _KEEPS_HIDDEN_S

    def _wait(self, time_s: float) -> None:
        """Forget those who have been gone for too long; time behind another face does not count."""
        step_s, self._time_s = max(time_s - self._time_s, 0.0), time_s
        for lost in self.awaited(time_s):
            lost.missed_s += step_s
        self.lost = [
            lost for lost in self.lost if lost.missed_s <= FORGET_S and 0 <= time_s - lost.seen_s <= _HIDDEN_S
        ]

    def _known(self, new: list[Sighting], time_s: float) -> list[tuple[Sighting, Track]]:
        """Each new face with the lost one that it most likely is, else with a new one."""
        pairs = [
            (lost.farness(seen.box, time_s), k, lost) for k, seen in enumerate(new) for lost in self.lost
        ]
        whose: dict[int, Track] = {}
        for farness, k, lost in sorted(pairs, key=lambda pair: pair[0]):
            if farness < float("inf") and k not in whose and lost in self.lost:
                whose[k] = lost
                self.lost.remove(lost)
        return [(seen, whose.get(k) or self._another(seen, time_s)) for k, seen in enumerate(new)]

    def _another(self, seen: Sighting, time_s: float) -> Track:
        face = seen.face
        self._next_id += 1
        return Track(self._next_id - 1, face.landmarks_xyz, face.score, seen.box, time_s, face.landmarks_xyz)


def _grown(box: Box) -> Box:
    """The head around a mesh."""
    (x, y), width, height = box.centre, (box.x1 - box.x0) * _HAIR / 2, (box.y1 - box.y0) * _HAIR / 2
    return Box(x - width, y - height, x + width, y + height)


def _one_each(seen: list[tuple[Track, Sighting]], time_s: float) -> dict[Track, Sighting]:
    """One track per face: where two now lie on the same, the one that jumped there goes."""
    if len(seen) <= 1:
        return dict(seen)
    kept: dict[Track, Sighting] = {}
    for track, now in sorted(seen, key=lambda each: each[0].off(each[1].box, time_s)):
        if all(now.box.iou(other.box) <= SAME_IOU for other in kept.values()):
            kept[track] = now
    return kept
