"""People from a ceiling or door camera: what every detector offers, whichever way it finds them.

A detector is one file `models/people_NAME.py` with `detector(wanted) -> Detector`; a box file names it. What
it finds is boxes; where on the floor they stand and who is who is decided in edge/floor.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from models.providers import CPU, Runtime
from models.results import U8, People


class Detector(Protocol):
    """One camera's detector, fed in the order of time.

    name: as a box file has it; every figure carries it. words: for a person, what it is and how far to trust
    it. share: how much of the last picture stands out, 0..1, near 1 where the light changed and not people; 0
    for a detector that knows no background.
    """

    name: str
    words: str
    share: float

    def detect(self, image_bgr: U8, time_s: float) -> People:
        """People in a picture (h, w, 3) uint8 taken at time_s (seconds, any origin, not decreasing)."""

    def forget(self) -> None:
        """What was learned of the place is out of date."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a box file says of a counter's detector; each detector takes its part.

    person_height: how tall (from above: how wide) a person is in the picture, as a share of its height.
    model: a name that `models.store` knows, or the path of an ONNX file, relative to base_dir.
    confidence: 0..1, with which somebody new is followed. nms_iou: two boxes that overlap more are the same
    person. runtime: what runs it.
    """

    person_height: float = 0.9
    model: str = "yolox_nano"
    base_dir: Path = field(default_factory=Path)
    confidence: float = 0.2
    nms_iou: float = 0.5
    runtime: Runtime = CPU
