"""A person walking, as 33 points in time with known steps: the truth behind the walker and the step counter.

Two legs of two links each; a foot stands for 60 % of its stride and swings for 40 % (Perry, Gait Analysis),
rising most soon after it leaves the floor; arms swing against the legs, the trunk rises twice a stride.
World: metres, x to the right of the camera, y up from the floor, z away from the camera.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from edge.scene import Pose
from models.results import F32

Points = npt.NDArray[np.float64]
Activity = Literal["walk", "stand", "sway", "wave", "sit"]

#: Share of a stride that a foot is in the air.
_SWING: Final = 0.4
_THIGH_M, _SHANK_M, _ANKLE_M, _HIP_M = 0.44, 0.42, 0.08, 0.925
#: Offsets from the middle of the shoulders: to the right, up, ahead. Nose, eyes, ears, mouth; the subject's
#: left is at negative x, seen from behind.
_HEAD: Final = np.array(
    [[0, 0.20, 0.11]]
    + [[side * x, 0.235, 0.09] for side in (-1, 1) for x in (0.02, 0.035, 0.05)]
    + [[-0.075, 0.21, 0.0], [0.075, 0.21, 0.0], [-0.025, 0.15, 0.09], [0.025, 0.15, 0.09]]
)
_SHOULDER_M, _SHOULDERS_UP_M, _HIPS_M = 0.19, 0.50, 0.10


@dataclass(frozen=True, slots=True)
class Gait:
    """How somebody moves, for ever.

    cadence_hz: steps a second. speed_m_s: 0 walks on the spot. lift_m: how high a foot rises. heading_deg:
    0 towards the camera, 90 to the right, 180 away. x_m, z_m: where they begin. range_m: how far they walk
    to each side of that before they turn round.
    """

    activity: Activity = "walk"
    cadence_hz: float = 1.8
    speed_m_s: float = 0.0
    lift_m: float = 0.14
    heading_deg: float = 0.0
    x_m: float = 0.0
    z_m: float = 3.2
    range_m: float = 1.5

    def steps(self, time_s: float) -> int:
        """How many feet have come down by then, the right one first."""
        return math.floor(time_s * self.cadence_hz + 1e-9) if self.activity == "walk" else 0

    def points(self, time_s: float) -> Points:
        """(33, 3) world metres, in BlazePose's order."""
        body = _standing() if self.activity != "walk" else self._walking(time_s)
        if self.activity != "walk":
            _act(body, self.activity, time_s)
        along_m, ahead = self._way(time_s)
        turn = math.radians(self.heading_deg)
        place = np.array([self.x_m + math.sin(turn) * along_m, 0, self.z_m - math.cos(turn) * along_m])
        # Ahead of the body is (sin, 0, -cos) in the world; a turn-round is a swift half circle.
        turn += math.pi * (1 - ahead) / 2
        forward = np.array([math.sin(turn), 0, -math.cos(turn)])
        right = np.array([-math.cos(turn), 0, -math.sin(turn)])
        axes = np.stack([right, [0, 1, 0], forward])
        return np.asarray(place + body @ axes)

    def _way(self, time_s: float) -> tuple[float, float]:
        """Metres along the heading, and 1 going out, -1 coming back, between the two while turning."""
        if not self.speed_m_s:
            return 0.0, 1.0
        leg_s = 2 * self.range_m / self.speed_m_s
        phase = (time_s / leg_s + 0.5) % 2
        out = phase if phase < 1 else 2 - phase
        edge_s = min(phase % 1, 1 - phase % 1) * leg_s
        ahead = (1 if phase < 1 else -1) * min(1.0, edge_s / 0.45)
        return (out - 0.5) * 2 * self.range_m, ahead

    def _walking(self, time_s: float) -> Points:
        stride = time_s * self.cadence_hz / 2
        length_m = 2 * self.speed_m_s / self.cadence_hz
        body = _standing()
        feet = [_foot(stride + shift, length_m, self.lift_m) for shift in (0.5, 0.0)]
        bob_m = 0.015 * math.cos(4 * math.pi * stride) - (0.012 + 0.02 * length_m)
        body[:25, 1] += bob_m
        for side, (ahead_m, up_m) in enumerate(feet):
            _leg(body, side, ahead_m, _ANKLE_M + up_m)
            _arm(body, side, 0.35 * math.sin(2 * math.pi * (stride + 0.5 * side)))
        return body


def _foot(stride: float, length_m: float, lift_m: float) -> tuple[float, float]:
    """Ahead of the hip and above the floor, metres; it comes down where `stride` is whole."""
    phase = stride % 1
    reach_m = (1 - _SWING) * length_m / 2
    if phase < 1 - _SWING:
        return reach_m * (1 - 2 * phase / (1 - _SWING)), 0.0
    swing = (phase - (1 - _SWING)) / _SWING
    return reach_m * -math.cos(math.pi * swing), lift_m * math.sin(math.pi * swing**0.8)


