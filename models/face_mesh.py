"""478 points of one face: MediaPipe's attention mesh, looking where a detection or the last frame says.

The model finds 468 points, looks again closely at lips and eyes, and adds the irises; this file cuts the
face out of the picture, joins those parts and brings them back into the picture's pixels.
"""

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models import store
from models.images import cut, planes, project, require_bgr
from models.mesh_points import LEFT_EYE, LIPS, RIGHT_EYE
from models.providers import CPU, Runtime
from models.results import F32, U8, CloseUp, FaceLandmarks, Roi
from models.session import Array, Session

NAME: Final = "face_landmark_with_attention"

#: Side of the model's picture. Pixels.
SIDE_PX: Final = 192
#: A face box grows by this before the model sees it (face_landmark's graph files).
_MARGIN: Final = 1.5
#: Outer eye corners, the subject's right and left: they tell the roll.
_RIGHT_EYE, _LEFT_EYE = 33, 263


def roi_of_detection(keypoints_xy: F32, box_xyxy: F32) -> Roi:
    """Where to look for the mesh of a detected face. keypoints_xy: (6, 2), box_xyxy: (4,), picture pixels."""
    return _roi(box_xyxy.tolist(), *keypoints_xy[:2].tolist())


def roi_of_landmarks(landmarks_xyz: F32, box_xyxy: Sequence[float] | None = None) -> Roi:
    """Where to look for a face in the next frame.

    landmarks_xyz: (478, 3), picture pixels. box_xyxy: around them, where it is known already.
    """
    if box_xyxy is None:
        points = np.ascontiguousarray(landmarks_xyz[:, :2].T)  # rows reduce ten times as fast as columns
        box_xyxy = (*points.min(axis=1).tolist(), *points.max(axis=1).tolist())
    return _roi(box_xyxy, landmarks_xyz[_RIGHT_EYE].tolist(), landmarks_xyz[_LEFT_EYE].tolist())


def _roi(box_xyxy: Sequence[float], right_eye: Sequence[float], left_eye: Sequence[float]) -> Roi:
    """A square on the long side of a box, turned by the line between the eyes."""
    x0, y0, x1, y1 = box_xyxy
    side = max(x1 - x0, y1 - y0) * _MARGIN
    roll = math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0])
    return Roi((x0 + x1) / 2, (y0 + y1) / 2, side, side, roll)


def upright(image_bgr: U8, roi: Roi) -> U8:
    """(192, 192, 3 or 4): the face as the model looks at it; beyond the picture its border is repeated."""
    return cut(image_bgr, roi, (SIDE_PX, SIDE_PX), cv2.BORDER_REPLICATE)


#: The first sixteen points of an eye are its opening; an iris lies as deep as they do on average.
_OPENING: Final = 16
_PLACES: Final = np.array([*LIPS, *RIGHT_EYE, *LEFT_EYE, *range(468, 478)])


def _order() -> npt.NDArray[np.intp]:
    """(478, 3) where each coordinate stands in the outputs one after the other, then the irises' depths."""
    mesh, refined = 3 * 468, 2 * len(_PLACES)
    order = np.zeros((478, 3), np.intp)
    order[:468] = np.arange(mesh).reshape(468, 3)
    order[_PLACES, :2] = mesh + np.arange(refined).reshape(-1, 2)
    order[468:473, 2], order[473:, 2] = mesh + refined, mesh + refined + 1
    return order


_ORDER: Final = _order()
#: (2, 16) the depths of the openings' points in the mesh, and their mean.
_OPENING_DEPTHS: Final = np.array([RIGHT_EYE[:_OPENING], LEFT_EYE[:_OPENING]]) * 3 + 2
_EACH_MEAN: Final = np.full(_OPENING, 1 / _OPENING, np.float32)


def decode(outputs: Sequence[Array], roi: Roi, picture: U8 | None = None) -> FaceLandmarks:
    """The mesh in the image's pixels. picture: what the model looked at.

    outputs, in pixels of the model's picture: mesh (1, 1, 1, 1404), lips (160), right eye (142), left eye
    (142), right iris (10), left iris (10) as the subject's, and the logit of a face being there. MediaPipe
    calls the eye at point 33 left in this model's outputs.
    """
    *parts, flag = (output.reshape(-1) for output in outputs)
    depths = parts[0].take(_OPENING_DEPTHS) @ _EACH_MEAN
    points = np.concatenate([*parts, depths]).take(_ORDER)
    close_up = None if picture is None else CloseUp(picture, roi)
    return FaceLandmarks(project(points, roi, (SIDE_PX, SIDE_PX)), probability(float(flag[0])), close_up)


def probability(logit: float) -> float:
    """The sigmoid; what is beyond 100 says no more and would overflow."""
    return 1 / (1 + math.exp(-min(max(logit, -100.0), 100.0)))


class FaceMesh:
    """Finds the mesh of a face. runtime: what runs the model."""

    def __init__(self, runtime: Runtime = CPU) -> None:
        self._session = Session(store.path(NAME), runtime)

    def landmarks(self, image_bgr: U8, roi: Roi) -> FaceLandmarks:
        """The face in a ROI of a (h, w, 3) uint8 BGR picture; a score under 0.5 says there is none."""
        require_bgr(image_bgr)
        picture = upright(image_bgr, roi)
        return decode(self._session.run({"image": planes(picture)}), roi, picture)
