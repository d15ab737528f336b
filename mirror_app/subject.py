"""One face in one picture while it is painted: what every effect gets, and what several of them share."""

from collections.abc import Callable
from typing import Final, TypeVar, cast

import cv2
import numpy as np

from edge.scene import Face
from mirror_app.light import Light
from mirror_app.things.film import Film
from mirror_app.things.scratch import scratch
from models.results import F32, U8

T = TypeVar("T")

#: A face smaller than this has too few pixels to draw on.
MIN_EYE_DISTANCE_PX: Final = 8.0
#: A face wider than this is no face but broken landmarks.
_MAX_EYE_DISTANCE_PX: Final = 8192.0
#: No landmark of a face in a picture lies further away.
_FARTHEST_PX: Final = 1e5


class Subject:
    """A face to paint.

    image_bgr: (h, w, 3) uint8, painted in place, layer after layer. face: its landmarks in pixels of the
    image. light: the light on it. hair: (h, w) uint8 of the image, 255 where hair is; None where nothing
    tells.

    Soft paint of several effects is laid on at once: an effect may `owe` it to the picture, and whoever asks
    for the picture next gets it with all that is owed. Who paints last settles.
    """

    def __init__(self, image_bgr: U8, face: Face, light: Light, hair: U8 | None = None) -> None:
        self._image_bgr = image_bgr
        self.face = face
        self.light = light
        self.hair = hair
        #: (478, 2) float32 landmarks in pixels of the image, counted from a pixel's corner; in one piece,
        #: because NumPy copies what is not, each time that points are taken.
        self.xy: F32 = np.ascontiguousarray(face.landmarks_xyz[:, :2])
        self.eye_px = face.eye_distance_px
        self._shared: dict[object, object] = {}
        self._owed: list[Callable[[U8], None]] = []

    @property
    def image_bgr(self) -> U8:
        """(h, w, 3) uint8: the picture with all the paint so far, to be painted in place."""
        self.settle()
        return self._image_bgr

    def owe(self, lay: Callable[[U8], None]) -> None:
        """Have `lay(picture)` called before anybody looks at the picture; once, however often it is owed."""
        if lay not in self._owed:
            self._owed.append(lay)

    def settle(self) -> None:
        """Lay on what is owed, in the order in which it came to be."""
        while self._owed:
            self._owed.pop(0)(self._image_bgr)

    def lay(self, film: Film) -> None:
        """Lay a thing that was drawn on the picture."""
        film.lay(self.image_bgr)

    def paper(self, name: str, shape: tuple[int, ...]) -> U8:
        """Memory for a film, uint8; good until the next of that name."""
        return scratch(name, shape, np.uint8)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self._image_bgr.shape[1], self._image_bgr.shape[0]

    def once(self, make: Callable[["Subject"], T]) -> T:
        """`make(self)`, computed once for this face and picture, so that effects share contours and masks.

        Only for what does not depend on the paint: landmarks, or what the first caller sees of the bare skin.
        """
        if make not in self._shared:
            self._shared[make] = make(self)
        return cast("T", self._shared[make])


def is_sound(face: Face) -> bool:
    """Whether there is a face to draw on at all: finite landmarks of a sensible size."""
    sound, _ = cv2.checkRange(face.landmarks_xyz, quiet=True, minVal=-_FARTHEST_PX, maxVal=_FARTHEST_PX)
    if not sound:
        return False
    return MIN_EYE_DISTANCE_PX <= face.eye_distance_px <= _MAX_EYE_DISTANCE_PX
