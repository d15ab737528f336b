"""What MediaPipe's detectors share: a picture in a square, anchors on a grid, boxes with points around them.

Pure. `face_detector` and `pose_detector` say which model, which grid and how many points.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np

from models.images import crop
from models.results import F32, U8, Detections, Roi
from models.session import Array

#: Logits beyond this say no more (from the graph files, as all constants here).
_LOGIT_LIMIT: Final = 100.0
#: Boxes that overlap more than this are the same.
OVERLAP_MAX: Final = 0.3


@dataclass(frozen=True, slots=True)
class Range:
    """One detector.

    name: its model. side_px: of the model's picture. maps: cells per side of each feature map, and anchors
    per cell. score_min: what counts as found. keypoints: how many points each box has.
    """

    name: str
    side_px: int
    maps: tuple[tuple[int, int], ...]
    score_min: float
    keypoints: int = 6


def letterbox(width_px: int, height_px: int) -> Roi:
    """The square around the whole picture that the model sees."""
    side = float(max(width_px, height_px))
    return Roi(width_px / 2, height_px / 2, side, side, 0.0)


def preprocess(image_bgr: U8, kind: Range, roi: Roi | None = None) -> U8:
    """(1, 3, side, side): a square of the picture, black beyond it. None: the one around the whole."""
    roi = roi or letterbox(*image_bgr.shape[1::-1])
    return crop(image_bgr, roi, (kind.side_px, kind.side_px), cv2.BORDER_CONSTANT)


def decode(outputs: Sequence[Array], roi: Roi, kind: Range) -> Detections:
    """Detections in the picture's pixels.

    outputs: regressors (1, anchors, 4 + 2 k), pixels of the model's picture around each anchor: x, y, width,
    height and k points; logits (1, anchors, 1). roi: where the model looked.
    """
    regressors, logits = outputs[0][0], outputs[1][0, :, 0]
    candidates = np.flatnonzero(logits >= math.log(kind.score_min / (1 - kind.score_min)))
    if not candidates.size:  # as mostly
        return _nothing(kind.keypoints)
    scores = 1 / (1 + np.exp(-np.clip(logits[candidates], -_LOGIT_LIMIT, _LOGIT_LIMIT)))
    anchors = anchors_of(kind)[candidates]
    points = regressors[candidates].reshape(-1, 2 + kind.keypoints, 2) / kind.side_px
    centres = points[:, 0] + anchors
    keypoints = points[:, 2:] + anchors[:, None]
    boxes = np.hstack([centres - points[:, 1] / 2, centres + points[:, 1] / 2])
    boxes, keypoints, scores = merge(boxes, keypoints, scores)
    corner = np.array([roi.centre_x - roi.width_px / 2, roi.centre_y - roi.height_px / 2])
    return Detections(
        (boxes * roi.width_px + np.tile(corner, 2)).astype(np.float32),
        (keypoints * roi.width_px + corner).astype(np.float32),
        scores.astype(np.float32),
    )


@cache
def _nothing(keypoints: int) -> Detections:
    return Detections(*(np.zeros(shape, np.float32) for shape in ((0, 4), (0, keypoints, 2), 0)))


@cache
def anchors_of(kind: Range) -> F32:
    """(n, 2) centres of the anchors, 0..1 of the side."""
    centres = []
    for cells, per_cell in kind.maps:
        rows, columns = np.mgrid[:cells, :cells]
        grid = np.stack([columns, rows], axis=-1).reshape(-1, 2)
        centres.append((np.repeat(grid, per_cell, axis=0) + 0.5) / cells)
    return np.concatenate(centres).astype(np.float32)


def merge(boxes: Array, keypoints: Array, scores: Array) -> tuple[Array, Array, Array]:
    """Weighted non-maximum suppression: a find is the mean, by score, of all boxes that overlap its best one.

    boxes: (n, 4); keypoints: (n, k, 2); scores: (n,), the best one's kept.
    """
    left = np.argsort(-scores, kind="stable")
    points = keypoints.shape[1]
    values = np.hstack([boxes, keypoints.reshape(-1, 2 * points)])
    merged, best = [], []
    while len(left):
        same = overlaps(boxes[left[0]], boxes[left]) > OVERLAP_MAX
        same[0] = True
        group = left[same]
        weights = scores[group]
        merged.append(weights @ values[group] / weights.sum())
        best.append(scores[left[0]])
        left = left[~same]
    result = np.array(merged).reshape(-1, 4 + 2 * points)
    return result[:, :4], result[:, 4:].reshape(-1, points, 2), np.array(best)


def overlaps(box: Array, boxes: Array) -> Array:
    """(n,) intersection over union of one box (4,) with others (n, 4), all xyxy."""
    size = np.maximum(np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2]), 0)
    sides, (width, height) = boxes[:, 2:] - boxes[:, :2], (box[2:] - box[:2]).tolist()
    shared = size[:, 0] * size[:, 1]
    whole = width * height + sides[:, 0] * sides[:, 1] - shared
    return np.asarray(shared / np.maximum(whole, 1e-9))
