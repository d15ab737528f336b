"""Frame -> Scene: runs the models an experience needs, on its own thread.

Faces are detected, then tracked: the mesh looks where the face was in the frame before, and the detector
runs only while fewer faces are followed than allowed, a few times a second. A body the same, but one only.
"""

import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol, cast

import cv2
import numpy as np

from edge import plugins
from edge.bodies import Follower, foremost, sane
from edge.boxes import Box
from edge.config import ConfigError
from edge.latest import Latest
from edge.scene import Face, Frame, Pose, Scene
from edge.tracking import Tracker
from models.face_detector import FULL, SHORT, FaceDetector
from models.face_mesh import FaceMesh, roi_of_detection, roi_of_landmarks
from models.pose_detector import PoseDetector
from models.pose_landmarks import PoseModel
from models.results import U8, Detections, FaceLandmarks, Roi

log = logging.getLogger(__name__)

#: What is found and followed here; every other need is the name of a model file.
FOLLOWED: Final = frozenset({"faces", "poses"})
#: While somebody is followed and there is room for more: how often to look for others, in frame time.
_SEARCH_S: Final = 0.25
#: While nobody is followed: how often to look for a body, in frame time.
_BODY_SEARCH_S: Final = 0.1
#: A clip that starts again, or a camera after a long silence: what was known is out of date.
_GAP_S: Final = 2.0
_TAKE_S: Final = 0.25
_RATE_WEIGHT: Final = 0.1


class Model(Protocol):
    """What `open(threads)` of a model file gives: it looks at one picture after the other.

    An experience that needs `segmenter` finds the result of models/segmenter.py in its scene.
    """

    def see(self, image_bgr: U8, time_s: float) -> object:
        """A typed value that nobody changes afterwards. image_bgr: (h, w, 3). time_s: of its capture."""


class Perception:
    """Turns frames into scenes, one after the other; needs nothing but the models.

    needs: names out of FOLLOWED, or of files of models/ that have `open`. max_faces: how many people are
    followed at most. threads: cores for one model run; several faces are meshed beside each other anyway.
    Raises ConfigError for an unknown need and models.errors.ModelError where a model is not built.
    """

    def __init__(self, needs: frozenset[str], max_faces: int = 2, threads: int = 1) -> None:
        self._others = tuple(_opened(name, threads) for name in sorted(needs - FOLLOWED))
        self._faces = _Faces(max_faces, threads) if "faces" in needs else None
        self._bodies = _Bodies(threads) if "poses" in needs else None

    def see(self, frame: Frame) -> Scene:
        """The frame with everything found in it."""
        faces = self._faces.see(frame) if self._faces else ()
        poses = self._bodies.see(frame) if self._bodies else ()
        others = tuple(model.see(frame.image_bgr, frame.captured_s) for model in self._others)
        return Scene(frame, faces, poses, others=others)

    def close(self) -> None:
        """Let go of the worker threads."""
        if self._faces:
            self._faces.close()


def _opened(name: str, threads: int) -> Model:
    """The model of that name; ConfigError lists what there is."""
    module = plugins.load("models", name) if name in plugins.names("models") else None
    if module is None or not hasattr(module, "open"):
        others = {each for each in plugins.names("models") if hasattr(plugins.load("models", each), "open")}
        raise ConfigError(f"perception knows no {name}; it knows {', '.join(sorted(FOLLOWED | others))}")
    return cast("Callable[[int], Model]", module.open)(threads)


class _Faces:
    """Detect, then track."""

    def __init__(self, max_faces: int, threads: int) -> None:
        self._detectors = deque(FaceDetector(threads, (kind,)) for kind in (SHORT, FULL))
        self._mesh = FaceMesh(threads)
        self._max_faces = max_faces
        self._tracker = Tracker()
        self._searched_s = self._time_s = -math.inf
        workers = min(max_faces, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, "mesh") if workers > 1 else None

    def see(self, frame: Frame) -> tuple[Face, ...]:
        if not -_SEARCH_S < frame.captured_s - self._time_s < _GAP_S:
            self._tracker.forget()
            self._searched_s = -math.inf
        self._time_s = frame.captured_s
        rois = [roi_of_landmarks(track.landmarks_xyz) for track in self._tracker.tracks]
        lost = self._tracker.follow(self._meshes(frame, rois), frame.captured_s, frame.size_px)
        if self._must_search(lost=lost):
            self._search(frame, thoroughly=lost)
        return self._tracker.faces()

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown()

    def _must_search(self, *, lost: bool) -> bool:
        """With nobody in view in every frame, with room for more now and then, at once after a loss."""
        followed = len(self._tracker.tracks)
        if followed >= self._max_faces:
            return False
        return lost or not followed or self._time_s - self._searched_s >= _SEARCH_S

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
        for landmarks in self._meshes(frame, rois):
            if landmarks is not None:
                self._tracker.meet(landmarks, frame.captured_s, frame.size_px)

    def _meshes(self, frame: Frame, rois: list[Roi]) -> list[FaceLandmarks | None]:
        """The mesh at each place; None where the place is none."""

        def look(roi: Roi) -> FaceLandmarks | None:
            return self._mesh.landmarks(frame.image_bgr, roi) if _sane(roi) else None

        if self._pool and len(rois) > 1:
            return list(self._pool.map(look, rois))
        return [look(roi) for roi in rois]


