"""People who walk past each other before a camera: the portrait cut out, mirrored, scaled and recoloured.

Where everybody's face is, and how much of it is seen, is known for every frame.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from edge.cameras._sitter import _sharpness
from edge.cameras.portrait import photograph
from models.results import F32, U8

SIZE_PX = (1280, 720)
#: The face in the photograph: middle, and half axes of what the mesh covers.
_MIDDLE, _HALF = (226.0, 128.0), (46.0, 58.0)


@dataclass(frozen=True)
class Person:
    """One walker. at: middle of the face at a time, pixels. scale: of the photograph."""

    at: Callable[[float], tuple[float, float]]
    scale: float = 1.0
    mirrored: bool = False
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def drawn(self, time_s: float) -> tuple[tuple[slice, slice], F32, F32, F32]:
        """Where in the frame, and there: picture, its opacity and the face's place."""
        images = _cutout(self.mirrored, self.tint)
        x, y = self.at(time_s)
        middle_x = 512 - _MIDDLE[0] if self.mirrored else _MIDDLE[0]
        left, top = x - self.scale * middle_x, y - self.scale * _MIDDLE[1]
        x0, y0 = max(int(left), 0), max(int(top), 0)
        x1, y1 = (
            min(int(edge + 512 * self.scale), size) for edge, size in zip((left, top), SIZE_PX, strict=True)
        )
        lens = np.array([[self.scale, 0, left - x0], [0, self.scale, top - y0]])
        size = (max(x1 - x0, 1), max(y1 - y0, 1))
        warped = [cv2.warpAffine(image, lens, size).astype(np.float32) for image in images]
        return (slice(y0, y0 + size[1]), slice(x0, x0 + size[0])), warped[0], warped[1], warped[2]


@cache
def _cutout(mirrored: bool, tint: tuple[float, float, float]) -> tuple[F32, F32, F32]:
    picture = np.clip(photograph() * np.array(tint), 0, 255).astype(np.float32)
    oval = np.zeros((512, 512), np.float32)
    cv2.ellipse(
        oval, (round(_MIDDLE[0]), round(_MIDDLE[1])), (round(_HALF[0]), round(_HALF[1])), 0, 0, 360, 1.0, -1
    )
    images = (picture, _sharpness(), oval)
    return tuple(np.ascontiguousarray(i[:, ::-1]) if mirrored else i for i in images)  # type: ignore[return-value]


@cache
def _room() -> F32:
    """A wall, lighter above, with a little grain."""
    width, height = SIZE_PX
    wall = np.repeat(np.linspace(150, 110, height, dtype=np.float32)[:, None], width, axis=1)
    wall += np.random.default_rng(0).normal(0, 3, wall.shape).astype(np.float32)
    return np.repeat(wall[..., None], 3, axis=2)


def picture(people: Sequence[Person], time_s: float) -> tuple[U8, list[float]]:
    """The frame, nearest person last, and how much of each one's face is seen: 0..1."""
    frame, seen, faces = _room().copy(), np.ones(SIZE_PX[::-1], np.float32), []
    layers = [person.drawn(time_s) for person in people]
    for at, drawn, alpha, _ in layers:
        frame[at] += (drawn - frame[at]) * alpha[..., None]
    for at, _, alpha, oval in reversed(layers):
        faces.append(float((oval * seen[at]).sum()))
        seen[at] *= 1 - alpha
    whole = [np.pi * _HALF[0] * _HALF[1] * person.scale**2 for person in people]
    visible = [min(face / all_of_it, 1.0) for face, all_of_it in zip(reversed(faces), whole, strict=True)]
    return frame.astype(np.uint8), visible
