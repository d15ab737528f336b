"""Turns the flat sample portrait into a head with depth before a soft backdrop. Pure, deterministic.

All geometry below is in pixels of the 512 x 512 photograph. The picture is an inverse warp: where in the
photograph does each output pixel look? That is solved on a coarse grid and enlarged, so one frame costs
little more than one `cv2.remap`; what lies beside the sitter is a plain copy, as before a fixed camera.
"""

import math
from typing import Final, cast

import cv2
import numpy as np

from edge import pixels
from edge.cameras._motion import Pose
from models.results import F32, U8

#: The head as an ellipsoid: centre, half axes, and how far the face stands before the ears.
_HEAD_X, _HEAD_Y, _HEAD_A, _HEAD_B, _HEAD_DEPTH = 226.0, 112.0, 80.0, 104.0, 58.0
_NOSE_X, _NOSE_Y, _NOSE_SIGMA, _NOSE_DEPTH = 224.0, 128.0, 12.0, 13.0
#: The head turns and tilts about the top of the neck.
_NECK_Y: Final = 185.0
_HEAD_HEIGHT: Final = 165.0
#: How much of the photograph's height fills the picture, and which of its rows comes first.
_VIEW_HEIGHT, _VIEW_TOP = 330.0, -22.0
#: The body moves fully within, and not at all beyond these distances from the head's axis.
_BODY_INNER, _BODY_OUTER = 115.0, 205.0
#: Output pixels per grid cell.
_CELL_PX: Final = 24
#: The sitter's outline from the chin down, within which the photograph shows; above it is an ellipse.
_SHOULDERS: Final = (
    *((148, 120), (118, 150), (116, 196), (98, 222), (66, 252), (26, 330), (8, 576)),
    *((512, 576), (512, 350), (374, 344), (362, 300), (340, 236), (306, 214), (306, 120)),
)
#: Pieces of the photograph that show nothing but the studio's wall.
_WALL: Final = (
    ((80, 0), (148, 0), (146, 60), (140, 130), (112, 150), (104, 186), (80, 100)),
    ((310, 20), (306, 0), (375, 0), (375, 150), (350, 210), (335, 225), (308, 180)),
)
#: How far a piece of wall lends its colour, and the weight of the mean colour beyond; photograph pixels.
_SPREAD, _FAR = 44.0, 0.02
#: The wall goes on for so many pixels beyond each side of the photograph, at a quarter of its resolution.
_PAD, _COARSE = 704, 4


