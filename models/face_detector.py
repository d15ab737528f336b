"""Faces in a whole picture: MediaPipe's two detectors, for faces near the screen and across a room.

Used when somebody may be there who is not tracked yet; `face_mesh` takes over from what it finds. The short
range needs a face of about an eighth of the picture's long side (in a wide picture of a person 1.2 m away
it is a tenth), the full range half of that, but is less exact: so both look, and where both find one face
the short range's box counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np

from models import store
from models.images import crop, require_bgr
from models.results import F32, U8, Detections, Roi
from models.session import Array, Session

#: Logits beyond this say no more (from the graph files, as all constants here).
_LOGIT_LIMIT: Final = 100.0
#: Boxes that overlap more than this are the same face.
OVERLAP_MAX: Final = 0.3


@dataclass(frozen=True, slots=True)
class Range:
    """One detector.

    name: its model. side_px: of the model's picture. maps: cells per side of each feature map, and anchors
    per cell. score_min: what counts as a face.
    """

    name: str
    side_px: int
    maps: tuple[tuple[int, int], ...]
    score_min: float


SHORT: Final = Range("face_detection_short_range", 128, ((16, 2), (8, 6)), 0.5)
FULL: Final = Range("face_detection_full_range_sparse", 192, ((48, 1),), 0.6)


def letterbox(width_px: int, height_px: int) -> Roi:
    """The square around the whole picture that the model sees."""
    side = float(max(width_px, height_px))
    return Roi(width_px / 2, height_px / 2, side, side, 0.0)


def preprocess(image_bgr: U8, kind: Range) -> U8:
    """(1, 3, side, side): the whole picture in a square, black beside or above and below it."""
    height, width = image_bgr.shape[:2]
    return crop(image_bgr, letterbox(width, height), (kind.side_px, kind.side_px), cv2.BORDER_CONSTANT)


def decode(outputs: Sequence[Array], roi: Roi, kind: Range) -> Detections:
    """Detections in the picture's pixels.

    outputs: regressors (1, anchors, 16), pixels of the model's picture around each anchor: x, y, width,
    height and six points; logits (1, anchors, 1). roi: where the model looked.
    """
    regressors, logits = outputs[0][0], outputs[1][0, :, 0]
    candidates = np.flatnonzero(logits >= np.log(kind.score_min / (1 - kind.score_min)))
    scores = 1 / (1 + np.exp(-np.clip(logits[candidates], -_LOGIT_LIMIT, _LOGIT_LIMIT)))
    anchors = anchors_of(kind)[candidates]
    points = regressors[candidates].reshape(-1, 8, 2) / kind.side_px
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
def anchors_of(kind: Range) -> F32:
    """(n, 2) centres of the anchors, 0..1 of the side."""
    centres = []
    for cells, per_cell in kind.maps:
        rows, columns = np.mgrid[:cells, :cells]
        grid = np.stack([columns, rows], axis=-1).reshape(-1, 2)
        centres.append((np.repeat(grid, per_cell, axis=0) + 0.5) / cells)
    return np.concatenate(centres).astype(np.float32)


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
    """Finds faces, best first.

    threads: cores that one call may use. ranges: which detectors look; of one face found by several the
    earlier one's box counts.
    """

    def __init__(self, threads: int = 1, ranges: Sequence[Range] = (SHORT, FULL)) -> None:
        self._sessions = [(kind, Session(store.path(kind.name), threads)) for kind in ranges]

    def detect(self, image_bgr: U8) -> Detections:
        """Faces in a (h, w, 3) uint8 BGR picture; ValueError for anything else."""
        require_bgr(image_bgr)
        height, width = image_bgr.shape[:2]
        roi = letterbox(width, height)
        found = [decode(s.run({"image": preprocess(image_bgr, k)}), roi, k) for k, s in self._sessions]
        return join(found)


def join(found: Sequence[Detections]) -> Detections:
    """All faces, best first; one that an earlier detector found too is left out."""
    boxes = np.concatenate([detections.boxes_xyxy for detections in found])
    keypoints = np.concatenate([detections.keypoints_xy for detections in found])
    scores = np.concatenate([detections.scores for detections in found])
    kept: list[int] = []
    for i, box in enumerate(boxes):
        if not kept or overlaps(box, boxes[kept]).max() <= OVERLAP_MAX:
            kept.append(i)
    kept.sort(key=lambda i: -scores[i])
    return Detections(boxes[kept], keypoints[kept], scores[kept])
