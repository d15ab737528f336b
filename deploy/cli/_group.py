"""Faces of a still picture, small and large: what one look by the mirror's perception would miss.

The mirror's detector is made for people who stand before it; in a group photograph their faces are too
small for it, and in a passport photograph too large. So it looks at the whole picture, at the picture with
a border, and at overlapping parts of it, and a face that is found twice counts once.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from edge.perception import Perception
from edge.scene import Face, Frame
from models.results import U8

#: Faces in one part of a picture, at most.
_MAX_FACES: Final = 12
#: The mesh looks again where it found the face, a few times, as it does on a live picture.
_LOOKS: Final = 3
_STEP_S: Final = 1 / 30
#: Perception forgets everybody over such a pause.
_PAUSE_S: Final = 60.0
#: Parts of the longer side, each half over the next.
_PARTS: Final = (2, 4)
_BORDER: Final = 0.4
#: Faces whose middles are nearer than this, in eye distances, are the same.
_SAME: Final = 1.0
_NOSE: Final = 1

#: A picture and where its corner lies in the whole one.
Part = tuple[U8, int, int]


def faces(image_bgr: U8) -> tuple[Face, ...]:
    """Every face of the picture, largest first, tracks numbered from 0; none outside of the picture."""
    found: list[Face] = []
    perception = Perception(frozenset({"faces"}), _MAX_FACES)
    try:
        for number, (part, x, y) in enumerate(_parts(image_bgr)):
            for face in _look(perception, part, number * _PAUSE_S):
                there = replace(face, landmarks_xyz=face.landmarks_xyz + np.array((x, y, 0), np.float32))
                if not any(_same(there, other) for other in found):
                    found.append(there)
    finally:
        perception.close()
    found.sort(key=lambda face: -face.eye_distance_px)
    return tuple(replace(face, track=k) for k, face in enumerate(found))


def _parts(image_bgr: U8) -> Iterator[Part]:
    height, width = image_bgr.shape[:2]
    yield image_bgr, 0, 0
    border = round(_BORDER * max(width, height))
    bordered = cv2.copyMakeBorder(image_bgr, border, border, border, border, cv2.BORDER_REPLICATE)
    yield np.asarray(bordered, np.uint8), -border, -border
    for parts in _PARTS:
        side = max(-(-max(width, height) // parts), 1)
        for y in range(0, max(height - side // 2, 1), max(side // 2, 1)):
            for x in range(0, max(width - side // 2, 1), max(side // 2, 1)):
                yield np.ascontiguousarray(image_bgr[y : y + side, x : x + side]), x, y


def _look(perception: Perception, image_bgr: U8, begin_s: float) -> tuple[Face, ...]:
    """The faces of one picture, seen at a time long after the picture before."""
    scene = perception.see(Frame(image_bgr, begin_s, 0))
    for look in range(1, _LOOKS if scene.faces else 0):
        scene = perception.see(Frame(image_bgr, begin_s + look * _STEP_S, look))
    return scene.faces


def _same(one: Face, other: Face) -> bool:
    apart = one.landmarks_xyz[_NOSE, :2] - other.landmarks_xyz[_NOSE, :2]
    return float(np.hypot(*apart)) < _SAME * max(one.eye_distance_px, other.eye_distance_px)
