"""How a person before a mirror moves: smooth, never repeating, calm between livelier spells. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head is against the photograph.

    yaw, pitch, roll: radians; positive turns the face to the image's right, down, clockwise.
    dx, dy: shift in heights of the head. scale: 1 is the photograph.
    away: 0 in view to 1 out of view.
    """

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    away: float = 0.0


#: Frequencies whose ratios are irrational enough never to repeat within an opening day.
_HZ: Final = (0.0917, 0.1733, 0.3121)
_WEIGHTS: Final = (0.5, 0.33, 0.17)
#: One visit of `leave=1`: in view, gone, and the step between them.
_STAY_S, _GONE_S, _STEP_S = 20.0, 5.0, 1.2


def pose_at(time_s: float, seed: int, *, leaves: bool) -> Pose:
    """The pose at a moment; the same for the same time and seed."""
    lively = 0.25 + 0.75 * _smooth((_wave(time_s, seed, 6, _SLOW_HZ) + 0.35) / 0.7)
    return Pose(
        yaw_rad=lively * 0.38 * _wave(time_s, seed, 0),
        pitch_rad=lively * 0.17 * _wave(time_s, seed, 1),
        roll_rad=lively * 0.20 * _wave(time_s, seed, 2),
        dx=0.16 * _wave(time_s, seed, 3),
        dy=0.06 * _wave(time_s, seed, 4),
        scale=1 + 0.08 * _wave(time_s, seed, 5),
        away=_away(time_s) if leaves else 0.0,
    )


_SLOW_HZ: Final = (0.0411, 0.0671, 0.1033)


def _wave(time_s: float, seed: int, channel: int, hz: Sequence[float] = _HZ) -> float:
    """-1..1: three sines with phases of their own for every seed and channel."""
    phases = (2.399963 * (channel * 3 + k + 1) + 1.7 * seed for k in range(3))
    pairs = zip(hz, _WEIGHTS, phases, strict=True)
    return sum(weight * math.sin(math.tau * f * time_s + phase) for f, weight, phase in pairs)


def _away(time_s: float) -> float:
    within_s = time_s % (_STAY_S + _GONE_S + 2 * _STEP_S) - _STAY_S
    back_s = within_s - _STEP_S - _GONE_S
    return _smooth(within_s / _STEP_S) - _smooth(back_s / _STEP_S)


def _smooth(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)
