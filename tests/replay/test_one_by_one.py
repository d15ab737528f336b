"""The test clip through `vitrine replay`, as a person would start it, against its truth made by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.main import main

BOX = Path(__file__).with_name("one-by-one.toml")


def replay(clip: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main(["replay", str(BOX), "--camera", f"hall={clip}", *more]) == 0
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
