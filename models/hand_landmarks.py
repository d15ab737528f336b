"""21 points of one hand: MediaPipe's hand model, looking where a palm was found or the last frame says.

Two kinds: the lite one follows a hand at half the cost of the full one.
"""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from models import store
from models.images import crop, project, require_bgr
from models.providers import CPU, Runtime
from models.results import F32, U8, HandLandmarks, Roi
from models.session import Array, Session

LITE: Final = "hand_landmark_lite"
FULL: Final = "hand_landmark_full"

#: Side of the model's picture. Pixels.
SIDE_PX: Final = 224
POINTS: Final = 21
#: From the graph files, as all constants here: how much the square around a palm, and the one around a hand
#: that is followed, grow, and how far they move towards the fingers, in their own sides.
_PALM_MARGIN, _PALM_SHIFT = 2.6, -0.5
_HAND_MARGIN, _HAND_SHIFT = 2.0, -0.1
#: The model's z is scaled by this.
_Z_SCALE: Final = 0.4
#: A palm detection's wrist and its knuckle of the middle finger: they tell which way the hand points.
_PALM_WRIST, _PALM_MIDDLE = 0, 2
#: The hand's wrist and its knuckles of index, middle and ring finger.
_WRIST, _INDEX, _MIDDLE, _RING = 0, 5, 9, 13
#: What the square around a followed hand is put around: the palm and the fingers' lower joints, which move
#: less than the tips.
_STEADY: Final = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)


def roi_of_palm(keypoints_xy: F32, box_xyxy: F32) -> Roi:
    """Where to look for the hand of a detected palm. keypoints_xy: (7, 2), box_xyxy: (4,), picture pixels."""
    centre, size = (box_xyxy[:2] + box_xyxy[2:]) / 2, box_xyxy[2:] - box_xyxy[:2]
    angle = _upright(keypoints_xy[_PALM_WRIST], keypoints_xy[_PALM_MIDDLE])
    return _grown(centre, size, angle, _PALM_SHIFT, _PALM_MARGIN)


def roi_of_landmarks(landmarks_xyz: F32) -> Roi:
    """Where to look for a hand in the next frame. landmarks_xyz: (21, 3), picture pixels."""
    points = landmarks_xyz[:, :2]
    knuckles = ((points[_INDEX] + points[_RING]) / 2 + points[_MIDDLE]) / 2
    angle = _upright(points[_WRIST], knuckles)
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]], np.float32)
    along = points[list(_STEADY)] @ turn  # in the hand's own directions
    low, high = along.min(axis=0), along.max(axis=0)
    return _grown(turn @ ((low + high) / 2), high - low, angle, _HAND_SHIFT, _HAND_MARGIN)


def _upright(wrist: Array, knuckle: Array) -> float:
    """The angle by which an upright hand was turned to point as this one does."""
    dx, dy = (float(value) for value in knuckle - wrist)
    return math.remainder(math.pi / 2 - math.atan2(-dy, dx), math.tau)


def _grown(centre: Array, size: Array, angle: float, shift: float, margin: float) -> Roi:
    """A square on the long side of a turned rectangle, moved along its height and enlarged."""
    down = float(size[1]) * shift
    x, y = float(centre[0]) - down * math.sin(angle), float(centre[1]) + down * math.cos(angle)
    side = float(size.max()) * margin
    return Roi(x, y, side, side, angle)


def preprocess(image_bgr: U8, roi: Roi) -> U8:
    """(1, 3, 224, 224): the hand upright; beyond the picture its border is repeated."""
    return crop(image_bgr, roi, (SIDE_PX, SIDE_PX), cv2.BORDER_REPLICATE)


def decode(outputs: Sequence[Array], roi: Roi) -> HandLandmarks:
    """The hand in the picture's pixels.

    outputs: points (1, 63) in pixels of the model's picture; the probability (1, 1) of a hand; that (1, 1)
    of a left hand in a mirrored picture, which is a right one in ours; metric points, unused.
    """
    points = outputs[0].reshape(POINTS, 3).astype(np.float32)
    points[:, 2] /= np.float32(_Z_SCALE)
    places = project(points, roi, (SIDE_PX, SIDE_PX))
    return HandLandmarks(places, float(outputs[1][0, 0]), float(outputs[2][0, 0]))


class HandModel:
    """Finds the points of a hand. runtime: what runs the model. name: LITE or FULL."""

    def __init__(self, runtime: Runtime = CPU, name: str = LITE) -> None:
        self._session = Session(store.path(name), runtime)

    def landmarks(self, image_bgr: U8, roi: Roi) -> HandLandmarks:
        """The hand in a ROI of a (h, w, 3) uint8 BGR picture; a score under 0.5 says there is none."""
        require_bgr(image_bgr)
        return decode(self._session.run({"image": preprocess(image_bgr, roi)}), roi)
