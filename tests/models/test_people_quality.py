"""How well each detector finds the people of the real clip, against boxes drawn by hand (IoU 0.5).

Measured over all 1394 frames: yolox recall 1.000, precision .995; motion recall 1.000, precision .981. Here
yolox, which learns nothing, looks at every sixth frame, for time: each of the six people some twenty times or
more. Motion learns from every one and is judged on all of them.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.people import Detector
from models.people_motion import MotionDetector, MotionSettings
from models.people_yolox import YoloxDetector
from models.results import F32, People
from tests.models.people_truth import Tally, Truth, frames, tally, truths


def judged(detector: Detector, realdata: Path, every: int) -> Tally:
    found = ((k, detector.detect(image, k / 10)) for k, image in frames(realdata, every))
    return tally(found, truths(realdata))


def test_yolox_finds_nearly_everybody_and_nobody_else(realdata: Path) -> None:
    yolox = YoloxDetector(realdata / "detectors" / "yolox_nano_416.onnx")
    seen = Counter(who for truth in truths(realdata)[::6] for who in truth.who[truth.counts])
    assert len(seen) == 6
    assert min(seen.values()) >= 20
    result = judged(yolox, realdata, every=6)
    assert result.found + result.missed == seen.total()
    assert result.recall >= 0.99
    assert result.precision >= 0.98


def test_motion_finds_nearly_everybody_with_few_boxes_too_many(realdata: Path) -> None:
    result = judged(MotionDetector(MotionSettings.of(0.9)), realdata, every=1)
    assert result.found + result.missed == 1057
    assert result.recall >= 0.97
    assert result.precision >= 0.94


def boxes(*xyxy: tuple[float, float, float, float]) -> F32:
    return np.array(xyxy, np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (boxes((0, 0, 10, 10)), Tally(found=1)),
        (boxes((0, 0, 10, 4)), Tally(made_up=1, missed=1)),
        (boxes((0, 0, 10, 10), (1, 0, 11, 10)), Tally(found=1, made_up=1)),
        (boxes(), Tally(missed=1)),
        (boxes((0, 0, 10, 10), (52, 50, 58, 60)), Tally(found=1)),
        (boxes((0, 0, 10, 10), (58, 58, 90, 90)), Tally(found=1)),
        (boxes((0, 0, 10, 10), (70, 70, 90, 90)), Tally(found=1, made_up=1)),
    ],
)
def test_the_tally_itself(found: F32, expected: Tally) -> None:
    truth = Truth(boxes((0, 0, 10, 10), (50, 50, 60, 60)), np.array([True, False]), np.array([1.0, 2.0]))
    result = Tally()
    result.add(People(found, np.ones(len(found), np.float32)), truth)
    assert result == expected
