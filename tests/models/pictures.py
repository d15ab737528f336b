"""Real pictures for the model tests: the NASA portrait and the head-pose clips."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from PIL import Image, ImageSequence

from models.results import U8, Roi


@cache
def portrait_bgr() -> U8:
    """(512, 512, 3): an astronaut, smiling."""
    return np.ascontiguousarray(skimage.data.astronaut()[..., ::-1])  # type: ignore[no-untyped-call]


#: Her head in the portrait.
HEAD = Roi(225.0, 125.0, 160.0, 160.0, 0.06)


@cache
def clip_bgr(path: Path) -> tuple[U8, ...]:
    """Every frame of a GIF."""
    with Image.open(path) as clip:
        return tuple(
            np.array(frame.convert("RGB"))[..., ::-1].copy() for frame in ImageSequence.Iterator(clip)
        )


def stretched(image_bgr: U8, width_px: int, height_px: int) -> U8:
    """A picture at another size, as OpenCV resizes it."""
    result: U8 = np.asarray(cv2.resize(image_bgr, (width_px, height_px)), np.uint8)
    return result
