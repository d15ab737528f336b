"""Which pixels are a person: MediaPipe's selfie segmentation, in its square and its landscape kind."""

from typing import Final

import cv2

from models import store
from models.images import planes, require_bgr
from models.providers import CPU, Runtime
from models.results import F32, U8, Mask
from models.session import Array, Session

SQUARE: Final = "selfie_segmentation"
LANDSCAPE: Final = "selfie_segmentation_landscape"


def preprocess(image_bgr: U8, size_px: tuple[int, int]) -> U8:
    """(1, 3, height, width): the whole picture stretched (not letterboxed) to the model's size."""
    return planes(cv2.resize(image_bgr, size_px, interpolation=cv2.INTER_LINEAR))  # type: ignore[arg-type]


def decode(output: Array, size_px: tuple[int, int]) -> F32:
    """(h, w): the model's mask stretched back to the picture."""
    return cv2.resize(output.reshape(output.shape[1:3]), size_px, interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


class Segmenter:
    """Finds the people in a picture. runtime: what runs the model."""

    def __init__(self, runtime: Runtime = CPU, *, landscape: bool = False) -> None:
        self._session = Session(store.path(LANDSCAPE if landscape else SQUARE), runtime)
        _, _, height, width = self._session.inputs["image"]
        self._size_px = (width, height)

    def mask(self, image_bgr: U8) -> Mask:
        """A mask of the picture's size from (h, w, 3) uint8 BGR; ValueError for anything else."""
        require_bgr(image_bgr)
        height, width = image_bgr.shape[:2]
        (output,) = self._session.run({"image": preprocess(image_bgr, self._size_px)})
        return Mask(decode(output, (width, height)))

    def see(self, image_bgr: U8, time_s: float) -> Mask:  # noqa: ARG002 - every model's signature
        """`mask`, as perception calls it."""
        return self.mask(image_bgr)


def open(runtime: Runtime) -> Segmenter:  # noqa: A001 - every model that an experience may need by name has `open`
    """The segmenter of an experience that needs `segmenter`."""
    return Segmenter(runtime)
