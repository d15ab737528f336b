"""`vitrine bench`: every benchmark is found by name, runs, and ends with one JSON object."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.main import main
from edge import plugins
from models import store as models
from tests.conftest import absent


def test_unknown_benchmark_names_the_valid_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "miror"])
    message = capsys.readouterr().err
    assert all(name in message for name in plugins.names("benchmarks"))


def test_mirror_prints_its_ratio_last() -> None:
    """No figure is asserted here, only that both sides saw the face and the figure is one."""
    if importlib.util.find_spec("mediapipe") is None:
        absent("reference", "mediapipe is not installed on this platform")
    command = "import sys; from deploy.cli.main import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["bench", "mirror", "--blocks", "2", "--frames", "4"]
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert 0 < result["ratio"] < 100
    assert result["latency_ratio"] > 0
    assert result["frames_without_face"] == {"ours": 0, "mediapipe": 0}


def test_models_names_every_model_that_litert_can_run() -> None:
    """No figure is asserted, only that both sides ran and the worst is told by its bar."""
    if importlib.util.find_spec("ai_edge_litert") is None:
        absent("reference", "LiteRT is not installed")
    command = "import sys; from deploy.cli.main import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["bench", "models", "--blocks", "2", "--only", "face_landmark", "face_detection_short_range"]
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["ratios"].keys() == {"face_landmark", "face_detection_short_range"}
    assert result["bars"] == {"face_landmark": 0.8, "face_detection_short_range": 1.0}
    shares = [result["ratios"][name] / bar for name, bar in result["bars"].items()]
    assert result["ratio"] == pytest.approx(max(shares), abs=0.002)


def test_people_finds_the_same_on_every_side(realdata: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No figure is asserted, only that all found the one walker in every picture."""
    weights = str(realdata / "detectors" / "yolox_nano_416.onnx")
    assert main(["bench", "people", "--model", weights, "--blocks", "2", "--frames", "2"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert 0 < result["ratio"] < 100
    assert {name: result["people"][name] for name in ("ours", "plain", "opencv")} == dict.fromkeys(
        ("ours", "plain", "opencv"), 4
    )


def test_faces_prints_both_ratios_last() -> None:
    """Only that both sides saw everybody; the soak is short, so its slope says nothing yet."""
    if importlib.util.find_spec("mediapipe") is None:
        absent("reference", "mediapipe is not installed on this platform")
    command = "import sys; from deploy.cli.main import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["bench", "faces", "--blocks", "2", "--frames", "4", "--soak", "20"]
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["ratio"] == max(result["ratios"].values()) > 0
    assert set(result["ratios"]) == {"one", "two"}
    for people in ("one", "two"):
        assert result[people]["faces_missed"] == {"ours": 0, "mediapipe": 0}
    assert result["soak"]["frames"] == 20


def _measured(*arguments: str) -> tuple[dict[str, Any], str]:
    """The JSON line of a benchmark that starts processes of its own, and what it said besides."""
    models.ensure()
    command = "import sys; from deploy.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", command, "bench", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_store_runs_everything_and_prints_its_figures_last() -> None:
    """No figure is asserted: whoever runs the tests may have other work for the computer."""
    result, said = _measured("store", "--seconds", "10")
    assert result["ended"] == [], said
    shown = {name for name, process in result["processes"].items() if process["fps"] is not None}
    assert shown == {"mirror", "arena", "ceiling"}
    assert all(result["processes"][name]["fps"] > 0 for name in shown)
    assert {"cloud", "uplink", "demo"} < result["processes"].keys()


def test_soak_runs_the_mirror_with_a_shopper_and_prints_its_figures_last() -> None:
    """No figure is asserted: whoever runs the tests may have other work for the computer."""
    result, said = _measured("soak", "--minutes", "0.1")
    assert result["without_mirror"] <= 1, said
    assert result["first_picture_s"] > 0
    assert result["frames"] > 10
    assert result["taps"] > 2
    assert "try_on" in result["screens"]
