"""What happens to a bare face with nothing before it: it blinks, talks, the light changes, the lens hunts.

Each takes a picture (h, w, 3), the face's points (478, 2) and how far it has gone, 0..1, and gives a new
picture. Nothing of this is a cover.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from models.results import F32, U8

Change = Callable[[U8, F32, float], U8]

_EYES: Final = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
_LIDS_ABOVE: Final = ((27, 28, 29), (257, 258, 259))


def blink(image_bgr: U8, face_xy: F32, part: float) -> U8:
    """Both lids come down, in the colour of the skin above them, to a dark line of lashes."""
    result = image_bgr.copy()
    for eye, above in zip(_EYES, _LIDS_ABOVE, strict=True):
        upper, lower = face_xy[list(eye[1:8])], face_xy[list(eye[:8:-1])]
        edge = upper + (lower[: len(upper)] - upper) * np.float32(part)
        x, y = face_xy[list(above)].mean(axis=0).round().astype(int)
        lid = image_bgr[y - 1 : y + 2, x - 1 : x + 2].mean(axis=(0, 1))
        shape = np.vstack([face_xy[[eye[0]]], upper - (0, 1), face_xy[[eye[8]]], edge[::-1]])
        cv2.fillPoly(result, [shape.round().astype(np.int32)], lid.tolist(), cv2.LINE_AA)
        cv2.polylines(result, [edge.round().astype(np.int32)], False, (lid * 0.4).tolist(), 2, cv2.LINE_AA)
    return result


def talk(image_bgr: U8, face_xy: F32, part: float) -> U8:
    """The jaw drops by up to a third of the eye distance; behind the teeth it is dark."""
    height, width = image_bgr.shape[:2]
    eye = _eye_px(face_xy)
    middle = (face_xy[13] + face_xy[14]) / 2
    half = float(np.hypot(*(face_xy[291] - face_xy[61]))) / 2
    drop = 0.33 * eye * part
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    wide = np.exp(-(((columns - middle[0]) / (0.9 * half)) ** 4))
    fall = np.clip(1 - (rows - middle[1]) / (2.2 * eye), 0, 1)
    below = rows > middle[1]
    shift = np.where(below, drop * wide * fall, 0).astype(np.float32)
    moved: U8 = np.asarray(cv2.remap(image_bgr, columns, rows - shift, cv2.INTER_LINEAR), np.uint8)
    inside = np.abs(columns - middle[0]) < 0.9 * half
    hole = below & (rows - shift < middle[1]) & inside
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 1.0)[..., None]
    dark = np.array((30, 25, 55), np.float32)
    return np.asarray(np.clip(moved + soft * (dark - moved), 0, 255), np.uint8)


def shadow(depth: float, softness: float) -> Change:
    """A shadow passes from the left. depth: how much light is left. softness: of its edge, eye distances."""

    def fall(image_bgr: U8, face_xy: F32, part: float) -> U8:
        eye = _eye_px(face_xy)
        left, right = face_xy[:, 0].min() - eye, face_xy[:, 0].max() + eye
        edge = left + part * (right - left)
        columns = np.arange(image_bgr.shape[1], dtype=np.float32)
        light = depth + (1 - depth) / (1 + np.exp(-np.clip((columns - edge) / (softness * eye), -40, 40)))
        return _lit(image_bgr, light[None, :, None])

    return fall


def lamp(blue: float, green: float, red: float) -> Change:
    """Another lamp, at once: gains of the channels."""
    return lambda image_bgr, face_xy, part: _lit(image_bgr, np.array([blue, green, red], np.float32))


def side_lamp(image_bgr: U8, face_xy: F32, part: float) -> U8:
    """A lamp to one side, at once."""
    middle, eye = face_xy[1, 0], _eye_px(face_xy)
    columns = np.arange(image_bgr.shape[1], dtype=np.float32)
    return _lit(image_bgr, np.clip(0.8 + 0.25 * (columns - middle) / eye, 0.4, 1.2)[None, :, None])


def defocus(sigma: float) -> Change:
    """The lens hunts: a blur of sigma eye distances."""
    return lambda image_bgr, face_xy, part: np.asarray(
        cv2.GaussianBlur(image_bgr, (0, 0), max(0.3, sigma * _eye_px(face_xy))), np.uint8
    )


def smear(length: float) -> Change:
    """Motion blur across, of so many eye distances."""

    def smeared(image_bgr: U8, face_xy: F32, part: float) -> U8:
        width = max(1, round(length * _eye_px(face_xy)))
        return np.asarray(cv2.blur(image_bgr, (width, 1)), np.uint8)

    return smeared


def grain(sigma: float) -> Change:
    """A dim room: noise of so many grey levels."""

    def noisy(image_bgr: U8, face_xy: F32, part: float) -> U8:
        rng = np.random.default_rng(round(1e4 * part))
        return np.clip(image_bgr + rng.normal(0, sigma, image_bgr.shape), 0, 255).astype(np.uint8)

    return noisy


def beard(image_bgr: U8, face_xy: F32, part: float) -> U8:
    """Hair on chin, jaw and upper lip; the lips are free."""
    height, width = image_bgr.shape[:2]
    jaw = (93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323)
    top = (411, 425, 327, 2, 98, 205, 187)
    lips = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [face_xy[[*jaw, *top]].round().astype(np.int32)], (255,))
    cv2.fillPoly(mask, [face_xy[list(lips)].round().astype(np.int32)], (0,))
    eye = _eye_px(face_xy)
    soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), 0.03 * eye)[..., None]
    strands = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 1, (height, width)), (0, 0), 0.02 * eye)
    hair = np.array((40, 52, 72), np.float32) * (1 + 0.45 * strands / strands.std())[..., None]
    return np.asarray(np.clip(image_bgr + 0.8 * soft * (hair - image_bgr), 0, 255), np.uint8)


def _lit(image_bgr: U8, light: F32) -> U8:
    """Multiplied in linear light."""
    return np.clip(image_bgr * light ** np.float32(1 / 2.2) + 0.5, 0, 255).astype(np.uint8)


def _eye_px(face_xy: F32) -> float:
    return float(np.hypot(*(face_xy[263] - face_xy[33])))