class _Bodies:
    """Detect one body, then track it."""

    def __init__(self, threads: int) -> None:
        self._detector, self._model = PoseDetector(threads), PoseModel(threads)
        self._follower = Follower()
        self._searched_s = self._time_s = -math.inf

    def see(self, frame: Frame) -> tuple[Pose, ...]:
        if not -_SEARCH_S < frame.captured_s - self._time_s < _GAP_S:
            self._follower.forget()
            self._searched_s = -math.inf
        self._time_s = frame.captured_s
        if (roi := self._follower.roi) is not None:
            self._look(frame, roi if sane(roi) else None)
        if not self._follower.poses() and self._time_s - self._searched_s >= _BODY_SEARCH_S:
            self._searched_s = self._time_s
            self._look(frame, foremost(self._detector.detect(frame.image_bgr), frame.size_px))
        return self._follower.poses()

    def _look(self, frame: Frame, roi: Roi | None) -> None:
        found = self._model.landmarks(frame.image_bgr, roi) if roi else None
        self._follower.take(found, frame.captured_s, frame.size_px)


def _sane(roi: Roi) -> bool:
    """Whether a place can be cut out of a picture at all."""
    numbers = (roi.centre_x, roi.centre_y, roi.width_px, roi.height_px, roi.angle_rad)
    return bool(np.isfinite(numbers).all()) and min(roi.width_px, roi.height_px) >= 8


@dataclass(frozen=True, slots=True)
class PerceptionStatus:
    """How perception is doing.

    words: for a person. fps: scenes a second lately. see_s: seconds that one frame takes.
    """

    ok: bool
    words: str
    fps: float = 0.0
    see_s: float = 0.0


class PerceptionThread(threading.Thread):
    """Takes the newest frame, sees, leaves a scene; ends, closing `scenes`, when `frames` is finished.

    lossless: waits until every scene was taken, for clips. A failure on one frame is logged once and shown in
    `status`; the frame passes on without faces, and the next one is tried again.
    """

    def __init__(
        self,
        frames: Latest[Frame],
        scenes: Latest[Scene],
        needs: frozenset[str],
        max_faces: int = 2,
        *,
        lossless: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="perception", daemon=True)
        # Capture, perception and drawing already run beside each other, one core each: OpenCV's own threads
        # would only make them wait for one another (a tenth of all CPU time on two cores).
        cv2.setNumThreads(1)
        self._perception = Perception(needs, max_faces)
        self._frames, self._scenes = frames, scenes
        self._leave = scenes.put_wait if lossless else scenes.put
        self._clock = clock
        self._status = PerceptionStatus(ok=True, words="perception is starting")

    @property
    def status(self) -> PerceptionStatus:
        """How it goes at this moment."""
        return self._status

    def stop(self, timeout_s: float = 3.0) -> None:
        """Close both mailboxes and wait for the thread."""
        self._frames.close()
        self._scenes.close()
        if self.ident is not None and threading.current_thread() is not self:
            self.join(timeout_s)

    def run(self) -> None:
        """Until the frames are finished."""
        left_s = self._clock()
        while not (self._frames.finished or self._scenes.closed):
            frame = self._frames.take(_TAKE_S)
            if frame is not None:
                begun_s = self._clock()
                scene, words = self._see(frame)
                self._leave(scene)
                now_s = self._clock()
                self._note(words, now_s - left_s, now_s - begun_s)
                left_s = now_s
        self._scenes.close()
        self._perception.close()

    def _see(self, frame: Frame) -> tuple[Scene, str]:
        try:
            return self._perception.see(frame), ""
        except Exception as failure:  # a thread's boundary: one bad frame must not blind the screen
            words = f"perception failed: {failure}"
            if words != self._status.words:
                log.exception("perception failed on frame %d", frame.index)
            return Scene(frame), words

    def _note(self, failed: str, interval_s: float, see_s: float) -> None:
        fps = 1 / max(interval_s, 1e-3)
        before = self._status
        if before.fps:
            fps = before.fps + _RATE_WEIGHT * (fps - before.fps)
            see_s = before.see_s + _RATE_WEIGHT * (see_s - before.see_s)
        self._status = PerceptionStatus(not failed, failed or "perception works", fps, see_s)
