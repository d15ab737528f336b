"""`synthetic:walker`: somebody walks on the spot before the arena, pauses, and walks again: a shaded figure.

Drawn from the gait model with the sample portrait's head (NASA, public domain), so that the pose model sees
a person: from here on everything is what a camera would meet, and the steps are known.
Options: `cadence` in steps a minute, `walk` and `rest` in seconds.
"""

import itertools
import math
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from edge.cameras import Address, Source
from edge.cameras._pace import Pace
from edge.cameras.portrait import photograph
from edge.config import Camera
from edge.gait import Gait, Lens
from edge.scene import Frame
from models.results import F32, U8

#: Clothes and skin, BGR.
_COAT: Final = (92, 74, 62)
_TROUSERS: Final = (58, 50, 46)
_SKIN: Final = (136, 165, 208)
_SHOES: Final = (34, 34, 40)
_SHADOW: Final = (118, 126, 132)
#: Head of the portrait: centre and half axes of the ellipse that is cut out, pixels of the portrait.
_HEAD_PX: Final = (222, 112)
_HEAD_AXES_PX: Final = (60, 84)
_HEAD_ROWS, _HEAD_COLUMNS = slice(12, 212), slice(142, 302)
#: The nose's tip in that cut-out.
_NOSE_PX: Final = (80, 116)


def open(address: Address, camera: Camera) -> Source:  # noqa: A001 - every source file has `open`
    """Open the walk at the camera's size and rate; CameraLost where the portrait is missing."""
    return WalkerSource(camera, address.options(cadence=112, walk=75, rest=12))


class WalkerSource:
    """A live camera before which somebody walks on the spot."""

    live = True

    def __init__(self, camera: Camera, options: dict[str, float]) -> None:
        self._step_s = 1 / camera.fps
        self._walk_s, self._rest_s = max(1.0, options["walk"]), max(0.0, options["rest"])
        self.gait = Gait(cadence_hz=max(0.5, options["cadence"] / 60), lift_m=0.17)
        self._painter = WalkerPainter((camera.width_px, camera.height_px))
        self._pace, self._index = Pace(), -1
        self._begun_s: float | None = None

    def read(self, timeout_s: float) -> Frame | None:
        """The next moment."""
        due_s = self._pace.wait(self._step_s, timeout_s)
        if due_s is None:
            return None
        self._begun_s = due_s if self._begun_s is None else self._begun_s
        self._index += 1
        return Frame(self.image(due_s - self._begun_s), due_s, self._index, drawn=True)

    def image(self, time_s: float) -> U8:
        """The picture at a moment, (h, w, 3) uint8 BGR."""
        within_s = time_s % (self._walk_s + self._rest_s)
        walking = within_s < self._walk_s
        gait = self.gait if walking else replace(self.gait, activity="stand")
        return self._painter.paint(gait, within_s)

    def close(self) -> None:
        """Nothing is held."""


