"""Hands in a whole picture: MediaPipe's palm detector.

Used now and then while no hand, or fewer than wanted, is followed; `hand_landmarks` takes over from what it
finds. It looks for the palm, not the fingers: a palm is about square whatever the fingers do.
"""

from collections.abc import Callable
from typing import Final

from models import store
from models.anchors import Range, decode, letterbox, preprocess
from models.images import require_bgr
from models.providers import CPU, Runtime
from models.results import U8, Detections
from models.session import Session

#: 2016 anchors on maps of strides 8 and three times 16; 4 + 2 x 7 values each (palm_detection's graph files).
_MAPS: Final = ((24, 2), (12, 6))
_SIDE_PX, _SCORE_MIN, _KEYPOINTS = 192, 0.5, 7
LITE: Final = Range("palm_detection_lite", _SIDE_PX, _MAPS, _SCORE_MIN, _KEYPOINTS)
FULL: Final = Range("palm_detection_full", _SIDE_PX, _MAPS, _SCORE_MIN, _KEYPOINTS)


class PalmDetector:
    """Finds palms, best first.

    runtime: what runs the model. kind: LITE, or FULL, a fifth slower and surer. The keypoints are wrist,
    knuckles of index, middle, ring and little finger, first and second joint of the thumb.
    """

    def __init__(self, runtime: Runtime = CPU, kind: Range = LITE) -> None:
        self._kind = kind
        self._session = Session(store.path(kind.name), runtime)

    def detect(self, image_bgr: U8) -> Detections:
        """Palms in a (h, w, 3) uint8 BGR picture; ValueError for anything else."""
        return self.look(image_bgr)()

    def look(self, image_bgr: U8) -> Callable[[], Detections]:
        """The same in two steps: the picture is read now, and the model asked by a call, on any thread."""
        require_bgr(image_bgr)
        height, width = image_bgr.shape[:2]
        small = preprocess(image_bgr, self._kind)
        return lambda: decode(self._session.run({"image": small}), letterbox(width, height), self._kind)
