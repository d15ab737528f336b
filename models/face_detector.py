"""Faces in a whole picture, within about two metres: MediaPipe's short-range detector.

Used when no face is tracked yet; `face_mesh` takes over from what it finds.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from models import store
from models.images import crop, require_bgr
from models.results import F32, U8, Detections, Roi
from models.session import Array, Session

NAME: Final = "face_detection_short_range"

#: Side of the model's picture. Pixels.
SIDE_PX: Final = 128
#: Cells per side of each feature map and anchors per cell (strides 8, 16, 16, 16; the model's graph file).
_MAPS: Final = ((16, 2), (8, 6))
#: Logits beyond this say no more (from the graph file).
_LOGIT_LIMIT: Final = 100.0
SCORE_MIN: Final = 0.5
#: Boxes that overlap more than this are the same face.
OVERLAP_MAX: Final = 0.3


def _anchors() -> F32:
    """(896, 2) centres of the anchors, 0..1 of the side."""
    centres = []
    for cells, per_cell in _MAPS:
        rows, columns = np.mgrid[:cells, :cells]
        grid = np.stack([columns, rows], axis=-1).reshape(-1, 2)
        centres.append((np.repeat(grid, per_cell, axis=0) + 0.5) / cells)
    return np.concatenate(centres).astype(np.float32)


ANCHORS: Final = _anchors()


def letterbox(width_px: int, height_px: int) -> Roi:
    """The square around the whole picture that the model sees."""
    side = float(max(width_px, height_px))
    return Roi(width_px / 2, height_px / 2, side, side, 0.0)


def preprocess(image_bgr: U8) -> U8:
    """(1, 3, 128, 128): the whole picture in a square, black beside or above and below it."""
    height, width = image_bgr.shape[:2]
    return crop(image_bgr, letterbox(width, height), (SIDE_PX, SIDE_PX), cv2.BORDER_CONSTANT)


def decode(outputs: Sequence[Array], roi: Roi, score_min: float = SCORE_MIN) -> Detections:
    """Detections in the picture's pixels.

    outputs: regressors (1, 896, 16), pixels of the model's picture around each anchor: x, y, width, height
    and six points; logits (1, 896, 1). roi: where the model looked.
    """
    regressors, logits = outputs[0][0], outputs[1][0, :, 0]
    candidates = np.flatnonzero(logits >= np.log(score_min / (1 - score_min)))
    scores = 1 / (1 + np.exp(-np.clip(logits[candidates], -_LOGIT_LIMIT, _LOGIT_LIMIT)))
    points = regressors[candidates].reshape(-1, 8, 2) / SIDE_PX
    centres = points[:, 0] + ANCHORS[candidates]
    keypoints = points[:, 2:] + ANCHORS[candidates][:, None]
    boxes = np.hstack([centres - points[:, 1] / 2, centres + points[:, 1] / 2])
    boxes, keypoints, scores = merge(boxes, keypoints, scores)
    corner = np.array([roi.centre_x - roi.width_px / 2, roi.centre_y - roi.height_px / 2])
    return Detections(
        (boxes * roi.width_px + np.tile(corner, 2)).astype(np.float32),
        (keypoints * roi.width_px + corner).astype(np.float32),
        scores.astype(np.float32),
    )


def merge(boxes: Array, keypoints: Array, scores: Array) -> tuple[Array, Array, Array]:
    """Weighted non-maximum suppression: a face is the mean, by score, of all boxes that overlap its best one.

    boxes: (n, 4); keypoints: (n, 6, 2); scores: (n,), the best one's kept.
    """
    left = np.argsort(-scores, kind="stable")
    values = np.hstack([boxes, keypoints.reshape(-1, 12)])
    merged, best = [], []
    while len(left):
        same = overlaps(boxes[left[0]], boxes[left]) > OVERLAP_MAX
        same[0] = True
        group = left[same]
        merged.append(np.average(values[group], axis=0, weights=scores[group]))
        best.append(scores[left[0]])
        left = left[~same]
    result = np.array(merged).reshape(-1, 16)
    return result[:, :4], result[:, 4:].reshape(-1, 6, 2), np.array(best)


def overlaps(box: Array, boxes: Array) -> Array:
    """(n,) intersection over union of one box (4,) with others (n, 4), all xyxy."""
    size = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(size, 0), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    whole = np.prod(box[2:] - box[:2]) + areas - shared
    return np.asarray(shared / np.maximum(whole, 1e-9))


class FaceDetector:
    """Finds faces, best first. threads: cores that one call may use."""

    def __init__(self, threads: int = 1) -> None:
        self._session = Session(store.path(NAME), threads)

    def detect(self, image_bgr: U8) -> Detections:
        """Faces in a (h, w, 3) uint8 BGR picture; ValueError for anything else."""
        require_bgr(image_bgr)
        height, width = image_bgr.shape[:2]
        outputs = self._session.run({"image": preprocess(image_bgr)})
        return decode(outputs, letterbox(width, height))
