"""From a box file to a counter: names, and cameras that are mounted on their side."""

from pathlib import Path

import pytest
from onnx import helper
from pydantic import ValidationError

from edge import config
from edge.cameras import open_source
from edge.config import Box, Camera
from edge.floor.occupancy import Occupancy
from edge.floor.settings import Counter, detectors
from edge.floor.setup import clicked_px, journal
from edge.floor.steady import Seeing
from edge.toml_file import ConfigError
from models import people_yolox
from models.errors import ModelError
from models.people import Wanted
from models.people_motion import MotionDetector
from tests.edge.floor.acting import NOON
from tests.models.yolox_files import failing, of_nodes


def box(rotate_deg: int) -> Box:
    return config.Box.model_validate(
        {
            "store": "lumen-mitte",
            "box": "front",
            "cloud": {"url": "http://127.0.0.1:9"},
            "cameras": {
                "door": {
                    "source": "synthetic:store?once=1",
                    "width_px": 384,
                    "height_px": 336,
                    "rotate_deg": rotate_deg,
                }
            },
            "floor": {"width_m": 7.0, "height_m": 8.0},
            "counters": {
                "ceiling": {
                    "camera": "door",
                    "points_px": [[0, 0], [336, 0], [336, 384], [0, 384]],
                    "points_m": [[0, 0], [7, 0], [7, 8], [0, 8]],
                }
            },
        }
    )


@pytest.mark.parametrize("rotate_deg", [90, 270])
def test_points_are_clicked_in_the_upright_picture(rotate_deg: int) -> None:
    made = box(rotate_deg)
    assert clicked_px(made.cameras["door"]) == (336, 384)
    counting = journal(made, "ceiling", Occupancy())
    frame = open_source(made.cameras["door"]).read(1.0)
    assert frame is not None
    counting.see(frame, NOON)
    assert counting.watch.condition.counts


def test_the_same_camera_not_turned_does_not_fit() -> None:
    counting = journal(box(90), "ceiling", Occupancy())
    upright = Camera(source="synthetic:store?once=1", width_px=384, height_px=336)
    frame = open_source(upright).read(1.0)
    assert frame is not None
    counting.see(frame, NOON)
    assert counting.watch.condition.seeing is Seeing.MISFIT


def test_an_unknown_counter_lists_those_there_are() -> None:
    with pytest.raises(ConfigError, match="no counter 'roof'; counters of this file: ceiling"):
        journal(box(0), "roof", Occupancy())


def counter_of(**keys: object) -> Counter:
    given = box(0).counters["ceiling"].model_dump()
    return Counter.model_validate(given | keys)


def test_detectors_are_found_by_name_and_a_wrong_name_lists_them() -> None:
    assert detectors() == ("motion", "yolox")
    assert counter_of().detectors == ("motion",)
    assert counter_of(detector=["yolox", "motion"]).detectors == ("yolox", "motion")
    for wrong in ("yolo", ["motion", "yolo"]):
        with pytest.raises(ValidationError, match="there is no detector 'yolo'; there is: motion, yolox"):
            counter_of(detector=wrong)
    for key, value in (
        ("confidence", 0),
        ("confidence", 1.2),
        ("nms_iou", 1),
        ("detector", []),
        ("model", ""),
    ):
        with pytest.raises(ValidationError, match=key):
            counter_of(**{key: value})


def with_counter(**keys: object) -> Box:
    made = box(0)
    return made.model_copy(update={"counters": {"ceiling": counter_of(**keys)}})


def test_what_a_box_file_says_of_a_detector_reaches_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[Wanted] = []

    def detector(wanted: Wanted) -> MotionDetector:
        given.append(wanted)
        return MotionDetector()

    monkeypatch.setattr(people_yolox, "detector", detector)
    made = with_counter(detector="yolox", model="own.onnx", confidence=0.4, nms_iou=0.6, person_height=0.5)
    journal(made.model_copy(update={"base_dir": tmp_path}), "ceiling", Occupancy())
    assert given == [Wanted(0.5, "own.onnx", tmp_path, 0.4, 0.6, made.perception.runtime)]


def test_the_second_detector_does_the_work_only_where_the_first_cannot_start_and_is_announced(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    made = with_counter(detector=["yolox", "motion"], model="gone.onnx")
    made = made.model_copy(update={"base_dir": tmp_path})
    assert journal(made, "ceiling", Occupancy(), said.append).detector.name == "motion"
    (words,) = said
    assert words.startswith(f"counter ceiling: yolox cannot start: there is no file {tmp_path / 'gone.onnx'}")
    assert words.endswith("Counting by motion; low in crowds.")
    said.clear()
    first = with_counter(detector=["motion", "yolox"])
    assert journal(first, "ceiling", Occupancy(), said.append).detector.name == "motion"
    assert said == []


def test_a_file_that_is_no_yolox_leaves_the_work_to_the_second(tmp_path: Path) -> None:
    said: list[str] = []
    for name in ("classifier", "fails"):
        made = with_counter(detector=["yolox", "motion"], model=f"{name}.onnx")
        made = made.model_copy(update={"base_dir": tmp_path})
        of_nodes(tmp_path / "classifier.onnx", [helper.make_node("Relu", ["images"], ["output"])], ("N", 10))
        failing(tmp_path / "fails.onnx")
        assert journal(made, "ceiling", Occupancy(), said.append).detector.name == "motion"
        assert f"yolox cannot start: {tmp_path / name}.onnx" in said[-1]


def test_where_no_detector_can_start_the_reason_of_the_last_is_told(tmp_path: Path) -> None:
    made = with_counter(detector=["yolox", "yolox"], model="gone.onnx")
    with pytest.raises(ModelError, match=r"there is no file .*gone\.onnx"):
        journal(made.model_copy(update={"base_dir": tmp_path}), "ceiling", Occupancy())
