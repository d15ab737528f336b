"""The faces of a frame: detected, then followed by the mesh, which looks where the face was before.

The detectors run while nobody is in view, at once after a loss, and else now and then. One face more than
allowed is followed and not shown: the mesh of a shopper would slide onto a stranger who passes before them,
and only where both are known can be told that it did. `perception` calls this; who is who is decided in
`tracking`.
"""

import math
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from edge.boxes import Box, sane
from edge.continuity import Continuity
from edge.face_search import FaceSearch
from edge.scene import Face, Frame
from edge.tracking import Tracker
from edge.tracks import Track
from models.face_mesh import FaceMesh, roi_of_detection, roi_of_landmarks
from models.providers import Runtime
from models.results import CloseUp, Detections, FaceLandmarks, Roi

#: Followed and not shown.
_SPARE: Final = 1
#: While somebody is followed: how often to look for others, in frame time.
_SEARCH_S: Final = 0.5
#: With nobody more to be shown: how often to look beside each of them for who may pass before them.
_PASSING_S: Final = 0.4
#: And while somebody was lost a moment ago.
_SEARCH_AGAIN_S: Final = 0.1
#: Who moves further than this from one frame to the next, in sizes of the face, is looked for further on.
_RUNNING: Final = 0.1
#: A place smaller than this holds no face.
_SMALLEST_PX: Final = 8


class Faces:
    """Finds and follows up to max_faces faces, frame after frame.

    runtime: what runs the models; several faces are meshed beside each other anyway.
    """

    def __init__(self, max_faces: int, runtime: Runtime) -> None:
        self._detectors, self._pause_s = FaceSearch(runtime), _SEARCH_S
        self._mesh = FaceMesh(runtime)
        self._max_faces = max_faces
        self._room = max_faces + _SPARE
        self._tracker = Tracker()
        self._continuity = Continuity()
        self._searched_s = self._time_s = -math.inf
        workers = min(self._room, os.cpu_count() or 1)
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
        return self._tracker.faces(self._max_faces)

    def forget(self) -> None:
        """Drop the pictures of the newest frame."""
        for track in self._tracker.tracks:
            track.close_up = None

    @property
    def close_ups(self) -> dict[int, CloseUp]:
        """What the mesh looked at in the newest frame, by track."""
        return {track.id: track.close_up for track in self._tracker.tracks if track.close_up}

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
        if followed >= self._room:
            return False
        pause_s = self._pause_s if followed < self._max_faces else _PASSING_S / followed
        pause_s = _SEARCH_AGAIN_S if self._tracker.lost else pause_s
        return lost or not followed or self._time_s - self._searched_s >= pause_s

    def _search(self, frame: Frame, *, thoroughly: bool) -> None:
        """Look for the lost where they should be, and for others; after a find again in the next frame."""
        self._searched_s, before = frame.captured_s, len(self._tracker.tracks)
        lost = self._tracker.awaited(frame.captured_s)[: self._room - before]
        self._take_in(frame, [_place(track, frame.captured_s) for track in lost])
        for found in self._looks(frame, thoroughly=thoroughly):
            self._meet(frame, found)
        self._pause_s = 0.0 if len(self._tracker.tracks) > before else _SEARCH_S

    def _looks(self, frame: Frame, *, thoroughly: bool) -> Iterable[Detections]:
        """What the detectors find, here or there."""
        known, lost = self._tracker.tracks, self._tracker.lost
        if thoroughly:
            return self._detectors.thoroughly(frame, lost)
        if not known and not lost:
            return (self._detectors.anywhere(frame),)
        if lost or len(known) < self._max_faces:
            return (self._detectors.others(frame, lost or known),)
        return (self._detectors.passing(frame, known),)

    def _meet(self, frame: Frame, found: Detections) -> None:
        """Follow those who are found and not followed yet, the nearest people first, while there is room."""
        boxes = [Box(*map(float, box)) for box in found.boxes_xyxy]
        new = [k for k, box in enumerate(boxes) if not self._tracker.follows(*box.centre)]
        new.sort(key=lambda k: -boxes[k].size)
        room = self._room - len(self._tracker.tracks)
        self._take_in(
            frame, [roi_of_detection(found.keypoints_xy[k], found.boxes_xyxy[k]) for k in new[:room]]
        )

    def _take_in(self, frame: Frame, rois: list[Roi]) -> None:
        """Follow whoever the mesh sees there."""
        faces = [landmarks for landmarks in self._meshes(frame, rois) if landmarks is not None]
        self._tracker.meet(faces, frame.captured_s, frame.size_px)

    def _meshes(self, frame: Frame, rois: list[Roi]) -> list[FaceLandmarks | None]:
        """The mesh at each place; None where the place is none."""

        def look(roi: Roi) -> FaceLandmarks | None:
            return self._mesh.landmarks(frame.image_bgr, roi) if sane(roi, _SMALLEST_PX) else None

        if self._pool and len(rois) > 1:
            return list(self._pool.map(look, rois))
        return [look(roi) for roi in rois]


def _place(track: Track, time_s: float) -> Roi:
    """Where to look for a face that is followed."""
    roi, (dx, dy) = roi_of_landmarks(track.landmarks_xyz, track.box), track.ahead(time_s)
    if math.hypot(dx, dy) <= _RUNNING * track.box.size:
        return roi
    return replace(roi, centre_x=roi.centre_x + dx, centre_y=roi.centre_y + dy)
