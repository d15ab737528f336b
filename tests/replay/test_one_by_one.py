"""The test clip through `vitrine replay`, as a person would start it, against its truth made by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.main import main
from edge import config
from edge.floor import setup
from edge.floor.lines import Way
from edge.floor.occupancy import Occupancy
from edge.floor.replay import replay as run
from models import store
from models.people_yolox import YoloxDetector
from models.results import U8, People
from tests.replay.overlapping import OverlappingVisits

BOX = Path(__file__).with_name("one-by-one.toml")


@pytest.fixture
def yolox_box(realdata: Path, tmp_path: Path) -> Path:
    """The same box file with the other detector, its weights given by a path beside the file."""
    (tmp_path / "weights.onnx").symlink_to(realdata / "detectors" / "yolox_nano_416.onnx")
    return with_keys(tmp_path / "yolox.toml", 'detector = "yolox"', 'model = "weights.onnx"')


def with_keys(path: Path, *keys: str) -> Path:
    table = "[counters.hall]\n"
    path.write_text(BOX.read_text().replace(table, table + "".join(f"{key}\n" for key in keys)))
    return path


def replay(clip: Path, capsys: pytest.CaptureFixture[str], *more: str, box: Path = BOX) -> dict[str, Any]:
    assert main(["replay", str(box), "--camera", f"hall={clip}", *more]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return result


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_six_come_and_go_and_stay_as_long_as_the_truth_says(
    realdata: Path, capsys: pytest.CaptureFixture[str], every: int
) -> None:
    found = replay(realdata / "footfall" / "one-by-one.mp4", capsys, "--every", str(every))
    truth = json.loads((realdata / "footfall" / "one-by-one.truth.json").read_text())
    assert found["lines"] == {"front": {"in": 6, "out": 0}, "right": {"in": 0, "out": 6}}
    assert found["occupancy"] == 0
    assert found["zones"]["table"]["dwells_s"] == pytest.approx(
        [visit["zone_seconds"] for visit in truth["visits"]], abs=1.5
    )
    assert found["frames"] == -(-truth["frames"] // every)
    assert found["paused_s"] == {}
    assert found["detector"] == "motion"


@pytest.fixture(scope="module")
def seen() -> dict[float, People]:
    """What the real YOLOX saw in the clip, by time."""
    return {}


@pytest.fixture
def seen_once(seen: dict[float, People], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame of the clip, which several tests look at, is looked at only once: it takes 10 ms."""
    look = YoloxDetector.detect

    def detect(self: YoloxDetector, image_bgr: U8, time_s: float) -> People:
        if time_s not in seen:
            seen[time_s] = look(self, image_bgr, time_s)
        return seen[time_s]

    monkeypatch.setattr(YoloxDetector, "detect", detect)


@pytest.mark.usefixtures("seen_once")
@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_yolox_counts_the_same_and_measures_stays_to_half_a_second(
    realdata: Path, yolox_box: Path, capsys: pytest.CaptureFixture[str], every: int
) -> None:
    clip = realdata / "footfall" / "one-by-one.mp4"
    found = replay(clip, capsys, "--every", str(every), box=yolox_box)
    truth = json.loads((realdata / "footfall" / "one-by-one.truth.json").read_text())
    assert found["lines"] == {"front": {"in": 6, "out": 0}, "right": {"in": 0, "out": 6}}
    assert found["occupancy"] == 0
    assert found["zones"]["table"]["dwells_s"] == pytest.approx(
        [visit["zone_seconds"] for visit in truth["visits"]], abs=0.6
    )
    assert found["detector"] == "yolox"


def test_yolox_counts_twelve_overlapping_visits_at_two_frames_a_second(
    realdata: Path, yolox_box: Path
) -> None:
    journal = setup.journal(config.load(yolox_box), "hall", Occupancy())
    run(journal, OverlappingVisits(realdata, every=5), lambda _: None)
    assert journal.lines["right"][Way.OUT] == pytest.approx(12, abs=1)
    assert journal.lines["front"][Way.IN] == pytest.approx(12, abs=1)
    assert journal.lines["right"][Way.IN] == 0


def test_without_weights_it_says_how_to_get_them_or_counts_by_motion_and_says_so(
    realdata: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "models"))
    clip = realdata / "footfall" / "one-by-one.mp4"
    alone = with_keys(tmp_path / "alone.toml", 'detector = "yolox"')
    assert main(["replay", str(alone), "--camera", f"hall={clip}"]) == 2
    assert "Run `vitrine models pull yolox_nano`" in capsys.readouterr().err
    either = with_keys(tmp_path / "either.toml", 'detector = ["yolox", "motion"]')
    events = tmp_path / "events.jsonl"
    found = replay(clip, capsys, "--every", "5", "--events", str(events), box=either)
    assert found["detector"] == "motion"
    assert found["lines"]["right"] == {"in": 0, "out": 6}
    said = [json.loads(line)["data"]["detector"] for line in events.read_text().splitlines()]
    assert set(said) == {"motion"}
    assert "counter hall: yolox cannot start: Model yolox_nano is not there" in caplog.text
    assert "Counting by motion; low in crowds." in caplog.text


def test_every_crossing_comes_at_its_moment_and_two_runs_give_the_same_bytes(
    realdata: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, truth_file = (realdata / "footfall" / f"one-by-one.{end}" for end in ("mp4", "truth.json"))
    written = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    for path in written:
        replay(clip, capsys, "--every", "2", "--events", str(path))
    assert written[0].read_bytes() == written[1].read_bytes()
    events = [json.loads(line) for line in written[0].read_text().splitlines()]
    crossed = [each for each in events if each["type"] == "vitrine.floor.line_crossed.v1"]
    left = [each["time_s"] for each in crossed if each["data"]["way"] == "out"]
    visits = json.loads(truth_file.read_text())["visits"]
    # The truth marks the middle of the box; feet cross within half a second of it.
    assert left == pytest.approx([visit["exit_line_x600_center"] / 10 for visit in visits], abs=0.5)
    assert [each["data"]["inside"] for each in crossed] == [1, 0] * 6
