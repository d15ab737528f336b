"""Bodies in a whole picture: MediaPipe's pose detector.

Used while nobody is followed; `pose_landmarks` takes over from what it finds. It looks for a face with the
body below it, so it wants people upright, up to about four metres away.
"""

from typing import Final

import cv2

from models import store
from models.anchors import Range, decode, letterbox
from models.images import crop_in_32nds, require_bgr
from models.providers import CPU, Runtime
from models.results import U8, Detections
from models.session import Session

#: 2254 anchors on maps of strides 8, 16 and three times 32 (from the graph files).
BODY: Final = Range("pose_detection", 224, ((28, 2), (14, 2), (7, 6)), 0.5, keypoints=4)


def preprocess(image_bgr: U8) -> U8:
    """(1, 3, 224, 224): the whole picture in a square, black beside or above and below it."""
    height, width = image_bgr.shape[:2]
    return crop_in_32nds(image_bgr, letterbox(width, height), (BODY.side_px,) * 2, cv2.BORDER_CONSTANT)


class PoseDetector:
    """Finds bodies, best first. runtime: what runs the model."""

    def __init__(self, runtime: Runtime = CPU) -> None:
        self._session = Session(store.path(BODY.name), runtime)

    def detect(self, image_bgr: U8) -> Detections:
        """Bodies in a (h, w, 3) uint8 BGR picture; ValueError for anything else."""
        require_bgr(image_bgr)
        height, width = image_bgr.shape[:2]
        outputs = self._session.run({"image": preprocess(image_bgr)})
        return decode(outputs, letterbox(width, height), BODY)
