"""`vitrine replay` on the command line: drawn stores, short clips, and every wrong word has its sentence."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from deploy.cli.main import main
from edge.synthetic._visitors import truth, visitors
from models.results import U8
from tests.deploy.test_counter import STORE

DRAWN = "synthetic:store?seed=4&minutes=1&visitors=8&once=1"


def box_file(folder: Path) -> Path:
    path = folder / "box.toml"
    path.write_text(STORE.format(source="synthetic:store", port=0))
    return path


def replay(folder: Path, clip: str, *more: str, name: str = "ceiling") -> int:
    return main(["replay", str(box_file(folder)), "--camera", f"{name}={clip}", *more])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return result


def clip(path: Path, images: list[U8]) -> Path:
    height, width = images[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height))
    for image in images:
        writer.write(image)
    writer.release()
    return path


def noise(seed: int, height: int = 336, width: int = 384) -> U8:
    floor = np.random.default_rng(0).integers(60, 200, (height // 8, width // 8, 3))
    grain = np.random.default_rng(seed).integers(-3, 4, (height, width, 3))
    return np.asarray(np.clip(np.kron(floor, np.ones((8, 8, 1), int)) + grain, 0, 255), np.uint8)


@pytest.mark.parametrize("name", ["ceiling", "shop"])
def test_a_drawn_store_by_the_counters_or_the_cameras_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    events = tmp_path / "out.jsonl"
    assert replay(tmp_path, DRAWN, "--events", str(events), name=name) == 0
    found, known = printed(capsys), truth(visitors(8, 60, seed=4), 60)
    assert found["lines"] == {"door": {"in": known.entered, "out": known.left}}
    assert found["occupancy"] == known.inside
    kinds = {json.loads(line)["type"] for line in events.read_text().splitlines()}
    assert {"vitrine.floor.line_crossed.v1", "vitrine.floor.heat.v1"} <= kinds
    assert not (tmp_path / "state").exists(), "a replay leaves the box's own figures alone"


def test_a_clip_with_one_frame_counts_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = clip(tmp_path / "one.avi", [noise(1)])
    assert replay(tmp_path, str(one)) == 0
    found = printed(capsys)
    assert (found["frames"], found["occupancy"]) == (1, 0)
    assert found["lines"] == {"door": {"in": 0, "out": 0}}
    assert found["zones"] == {"bar": {"dwells_s": []}}


def test_a_clip_that_freezes_says_how_long_it_did_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen = clip(tmp_path / "frozen.avi", [noise(1)] * 200)
    assert replay(tmp_path, str(frozen)) == 0
    assert printed(capsys)["paused_s"] == {"frozen": pytest.approx(10, abs=0.3)}


def test_a_clip_of_another_size_names_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = clip(tmp_path / "wide.avi", [noise(seed, 240, 640) for seed in range(3)])
    assert replay(tmp_path, str(wide)) == 2
    assert "clicked at 384×336, but the camera gives 640×240: click again" in capsys.readouterr().err


def picture(path: Path) -> Path:
    Image.fromarray(noise(0)).save(path)
    return path


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("synthetic:store", "this never ends, so it cannot be replayed"),
        ("synthetic:store?sead=1&once=1", "unknown option 'sead'"),
        ("no-such-clip.mp4", "no-such-clip.mp4: there is no such file"),
        ("PICTURE", "this never ends"),
        ("TEXT", "neither a video nor a picture"),
    ],
)
def test_what_cannot_be_replayed_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, words: str
) -> None:
    (tmp_path / "notes.txt").write_text("not a clip")
    known = {"PICTURE": str(picture(tmp_path / "still.png")), "TEXT": str(tmp_path / "notes.txt")}
    assert replay(tmp_path, known.get(source, source)) == 2
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error


def test_a_name_that_no_counter_has_lists_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay(tmp_path, DRAWN, name="roof") == 2
    assert "'roof' is no counter and no counter's camera; give one of: ceiling" in capsys.readouterr().err


def test_events_that_cannot_be_written_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay(tmp_path, DRAWN, "--events", str(tmp_path / "no" / "out.jsonl")) == 2
    assert "out.jsonl: cannot be written (No such file or directory)" in capsys.readouterr().err


@pytest.mark.parametrize("argument", [["--camera", "hall"], ["--camera", "a=b", "--every", "0"]])
def test_arguments_that_make_no_sense_are_refused(tmp_path: Path, argument: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["replay", str(box_file(tmp_path)), *argument])
