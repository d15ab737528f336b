"""What is left of a thing once it is drawn: a share of the picture that stays, and colours that are added."""

from dataclasses import dataclass

import cv2

from mirror_app.things.grid import Box
from models.results import U8


@dataclass(frozen=True, slots=True)
class Film:
    """Laid on a picture, it is the thing, or its shadow.

    box_xyxy: where, whole pixels inside the picture. keeps_bgr: (h, w, 3) uint8, how much of the picture
    stays, 255 all. adds_bgr: (h, w, 3) uint8, what comes on top; None nothing.
    """

    box_xyxy: Box
    keeps_bgr: U8
    adds_bgr: U8 | None = None

    def lay(self, image_bgr: U8) -> None:
        """Lay it on a picture, in place."""
        x0, y0, x1, y1 = self.box_xyxy
        patch = image_bgr[y0:y1, x0:x1]
        cv2.multiply(patch, self.keeps_bgr, dst=patch, scale=1 / 255)
        if self.adds_bgr is not None:
            cv2.add(patch, self.adds_bgr, dst=patch)
