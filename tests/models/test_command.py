"""`vitrine models`: what a person sees."""

from pathlib import Path

import pytest

from deploy.cli.main import main
from models import store, weights

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


def test_a_missing_wheel_is_one_message_and_exit_code_2(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "build", "--wheel", "nowhere.whl"]) == 2
    assert capsys.readouterr().err.strip() == "vitrine models: There is no file nowhere.whl."
