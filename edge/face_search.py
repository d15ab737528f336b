"""Where to look for faces, and with which detector: one look at a time, so that no frame takes long.

`faces` says when; this says where. A whole picture is too coarse for the detectors where somebody stands
across a room, or passes right beside a shopper: so the far one looks at a wide picture's squares too, the
near one around whoever is known. In 1280 x 720 that finds a lone face of 18 pixels, which is 6.8 m away
before a webcam of 78 degrees; in the whole picture alone it is 37 to 46 pixels, 3.4 to 2.8 m.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from edge.scene import Frame
from edge.tracks import Track
from models.face_detector import FULL, SHORT, FaceDetector
from models.providers import Runtime
from models.results import Detections, Roi

#: Across a room the detector is seldom sure; what it doubts, the mesh confirms or not.
_FAR: Final = replace(FULL, score_min=0.4)
#: Around somebody the near detector looks at a square of so many sizes of their face: there it finds faces
#: from three quarters of theirs on, and sees who comes before they meet.
_AROUND: Final = 6.0
#: A picture at least so much wider than high (or higher than wide) is looked at in two squares as well.
_WIDE: Final = 1.25


class FaceSearch:
    """Looks for faces, each time in the next place."""

    def __init__(self, runtime: Runtime) -> None:
        self._near, self._far = (FaceDetector(runtime, (kind,)) for kind in (SHORT, _FAR))
        self._turns = count()

    def anywhere(self, frame: Frame) -> Detections:
        """Nobody is known: near and far in all of the picture, then far in each of its squares."""
        places: list[Roi | None] = [None, None, *squares(frame.size_px)]
        turn = next(self._turns) % len(places)
        return (self._far if turn else self._near).detect(frame.image_bgr, places[turn])

    def others(self, frame: Frame, known: Sequence[Track]) -> Detections:
        """There is room for more: beside those known, and every third time far in all of the picture.

        Who comes from afar takes a while, and looking there is three times as dear.
        """
        rounds, turn = divmod(next(self._turns), 3)
        if turn == 1:
            return self._far.detect(frame.image_bgr)
        return self._beside(frame, known, 2 * rounds + turn // 2)

    def passing(self, frame: Frame, known: Sequence[Track]) -> Detections:
        """Only who may pass before those known matters: beside each of them in turn."""
        return self._beside(frame, known, next(self._turns))

    def thoroughly(self, frame: Frame, lost: Sequence[Track]) -> Iterator[Detections]:
        """Somebody was lost in this frame: beside them, and everywhere at once."""
        yield self._beside(frame, lost, next(self._turns))
        yield self._far.detect(frame.image_bgr)

    def _beside(self, frame: Frame, known: Sequence[Track], turn: int) -> Detections:
        """Near, around one of those known."""
        place = around(known[turn % len(known)], frame) if known else None
        return self._near.detect(frame.image_bgr, place)


def around(track: Track, frame: Frame) -> Roi | None:
    """The square around where a face should be; None where that is the whole picture."""
    side_px = _AROUND * track.box.size
    if side_px >= max(frame.size_px):
        return None
    x, y = track.expected(frame.captured_s)
    return Roi(x, y, side_px, side_px, 0.0)


def squares(size_px: tuple[int, int]) -> tuple[Roi, ...]:
    """The left and right square of a wide picture, the upper and lower one of a high one; of another none."""
    width, height = size_px
    side = float(min(size_px))
    if max(size_px) < _WIDE * side:
        return ()
    return tuple(
        Roi(x, y, side, side, 0.0) for x, y in ((side / 2, side / 2), (width - side / 2, height - side / 2))
    )
