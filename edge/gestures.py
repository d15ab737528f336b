"""Signs given by hand, for shoppers who cannot or would rather not touch: a raised open palm, held. Pure.

  | | |
| | | |      open: four fingers straight       upright: fingers up
| | | | /    raised: about as high as a face   facing: the palm, not the back, not the edge
|     |/     held: about still for a second
 \\___/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.scene import Face, Hand
from models.results import F32

#: How long a palm has to be held.
HOLD_S: Final = 1.0
#: A hand that is lost, or not quite open, for less than this is still held; it does not count as holding.
_GAP_S: Final = 0.25
#: How far a held palm may drift, in its own lengths from wrist to middle knuckle.
_DRIFT: Final = 0.45
#: A frame after a longer pause counts as this much holding.
_STEP_S: Final = 0.2

_WRIST, _INDEX, _MIDDLE, _LITTLE = 0, 5, 9, 17
_FINGERS: Final = ((5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
#: A finger is straight if its ends are this far apart, of the way along it; and points the palm's way
#: (cosine).
_STRAIGHT, _ALONG = 0.92, 0.6
#: Fingers up: the palm's direction is less than 40 degrees from upright (cosine).
_UPRIGHT: Final = 0.77
#: Seen from the front a palm is so wide, of its length; edge on it is narrower.
_WIDE: Final = 0.45
#: A raised hand's knuckles are not lower than this below the chin, in heights of the face.
_BELOW_CHIN: Final = 0.8
_FOREHEAD, _CHIN = 10, 152


def is_open_palm(hand: Hand) -> bool:
    """Whether a hand shows its open palm to the camera, fingers up."""
    points = hand.landmarks_xyz
    if not np.isfinite(points).all():
        return False
    palm = points[_MIDDLE, :2] - points[_WRIST, :2]
    length = float(np.hypot(*palm))
    if length < 1 or -float(palm[1]) < _UPRIGHT * length:
        return False
    return _is_facing(points, palm / np.float32(length), length, right=hand.right) and all(
        _is_straight(points[list(finger), :2], palm / np.float32(length)) for finger in _FINGERS
    )


def _is_facing(points: F32, up: F32, length: float, *, right: bool) -> bool:
    """The palm of a right hand has its thumb on the right of the picture as the camera sees it."""
    across = points[_INDEX, :2] - points[_LITTLE, :2]
    width = float(across[1] * up[0] - across[0] * up[1])
    return (width if right else -width) > _WIDE * length


def _is_straight(joints_xy: F32, up: F32) -> bool:
    whole = joints_xy[-1] - joints_xy[0]
    reach = float(np.hypot(*whole))
    way = float(np.hypot(*np.diff(joints_xy, axis=0).T).sum())
    return way > 0 and reach > _STRAIGHT * way and float(whole @ up) > _ALONG * reach


def is_raised(hand: Hand, faces: Sequence[Face]) -> bool:
    """Whether a hand is about as high as somebody's face; where no face is seen, any hand is."""
    y = float(hand.landmarks_xyz[_MIDDLE, 1])
    for face in faces:
        chin, forehead = (float(face.landmarks_xyz[k, 1]) for k in (_CHIN, _FOREHEAD))
        if y < chin + _BELOW_CHIN * (chin - forehead):
            return True
    return not faces


@dataclass(slots=True)
class _Held:
    """The palm that is held. anchor_xy: where it was first, pixels. length_px: wrist to middle knuckle."""

    track: int
    anchor_xy: F32
    length_px: float
    held_s: float
    seen_s: float


class PalmHold:
    """Watches for a raised open palm; one instance for each visit."""

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._fired = False
        self._palm_s = -np.inf

    def update(self, hands: Sequence[Hand], faces: Sequence[Face], now_s: float) -> float:
        """How much of the second has been held: 0..1, and 1 exactly once for each time a palm is raised.

        After that it is 0 until no palm has been shown for a moment. now_s: the frame's time, seconds.
        """
        palms = [hand for hand in hands if is_open_palm(hand) and is_raised(hand, faces)]
        if palms:
            self._palm_s = now_s
        elif now_s - self._palm_s > _GAP_S:
            self._fired = False
        held = self._held = self._follow(palms, now_s)
        if held is None or self._fired:
            return 0.0
        if held.held_s >= HOLD_S:
            self._fired, self._held = True, None
            return 1.0
        return min(held.held_s / HOLD_S, 0.999)

    def reset(self) -> None:
        """As if no palm had been shown."""
        self._held, self._fired, self._palm_s = None, False, -np.inf

    def _follow(self, palms: Sequence[Hand], now_s: float) -> _Held | None:
        """The palm held so far, longer by this frame; a new one; or none."""
        held = self._held
        if held is not None and not 0 <= now_s - held.seen_s <= _GAP_S:
            held = None
        if held is None:
            return _first(palms[0], now_s) if palms else None
        same = [palm for palm in palms if palm.track == held.track]
        if not same:
            return held
        if float(np.hypot(*(_middle(same[0]) - held.anchor_xy))) > _DRIFT * held.length_px:
            return _first(same[0], now_s)
        held.held_s += min(now_s - held.seen_s, _STEP_S)
        held.seen_s = now_s
        return held


def _first(palm: Hand, now_s: float) -> _Held:
    points = palm.landmarks_xyz
    length = float(np.hypot(*(points[_MIDDLE, :2] - points[_WRIST, :2])))
    return _Held(palm.track, _middle(palm), length, 0.0, now_s)


def _middle(palm: Hand) -> F32:
    """The middle of the palm, (2,) pixels: fingertips tremble, the palm does not."""
    points: F32 = palm.landmarks_xyz[[_WRIST, _INDEX, _MIDDLE, _LITTLE], :2]
    return np.asarray(points.mean(axis=0), np.float32)
