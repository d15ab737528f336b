"""A drawn hand: skin over bones, lit from above. The palm detector and the hand models take it for one."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from models.results import F32, U8

SKIN_BGR: Final = (132, 160, 214)

#: Where the joints of an open right hand lie, palm to the viewer, in hand lengths; wrist at (0, 0), y up.
_OPEN: Final = np.array(
    [
        [0.00, 0.00],
        [0.13, 0.07], [0.24, 0.17], [0.33, 0.27], [0.41, 0.36],
        [0.13, 0.43], [0.165, 0.60], [0.185, 0.70], [0.20, 0.79],
        [0.02, 0.45], [0.025, 0.65], [0.027, 0.76], [0.03, 0.86],
        [-0.09, 0.42], [-0.115, 0.59], [-0.13, 0.70], [-0.14, 0.79],
        [-0.185, 0.36], [-0.235, 0.48], [-0.262, 0.565], [-0.285, 0.64],
    ],
    np.float32,
)  # fmt: skip
#: Radius of the flesh at each joint, hand lengths.
_RADII: Final = np.array(
    [
        *(0.13, 0.10, 0.072, 0.053, 0.042),
        *(0.075, 0.052, 0.046, 0.038),
        *(0.078, 0.055, 0.048, 0.040),
        *(0.075, 0.051, 0.045, 0.037),
        *(0.066, 0.043, 0.038, 0.032),
    ],
    np.float32,
)
_FINGERS: Final = ((0, 1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
_PALM: Final = ((0, 5), (0, 9), (0, 13), (0, 17), (1, 5), (5, 9), (9, 13), (13, 17), (1, 17), (1, 9))
_WRIST_BELOW: Final = np.array([0.0, -0.55], np.float32)


@dataclass(frozen=True)
class DrawnHand:
    """bgr: (h, w, 3) uint8; alpha: (h, w) float32 0..1; joints_xy: (21, 2) pixels."""

    bgr: U8
    alpha: F32
    joints_xy: F32

    @property
    def joints_xyz(self) -> F32:
        """(21, 3), flat."""
        return np.hstack([self.joints_xy, np.zeros((21, 1), np.float32)])


def draw(
    length_px: float,
    angle_deg: float = 0.0,
    skin_bgr: tuple[int, int, int] = SKIN_BGR,
    *,
    left: bool = False,
    curled: bool = False,
) -> DrawnHand:
    """A hand of that length, turned clockwise; left: mirrored; curled: a fist."""
    joints = _curled(_OPEN) if curled else _OPEN.copy()
    if left:
        joints[:, 0] *= -1
    side = int(length_px * 2.2)
    points = np.vstack([joints, _WRIST_BELOW]) - (0, 0.3)
    turn = np.deg2rad(angle_deg)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    xy = (points * (1, -1) @ rotation.T * length_px + side / 2).astype(np.float32)
    height = _height(xy, np.append(_RADII, np.float32(0.125)) * np.float32(length_px), side)
    return DrawnHand(_shade(height, length_px, skin_bgr), _smoothstep(height / 1.5), xy[:21])


def _curled(joints: F32) -> F32:
    folded = joints.copy()
    for finger in _FINGERS[1:]:
        knuckle = joints[finger[0]]
        for k, share in zip(finger[1:], (0.17, 0.05, -0.06), strict=True):
            folded[k] = knuckle + np.array([0, share], np.float32)
    folded[2:5] = joints[1] + np.array([[0.06, 0.1], [0.02, 0.2], [-0.06, 0.26]], np.float32)
    return folded


def _height(xy: F32, radii: F32, side: int) -> F32:
    """How far the flesh stands above the bones' plane: round bars along the bones, the palm a cushion."""
    height = np.zeros((side, side), np.float32)
    for finger in _FINGERS:
        for a, b in pairwise(finger):
            np.maximum(height, _bar(xy, radii, a, b, side), out=height)
    for a, b in (*_PALM, (0, 21)):
        np.maximum(height, 0.9 * _bar(xy, radii, a, b, side), out=height)
    return cv2.GaussianBlur(height, (0, 0), max(0.6, 0.02 * float(radii[0]) * 8))  # type: ignore[return-value]


def _bar(xy: F32, radii: F32, a: int, b: int, side: int) -> F32:
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    along = xy[b] - xy[a]
    t = ((columns - xy[a, 0]) * along[0] + (rows - xy[a, 1]) * along[1]) / max(1e-6, float(along @ along))
    t = np.clip(t, 0, 1)
    distance = np.hypot(columns - xy[a, 0] - t * along[0], rows - xy[a, 1] - t * along[1])
    radius = radii[a] + t * (radii[b] - radii[a])
    bar: F32 = np.sqrt(np.maximum(radius**2 - distance**2, 0))
    return bar


def _shade(height: F32, length_px: float, skin_bgr: tuple[int, int, int]) -> U8:
    """Lit from above left; the rim redder and darker, as flesh is; a little grain."""
    down, across = np.gradient(height)
    normal_z = 1 / np.sqrt(1 + across**2 + down**2)
    light = 0.45 + 0.55 * np.clip((0.30 * across + 0.55 * down + 0.78) * normal_z, 0, 1.1)
    rim = np.clip(1 - height / (0.05 * length_px), 0, 1)[..., None]
    skin = np.array(skin_bgr, np.float32) * (1 - rim * np.array([0.30, 0.25, 0.10], np.float32))
    grain = np.random.default_rng(5).normal(0, 1.5, height.shape)[..., None]
    shaded: U8 = np.clip(skin * light[..., None] + grain, 0, 255).astype(np.uint8)
    return shaded


def _smoothstep(x: F32) -> F32:
    x = np.clip(x, 0, 1)
    result: F32 = x * x * (3 - 2 * x)
    return result


def lay(image_bgr: U8, hand: DrawnHand, x_px: float, y_px: float) -> F32:
    """Lay the hand into a picture, its square's middle at (x, y), in place. Returns its (h, w) alpha."""
    height, width = image_bgr.shape[:2]
    shift = np.array(
        [[1, 0, x_px - hand.alpha.shape[1] / 2], [0, 1, y_px - hand.alpha.shape[0] / 2]], np.float32
    )
    alpha = cv2.warpAffine(hand.alpha, shift, (width, height))
    bgr = cv2.warpAffine(hand.bgr, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
    mixed = image_bgr + alpha[..., None] * (bgr.astype(np.float32) - image_bgr)
    image_bgr[:] = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)
    return alpha  # type: ignore[return-value]