class Sitter:
    """The portrait at one output size."""

    def __init__(self, photo_bgr: U8, size_px: tuple[int, int]) -> None:
        self._size_px = size_px
        width, height = size_px
        self._scale = min(height / _VIEW_HEIGHT, width / (2 * _BODY_INNER))
        self._left = _HEAD_X - width / self._scale / 2
        self._plate, self._margin_px = _plate(photo_bgr, size_px, self._scale, self._left)
        first = max(0, int((_HEAD_X - _BODY_OUTER - self._left) * self._scale))
        last = min(width, int((_HEAD_X + _BODY_OUTER - self._left) * self._scale) + 1)
        self._columns = slice(first, last)
        self._grid = self._cells(first, last, height)

    def _cells(self, first_px: int, last_px: int, height_px: int) -> tuple[F32, F32]:
        """Photograph coordinates x, y of the cells' centres, one cell beyond every edge: (rows, columns)."""
        columns = -(-(last_px - first_px) // _CELL_PX) + 2
        rows = -(-height_px // _CELL_PX) + 2
        x = (first_px + (np.arange(columns) - 0.5) * _CELL_PX - 0.5) / self._scale + self._left
        y = ((np.arange(rows) - 0.5) * _CELL_PX - 0.5) / self._scale + _VIEW_TOP
        across, down = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
        return across, down

    def render(self, pose: Pose) -> U8:
        """The picture for a pose, (h, w, 3) uint8 BGR."""
        width, height = self._size_px
        margin_x, margin_y = self._margin_px
        away_px = int(pose.away * (margin_x - 8))
        first, last = (min(edge + away_px, width) for edge in (self._columns.start, self._columns.stop))
        wall = self._plate[margin_y : margin_y + height, margin_x - away_px : margin_x - away_px + width]
        picture = pixels.empty((height, width, 3))
        picture[:, :first], picture[:, last:] = wall[:, :first], wall[:, last:]
        if last > first:
            strip = picture[:, first:last]
            across, down = self._looks(pose, strip.shape)
            at, between = cv2.convertMaps(across, down, cv2.CV_16SC2)
            cv2.remap(self._plate, at, between, cv2.INTER_LINEAR, strip, cv2.BORDER_REPLICATE)
        return picture

    def _looks(self, pose: Pose, shape: tuple[int, ...]) -> tuple[F32, F32]:
        """Where in the plate each pixel of the sitter's columns looks: x and y, (h, columns) float32."""
        photo_x, photo_y = _undo(*self._grid, pose)
        margin_x, margin_y = self._margin_px
        across = _enlarged((photo_x - self._left) * self._scale + margin_x)
        down = _enlarged((photo_y - _VIEW_TOP) * self._scale + margin_y)
        return across[: shape[0], : shape[1]], down[: shape[0], : shape[1]]


def _enlarged(coarse: F32) -> F32:
    """One value per pixel from one per cell; the outermost cells only serve the interpolation."""
    full = cv2.resize(coarse, None, fx=_CELL_PX, fy=_CELL_PX, interpolation=cv2.INTER_LINEAR)
    return cast("F32", full[_CELL_PX:, _CELL_PX:])


def _undo(x: F32, y: F32, pose: Pose) -> tuple[F32, F32]:
    """Where in the photograph the point is that a pose moves to each given place."""
    with_body = 1 - _smooth((np.abs(x - _HEAD_X) - _BODY_INNER) / (_BODY_OUTER - _BODY_INNER))
    grown = 1 + (1 / pose.scale - 1) * with_body
    x = _HEAD_X + (x - _HEAD_X) * grown - pose.dx * _HEAD_HEIGHT * with_body
    y = _NECK_Y + (y - _NECK_Y) * grown - pose.dy * _HEAD_HEIGHT * with_body
    at_x, at_y = x, y
    for _ in range(4):  # the movement depends on where the point was: a contraction, solved by repeating
        shift_x, shift_y = _turned(at_x, at_y, pose)
        at_x, at_y = x - shift_x, y - shift_y
    return at_x, at_y


def _turned(x: F32, y: F32, pose: Pose) -> tuple[F32, F32]:
    """How far a turn, nod and tilt of the head carries each point of the photograph."""
    from_x, from_y = x - _HEAD_X, y - _HEAD_Y
    from_centre: F32 = np.hypot(from_x / _HEAD_A, from_y / _HEAD_B)
    from_nose: F32 = np.hypot(x - _NOSE_X, y - _NOSE_Y) / _NOSE_SIGMA
    hull = np.maximum(1 - np.square(from_centre) / 1.2, 0)
    depth = _HEAD_DEPTH * hull * np.sqrt(hull) + _NOSE_DEPTH * np.exp(-np.square(from_nose))
    with_head = 1 - _smooth((from_centre - 0.95) / 0.85)
    turned_x = from_x * (math.cos(pose.yaw_rad) - 1) + depth * math.sin(pose.yaw_rad)
    nodded_y = from_y * (math.cos(pose.pitch_rad) - 1) + depth * math.sin(pose.pitch_rad)
    cos, sin, from_neck = math.cos(pose.roll_rad), math.sin(pose.roll_rad), y - _NECK_Y
    shift_x = turned_x + from_x * (cos - 1) - from_neck * sin
    shift_y = nodded_y + from_x * sin + from_neck * (cos - 1)
    return shift_x * with_head, shift_y * with_head


def _plate(photo_bgr: U8, size_px: tuple[int, int], scale: float, left: float) -> tuple[U8, tuple[int, int]]:
    """The photograph at output size with a soft backdrop around it, and the margins beyond the picture.

    The margins let the sitter move at the edges and walk out of the picture.
    """
    width, height = size_px
    margin_x, margin_y = width // 2 + int(_BODY_OUTER * scale), height // 8
    first_x, first_y = left - margin_x / scale, _VIEW_TOP - margin_y / scale
    whole = (width + 2 * margin_x, height + 2 * margin_y)
    lens = np.array([[scale, 0, -first_x * scale], [0, scale, -first_y * scale]], np.float32)
    photo = cv2.warpAffine(photo_bgr, lens, whole, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    sharp = cv2.warpAffine(_sharpness(), lens, whole, flags=cv2.INTER_LINEAR)[..., None]
    # The wall is smooth and stands at a quarter of the resolution, with its own first pixel.
    coarse = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]]) @ np.diag([1 / _COARSE, 1 / _COARSE, 1])
    wall_lens = lens @ np.array([[1, 0, -_PAD], [0, 1, -_PAD], [0, 0, 1]]) @ np.linalg.inv(coarse)
    wall = cv2.warpAffine(_wall(photo_bgr), wall_lens, whole, borderMode=cv2.BORDER_REPLICATE)
    light = cv2.warpAffine(_light(), wall_lens, whole, borderMode=cv2.BORDER_REPLICATE)[..., None]
    picture: F32 = ((wall + (photo - wall) * sharp) * light).astype(np.float32)
    # A little noise, always the same, keeps the wall's slow gradient from showing steps.
    picture += np.random.default_rng(0).uniform(-1.2, 1.2, picture.shape[:2]).astype(np.float32)[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8), (margin_x, margin_y)


