"""What a face does: eyes shut, mouth open, lips pressed together. From its points alone, turned back. Pure.

Everything is measured in the head's own frame, so that nodding is no blink and turning no narrow mouth. The
bounds were read off real faces: open eyes are a quarter to a third as high as wide, also in a broad smile; in
a blink down to 0.1, and less.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.head import Head
from models.results import F32

#: Height of an eye's opening over its width: open is from here on, shut up to here.
_EYE_OPEN, _EYE_SHUT = 0.24, 0.13
#: Gap between the lips in the middle, mm of an average head: shut up to here, open as far as it counts.
_MOUTH_SHUT_MM, _MOUTH_OPEN_MM = 1.5, 25.0
#: Height of both lips' red in the middle together, mm of an average head: from here on at rest (17 is usual),
#: up to here drawn in. A mouth open further than this is not pressed.
_LIPS_REST_MM, _LIPS_PRESSED_MM = 10.0, 5.0
_PRESSED_GAP_MM: Final = 4.0
#: On a head turned further than this (45 degrees) the far eye shows too little: it does what the near one
#: does.
_TURNED_RAD: Final = 0.785

#: Upper and lower point: lids of the subject's right eye and left (three places each, then their corners,
#: outer to inner), and in the middle of the mouth its gap, its upper and its lower lip.
_PAIRS: Final = np.array(
    [
        [(160, 144), (159, 145), (158, 153), (33, 133)],
        [(387, 373), (386, 374), (385, 380), (263, 362)],
        [(13, 14), (0, 13), (14, 17), (13, 14)],
    ]
)
_LOWER_UPPER: Final = _PAIRS.reshape(-1, 2).T[::-1].ravel()


@dataclass(frozen=True, slots=True)
class Expression:
    """What one face does, each 0..1.

    blink_right, blink_left: 1 is shut; the subject's sides. mouth_open: 0 is shut, 1 wide open. lips_pressed:
    1 where hardly any of their red is seen.
    """

    blink_right: float
    blink_left: float
    mouth_open: float
    lips_pressed: float


def expression_of(landmarks_xyz: F32, head: Head) -> Expression:
    """The expression of a face. landmarks_xyz: (478, 3), the points that `head` was fitted to."""
    points = landmarks_xyz.take(_LOWER_UPPER, axis=0)
    mm = (points[: len(points) // 2] - points[len(points) // 2 :]) @ head.rotation
    mm /= np.float32(head.px_per_mm * head.size)
    pairs: list[list[float]] = mm.tolist()
    right, left = _shut(*pairs[:4]), _shut(*pairs[4:8])
    if abs(head.yaw) > _TURNED_RAD:
        right, left = (right, right) if head.yaw > 0 else (left, left)
    gap_mm, red_mm = pairs[8][1], pairs[9][1] + pairs[10][1]
    pressed = _ramp(red_mm, _LIPS_REST_MM, _LIPS_PRESSED_MM)
    pressed *= _ramp(gap_mm, _PRESSED_GAP_MM, _MOUTH_SHUT_MM)
    return Expression(right, left, _ramp(gap_mm, _MOUTH_SHUT_MM, _MOUTH_OPEN_MM), pressed)


def _shut(outer: list[float], middle: list[float], inner: list[float], across: list[float]) -> float:
    """How far an eye is shut: from one lid to the other in three places, and between its corners."""
    down = (outer[1] + middle[1] + inner[1]) / 3
    return _ramp(down / max(math.hypot(*across), 1e-3), _EYE_OPEN, _EYE_SHUT)


def _ramp(value: float, zero: float, one: float) -> float:
    """0 at `zero`, 1 at `one`, straight between them and no further."""
    return min(max((value - zero) / (one - zero), 0.0), 1.0)
