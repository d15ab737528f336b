"""Who is which hand from frame to frame: where to look next, anonymous ids, smoothing. Pure; time comes with
frames.

A hand that is lost for a moment keeps its id. Hands come and go quickly and a lost one is soon somewhere
else, so what is lost is forgotten sooner than a face.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from edge.boxes import Box, box_of, sane
from edge.scene import Hand
from edge.smoothing import Steady
from models.hand_landmarks import roi_of_landmarks
from models.results import F32, HandLandmarks, Roi

#: The model says for itself whether it sees a hand (MediaPipe's threshold).
PRESENCE_MIN: Final = 0.5
#: A new hand must be surer: folds of cloth come close to it.
NEW_MIN: Final = 0.6
#: Two hands whose boxes overlap more than this are the same.
SAME_IOU: Final = 0.4
#: For so long a lost hand may come back as the same, if it went no further than this many of its sizes.
FORGET_S: Final = 0.5
_GATE: Final = 1.2
#: A hand with less of its box than this in the picture is a guess.
_VISIBLE_MIN: Final = 0.4
#: A place smaller than this holds too few pixels to see fingers in.
SMALLEST_PX: Final = 24
#: Where the model is as sure as this that a palm is none, it is not asked again for so long, unless the
#: detector is now surer by so much that there is a palm.
_NONE_MAX: Final = 0.1
_NONE_S: Final = 5.0
_SURER: Final = 0.15
#: The same place: no further away than this, and no larger or smaller, in its size.
_SAME_PLACE: Final = 0.25
#: How much one frame counts in whether it is a right hand.
_SIDE_WEIGHT: Final = 0.15


@dataclass(slots=True, eq=False)
class _Track:
    id: int
    found: HandLandmarks
    box: Box
    seen_s: float
    smooth_xyz: F32
    right: float
    filter: Steady = field(default_factory=Steady)

    def move(self, found: HandLandmarks, box: Box, time_s: float) -> None:
        self.found, self.box, self.seen_s = found, box, time_s
        self.right += _SIDE_WEIGHT * (found.right - self.right)
        self.smooth_xyz = self.filter.update(found.landmarks_xyz, time_s, box.size)


class HandTracker:
    """The hands in view and those lost a moment ago."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._lost: list[_Track] = []
        self._next_id = 1

    def __len__(self) -> int:
        return len(self._tracks)

    def rois(self) -> list[Roi | None]:
        """Where each hand should be in the next frame; None where that is no place in a picture."""
        places = [roi_of_landmarks(track.found.landmarks_xyz) for track in self._tracks]
        return [roi if sane(roi, SMALLEST_PX) else None for roi in places]

    def follow(self, found: Sequence[HandLandmarks | None], time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in what the model saw at each of `rois`, in order; True when a hand was lost."""
        kept: list[_Track] = []
        for track, hand in zip(self._tracks, found, strict=True):
            box = box_of(hand, frame_px, PRESENCE_MIN, _VISIBLE_MIN)
            if hand is None or box is None or any(box.iou(other.box) > SAME_IOU for other in kept):
                self._lost.append(track)
            else:
                track.move(hand, box, time_s)
                kept.append(track)
        self._tracks = kept
        self._lost = [track for track in self._lost if 0 <= time_s - track.seen_s <= FORGET_S]
        return len(kept) < len(found)

    def meet(self, found: HandLandmarks, time_s: float, frame_px: tuple[int, int]) -> bool:
        """Take in a hand where a detector pointed; False when it is none or followed already."""
        box = box_of(found, frame_px, NEW_MIN, _VISIBLE_MIN)
        if box is None or any(box.iou(track.box) > SAME_IOU for track in self._tracks):
            return False
        track = _Track(self._id(box, time_s), found, box, time_s, found.landmarks_xyz, found.right)
        track.move(found, box, time_s)
        self._tracks.append(track)
        return True

    def follows(self, x_px: float, y_px: float) -> bool:
        """Whether a place lies on a hand that is followed."""
        return any(track.box.contains(x_px, y_px) for track in self._tracks)

    def hands(self) -> tuple[Hand, ...]:
        """The hands in view, largest first."""
        tracks = sorted(self._tracks, key=lambda track: -track.box.size)
        return tuple(Hand(t.id, t.smooth_xyz, t.found.score, t.right > 0.5) for t in tracks)

    def forget(self) -> None:
        """No hand is known any more; ids go on."""
        self._tracks, self._lost = [], []

    def _id(self, box: Box, time_s: float) -> int:
        """That of the hand lost a moment ago near here, or a new one."""
        near = min(self._lost, key=lambda track: box.distance(*track.box.centre), default=None)
        recent = near is not None and 0 <= time_s - near.seen_s <= FORGET_S
        if near is not None and recent and box.distance(*near.box.centre) < _GATE * near.box.size:
            self._lost.remove(near)
            return near.id
        self._next_id += 1
        return self._next_id - 1


class _NoHand(NamedTuple):
    """A place where no hand was. palm: the score of the detector, which took it for one. sure: it is none."""

    at_s: float
    place: Roi
    palm: float
    sure: bool


class Mistaken:
    """Places that look like a palm and are none: a fold of cloth does as long as somebody stands there."""

    def __init__(self) -> None:
        self._nones: list[_NoHand] = []

    def note(self, place: Roi, palm: float, hand: float, time_s: float, *, late: bool = False) -> None:
        """What the model said to a place. palm, hand: scores of detector and model.

        late: the palm was there some frames ago. A hand may have gone on meanwhile, so that takes two.
        """
        if hand <= _NONE_MAX:
            again = any(_same(place, other.place) for other in self._nones)
            self._nones.append(_NoHand(time_s, place, palm, again or not late))

    def known(self, place: Roi, palm: float, time_s: float) -> bool:
        """Whether it was no hand a moment ago."""
        self._nones = [each for each in self._nones if 0 <= time_s - each.at_s <= _NONE_S]
        return any(
            each.sure and palm < each.palm + _SURER and _same(place, each.place) for each in self._nones
        )


def _same(one: Roi, other: Roi) -> bool:
    near_px = _SAME_PLACE * other.width_px
    off_px = math.hypot(one.centre_x - other.centre_x, one.centre_y - other.centre_y)
    return max(off_px, abs(one.width_px - other.width_px)) < near_px
