"""The offline bundle: models for a box that cannot build, whole, ours and undamaged, or not at all."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cli.main import main
from models import bundle, store, weights
from models.errors import ModelError
from models.files import sha256
from tests.models import damage

SMALL = "face_detection_short_range"
OTHER = "selfie_segmentation"
NANO = "yolox_nano"


@pytest.fixture(scope="module")
def two_models() -> Iterator[None]:
    """A table with two small models."""
    few = (weights.find(SMALL), weights.find(OTHER))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "WEIGHTS", few)
        patch.setattr(store, "WEIGHTS", few)
        yield


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, two_models: None) -> Path:
    """Where both were built and exported, once for all tests: building is what takes its time."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.FOLDER_VARIABLE, str(folder))
        store.build()
        bundle.export(folder / "models.zip")
    return folder


@pytest.fixture
def bundled(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The exported archive of both, brought to an empty box."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "box"))
    return Path(shutil.copy(office / "models.zip", tmp_path))


def _members(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _rewrite(archive: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(archive, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)


def _manifest(archive: Path, change: Callable[[dict[str, object]], None]) -> None:
    members = _members(archive)
    manifest = json.loads(members[bundle.MANIFEST])
    change(manifest)
    _rewrite(archive, {**members, bundle.MANIFEST: json.dumps(manifest).encode()})


def test_a_box_that_cannot_build_gets_the_same_models(bundled: Path, office: Path) -> None:
    assert bundle.load(bundled) == bundle.Imported((SMALL, OTHER), ())
    assert [status.state for status in store.check()] == [store.BUILT, store.BUILT]
    for name in (SMALL, OTHER):
        assert store.path(name).read_bytes() == (office / f"{name}.onnx").read_bytes()
    assert {file.suffix for file in store.folder().iterdir()} == {".onnx", ".json"}
    assert store.build() == ()


def test_a_box_needs_no_build_tools_to_import(bundled: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.modules.update(dict.fromkeys(('onnx', 'tflite', 'mediapipe', 'rich')))\n"
        f"from models import bundle; from pathlib import Path; bundle.load(Path({str(bundled)!r}))\n"
        f"from models.face_detector import SHORT, FaceDetector; FaceDetector(ranges=(SHORT,))\n"
    )
    # The whole table is known there, so an archive of two leaves others out: they are named, nothing more.
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


def test_the_same_models_make_the_same_archive(bundled: Path, tmp_path: Path) -> None:
    bundle.load(bundled)
    bundle.export(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == bundled.read_bytes()


def test_pulled_models_travel_with_their_licence(bundled: Path, tmp_path: Path, realdata: Path) -> None:
    bundle.load(bundled)
    nano = (realdata / "detectors" / "yolox_nano_416.onnx").read_bytes()
    store.keep(NANO, nano)
    assert bundle.export(tmp_path / "all.zip") == (SMALL, OTHER, NANO)
    assert b"yolox_nano: Apache-2.0, Megvii" in _members(tmp_path / "all.zip")[bundle.NOTICE]
    store.file_of(NANO).unlink()
    assert bundle.load(tmp_path / "all.zip").names == (SMALL, OTHER, NANO)
    assert store.path(NANO).read_bytes() == nano


def test_an_archive_of_fewer_models_says_which_are_not_in_it(
    bundled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members = _members(bundled)
    del members[f"{OTHER}.onnx"]
    _rewrite(bundled, members)
    _manifest(bundled, lambda manifest: manifest["models"].pop())  # type: ignore[attr-defined]
    assert main(["models", "import", str(bundled)]) == 0
    assert f"Not in {bundled}: {OTHER}" in capsys.readouterr().out


def test_command_exports_and_imports(
    bundled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "import", str(bundled)]) == 0
    assert "2 models verified and put into" in capsys.readouterr().out
    assert main(["models", "export", str(tmp_path / "b.zip")]) == 0
    assert "2 models in" in capsys.readouterr().out
    assert main(["models", "import", str(tmp_path / "none.zip")]) == 2
    assert "There is no file" in capsys.readouterr().err


def test_nothing_unbuilt_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two_models: None
) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "empty"))
    with pytest.raises(ModelError, match=rf"{SMALL} is not there.*vitrine models build"):
        bundle.export(tmp_path / "models.zip")
    assert not (tmp_path / "models.zip").exists()


def test_a_damaged_pulled_model_is_not_exported(bundled: Path, tmp_path: Path) -> None:
    bundle.load(bundled)
    store.keep(NANO, b"half")
    with pytest.raises(ModelError, match=rf"{NANO} is damaged.*models pull {NANO}"):
        bundle.export(tmp_path / "b.zip")


def test_an_export_that_cannot_be_written_leaves_nothing(bundled: Path, tmp_path: Path) -> None:
    bundle.load(bundled)
    with pytest.raises(ModelError, match=r"Cannot write .*nowhere/b\.zip: No such file or directory"):
        bundle.export(tmp_path / "nowhere" / "b.zip")


def _truncate(archive: Path) -> None:
    os.truncate(archive, archive.stat().st_size // 2)


def _flip(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)


def _empty(archive: Path) -> None:
    archive.write_bytes(b"")


def _other_bytes(archive: Path) -> None:
    """A whole zip file whose model is not the one recorded."""
    members = _members(archive)
    _rewrite(archive, {**members, f"{SMALL}.onnx": members[f"{SMALL}.onnx"][:-1] + b"?"})


def _foreign(archive: Path) -> None:
    _rewrite(archive, {"holiday.jpg": b"..."})


def _no_manifest(archive: Path) -> None:
    _rewrite(archive, {**_members(archive), bundle.MANIFEST: b"{"})


def _other_format(archive: Path) -> None:
    _manifest(archive, lambda manifest: manifest.update(vitrine_models=2))


def _traversal(archive: Path) -> None:
    _rewrite(archive, {**_members(archive), "../../evil.onnx": b"..."})


def _traversal_in_manifest(archive: Path) -> None:
    members = _members(archive)
    evil = members.pop(f"{SMALL}.onnx")
    _rewrite(archive, {**members, "../evil.onnx": evil})
    _manifest(archive, lambda manifest: manifest["models"][0].update(name="../evil"))  # type: ignore[index]


def _missing_member(archive: Path) -> None:
    members = _members(archive)
    del members[f"{SMALL}.onnx"]
    _rewrite(archive, members)


def _other_recipe(archive: Path) -> None:
    _manifest(archive, lambda manifest: manifest["models"][1].update(recipe="0" * 64))  # type: ignore[index]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_truncate, "cannot be read: File is not a zip file"),
        (_flip, "cannot be read: Bad CRC-32"),
        (_empty, "cannot be read"),
        (_other_bytes, rf"is damaged: the hash of {SMALL}\.onnx"),
        (_foreign, "holds no models of Vitrine"),
        (_no_manifest, "holds no models of Vitrine"),
        (_other_format, "holds no models of Vitrine"),
        (_traversal, r"was not made by `vitrine models export`: '\.\./\.\./evil\.onnx'"),
        (_traversal_in_manifest, r"holds '\.\./evil', which this version"),
        (_missing_member, rf"was not made by .*{SMALL}\.onnx"),
        (_other_recipe, rf"exported by another version of Vitrine: it builds {OTHER} differently"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bad_archive_is_refused_and_nothing_written(
    bundled: Path, harm: Callable[[Path], None], words: str
) -> None:
    harm(bundled)
    with pytest.raises(ModelError, match=words):
        bundle.load(bundled)
    assert not store.folder().exists()
    assert not (bundled.parent / "evil.onnx").exists()


@pytest.mark.parametrize("method", damage.METHODS)
def test_an_archive_compressed_again_is_taken_and_refused_where_it_is_damaged(
    bundled: Path, method: int
) -> None:
    damage.compress(bundled, method)
    whole = bundled.read_bytes()
    damage.scramble(bundled, f"{SMALL}.onnx")
    with pytest.raises(ModelError, match=r"models\.zip cannot be read: .+\. Copy it again"):
        bundle.load(bundled)
    assert not store.folder().exists()
    bundled.write_bytes(whole)
    assert bundle.load(bundled).names == (SMALL, OTHER)


def test_an_archive_whose_table_is_damaged_is_refused(bundled: Path) -> None:
    damage.misname(bundled)
    with pytest.raises(ModelError, match=r"models\.zip cannot be read: .*codec.*\. Copy it again"):
        bundle.load(bundled)


def test_a_folder_is_no_file_to_export_to(
    bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, remedy in ((".", "models.zip"), ("..", "../models.zip"), (str(tmp_path), "models.zip")):
        assert main(["models", "export", folder]) == 2
        said = capsys.readouterr().err
        assert f"{folder} is a folder. Give the file to write, such as " in said
        assert said.strip().endswith(f"{remedy}.")
    assert main(["models", "import", "."]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_pulled_model_of_another_hash_is_refused(bundled: Path, tmp_path: Path) -> None:
    bundle.load(bundled)
    evil = sha256(b"evil")
    members = {**_members(bundled), f"{NANO}.onnx": b"evil"}
    _rewrite(bundled, members)
    _manifest(
        bundled,
        lambda manifest: manifest["models"].append({"name": NANO, "sha256": evil}),  # type: ignore[attr-defined]
    )
    with pytest.raises(ModelError, match=rf"{NANO}\.onnx is not the {NANO} that this version"):
        bundle.load(bundled)
    assert not store.file_of(NANO).exists()


def test_a_disk_that_fills_up_changes_no_model(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle.load(bundled)
    for name in (SMALL, OTHER):
        os.utime(store.file_of(name), (1, 1))
    real, calls = os.fsync, list[int]()

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match=r"No space left on device.*VITRINE_MODELS"):
        bundle.load(bundled)
    assert {file.stat().st_mtime for file in store.folder().glob("*.onnx")} == {1}
    assert len(list(store.folder().iterdir())) == 4


def test_models_of_an_older_recipe_are_replaced(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle.load(bundled)
    record = replace(store.record_of(SMALL), recipe="0" * 64)
    store.keep(SMALL, store.file_of(SMALL).read_bytes(), record)
    assert store.check()[0].state == store.STALE
    bundle.load(bundled)
    assert store.check()[0].state == store.BUILT
