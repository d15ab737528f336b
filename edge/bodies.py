"""The body of a frame: detected, then followed by the model, which looks where the body was before.

`perception` calls this; where to look next and who is who is decided in `body_tracking`.
"""

import math
from typing import Final

from edge.body_tracking import Follower, foremost, sane
from edge.continuity import Continuity
from edge.scene import Frame, Pose
from models.pose_detector import PoseDetector
from models.pose_landmarks import PoseModel
from models.providers import Runtime
from models.results import Roi

#: While nobody is followed: how often to look for a body, in frame time.
_SEARCH_S: Final = 0.1


class Bodies:
    """Finds and follows one body, frame after frame. runtime: what runs the models."""

    def __init__(self, runtime: Runtime) -> None:
        self._detector, self._model = PoseDetector(runtime), PoseModel(runtime)
        self._follower = Follower()
        self._continuity = Continuity()
        self._searched_s = -math.inf

    def see(self, frame: Frame) -> tuple[Pose, ...]:
        """The body in view."""
        if self._continuity.breaks(frame.captured_s):
            self._follower.forget()
            self._searched_s = -math.inf
        time_s = frame.captured_s
        if (roi := self._follower.roi) is not None:
            self._look(frame, roi if sane(roi) else None)
        if not self._follower.poses() and time_s - self._searched_s >= _SEARCH_S:
            self._searched_s = time_s
            self._look(frame, foremost(self._detector.detect(frame.image_bgr), frame.size_px))
        return self._follower.poses()

    def _look(self, frame: Frame, roi: Roi | None) -> None:
        found = self._model.landmarks(frame.image_bgr, roi) if roi else None
        self._follower.take(found, frame.captured_s, frame.size_px)
