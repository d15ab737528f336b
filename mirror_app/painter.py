"""Paints a face: its layers in their order, and nothing over what stands before the face.

bare picture ── what lies under the cover is set aside ── layers ── the cover is laid back on top
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.scene import Cover, Face
from mirror_app import effects
from mirror_app.layer import Layer
from mirror_app.light import Light
from mirror_app.subject import Subject, is_sound
from mirror_app.things.film import Film
from models.results import U8


def paint(
    image_bgr: U8,
    face: Face,
    layers: Iterable[Layer],
    light: Light,
    hair: U8 | None = None,
    drawn: Sequence[tuple[Layer, Sequence[Film]]] = (),
) -> None:
    """Draw the layers on a face, in place, in the order in which make-up and things are put on.

    image_bgr: (h, w, 3) uint8; face.landmarks_xyz in its pixels. hair: (h, w) uint8 or None, see Subject.
    drawn: layers that were drawn ahead, the same objects, and their films; they are only laid on.
    Nothing is drawn where the landmarks are none, and nothing over what `face.cover` says stands before it.
    """
    if not is_sound(face):
        return
    subject = Subject(image_bgr, face, light, hair)
    behind = _Behind.of(image_bgr, face.cover)
    ordered = sorted(layers, key=lambda each: effects.load(each.effect).ORDER)
    for layer in ordered:
        films = next((films for other, films in drawn if other is layer), None)
        if films is None:
            effects.load(layer.effect).apply(subject, layer)
            continue
        for film in films:
            subject.lay(film)
    subject.settle()
    if behind is not None:
        behind.restore()


@dataclass(frozen=True, slots=True)
class _Behind:
    """The bare pixels under a cover. patch_bgr: a view of the picture. alpha: (h, w) uint8."""

    patch_bgr: U8
    bare_bgr: U8
    alpha: U8

    @classmethod
    def of(cls, image_bgr: U8, cover: Cover | None) -> "_Behind | None":
        """None where nothing stands before the face, or only outside the picture."""
        if cover is None or not cover.alpha.any():
            return None
        height, width = image_bgr.shape[:2]
        x0, y0 = max(math.floor(cover.x_px), 0), max(math.floor(cover.y_px), 0)
        x1 = min(math.ceil(cover.x_px + cover.width_px), width)
        y1 = min(math.ceil(cover.y_px + cover.height_px), height)
        if x1 <= x0 or y1 <= y0:
            return None
        patch = image_bgr[y0:y1, x0:x1]
        return cls(patch, patch.copy(), _stretched(cover, (x0, y0), (x1 - x0, y1 - y0)))

    def restore(self) -> None:
        """Lay what stands before the face back on top."""
        alpha = cv2.cvtColor(self.alpha, cv2.COLOR_GRAY2BGR)
        front = cv2.multiply(self.bare_bgr, alpha, scale=1 / 255)
        back = cv2.multiply(self.patch_bgr, cv2.bitwise_not(alpha), scale=1 / 255)
        same = cv2.compare(self.patch_bgr, self.bare_bgr, cv2.CMP_EQ)
        cv2.add(front, back, dst=front)
        cv2.copyTo(self.bare_bgr, same, front)  # what nobody painted stays exactly as it was
        self.patch_bgr[:] = front


def _stretched(cover: Cover, corner_px: tuple[int, int], size_px: tuple[int, int]) -> U8:
    """The cover's alpha over a rectangle of whole pixels."""
    rows, columns = cover.alpha.shape
    across, down = columns / cover.width_px, rows / cover.height_px
    matrix = (
        (across, 0.0, (corner_px[0] + 0.5 - cover.x_px) * across - 0.5),
        (0.0, down, (corner_px[1] + 0.5 - cover.y_px) * down - 0.5),
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        cover.alpha, np.array(matrix), size_px, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )  # type: ignore[return-value]
