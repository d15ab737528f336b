"""A person as a drawn figure: slender, in one ink, like a fashion sketch; never the camera's picture.

Pose (pixels of the frame) -> strokes in an area of the screen, mirrored, feet on the ground.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import pygame

from edge.scene import Pose
from edge.ui.area import Area
from edge.ui.theme import Colour
from models.results import F32, U8

#: Points of a limb and their half widths, in heights of the figure.
_LIMBS: Final[tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]] = (
    ((12, 14, 16, 20), (0.021, 0.016, 0.011, 0.007)),
    ((11, 13, 15, 19), (0.021, 0.016, 0.011, 0.007)),
    ((24, 26, 28), (0.036, 0.023, 0.012)),
    ((23, 25, 27), (0.036, 0.023, 0.012)),
    ((28, 32), (0.013, 0.009)),
    ((27, 31), (0.013, 0.009)),
)
_SHOULDERS, _HIPS, _EARS, _FEET = [11, 12], [23, 24], [7, 8], [27, 28, 29, 30, 31, 32]
#: The figure's height as a share of its area, and how quickly a change of it is followed, per second.
_HEIGHT, _FOLLOW_HZ = 0.86, 0.8
#: How far corners are rounded, in heights of the figure. Shoes are these limbs. OpenCV's fractional bits.
_SOFT: Final = 0.008
_SHOES: Final = slice(4, 6)
_SHIFT: Final = 4


class Figure:
    """Draws one person; keeps their size steady. Forget it when they leave."""

    def __init__(self) -> None:
        self._height_px: float | None = None
        self._time_s = 0.0

    def draw(
        self,
        screen: pygame.Surface,
        area: Area,
        pose: Pose,
        frame_px: tuple[int, int],
        now_s: float,
        ink: Colour,
        accent: Colour,
    ) -> None:
        """Draw the pose standing on the foot of an area. accent: the colour of the shoes."""
        points = self._placed(pose, area, frame_px, now_s)
        tall = area.h * _HEIGHT
        cover = _softened(_shape(points, area.size, tall), tall)
        colours = np.empty((area.h, area.w, 3), np.uint8)
        colours[:] = _bgr(ink)
        for chain, widths in _LIMBS[_SHOES]:
            _stroke(colours, points[list(chain)], [1.6 * w * tall for w in widths], _bgr(accent))
        planes = [cv2.multiply(plane, cover, scale=1 / 255) for plane in cv2.split(colours)]
        drawn = pygame.image.frombuffer(cv2.merge([*planes, cover]).tobytes(), area.size, "BGRA")
        screen.blit(drawn, area.xy, special_flags=pygame.BLEND_PREMULTIPLIED)

    def _placed(self, pose: Pose, area: Area, frame_px: tuple[int, int], now_s: float) -> F32:
        """The points in pixels of the area."""
        points = pose.landmarks_xyz[:, :2]
        ground, top = float(points[_FEET, 1].max()), float(points[:11, 1].min())
        height = max(1.0, (ground - top) * 1.08)
        share = 1.0 if self._height_px is None else min(1.0, _FOLLOW_HZ * max(0.0, now_s - self._time_s))
        self._height_px = (
            height if self._height_px is None else self._height_px * (1 - share) + height * share
        )
        self._time_s = now_s
        scale = area.h * _HEIGHT / self._height_px
        # Shoulders and hips are drawn a little narrower than they are: a sketch is slender.
        across = float(points[_HIPS, 0].mean())
        sway = (0.5 - across / frame_px[0]) * area.w * 0.5
        placed = np.empty_like(points)
        placed[:, 0] = area.w / 2 + sway - (points[:, 0] - across) * scale
        middle = placed[_SHOULDERS + _HIPS, 0].mean()
        placed[_SHOULDERS, 0] += (middle - placed[_SHOULDERS, 0]) * 0.14
        placed[_HIPS, 0] += (middle - placed[_HIPS, 0]) * 0.2
        placed[:, 1] = area.h * 0.955 + (points[:, 1] - ground) * scale
        return placed


def _shape(points: F32, size_px: tuple[int, int], tall: float) -> U8:
    """(h, w): 255 where the figure is."""
    shape = np.zeros((size_px[1], size_px[0]), np.uint8)
    for chain, widths in _LIMBS:
        _stroke(shape, points[list(chain)], [w * tall for w in widths], 255)
    _trunk(shape, points, tall)
    _head(shape, points, tall)
    return shape


def _softened(shape: U8, tall: float) -> U8:
    """The shape without corners: blurred, then sharpened again to an edge of a pixel or two."""
    blurred = cv2.GaussianBlur(shape, (0, 0), _SOFT * tall)
    steep = _SOFT * tall * 1.8
    # Half covered stays half covered: 127.5 = steep * 127.5 + shift.
    sharp = cv2.addWeighted(blurred, steep, blurred, 0, 127.5 * (1 - steep))
    return np.asarray(sharp, np.uint8)


def _head(shape: U8, points: F32, tall: float) -> None:
    """An egg between the ears, on a neck."""
    shoulders = points[_SHOULDERS]
    neck, ears = shoulders.mean(axis=0), points[_EARS].mean(axis=0)
    centre = ears + (points[0] - ears) * 0.25
    down = neck - centre
    turn = float(np.degrees(np.arctan2(-down[0], down[1])))
    _stroke(shape, np.stack([neck, centre]), [0.016 * tall, 0.014 * tall], 255)
    for shoulder in shoulders:  # the slope from neck to shoulder
        slope = np.array([neck + (centre - neck) * 0.42, shoulder, neck])
        cv2.fillConvexPoly(shape, _fixed(slope), 255, cv2.LINE_AA, _SHIFT)
    axes = round(0.037 * tall * 2**_SHIFT), round(0.053 * tall * 2**_SHIFT)
    cv2.ellipse(shape, _fine(centre), axes, turn, 0, 360, 255, -1, cv2.LINE_AA, _SHIFT)


def _trunk(shape: U8, points: F32, tall: float) -> None:
    """Shoulders, waist, hips as one shape."""
    (left, right), (left_hip, right_hip) = points[_SHOULDERS], points[_HIPS]
    waist = (points[_SHOULDERS].mean(axis=0) + 1.6 * points[_HIPS].mean(axis=0)) / 2.6
    across = (left - right) * 0.27
    outline = np.array([left, waist + across, left_hip, right_hip, waist - across, right])
    cv2.fillPoly(shape, [_fixed(outline)], 255, cv2.LINE_AA, _SHIFT)
    wide = 0.021 * tall
    _stroke(shape, np.array([left, right]), [wide, wide], 255)
    for shoulder, hip, side in ((left, left_hip, across), (right, right_hip, -across)):
        _stroke(shape, np.array([shoulder, waist + side, hip]), [wide, 0.014 * tall, 0.036 * tall], 255)
    _stroke(shape, np.array([left_hip, right_hip]), [0.036 * tall, 0.036 * tall], 255)


def _stroke(sheet: U8, points: F32, widths_px: Sequence[float], colour: int | tuple[int, int, int]) -> None:
    """A line of changing width with round ends."""
    for k, (point, width) in enumerate(zip(points, widths_px, strict=True)):
        cv2.circle(sheet, _fine(point), round(width * 2**_SHIFT), colour, -1, cv2.LINE_AA, _SHIFT)
        if k == 0:
            continue
        before, along = points[k - 1], point - points[k - 1]
        length = float(np.hypot(*along))
        if length >= 1:
            normal = np.array([-along[1], along[0]]) / length
            a, b = normal * widths_px[k - 1], normal * width
            corners = _fixed(np.array([before + a, point + b, point - b, before - a]))
            cv2.fillConvexPoly(sheet, corners, colour, cv2.LINE_AA, _SHIFT)


def _fine(point: F32) -> tuple[int, int]:
    return round(float(point[0]) * 2**_SHIFT), round(float(point[1]) * 2**_SHIFT)


def _fixed(points: np.ndarray) -> np.ndarray:
    """Points as OpenCV takes them in fractions of a pixel."""
    return np.round(points * 2**_SHIFT).astype(np.int32)


def _bgr(ink: Colour) -> tuple[int, int, int]:
    return ink[2], ink[1], ink[0]
