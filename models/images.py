"""What every model shares about pictures: checking them, and cutting a turned rectangle out of them."""

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.results import F32, U8, Roi

#: What is cut out is copied first: OpenCV's warp waits for memory at every row of a wide picture. 192 x 192
#: out of 400 x 400 in 1080p, a picture not seen before, best of many: 710 us as it is, 300 from a copy. Small
#: ones into four channels, which OpenCV 5 warps twice as fast as three (250 instead of 290 us at 350 x 350,
#: 400 instead of 360 at 530 x 530). No copy of what is so large that hardly any of its pixels are looked at.
_FOUR_CHANNELS_BELOW_PX: Final = 160_000
_COPY_BELOW_PX: Final = 1_200_000


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
    width, height = size_px
    cosine, sine = math.cos(roi.angle_rad), math.sin(roi.angle_rad)
    x_step, y_step = roi.width_px / width, roi.height_px / height
    matrix = np.array([[cosine * x_step, -sine * y_step, 0], [sine * x_step, cosine * y_step, 0]])
    matrix[:, 2] = [roi.centre_x, roi.centre_y] - matrix[:, :2] @ [width / 2, height / 2]
    return matrix


def crop(image_bgr: U8, roi: Roi, size_px: tuple[int, int], border: int) -> U8:
    """(1, 3, height, width): the ROI resampled bilinearly. border: OpenCV's type, for what lies outside."""
    matrix = crop_matrix(roi, size_px)
    image_bgr, matrix = _part(image_bgr, matrix, size_px)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return planes(cv2.warpAffine(image_bgr, matrix, size_px, flags=flags, borderMode=border))  # type: ignore[arg-type]


def crop_in_32nds(image_bgr: U8, roi: Roi, size_px: tuple[int, int], border: int) -> U8:
    """The same, sampled at the nearest 32nd of a pixel, as OpenCV 4 and MediaPipe do and OpenCV 5 does not.

    The pose models are so sensitive that the difference moves a detection by half a pixel of a small picture
    and, where a leg is hidden, a landmark by a tenth of the body. 0.5 ms for 256 x 256, where crop takes 0.2.
    """
    width, height = size_px
    (a, b, x), (c, d, y) = crop_matrix(roi, size_px)
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


def _part(
    image_bgr: U8, matrix: npt.NDArray[np.float64], size_px: tuple[int, int]
) -> tuple[U8, npt.NDArray[np.float64]]:
    """A copy of the picture's part under a crop, and the matrix into it; both unchanged where it is large."""
    width, height = size_px
    corners = matrix @ [[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]]
    # One pixel more on each side, so that the part's border is never sampled instead of the picture's.
    low = np.clip(np.floor(corners.min(axis=1)) - 1, 0, None)
    high = np.clip(np.ceil(corners.max(axis=1)) + 2, 0, image_bgr.shape[1::-1])
    area = np.prod(high - low)
    if not 0 < area < _COPY_BELOW_PX or np.any(high <= low):
        return image_bgr, matrix
    (left, top), (right, bottom) = low.astype(int), high.astype(int)
    shifted = matrix.copy()
    shifted[:, 2] -= low
    part = image_bgr[top:bottom, left:right]
    small = area < _FOUR_CHANNELS_BELOW_PX
    return cv2.cvtColor(part, cv2.COLOR_BGR2BGRA) if small else part.copy(), shifted  # type: ignore[return-value]


def project(points: F32, roi: Roi, size_px: tuple[int, int]) -> F32:
    """Points of a crop (n, 3) to the picture's pixels; z grows with the ROI's width."""
    matrix = crop_matrix(roi, size_px)
    turn = np.zeros((3, 3), np.float32)
    turn[:2, :2] = matrix[:, :2].T
    turn[2, 2] = roi.width_px / size_px[0]
    return points @ turn + np.array((*matrix[:, 2], 0), np.float32)
