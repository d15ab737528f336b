"""Which pixels are a person: MediaPipe's selfie segmentation, in its square and its landscape kind."""

from typing import Final

import cv2
import numpy as np

from models import store
from models.images import crop, require_bgr
from models.providers import CPU, Runtime
from models.results import F32, U8, Mask, Roi
from models.session import Session

#: How much of an uncertain pixel comes from the picture before, and the polynomial in (alpha - 0.5)^2 by
#: which a pixel is certain (MediaPipe's SegmentationSmoothingCalculator, as its pose graph sets it).
_PREVIOUS_WEIGHT: Final = 0.7
_CERTAINTY: Final = (5.68842, -0.748699, -57.8051, 291.309, -624.717)
#: After so long without a picture the mask before says nothing.
_GAP_S: Final = 0.5

SQUARE: Final = "selfie_segmentation"
LANDSCAPE: Final = "selfie_segmentation_landscape"


def preprocess(image_bgr: U8, size_px: tuple[int, int]) -> U8:
    """(1, 3, height, width): the whole picture stretched (not letterboxed) to the model's size.

    Corner to corner, as MediaPipe cuts it: half a pixel beside that the mask's edge is another (IoU 0.98 to
    0.99 instead of 0.9995).
    """
    height, width = image_bgr.shape[:2]
    whole = Roi(width / 2, height / 2, width, height, 0.0)
    return crop(image_bgr, whole, size_px, cv2.BORDER_REPLICATE)


def decode(alpha: F32, size_px: tuple[int, int]) -> F32:
    """(h, w): the model's mask stretched back to the picture."""
    return cv2.resize(alpha, size_px, interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def blend(alpha: F32, previous: F32) -> F32:
    """A mask (h, w) steadied by the one before: uncertain pixels change slowly, certain ones at once."""
    t = np.square(alpha - np.float32(0.5))
    certain = np.zeros_like(t)
    for factor in reversed(_CERTAINTY):
        certain = t * (np.float32(factor) + certain)
    weight = np.float32(_PREVIOUS_WEIGHT) * (1 - np.minimum(certain, 1))
    return np.asarray(alpha + (previous - alpha) * weight, np.float32)


class Segmenter:
    """Finds the people in a picture.

    runtime: what runs the model. landscape: the kind for wide pictures, half as dear. `mask` knows one
    picture; `see` is for one camera's pictures in order and steadies each mask by the one before.
    """

    def __init__(self, runtime: Runtime = CPU, *, landscape: bool = False) -> None:
        self._session = Session(store.path(LANDSCAPE if landscape else SQUARE), runtime)
        _, _, height, width = self._session.inputs["image"]
        self._size_px = (width, height)
        self._previous: F32 | None = None
        self._time_s = 0.0

    def mask(self, image_bgr: U8) -> Mask:
        """A mask of the picture's size from (h, w, 3) uint8 BGR; ValueError for anything else."""
        return Mask(decode(self._alpha(image_bgr), image_bgr.shape[1::-1]))

    def see(self, image_bgr: U8, time_s: float) -> Mask:
        """`mask`, blended with that of the picture before where there was one a moment ago."""
        alpha = self._alpha(image_bgr)
        if self._previous is not None and 0 < time_s - self._time_s < _GAP_S:
            alpha = blend(alpha, self._previous)
        self._previous, self._time_s = alpha, time_s
        return Mask(decode(alpha, image_bgr.shape[1::-1]))

    def _alpha(self, image_bgr: U8) -> F32:
        """(h, w) at the model's size."""
        require_bgr(image_bgr)
        (output,) = self._session.run({"image": preprocess(image_bgr, self._size_px)})
        return np.asarray(output.reshape(output.shape[1:3]), np.float32)


def open(runtime: Runtime) -> Segmenter:  # noqa: A001 - every model that an experience may need by name has `open`
    """The segmenter of an experience that needs `segmenter`."""
    return Segmenter(runtime)
