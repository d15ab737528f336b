"""One body from frame to frame: where to look next, an anonymous id, smoothing. Pure; time comes with frames.

The arena follows one person: whoever stands nearest and most in the middle. A body that is lost for a moment
keeps its id; after that it is forgotten, and who comes then is somebody new.
"""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge.boxes import Box
from edge.scene import Pose
from edge.smoothing import Steady
from models.pose_landmarks import roi_of_circle
from models.results import F32, Detections, PoseLandmarks, Roi

#: The model says for itself whether it sees a body (MediaPipe's threshold).
PRESENCE_MIN: Final = 0.5
#: For so long a lost body may come back as the same, if it went no further than this many of its sizes.
FORGET_S: Final = 1.5
_GATE: Final = 0.6
#: A body with less of its box than this in the picture is a guess.
_VISIBLE_MIN: Final = 0.3
#: A place smaller than this holds too few pixels to see legs in.
_SMALLEST_PX: Final = 24


@dataclass(slots=True)
class _Body:
    id: int
    found: PoseLandmarks
    box: Box
    seen_s: float
    smooth_xyz: F32
    filter: Steady = field(default_factory=Steady)


class Follower:
    """The one body in view, if any."""

    def __init__(self) -> None:
        self._body: _Body | None = None
        self._lost: _Body | None = None
        self._next_id = 1

    @property
    def roi(self) -> Roi | None:
        """Where the body should be in the next frame; None while none is followed."""
        return roi_of_circle(self._body.found.circle_xy) if self._body else None

    def take(self, found: PoseLandmarks | None, time_s: float, frame_px: tuple[int, int]) -> None:
        """Take in what the model saw at `roi`, or where a detector pointed; None: nothing."""
        box = _box(found, frame_px)
        if self._body is not None and box is None:
            self._lost, self._body = self._body, None
        if found is None or box is None:
            return
        if self._body is None:
            self._body = self._known(found, box, time_s)
        body = self._body
        body.found, body.box, body.seen_s = found, box, time_s
        body.smooth_xyz = body.filter.update(found.landmarks_xyz, time_s, box.size)

    def forget(self) -> None:
        """Nobody is known any more; ids go on."""
        self._body = self._lost = None

    def poses(self) -> tuple[Pose, ...]:
        """The body in view."""
        body = self._body
        if body is None:
            return ()
        return (Pose(body.id, body.smooth_xyz, body.found.visibility, body.found.score),)

    def _known(self, found: PoseLandmarks, box: Box, time_s: float) -> _Body:
        """The body that was lost a moment ago near here, or a new one."""
        lost, self._lost = self._lost, None
        near = lost is not None and box.distance(*lost.box.centre) < _GATE * lost.box.size
        if lost is not None and near and 0 <= time_s - lost.seen_s <= FORGET_S:
            return _Body(lost.id, found, box, time_s, found.landmarks_xyz)
        self._next_id += 1
        return _Body(self._next_id - 1, found, box, time_s, found.landmarks_xyz)


def foremost(found: Detections, frame_px: tuple[int, int]) -> Roi | None:
    """Where the nearest and most central body of a detection is; None where there is none.

    Size counts fully, being at the edge of the picture halves it.
    """
    rois = [roi_of_circle(keypoints[:2]) for keypoints in found.keypoints_xy]
    rois = [roi for roi in rois if sane(roi)]
    if not rois:
        return None
    middle = frame_px[0] / 2
    return max(rois, key=lambda roi: roi.width_px * (1 - 0.5 * min(1, abs(roi.centre_x / middle - 1))))


def sane(roi: Roi) -> bool:
    """Whether a place can be cut out of a picture, and is large enough to see a body in."""
    numbers = (roi.centre_x, roi.centre_y, roi.width_px, roi.angle_rad)
    return all(map(math.isfinite, numbers)) and roi.width_px >= _SMALLEST_PX


def _box(found: PoseLandmarks | None, frame_px: tuple[int, int]) -> Box | None:
    """The box around a body; None unless it is present, finite and to a good part within the frame."""
    if found is None or not found.score >= PRESENCE_MIN or not np.isfinite(found.landmarks_xyz).all():
        return None
    box = Box.around(found.landmarks_xyz)
    visible = box.common(Box(0, 0, *frame_px)).area
    return box if box.area > 0 and visible >= _VISIBLE_MIN * box.area else None
