"""`vitrine models`: what a person sees."""

from pathlib import Path

import pytest

from deploy.cli.main import main
from models import store, weights
from models.files import sha256

SMALL = "face_detection_short_range"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(store, "WEIGHTS", (weights.find(SMALL),))
    return tmp_path


def test_check_build_check(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "check"]) == 1
    assert f"{SMALL}: missing" in capsys.readouterr().out
    assert main(["models", "build"]) == 0
    assert "1 models built" in capsys.readouterr().out
    assert main(["models", "check"]) == 0
    assert f"{SMALL}: built" in capsys.readouterr().out


def test_list_names_source_hash_licence_and_use(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    shown = capsys.readouterr().out
    for word in (
        SMALL,
        "missing",
        "Apache-2.0",
        "mediapipe==0.10.21",
        weights.find(SMALL).sha256,
        "finds faces",
    ):
        assert word in shown


def test_list_shows_what_a_built_model_is_fed(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "build"]) == 0
    assert main(["models", "list"]) == 0
    shown = capsys.readouterr().out
    built = store.path(SMALL).read_bytes()
    for word in (
        f"{SMALL}  built",
        "image uint8 1x3x128x128",
        "models/face_detector.py",
        f"{len(built) / 1e6:.1f} MB",
        sha256(built),
        "yolox_tiny  missing",
        "https://github.com/Megvii-BaseDetection/YOLOX/releases/",
    ):
        assert word in shown


def test_list_says_what_a_model_is_for_that_nothing_here_uses(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "WEIGHTS", (weights.find("iris_landmark"),))
    assert main(["models", "list"]) == 0
    shown = capsys.readouterr().out
    assert "used by  nothing here; converted and measured, for a store's own experience to use" in shown
    assert "nothing yet" not in shown


def test_a_damaged_pulled_model_fails_the_check(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "build"]) == 0
    store.keep("yolox_nano", b"half")
    assert main(["models", "check"]) == 1
    shown = capsys.readouterr().out
    assert "yolox_nano: damaged" in shown
    assert "vitrine models pull yolox_nano" in shown


@pytest.mark.parametrize("entry", weights.WEIGHTS, ids=lambda entry: entry.name)
def test_the_table_tells_who_uses_a_model(entry: weights.Weights) -> None:
    """The one module of `models` that names a model stands in the table as its user."""
    modules = [module for module in Path(store.__file__).parent.glob("*.py") if module.stem != "weights"]
    users = [module.stem for module in modules if f'"{entry.name}"' in module.read_text()]
    assert users == ([entry.user] if entry.user else []), f"name the module as user of {entry.name}"


@pytest.mark.parametrize("entry", weights.DOWNLOADS, ids=lambda entry: entry.name)
def test_the_user_of_a_pulled_model_exists(entry: weights.Download) -> None:
    """Box files name pulled models, not modules."""
    assert (Path(store.__file__).parent / f"{entry.user}.py").is_file()


def test_a_missing_wheel_is_one_message_and_exit_code_2(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "build", "--wheel", "nowhere.whl"]) == 2
    assert capsys.readouterr().err.strip() == "vitrine models: There is no file nowhere.whl."
