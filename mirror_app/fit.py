"""Where a camera picture lies on the glass: mirrored, filling it, cut where it must.

    camera                        glass
    ┌────┬──────┬────┐            ┌──────┐
    │    │  ←   │    │   ──────→  │   → │   The window has the glass's shape and is as large as the
    │    │window│    │            │      │   camera allows. x is mirrored, y is not. A point of a face
    └────┴──────┴────┘            └──────┘   keeps its index: the subject's right eye is still 33.

Coordinates count from the corner of a pixel, as landmarks do: the middle of the first pixel is 0.5.
Pure functions and values; no picture is touched here.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from edge.scene import Cover, Face
from models.results import F32, U8

#: Share of the window, about its middle, in which faces may move before the window follows.
_FREE: Final = 0.25
#: How quickly the window follows, as the time in which two thirds of the way are done.
_FOLLOW_S: Final = 0.6


@dataclass(frozen=True, slots=True)
class Fit:
    """A window of the camera picture on the glass.

    x_px, y_px: the window's corner, whole camera pixels. window_px, glass_px, camera_px: width and height.
    """

    x_px: int
    y_px: int
    window_px: tuple[int, int]
    glass_px: tuple[int, int]
    camera_px: tuple[int, int]

    @property
    def scale(self) -> tuple[float, float]:
        """Glass pixels per camera pixel, in x and y; equal but for the window's rounding."""
        return self.glass_px[0] / self.window_px[0], self.glass_px[1] / self.window_px[1]

    def points(self, points_xyz: F32) -> F32:
        """Camera points (..., 3) on the glass; z scales with x."""
        across, down = self.scale
        factor = np.array((-across, down, across), np.float32)
        shift = np.array((self.glass_px[0] + across * self.x_px, -down * self.y_px, 0), np.float32)
        return np.asarray(points_xyz * factor + shift, np.float32)

    def face(self, face: Face) -> Face:
        """The face in pixels of the glass; left and right in its indices stay the subject's."""
        cover, head = face.cover and self._cover(face.cover), face.head and self._head(face.head)
        return replace(face, landmarks_xyz=self.points(face.landmarks_xyz), head=head, cover=cover)

    def _head(self, head: Head) -> Head:
        (across, down), width = self.scale, self.glass_px[0]
        return head.placed((-across, down), (width + across * self.x_px, -down * self.y_px))

    def mask(self, alpha: U8) -> U8:
        """(h, w) of the glass from a mask stretched over the camera picture, of any resolution."""
        rows, columns = alpha.shape
        (width, height), (camera_width, camera_height) = self.window_px, self.camera_px
        across, down = columns / camera_width, rows / camera_height
        x0, y0 = round(self.x_px * across), round(self.y_px * down)
        x1, y1 = (
            max(round((self.x_px + width) * across), x0 + 1),
            max(round((self.y_px + height) * down), y0 + 1),
        )
        return cv2.resize(cv2.flip(alpha[y0:y1, x0:x1], 1), self.glass_px)  # type: ignore[return-value]

    def _cover(self, cover: Cover) -> Cover:
        across, down = self.scale
        (right, top, _), width = self.points(np.array((cover.x_px, cover.y_px, 0))), cover.width_px * across
        alpha = np.ascontiguousarray(cover.alpha[:, ::-1])
        return Cover(float(right) - width, float(top), width, cover.height_px * down, alpha, cover.confidence)


def fit(camera_px: tuple[int, int], glass_px: tuple[int, int], focus: tuple[float, float]) -> Fit:
    """The largest window with the glass's shape, about `focus` as far as the camera picture goes.

    focus: 0..1 of the camera picture, x and y. Sizes are width and height, at least 1.
    """
    (cw, ch), (gw, gh) = camera_px, glass_px
    scale = max(gw / cw, gh / ch)
    width, height = min(max(round(gw / scale), 1), cw), min(max(round(gh / scale), 1), ch)
    x = min(max(round(focus[0] * cw - width / 2), 0), cw - width)
    y = min(max(round(focus[1] * ch - height / 2), 0), ch - height)
    return Fit(x, y, (width, height), glass_px, camera_px)


def follow(
    focus: tuple[float, float],
    faces: tuple[Face, ...],
    camera_px: tuple[int, int],
    glass_px: tuple[int, int],
    dt_s: float,
) -> tuple[float, float]:
    """The focus dt_s later: at rest while the faces are well inside the window, else gliding after them.

    With nobody there it glides back to the middle. An infinite dt_s jumps and centres.
    """
    window_px = fit(camera_px, glass_px, focus).window_px
    if window_px == camera_px:
        return focus  # all of the picture is on the glass
    half = np.divide(window_px, camera_px) / 2
    wanted = np.clip(_middle(faces) / camera_px if faces else 0.5, half, 1 - half)
    free = _FREE * half if faces and np.isfinite(dt_s) else 0.0
    nearest = np.clip(focus, wanted - free, wanted + free)
    share = 1 - np.exp(-max(dt_s, 0.0) / _FOLLOW_S)
    x, y = (focus + share * (nearest - focus)).tolist()
    return x, y


def _middle(faces: tuple[Face, ...]) -> F32:
    """Middle of the faces in camera pixels."""
    centres = np.array([face.landmarks_xyz[:, :2].mean(axis=0) for face in faces])
    return np.asarray((centres.min(axis=0) + centres.max(axis=0)) / 2, np.float32)
