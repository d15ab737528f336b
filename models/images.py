"""What every model shares about pictures: checking them, and cutting a turned rectangle out of them."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from models.results import F32, U8, Roi


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


def crop_matrix(roi: Roi, size_px: tuple[int, int]) -> F32:
    """(2, 3) affine map from a crop's pixels to the picture's: corner to corner, as MediaPipe does it.

    The crop's pixel (0, 0) is the ROI's own corner, not half a pixel inside.
    """
    width, height = size_px
    cosine, sine = math.cos(roi.angle_rad), math.sin(roi.angle_rad)
    x_step, y_step = roi.width_px / width, roi.height_px / height
    turn = np.array([[cosine * x_step, -sine * y_step], [sine * x_step, cosine * y_step]])
    corner = np.array([roi.centre_x, roi.centre_y]) - turn @ [width / 2, height / 2]
    return np.hstack([turn, corner[:, None]]).astype(np.float32)


def crop(image_bgr: U8, roi: Roi, size_px: tuple[int, int], border: int) -> U8:
    """(height, width, 3): the ROI resampled bilinearly. border: OpenCV type for what lies outside."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = crop_matrix(roi, size_px)
    return cv2.warpAffine(image_bgr, matrix, size_px, flags=flags, borderMode=border)  # type: ignore[return-value]