def _standing() -> Points:
    """At ease: right, up, ahead of the middle of the feet, metres."""
    body = np.zeros((33, 3))
    shoulders_m = _HIP_M + _SHOULDERS_UP_M
    body[:11] = _HEAD + np.array([0, shoulders_m, 0])
    for side, sign in enumerate((-1, 1)):
        body[11 + side] = sign * _SHOULDER_M, shoulders_m, 0
        body[23 + side] = sign * _HIPS_M, _HIP_M, 0
        _arm(body, side, 0.0)
        _leg(body, side, 0.0, _ANKLE_M)
    return body


def _leg(body: Points, side: int, ahead_m: float, up_m: float) -> None:
    """Bend a leg so that its ankle is there: two links, the knee ahead."""
    hip = body[23 + side]
    ankle = np.array([hip[0], up_m, ahead_m])
    along = ankle - hip
    reach = min(float(np.linalg.norm(along)), _THIGH_M + _SHANK_M - 1e-3)
    along /= np.linalg.norm(along)
    to_middle = (_THIGH_M**2 - _SHANK_M**2 + reach**2) / (2 * reach)
    bend = math.sqrt(max(0.0, _THIGH_M**2 - to_middle**2))
    body[25 + side] = hip + along * to_middle + np.array([0, along[2], -along[1]]) * bend
    body[27 + side] = ankle
    body[29 + side] = ankle + np.array([0, -0.05, -0.05])
    body[31 + side] = ankle + np.array([0, -0.06, 0.15])


def _arm(body: Points, side: int, swing_rad: float, raise_rad: float = 0.12) -> None:
    sign = -1 if side == 0 else 1
    down = np.array(
        [sign * math.sin(raise_rad), -math.cos(raise_rad) * math.cos(swing_rad), math.sin(swing_rad)]
    )
    elbow = body[11 + side] + 0.28 * down
    wrist = elbow + 0.25 * (down + np.array([0, 0.1, 0.25]))
    body[13 + side], body[15 + side] = elbow, wrist
    for k, reach_m in ((17, 0.08), (19, 0.09), (21, 0.05)):
        body[k + side] = wrist + reach_m * down


def _act(body: Points, activity: Activity, time_s: float) -> None:
    """What is no walking: everything but the feet moves."""
    if activity == "sway":
        body[:25, 0] += 0.06 * math.sin(2 * math.pi * 0.6 * time_s)
    elif activity == "wave":
        for side in (0, 1):
            _arm(body, side, 0.0, 2.6 + 0.35 * math.sin(2 * math.pi * 1.6 * time_s))
    elif activity == "sit":
        down = 0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, time_s % 6 - 1.5)))
        body[:25] += np.array([0, -0.42, -0.35]) * down
    for side in (0, 1):
        ankle = body[27 + side].copy()
        _leg(body, side, float(ankle[2]), float(ankle[1]))
        body[25 + side, 0] = (body[23 + side, 0] + ankle[0]) / 2
        body[[27 + side, 29 + side, 31 + side], 0] = ankle[0]


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera on top of a screen, looking ahead and a little down.

    size_px: width and height. focal: in widths of the picture. up_m: above the floor. tilt_deg: downwards.
    """

    size_px: tuple[int, int] = (640, 480)
    focal: float = 0.85
    up_m: float = 1.5
    tilt_deg: float = 10.0

    def project(self, points: Points) -> F32:
        """World metres (n, 3) to picture pixels (n, 3); z is the depth from the hips in the scale of x."""
        width, height = self.size_px
        tilt = math.radians(self.tilt_deg)
        up, away = points[:, 1] - self.up_m, points[:, 2]
        depth = np.maximum(0.2, away * math.cos(tilt) - up * math.sin(tilt))
        rise = up * math.cos(tilt) + away * math.sin(tilt)
        scale = self.focal * width / depth
        hips = depth[23:25].mean() if len(points) > 24 else depth.mean()
        x, y = width / 2 + points[:, 0] * scale, height / 2 - rise * scale
        return np.stack([x, y, (depth - hips) * scale], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Watching:
    """How well a walk is seen. noise: of a landmark, in leg lengths. dropped: share of frames that are lost.
    jitter: of the time between frames, 0..1."""

    fps: float = 20.0
    noise: float = 0.005
    dropped: float = 0.0
    jitter: float = 0.2
    seed: int = 1


def seen(
    gait: Gait, seconds: float, watching: Watching | None = None, lens: Lens | None = None
) -> Iterator[tuple[float, Pose]]:
    """Times and poses of a walk, as perception would give them."""
    watching, lens = watching or Watching(), lens or Lens()
    rng = np.random.default_rng(watching.seed)
    time_s = 0.0
    while time_s < seconds:
        pose = pose_of(gait, time_s, lens)
        legs_px = float(np.ptp(pose.landmarks_xyz[[23, 27], 1]))
        noisy = pose.landmarks_xyz + rng.normal(0, watching.noise * legs_px, (33, 3)).astype(np.float32)
        if rng.random() >= watching.dropped:
            yield time_s, replace(pose, landmarks_xyz=noisy)
        time_s += (1 + watching.jitter * rng.uniform(-1, 1)) / watching.fps


def pose_of(gait: Gait, time_s: float, lens: Lens, track: int = 1) -> Pose:
    """The pose at a moment, seen perfectly."""
    points = lens.project(gait.points(time_s))
    return Pose(track, points, np.ones(33, np.float32), 1.0)
