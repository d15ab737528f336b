"""Faces in a whole picture: MediaPipe's two detectors, for faces near the screen and across a room.

Used when somebody may be there who is not tracked yet; `face_mesh` takes over from what it finds. Measured
in 1280 x 720, the short range finds faces from 130 pixels on, a tenth of the picture's width, the full range
from 37 on; looking at the left and the right square one after the other, 74 and 18. The full range is less
exact: where both find one face the short range's box counts.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from models import store
from models.anchors import OVERLAP_MAX, Range, decode, letterbox, overlaps, preprocess
from models.images import require_bgr
from models.providers import CPU, Runtime
from models.results import U8, Detections, Roi
from models.session import Session

SHORT: Final = Range("face_detection_short_range", 128, ((16, 2), (8, 6)), 0.5)
FULL: Final = Range("face_detection_full_range_sparse", 192, ((48, 1),), 0.6)


class FaceDetector:
    """Finds faces, best first.

    runtime: what runs the models. ranges: which detectors look; of one face found by several the
    earlier one's box counts.
    """

    def __init__(self, runtime: Runtime = CPU, ranges: Sequence[Range] = (SHORT, FULL)) -> None:
        self._sessions = [(kind, Session(store.path(kind.name), runtime)) for kind in ranges]

    def detect(self, image_bgr: U8, roi: Roi | None = None) -> Detections:
        """Faces in a (h, w, 3) uint8 BGR picture; ValueError for anything else.

        roi: an upright square to look in, which may reach beyond the picture; None: all of it.
        """
        require_bgr(image_bgr)
        roi = roi or letterbox(*image_bgr.shape[1::-1])
        found = [decode(s.run({"image": preprocess(image_bgr, k, roi)}), roi, k) for k, s in self._sessions]
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
