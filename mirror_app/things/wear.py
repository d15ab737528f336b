"""Puts solids on a face in a picture: hidden where the head is before them, their shadow on the skin.

Two steps, so that the first can run beside the painting of the face: `draw` needs only the face, `lay` the
picture.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.head import Head
from edge.scene import Face
from mirror_app.light import Light
from mirror_app.things import head_shape, rasterize
from mirror_app.things.solid import Solid
from models.results import F32, U8

Bools = npt.NDArray[np.bool_]
Box = tuple[int, int, int, int]

#: Edges of solids are drawn so many times finer and averaged; sheets bring their outline as alpha.
_FINER: Final = 2
#: The shadow on the skin: how dark, how far below, how soft; millimetres.
_SHADOW, _BELOW_MM, _SOFT_MM = 0.30, 3.0, 5.0


@dataclass(frozen=True, eq=False)
class Thing:
    """What is worn. opaque: parts that hide one another; sheets: parts with alpha, laid over them in order.

    shadow: whether it lies so near to the skin that it darkens it.
    """

    opaque: tuple[Solid, ...] = ()
    sheets: tuple[Solid, ...] = ()
    shadow: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part of a thing, ready to be laid on a picture.

    box_xyxy: whole pixels of the picture. picture: (h, w, 4) uint8, colours multiplied by alpha. shade:
    (h, w) uint8, what of the light the skin below keeps; None where there is no shadow.
    """

    box_xyxy: Box
    picture: U8
    shade: U8 | None


def draw(
    thing: Thing, face: Face, size_px: tuple[int, int], head: Head | None = None, opacity: float = 1.0
) -> tuple[Drawn, ...]:
    """A thing on a face in a picture of that width and height; nothing where no head is known.

    head: what the thing is fixed to, where that is not the face's own head (an earring that swings).
    """
    if face.head is None:
        return ()
    fixed = head or face.head
    parts = [] if not thing.opaque else _opaque(thing, face, face.head, fixed, size_px)
    for k, sheet in enumerate(thing.sheets):
        last = k == len(thing.sheets) - 1
        box = rasterize.bounds((sheet,), fixed, size_px)
        if last:
            box = _with_shadow(box, thing, fixed, size_px)
        if box is not None:
            depth = head_shape.depth_mm(face, face.head, box)
            picture, _ = rasterize.draw(sheet, fixed, face.head, box, depth)
            parts.append(_shaded(box, picture, depth, fixed, shadow=thing.shadow and last))
    return tuple(parts if opacity == 1 else (_fainter(part, opacity) for part in parts))


def lay(image_bgr: U8, drawn: Iterable[Drawn], light: Light) -> None:
    """Lay what was drawn on the picture in place, in the light that is on the face."""
    for part in drawn:
        x0, y0, x1, y1 = part.box_xyxy
        patch = image_bgr[y0:y1, x0:x1]
        if part.shade is not None:
            cv2.multiply(patch, cv2.merge((part.shade,) * 3), dst=patch, scale=1 / 255)
        blue, green, red, alpha = cv2.split(part.picture)
        gains = zip((blue, green, red), light.gain_bgr, strict=True)
        film = cv2.merge(
            [each if gain == 1 else cv2.convertScaleAbs(each, alpha=gain) for each, gain in gains]
        )
        rest = cv2.bitwise_not(alpha)
        under = cv2.multiply(patch, cv2.merge((rest, rest, rest)), scale=1 / 255)
        cv2.copyTo(cv2.add(film, under), alpha, patch)


def _opaque(thing: Thing, face: Face, head: Head, fixed: Head, size_px: tuple[int, int]) -> list[Drawn]:
    """The parts that hide one another, as one."""
    box = _with_shadow(rasterize.bounds(thing.opaque, fixed, size_px), thing, fixed, size_px)
    if box is None:
        return []
    x0, y0, x1, y1 = box
    coarse = head_shape.depth_mm(face, head, box)
    fine_px = ((x1 - x0) * _FINER, (y1 - y0) * _FINER)
    depth = np.asarray(cv2.resize(coarse, fine_px, interpolation=cv2.INTER_LINEAR), np.float32)
    whole = np.zeros((y1 - y0, x1 - x0, 4), np.uint8)
    for solid in thing.opaque:
        picture, depth = rasterize.draw(solid, fixed, head, box, depth)
        rest = cv2.bitwise_not(picture[:, :, 3])
        under = cv2.multiply(whole, cv2.merge((rest, rest, rest, rest)), scale=1 / 255)
        whole = np.asarray(cv2.add(picture, under), np.uint8)
    return [_shaded(box, whole, coarse, fixed, shadow=thing.shadow)]


def _with_shadow(box: Box | None, thing: Thing, head: Head, size_px: tuple[int, int]) -> Box | None:
    """The rectangle with room for the shadow around and below."""
    if box is None or not thing.shadow:
        return box
    room = math.ceil((_BELOW_MM + _SOFT_MM) * head.px_per_mm)
    x0, y0, x1, y1 = box
    return max(x0 - room, 0), y0, min(x1 + room, size_px[0]), min(y1 + room, size_px[1])


def _fainter(part: Drawn, opacity: float) -> Drawn:
    picture = np.asarray(cv2.convertScaleAbs(part.picture, alpha=opacity), np.uint8)
    return Drawn(part.box_xyxy, picture, None)


def _shaded(box: Box, picture: U8, depth_mm: F32, head: Head, *, shadow: bool) -> Drawn:
    """The picture with the soft shadow that it throws on the skin below it."""
    skin = depth_mm < head_shape.NOWHERE_MM / 2
    if not (shadow and skin.any()):
        return Drawn(box, picture, None)
    height, width = picture.shape[:2]
    cells_per_mm = head.px_per_mm * skin.shape[0] / height
    small = cv2.resize(picture[:, :, 3], skin.shape[::-1], interpolation=cv2.INTER_AREA)
    shift = np.array(((1, 0, 0), (0, 1, _BELOW_MM * cells_per_mm)), np.float32)
    size = 2 * max(round(_SOFT_MM * cells_per_mm / 2), 1) + 1
    soft = cv2.blur(cv2.warpAffine(small, shift, small.shape[::-1]), (size, size))
    dark = (255 - soft * np.float32(_SHADOW) * skin).astype(np.uint8)
    return Drawn(box, picture, np.asarray(cv2.resize(dark, (width, height)), np.uint8))
