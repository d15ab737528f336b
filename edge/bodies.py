"""The bodies of a frame: detected, then followed by the model, which looks where each was before.

`perception` calls this; where to look next and who is who is decided in `body_tracking`.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from edge.body_tracking import SMALLEST_PX, Tracker, places
from edge.boxes import sane
from edge.continuity import Continuity
from edge.scene import Frame, Pose
from models.pose_detector import PoseDetector
from models.pose_landmarks import PoseModel
from models.providers import Runtime
from models.results import PoseLandmarks, Roi

#: While nobody is followed, or somebody was lost a moment ago: how often to look for bodies, in frame time.
_SEARCH_S: Final = 0.1
#: While somebody is followed and there is room for more.
_MORE_S: Final = 0.5


class Bodies:
    """Finds and follows up to max_bodies bodies, frame after frame. runtime: what runs the models."""

    def __init__(self, max_bodies: int, runtime: Runtime) -> None:
        self._detector, self._model = PoseDetector(runtime), PoseModel(runtime)
        self._max_bodies = max_bodies
        self._tracker = Tracker()
        self._continuity = Continuity()
        self._searched_s = -math.inf
        workers = min(max_bodies, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, "pose") if workers > 1 else None

    def see(self, frame: Frame) -> tuple[Pose, ...]:
        """The bodies in view, the foremost first."""
        if self._continuity.breaks(frame.captured_s):
            self._tracker.forget()
            self._searched_s = -math.inf
        rois = [body.roi for body in self._tracker.bodies]
        self._tracker.follow(self._look(frame, rois), frame.captured_s, frame.size_px)
        if self._must_search(frame.captured_s):
            self._search(frame)
        return self._tracker.poses(frame.size_px)

    def close(self) -> None:
        """Let go of the worker threads."""
        if self._pool:
            self._pool.shutdown()

    def _must_search(self, time_s: float) -> bool:
        """Never while there is no room; seldom while everybody who was there is followed."""
        followed = len(self._tracker.bodies)
        if followed >= self._max_bodies:
            return False
        often = not followed or self._tracker.misses
        return time_s - self._searched_s >= (_SEARCH_S if often else _MORE_S)

    def _search(self, frame: Frame) -> None:
        """Follow those who are found and not followed yet, the foremost first, while there is room."""
        self._searched_s = frame.captured_s
        found = places(self._detector.detect(frame.image_bgr), frame.size_px)
        new = [roi for roi in found if not self._tracker.follows(roi.centre_x, roi.centre_y)]
        room = self._max_bodies - len(self._tracker.bodies)
        for landmarks in self._look(frame, new[:room]):
            self._tracker.meet(landmarks, frame.captured_s, frame.size_px)

    def _look(self, frame: Frame, rois: list[Roi]) -> list[PoseLandmarks | None]:
        """The body at each place; None where the place is none."""

        def look(roi: Roi) -> PoseLandmarks | None:
            return self._model.landmarks(frame.image_bgr, roi) if sane(roi, SMALLEST_PX) else None

        if self._pool and len(rois) > 1:
            return list(self._pool.map(look, rois))
        return [look(roi) for roi in rois]