class WalkerPainter:
    """Draws the room once and the figure over it."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._lens = Lens(size_px)
        self._room = _room(size_px)
        head = photograph()
        mask = np.zeros(head.shape[:2], np.uint8)
        cv2.ellipse(mask, _HEAD_PX, _HEAD_AXES_PX, 0, 0, 360, 255, -1, cv2.LINE_AA)
        soft = cv2.GaussianBlur(mask, (0, 0), 3)
        #: The head with how much of each pixel it covers.
        self._head = np.dstack([head, soft])[_HEAD_ROWS, _HEAD_COLUMNS]

    def paint(self, gait: Gait, time_s: float, behind: U8 | None = None) -> U8:
        """(h, w, 3) uint8 BGR. behind: what stands behind the figure; the empty room where it is left out."""
        image = (self._room if behind is None else behind).copy()
        joints = self._lens.project(gait.points(time_s))
        unit_px = float(np.linalg.norm(joints[11, :2] - joints[12, :2])) / 0.38  # pixels a metre
        below = round(float(joints[27:29, 0].mean())), round(float(joints[31:33, 1].max()))
        axes = round(0.42 * unit_px), round(0.10 * unit_px)
        cv2.ellipse(image, below, axes, 0, 0, 360, _SHADOW, -1, cv2.LINE_AA)
        for side in (0, 1):
            _limb(image, joints, (23 + side, 25 + side, 27 + side), (0.095, 0.07, 0.05), _TROUSERS, unit_px)
            _limb(image, joints, (27 + side, 31 + side), (0.05, 0.045), _SHOES, unit_px)
        _trunk(image, joints, unit_px)
        for side in (0, 1):
            _limb(image, joints, (11 + side, 13 + side, 15 + side), (0.07, 0.055, 0.042), _COAT, unit_px)
            _limb(image, joints, (15 + side, 19 + side), (0.042, 0.04), _SKIN, unit_px)
        neck = (joints[11] + joints[12]) / 2
        chin = (joints[9] + joints[10]) / 2
        _capsule(image, neck, chin, 0.055 * unit_px, 0.055 * unit_px, _SKIN)
        self._paste_head(image, joints, unit_px)
        return image

    def _paste_head(self, image: U8, joints: F32, unit_px: float) -> None:
        """The portrait's head where the figure's nose is."""
        scale = 0.125 * unit_px / _HEAD_AXES_PX[1]
        nose = joints[0, :2]
        left, top = nose[0] - _NOSE_PX[0] * scale, nose[1] - _NOSE_PX[1] * scale
        x, y = max(0, math.floor(left)), max(0, math.floor(top))
        height, width = self._head.shape[:2]
        room = image[y : y + math.ceil(height * scale) + 1, x : x + math.ceil(width * scale) + 1]
        if not room.size:
            return
        matrix = np.array([[scale, 0, left - x], [0, scale, top - y]])
        head = cv2.warpAffine(self._head, matrix, room.shape[1::-1], flags=cv2.INTER_LINEAR)
        alpha = head[..., 3:] / 255.0
        room[:] = room * (1 - alpha) + head[..., :3] * alpha


def _limb(
    image: U8,
    joints: F32,
    chain: tuple[int, ...],
    radii_m: tuple[float, ...],
    colour: tuple[int, int, int],
    unit_px: float,
) -> None:
    ends = list(zip(chain, radii_m, strict=True))
    for (a, a_m), (b, b_m) in itertools.pairwise(ends):
        _capsule(image, joints[a], joints[b], a_m * unit_px, b_m * unit_px, colour)


def _capsule(image: U8, a: F32, b: F32, a_px: float, b_px: float, colour: tuple[int, int, int]) -> None:
    """A round limb lit from the upper left: four nested shapes, each brighter and further to the light."""
    for share, light in ((1.0, 0.62), (0.86, 0.82), (0.66, 1.0), (0.4, 1.15)):
        shade = tuple(min(255, round(c * light)) for c in colour)
        _cone(image, a, b, a_px, b_px, share, shade)


def _cone(image: U8, a: F32, b: F32, a_px: float, b_px: float, share: float, colour: tuple[int, ...]) -> None:
    shift = (1 - share) * 0.45
    ends = []
    for end, radius in ((a, a_px), (b, b_px)):
        centre = np.array([end[0] - shift * radius, end[1] - shift * radius])
        ends.append((centre, radius * share))
        cv2.circle(image, _fine(centre), round(radius * share * 16), colour, -1, cv2.LINE_AA, 4)
    (p, rp), (q, rq) = ends
    along = q - p
    length = float(np.hypot(*along))
    if length < 1:
        return
    normal = np.array([-along[1], along[0]]) / length
    corners = np.array([p + normal * rp, q + normal * rq, q - normal * rq, p - normal * rp])
    cv2.fillConvexPoly(image, np.round(corners * 16).astype(np.int32), colour, cv2.LINE_AA, 4)


def _trunk(image: U8, joints: F32, unit_px: float) -> None:
    """From the shoulders to the hips."""
    shoulders, hips = joints[11:13, :2], joints[23:25, :2]
    for share, light in ((1.0, 0.62), (0.9, 0.82), (0.72, 1.0), (0.4, 1.12)):
        shade = tuple(min(255, round(c * light)) for c in _COAT)
        wide = [_widened(shoulders, 1.08), _widened(hips, 1.75)]
        middle = np.concatenate([shoulders, hips]).mean(axis=0) - (1 - share) * 0.08 * unit_px
        corners = middle + (np.concatenate(wide) - middle) * share
        hull = np.round(cv2.convexHull(corners.astype(np.float32)) * 16).astype(np.int32)
        cv2.fillConvexPoly(image, hull, shade, cv2.LINE_AA, 4)
        edge_px = max(1, round(0.05 * unit_px * share))
        cv2.polylines(
            image, [hull], isClosed=True, color=shade, thickness=edge_px, lineType=cv2.LINE_AA, shift=4
        )


def _widened(pair: F32, share: float) -> F32:
    """Two points further from one another."""
    centre = pair.mean(axis=0)
    return np.asarray(centre + (pair - centre) * share, np.float32)


def _fine(point: F32) -> tuple[int, int]:
    return round(float(point[0]) * 16), round(float(point[1]) * 16)


def _room(size_px: tuple[int, int]) -> U8:
    """A quiet shop: wall, floor, a panel or two."""
    width, height = size_px
    image = np.empty((height, width, 3), np.uint8)
    horizon = round(height * 0.62)
    wall = np.linspace(206, 190, horizon)[:, None]
    floor = np.linspace(150, 178, height - horizon)[:, None]
    image[:horizon] = (wall * np.array([0.94, 0.98, 1.0]))[:, None]
    image[horizon:] = (floor * np.array([0.86, 0.93, 1.0]))[:, None]
    for x in (0.08, 0.80):
        left, top = round(width * x), round(height * 0.12)
        cv2.rectangle(image, (left, top), (left + round(width * 0.12), horizon - 8), (168, 178, 186), -1)
    noise = np.random.default_rng(3).normal(0, 2.0, image.shape)
    return np.asarray(np.clip(image + noise, 0, 255), np.uint8)
