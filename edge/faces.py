"""The faces of a frame: detected, then followed by the mesh, which looks where the face was before.

The detectors run only while nobody is in view, at once after a loss, and now and then while fewer faces are
followed than allowed. `perception` calls this; who is who is decided in `tracking`.
"""

import math
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np

from edge.boxes import Box
from edge.continuity import Continuity
from edge.scene import Face, Frame
from edge.tracking import Tracker
from edge.tracks import Track
from models.face_detector import FULL, SHORT, FaceDetector
from models.face_mesh import FaceMesh, roi_of_detection, roi_of_landmarks
from models.providers import Runtime
from models.results import Detections, FaceLandmarks, Roi

#: While somebody is followed and there is room for more: how often to look for others, in frame time.
_SEARCH_S: Final = 0.25
#: And while somebody was lost a moment ago.
_SEARCH_AGAIN_S: Final = 0.1
#: Who moves further than this from one frame to the next, in sizes of the face, is looked for further on.
_RUNNING: Final = 0.1


class Faces:
    """Finds and follows up to max_faces faces, frame after frame.

    runtime: what runs the models; several faces are meshed beside each other anyway.
    """

    def __init__(self, max_faces: int, runtime: Runtime) -> None:
        self._detectors = deque(FaceDetector(runtime, (kind,)) for kind in (SHORT, FULL))
        self._mesh = FaceMesh(runtime)
        self._max_faces = max_faces
        self._tracker = Tracker()
        self._continuity = Continuity()
        self._searched_s = self._time_s = -math.inf
        workers = min(max_faces, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, "mesh") if workers > 1 else None

    def see(self, frame: Frame) -> tuple[Face, ...]:
        """The faces in view, largest first."""
        if self._continuity.breaks(frame.captured_s):
            self._tracker.forget()
            self._searched_s = -math.inf
        self._time_s = frame.captured_s
        rois = [_place(track, frame.captured_s) for track in self._tracker.tracks]
        lost = self._tracker.follow(self._meshes(frame, rois), frame.captured_s, frame.size_px)
        if self._must_search(lost=lost):
            self._search(frame, thoroughly=lost)
        return self._tracker.faces()

    @property
    def searching(self) -> bool:
        """Whether a detector ran in the newest frame: dear things are better done in another."""
        return self._searched_s == self._time_s

    def close(self) -> None:
        """Let go of the worker threads."""
        if self._pool:
            self._pool.shutdown()

    def _must_search(self, *, lost: bool) -> bool:
        """With nobody in view in every frame, with room for more now and then, at once after a loss."""
        followed = len(self._tracker.tracks)
        if followed >= self._max_faces:
            return False
        pause_s = _SEARCH_AGAIN_S if self._tracker.missing else _SEARCH_S
        return lost or not followed or self._time_s - self._searched_s >= pause_s

    def _search(self, frame: Frame, *, thoroughly: bool) -> None:
        """Look for people near and across the room in turn: both at once would make the picture stutter."""
        self._searched_s = frame.captured_s
        for detector in tuple(self._detectors)[: None if thoroughly else 1]:
            self._meet(frame, detector.detect(frame.image_bgr))
        self._detectors.rotate()

    def _meet(self, frame: Frame, found: Detections) -> None:
        """Follow those who are found and not followed yet, the nearest people first, while there is room."""
        boxes = [Box(*map(float, box)) for box in found.boxes_xyxy]
        new = [k for k, box in enumerate(boxes) if not self._tracker.follows(*box.centre)]
        new.sort(key=lambda k: -boxes[k].size)
        room = self._max_faces - len(self._tracker.tracks)
        rois = [roi_of_detection(found.keypoints_xy[k], found.boxes_xyxy[k]) for k in new[:room]]
        faces = [landmarks for landmarks in self._meshes(frame, rois) if landmarks is not None]
        self._tracker.meet(faces, frame.captured_s, frame.size_px)

    def _meshes(self, frame: Frame, rois: list[Roi]) -> list[FaceLandmarks | None]:
        """The mesh at each place; None where the place is none."""

        def look(roi: Roi) -> FaceLandmarks | None:
            return self._mesh.landmarks(frame.image_bgr, roi) if _sane(roi) else None

        if self._pool and len(rois) > 1:
            return list(self._pool.map(look, rois))
        return [look(roi) for roi in rois]


def _place(track: Track, time_s: float) -> Roi:
    """Where to look for a face that is followed."""
    roi = roi_of_landmarks(track.landmarks_xyz)
    (x, y), (x0, y0) = track.expected(time_s), track.box.centre
    if math.hypot(x - x0, y - y0) <= _RUNNING * track.box.size:
        return roi
    return replace(roi, centre_x=roi.centre_x + x - x0, centre_y=roi.centre_y + y - y0)


def _sane(roi: Roi) -> bool:
    """Whether a place can be cut out of a picture at all."""
    numbers = (roi.centre_x, roi.centre_y, roi.width_px, roi.height_px, roi.angle_rad)
    return bool(np.isfinite(numbers).all()) and min(roi.width_px, roi.height_px) >= 8
