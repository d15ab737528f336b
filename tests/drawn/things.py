"""Drawn things that come before a face: each lays itself into a picture and says exactly where it is."""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from models.results import F32, U8
from tests.drawn import hand

#: Draws into the picture (h, w, 3), in place; face_xy: (478, 2) of the bare face; part: 0..1 of the way it
#: goes, from one side of the face over mouth and eyes to the other. Returns its alpha (h, w) float32 0..1.
Thing = Callable[[U8, F32, float], F32]

# fmt: off
_OVAL: Final = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)
_EYES: Final = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
# fmt: on


def face_mask(face_xy: F32, size_px: tuple[int, int]) -> F32:
    """(h, w) 1 on the face, less a rim of a twentieth of the eye distance."""
    mask = np.zeros(size_px[::-1], np.uint8)
    cv2.fillPoly(mask, [face_xy[list(_OVAL)].round().astype(np.int32)], (255,))
    rim = max(1, round(_eye_px(face_xy) * 0.05))
    return cv2.erode(mask, np.ones((2 * rim + 1, 2 * rim + 1))).astype(np.float32) / np.float32(255)


def mesh_mask(face_xy: F32, size_px: tuple[int, int]) -> F32:
    """(h, w) 1 within the face's oval, rim and all: where paint can be."""
    mask = np.zeros(size_px[::-1], np.uint8)
    cv2.fillPoly(mask, [face_xy[list(_OVAL)].round().astype(np.int32)], (1,))
    return mask.astype(np.float32)


def bar(colour_bgr: tuple[int, int, int], *, upright: bool = False) -> Thing:
    """A plain bar, a little shaded along its length: lying, it rises; upright, it passes from the left."""

    def lay(image_bgr: U8, face_xy: F32, part: float) -> F32:
        eye = _eye_px(face_xy)
        low, high = face_xy.min(axis=0), face_xy.max(axis=0)
        half = 0.32 * eye
        if upright:
            x = low[0] - half + part * (high[0] - low[0] + 2 * half)
            corners = ((x - half, low[1] - eye), (x + half, high[1] + eye))
        else:
            y = high[1] + half - part * (high[1] - low[1] + 2 * half)
            corners = ((low[0] - eye, y - half), (high[0] + eye, y + half))
        alpha = _box(image_bgr, *corners)
        return _paint(image_bgr, alpha, _shaded(image_bgr, colour_bgr))

    return lay


def drawn_hand(skin_bgr: tuple[int, int, int] = hand.SKIN_BGR, angle_deg: float = -35) -> Thing:
    """An open hand that rises over the face from below."""

    def lay(image_bgr: U8, face_xy: F32, part: float) -> F32:
        eye = _eye_px(face_xy)
        low, high = face_xy.min(axis=0), face_xy.max(axis=0)
        x, y = (low[0] + high[0]) / 2, high[1] + 1.4 * eye - part * (high[1] - low[1] + 1.4 * eye)
        return hand.lay(image_bgr, hand.draw(2.0 * eye, angle_deg, skin_bgr), x, y)

    return lay


def microphone(image_bgr: U8, face_xy: F32, part: float) -> F32:
    """A round dark head on a stick, raised to the mouth and on."""
    eye = _eye_px(face_xy)
    low, high = face_xy.min(axis=0), face_xy.max(axis=0)
    x, y = face_xy[13, 0] + 0.1 * eye, high[1] + 0.5 * eye - part * (high[1] - low[1])
    alpha = np.zeros(image_bgr.shape[:2], np.uint8)
    cv2.circle(alpha, (round(float(x)), round(float(y))), round(0.36 * eye), (255,), -1, cv2.LINE_AA)
    end = (round(float(x + 0.4 * eye)), round(float(y + 2.5 * eye)))
    cv2.line(alpha, (round(float(x)), round(float(y))), end, (255,), round(0.3 * eye), cv2.LINE_AA)
    mesh = np.full_like(image_bgr, 45)
    mesh[::3] = 80
    return _paint(image_bgr, alpha.astype(np.float32) / np.float32(255), mesh)


def strand(image_bgr: U8, face_xy: F32, part: float) -> F32:
    """A lock of dark hair that falls over an eye and the cheek; part: how far it has fallen."""
    points = face_xy[[10, 107, 159, 101, 206, 214]]
    alpha = np.zeros(image_bgr.shape[:2], np.uint8)
    t = np.linspace(0, min(1.0, 0.2 + part), 40)
    at = t * (len(points) - 1)
    path = np.stack([np.interp(at, np.arange(len(points)), points[:, k]) for k in (0, 1)], axis=1)
    width = max(2, round(0.12 * _eye_px(face_xy)))
    cv2.polylines(alpha, [path.round().astype(np.int32)], False, (255,), width, cv2.LINE_AA)
    return _paint(image_bgr, alpha.astype(np.float32) / np.float32(255), _shaded(image_bgr, (28, 42, 62)))