def _sharpness() -> F32:
    """1 on the sitter, feathered to 0 on the wall and to all edges but the lower: (512, 512) float32."""
    mask = np.zeros((512 + 64, 512), np.float32)
    cv2.ellipse(mask, (226, 96), (90, 92), 0, 0, 360, 1.0, -1)
    cv2.fillPoly(mask, [np.array(_SHOULDERS, np.int32)], 1.0)
    mask[:9] = 0
    return cast("F32", cv2.GaussianBlur(mask, (0, 0), 5)[:512])


def _wall(photo_bgr: U8) -> F32:
    """The studio's grey wall alone, without sitter, flag and model, continued to all sides.

    The known pieces of wall are spread by normalised convolution: _COARSE pixels in one, float32 BGR.
    """
    known = np.zeros((512, 512), np.float32)
    for piece in _WALL:
        cv2.fillPoly(known, [np.array(piece, np.int32)], 1.0)
    mean = photo_bgr[known > 0].mean(axis=0).astype(np.float32)
    weighted, weight = (_spread(image) for image in (photo_bgr * known[..., None], known))
    return cast("F32", (weighted + _FAR * mean) / (weight[..., None] + _FAR))


def _spread(image: F32) -> F32:
    small = cv2.resize(image, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
    pad = _PAD // _COARSE
    wide = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    return cast("F32", cv2.GaussianBlur(wide, (0, 0), _SPREAD / _COARSE))


def _light() -> F32:
    """The lamp before the sitter: 1 there, falling off to the sides; _COARSE pixels in one, float32."""
    side = (512 + 2 * _PAD) // _COARSE
    y, x = (np.mgrid[:side, :side].astype(np.float32) + 0.5) * _COARSE - _PAD
    distance = np.hypot((x - _HEAD_X) / 330, (y - _NECK_Y) / 300)
    return 1 - 0.4 * _smooth((distance - 0.35) / 1.4)


def _smooth(x: F32) -> F32:
    """0 below 0, 1 above 1, and smooth between."""
    x = np.clip(x, 0, 1)
    return cast("F32", x * x * (3 - 2 * x))
