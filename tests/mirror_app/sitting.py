"""Faces to try effects on: the sample portrait and the real clips, as perception sees them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from edge import cameras
from edge.cameras.portrait import Portrait
from edge.config import Camera
from edge.perception import Perception
from edge.scene import Face, Frame, Scene
from models import store
from models.results import F32, U8

SIZE_PX = (1920, 1080)
_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)


@cache
def portrait() -> Scene:
    """The sample sitter at 1080p, smiling, teeth showing; about 400 px of face."""
    return _seen(Portrait(SIZE_PX, 30).render(0.0))


@cache
def turned(time_s: float) -> Scene:
    """The sitter at another moment: head turned, tilted, nearer."""
    return _seen(Portrait(SIZE_PX, 30).render(time_s))


def clip(path: Path, every: int) -> Iterator[Scene]:
    """Scenes of an animation, enlarged to 1080p; tracked through every frame, each `every`th given."""
    store.ensure()
    perception = Perception(frozenset({"faces"}), 2)
    source = cameras.open_source(Camera(source=f"file:{path}"))
    try:
        for index in range(every * 4):
            frame = source.read(0)
            assert frame is not None
            large = cv2.resize(frame.image_bgr, SIZE_PX, interpolation=cv2.INTER_CUBIC)
            scene = perception.see(replace(frame, image_bgr=np.asarray(large, np.uint8)))
            if index % every == every - 1:
                yield scene
    finally:
        perception.close()


def _seen(image_bgr: U8) -> Scene:
    store.ensure()
    perception = Perception(frozenset({"faces"}), 1)
    try:
        for look in range(3):
            scene = perception.see(Frame(image_bgr, look / 30, look))
    finally:
        perception.close()
    return scene


def moved(face: Face, x_px: float = 0, y_px: float = 0, scale: float = 1) -> Face:
    """The face elsewhere."""
    shift = np.array((x_px, y_px, 0), np.float32)
    return replace(face, landmarks_xyz=np.asarray(face.landmarks_xyz * scale + shift, np.float32))


def lips(face: Face, size_px: tuple[int, int] = SIZE_PX) -> U8:
    """255 inside the lip polygon of the mesh, (h, w): outer ring without the inner one."""
    mask = ring(face, _OUTER, size_px)
    mask[ring(face, _INNER, size_px) > 0] = 0
    return mask


def mouth(face: Face, size_px: tuple[int, int] = SIZE_PX) -> U8:
    """255 inside the inner ring: teeth, tongue, gap."""
    return ring(face, _INNER, size_px)


def ring(face: Face, indices: tuple[int, ...], size_px: tuple[int, int]) -> U8:
    """255 where the middle of a pixel is inside the polygon."""
    mask: U8 = np.zeros(size_px[::-1], np.uint8)
    points: F32 = face.landmarks_xyz[list(indices), :2] - np.float32(0.5)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    return mask


def grown(mask: U8, by_px: int) -> U8:
    """The mask, wider by some pixels all around; narrower where negative."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(by_px) + 1,) * 2)
    return np.asarray((cv2.dilate if by_px > 0 else cv2.erode)(mask, kernel), np.uint8)