def mask(colour_bgr: tuple[int, int, int] = (205, 190, 160)) -> Thing:
    """A pleated mask worn over nose, mouth and chin; part is ignored."""

    def lay(image_bgr: U8, face_xy: F32, part: float) -> F32:
        ring = (6, 122, 118, 117, 116, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152)
        other = (377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 345, 346, 347, 351)
        alpha = np.zeros(image_bgr.shape[:2], np.uint8)
        cv2.fillPoly(alpha, [face_xy[[*ring, *other]].round().astype(np.int32)], (255,), cv2.LINE_AA)
        cloth = _shaded(image_bgr, colour_bgr)
        pitch = max(3, round(0.14 * _eye_px(face_xy)))
        cloth[::pitch] = (cloth[::pitch] * 0.8).astype(np.uint8)
        return _paint(image_bgr, alpha.astype(np.float32) / np.float32(255), cloth)

    return lay


def sunglasses(image_bgr: U8, face_xy: F32, part: float) -> F32:
    """Two dark lenses and a bridge; part is ignored."""
    eye = _eye_px(face_xy)
    alpha = np.zeros(image_bgr.shape[:2], np.uint8)
    tilt = float(np.degrees(np.arctan2(*(face_xy[263] - face_xy[33])[::-1])))
    for inner, outer in ((133, 33), (362, 263)):
        x, y = (face_xy[inner] + face_xy[outer]) / 2
        size = (round(0.30 * eye), round(0.23 * eye))
        cv2.ellipse(alpha, (round(float(x)), round(float(y + 0.05 * eye))), size, tilt, 0, 360, (255,), -1)
    bridge = face_xy[[133, 362]].round().astype(int)
    cv2.line(alpha, tuple(bridge[0].tolist()), tuple(bridge[1].tolist()), (255,), max(2, round(0.05 * eye)))
    return _paint(image_bgr, alpha.astype(np.float32) / np.float32(255), _shaded(image_bgr, (30, 26, 24)))


def clear_glasses(rim: float, colour_bgr: tuple[int, int, int] = (25, 25, 25)) -> Thing:
    """Round rims, bridge and temples around clear lenses; rim: how thick, in eye distances (88 mm)."""

    def lay(image_bgr: U8, face_xy: F32, part: float) -> F32:
        eye = _eye_px(face_xy)
        across = (face_xy[263] - face_xy[33]) / eye
        down = np.array([-across[1], across[0]], np.float32)
        half, thick = 0.30 * eye, max(1, round(rim * eye))
        right, left = ((face_xy[a] + face_xy[b]) / 2 + 0.05 * eye * down for a, b in ((133, 33), (362, 263)))
        tilt = float(np.degrees(np.arctan2(across[1], across[0])))
        alpha = np.zeros(image_bgr.shape[:2], np.uint8)
        for x, y in (right, left):
            middle, size = (round(float(x)), round(float(y))), (round(half), round(0.23 * eye))
            cv2.ellipse(alpha, middle, size, tilt, 0, 360, (255,), thick, cv2.LINE_AA)
        bars = ((right, 1, left - half * across), (right, -1, face_xy[234]), (left, 1, face_xy[454]))
        for lens, way, end in bars:
            ends = np.stack([lens + way * half * across, end]).round().astype(int).tolist()
            cv2.line(alpha, tuple(ends[0]), tuple(ends[1]), (255,), thick, cv2.LINE_AA)
        return _paint(image_bgr, alpha.astype(np.float32) / np.float32(255), _shaded(image_bgr, colour_bgr))

    return lay


def eyes_mask(face_xy: F32, size_px: tuple[int, int]) -> F32:
    """(h, w) 1 where the eyes are open."""
    mask = np.zeros(size_px[::-1], np.uint8)
    for eye in _EYES:
        cv2.fillPoly(mask, [face_xy[list(eye)].round().astype(np.int32)], (1,))
    return mask.astype(np.float32)


def _eye_px(face_xy: F32) -> float:
    return float(np.hypot(*(face_xy[263] - face_xy[33])))


def _box(image_bgr: U8, low: tuple[float, float], high: tuple[float, float]) -> F32:
    alpha = np.zeros(image_bgr.shape[:2], np.float32)
    x0, y0 = (max(0, round(float(v))) for v in low)
    x1, y1 = (max(0, round(float(v))) for v in high)
    alpha[y0:y1, x0:x1] = 1
    return alpha


def _shaded(image_bgr: U8, colour_bgr: tuple[int, int, int]) -> U8:
    """An even surface, lit a little more on one side, with a camera's grain."""
    height, width = image_bgr.shape[:2]
    light = np.linspace(1.08, 0.92, width, dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(3).normal(0, 2, (height, width, 1))
    surface: U8 = np.clip(np.array(colour_bgr, np.float32) * light + grain, 0, 255).astype(np.uint8)
    return surface


def _paint(image_bgr: U8, alpha: F32, surface: U8) -> F32:
    mixed = image_bgr + alpha[..., None] * (surface.astype(np.float32) - image_bgr)
    image_bgr[:] = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)
    return alpha
