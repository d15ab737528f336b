"""What every model shares about pictures: checking them, and cutting a turned rectangle out of them."""

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.results import F32, U8, Roi

_Row = tuple[float, float, float]

#: What is cut out turned is copied first: OpenCV's warp waits for memory at every row of a wide picture. Then
#: it goes into four channels, which OpenCV 5 warps twice as fast as three. 192 x 192 out of 530 x 530 in
#: 1080p, a picture not seen before, median of many: 1000 us as it is, 350 from a copy, 325 from one that the
#: conversion makes, 285 from a copy of four channels. Too large ones would leave the cache; of the largest
#: hardly any pixels are looked at.
_FOUR_CHANNELS_BELOW_PX: Final = 640_000
_COPY_BELOW_PX: Final = 1_200_000
#: Upright, rows are read one after the other: no copy where only one pixel in so many, across and down, is
#: looked at (128 x 128 out of 1000 x 1000: 160 us instead of 460).
_SPARSE: Final = 3.0


def require_bgr(image_bgr: npt.NDArray[np.generic]) -> U8:
    """The picture itself, if it is (h, w, 3) uint8 with at least one pixel; else ValueError says what it is.

    Whoever opens a file or a camera brings 16-bit, grey and BGRA pictures into this form (edge.cameras).
    """
    if image_bgr.dtype != np.uint8 or image_bgr.ndim != 3 or image_bgr.shape[2] != 3 or not image_bgr.size:
        raise ValueError(
            f"image: expected (h, w, 3) uint8 BGR with at least one pixel, "
            f"got {image_bgr.shape} {image_bgr.dtype}"
        )
    return image_bgr  # type: ignore[return-value]


def crop_matrix(roi: Roi, size_px: tuple[int, int]) -> npt.NDArray[np.float64]:
    """(2, 3) affine map from a crop's pixels to the picture's: corner to corner, as MediaPipe does it.

    The crop's pixel (0, 0) is the ROI's own corner, not half a pixel inside.
    """
    return np.array(_affine(roi, size_px))


def _affine(roi: Roi, size_px: tuple[int, int]) -> tuple[_Row, _Row]:
    """The rows of `crop_matrix`, as plain floats: arrays of six are slow."""
    width, height = size_px
    cosine, sine = math.cos(roi.angle_rad), math.sin(roi.angle_rad)
    x_step, y_step = roi.width_px / width, roi.height_px / height
    a, b, c, d = cosine * x_step, -sine * y_step, sine * x_step, cosine * y_step
    x = roi.centre_x - (a * width + b * height) / 2
    y = roi.centre_y - (c * width + d * height) / 2
    return (a, b, x), (c, d, y)


def crop(image_bgr: U8, roi: Roi, size_px: tuple[int, int], border: int) -> U8:
    """(1, 3, height, width): the ROI resampled bilinearly. border: OpenCV's type, for what lies outside."""
    return planes(cut(image_bgr, roi, size_px, border))


def cut(image_bgr: U8, roi: Roi, size_px: tuple[int, int], border: int) -> U8:
    """The same as (height, width, 3 or 4): where that is quicker, with a fourth channel that says nothing."""
    across, down = _affine(roi, size_px)
    sparse = roi.angle_rad == 0 and min(across[0], down[1]) >= _SPARSE
    part = None if sparse else _part(image_bgr, across, down, size_px)
    if part is not None:
        image_bgr, left, top = part
        across, down = (*across[:2], across[2] - left), (*down[:2], down[2] - top)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = np.array((across, down))
    return cv2.warpAffine(image_bgr, matrix, size_px, flags=flags, borderMode=border)  # type: ignore[return-value]


def crop_in_32nds(image_bgr: U8, roi: Roi, size_px: tuple[int, int], border: int) -> U8:
    """The same, sampled at the nearest 32nd of a pixel, as OpenCV 4 and MediaPipe do and OpenCV 5 does not.

    The pose models are so sensitive that the difference moves a detection by half a pixel of a small picture
    and, where a leg is hidden, a landmark by a tenth of the body. 0.5 ms for 256 x 256, where crop takes 0.2.
    """
    width, height = size_px
    (a, b, x), (c, d, y) = _affine(roi, size_px)
    across, down = np.arange(width), np.arange(height)[:, None]
    xs, ys = (a * across + b * down + x).astype(np.float32), (c * across + d * down + y).astype(np.float32)
    whole, fractions = cv2.convertMaps(xs, ys, cv2.CV_16SC2)
    return planes(cv2.remap(image_bgr, whole, fractions, cv2.INTER_LINEAR, borderMode=border))  # type: ignore[arg-type]


def planes(image: U8) -> U8:
    """(1, 3, h, w) from (h, w, 3 or 4), as the models want it. Takes 6 us here, 38 as ONNX's Transpose."""
    height, width, channels = image.shape
    result = np.empty((1, channels, height, width), np.uint8)
    cv2.split(image, list(result[0]))
    return result[:, :3]


def _part(image_bgr: U8, across: _Row, down: _Row, size_px: tuple[int, int]) -> tuple[U8, int, int] | None:
    """A copy of the picture's part under a crop, its left and top; None where that is large, or nothing."""
    (a, b, x), (c, d, y), (width, height) = across, down, size_px
    left, right = _span(x, a * width, b * height, image_bgr.shape[1])
    top, bottom = _span(y, c * width, d * height, image_bgr.shape[0])
    area_px = (right - left) * (bottom - top)
    if not 0 < area_px < _COPY_BELOW_PX:
        return None
    part = image_bgr[top:bottom, left:right].copy()
    if area_px < _FOUR_CHANNELS_BELOW_PX:
        part = cv2.cvtColor(part, cv2.COLOR_BGR2BGRA)  # type: ignore[assignment]
    return part, left, top


def _span(start: float, one: float, other: float, most: int) -> tuple[int, int]:
    """The first of `most` pixels that two sides of a crop from `start` lie on, and the one after the last.

    One pixel more on each side, so that the part's border is never sampled instead of the picture's.
    """
    low, high = start + min(one, 0.0) + min(other, 0.0), start + max(one, 0.0) + max(other, 0.0)
    if not (low < most and high > 0):  # not a number, too
        return 0, 0
    return int(max(low - 1, 0)), min(int(min(high, most)) + 3, most)


def project(points: F32, roi: Roi, size_px: tuple[int, int]) -> F32:
    """Points of a crop (n, 3) to the picture's pixels; z grows with the ROI's width."""
    (a, b, x), (c, d, y) = _affine(roi, size_px)
    matrix = np.array(((a, b, 0, x), (c, d, 0, y), (0, 0, roi.width_px / size_px[0], 0)), np.float32)
    # One call for turn and shift; numpy takes 5 us for the shift alone.
    return cv2.transform(points[:, None], matrix)[:, 0]  # type: ignore[return-value]
