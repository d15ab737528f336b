"""33 points of one body: MediaPipe's full pose model, looking where a detection or the last frame says.

The model gives 39 points: 33 of the body, two that tell where to look in the next frame, four nobody uses.
Its heat maps tell each point's place more finely than the point itself.
"""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from models import store
from models.images import crop_in_32nds, project, require_bgr
from models.providers import CPU, Runtime
from models.results import F32, U8, PoseLandmarks, Roi
from models.session import Array, Session

NAME: Final = "pose_landmark_full"

#: Side of the model's picture. Pixels.
SIDE_PX: Final = 256
#: The circle around a body grows by this before the model sees it (as all constants, from the graph files).
_MARGIN: Final = 1.25
#: A body whose circle's top is this way from its middle stands upright.
_UP_RAD: Final = math.pi / 2
POINTS: Final = 33
_CIRCLE: Final = slice(33, 35)
_ALL_POINTS: Final = 39
#: A point is refined within this many cells of its heat map, where one of them is this likely. The graph
#: file asks for 7, MediaPipe 0.10.21 acts as with 9: so its results say (0.01 px of difference against 0.5).
_KERNEL: Final = 9
_LIKELY_MIN: Final = 0.5


def roi_of_circle(circle_xy: F32) -> Roi:
    """Where to look for a body. circle_xy: (2, 2) picture pixels, its middle and its top.

    From a detection the first two keypoints, from landmarks their own circle.
    """
    (x, y), (top_x, top_y) = circle_xy.astype(float)
    side = 2 * math.hypot(top_x - x, top_y - y) * _MARGIN
    angle = _UP_RAD - math.atan2(-(top_y - y), top_x - x)
    return Roi(float(x), float(y), side, side, math.remainder(angle, math.tau))


def preprocess(image_bgr: U8, roi: Roi) -> U8:
    """(1, 3, 256, 256): the body upright; beyond the picture its border is repeated."""
    return crop_in_32nds(image_bgr, roi, (SIDE_PX, SIDE_PX), cv2.BORDER_REPLICATE)


def decode(outputs: Sequence[Array], roi: Roi) -> PoseLandmarks:
    """The body in the picture's pixels.

    outputs: points (1, 195) in pixels of the model's picture, each x, y, z and the logits of being visible
    and of lying in the picture; the probability (1, 1) of a body; heat maps (1, 64, 64, 39); metric points,
    unused.
    """
    points = outputs[0].reshape(_ALL_POINTS, 5)[: _CIRCLE.stop]
    places = points[:, :3].astype(np.float32)
    places[:, :2] = refine(places[:, :2] / np.float32(SIDE_PX), outputs[2][0]) * SIDE_PX
    places = project(places, roi, (SIDE_PX, SIDE_PX))
    return PoseLandmarks(
        places[:POINTS], sigmoid(points[:POINTS, 3]), places[_CIRCLE, :2], float(outputs[1][0, 0])
    )


def refine(points_xy: F32, heat: Array) -> F32:
    """Points moved to the centre of the heat around them. points_xy: (n, 2), 0..1; heat: (h, w, >= n) logits.

    A point outside its map, or in a cold part of it, stays.
    """
    rows, columns = heat.shape[:2]
    refined = points_xy.copy()
    for k, (x, y) in enumerate(points_xy):
        column, row = int(x * columns), int(y * rows)
        if not (0 <= column < columns and 0 <= row < rows):
            continue
        top, left = max(0, row - _KERNEL // 2), max(0, column - _KERNEL // 2)
        part = sigmoid(heat[top : row + _KERNEL // 2 + 1, left : column + _KERNEL // 2 + 1, k])
        if part.max() >= _LIKELY_MIN:
            down, across = part.sum(axis=1), part.sum(axis=0)
            refined[k, 0] = (left + np.arange(len(across)) @ across / part.sum()) / columns
            refined[k, 1] = (top + np.arange(len(down)) @ down / part.sum()) / rows
    return refined


def sigmoid(logits: Array) -> F32:
    """Logits as probabilities; beyond 80 they say no more and would overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -80, 80))), np.float32)


class PoseModel:
    """Finds the points of a body. runtime: what runs the model."""

    def __init__(self, runtime: Runtime = CPU) -> None:
        self._session = Session(store.path(NAME), runtime)

    def landmarks(self, image_bgr: U8, roi: Roi) -> PoseLandmarks:
        """The body in a ROI of a (h, w, 3) uint8 BGR picture; a score under 0.5 says there is none."""
        require_bgr(image_bgr)
        return decode(self._session.run({"image": preprocess(image_bgr, roi)}), roi)
