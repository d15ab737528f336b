"""`models pull` where the disk is full or shared, and models brought as a file."""

import shutil
from pathlib import Path

import pytest

from deploy.cli.main import main
from models import pull, store, weights
from models.errors import ModelError
from models.part import Part
from tests.models.pulling import CONTENT, download, fetch, left
from tests.models.release import Release


def test_too_little_room_is_told_before_anything_is_fetched(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 500_000))
    release = Release(CONTENT)
    with pytest.raises(ModelError, match=r"needs 1\.0 MB more at .*, 0\.5 MB are free.*VITRINE_MODELS"):
        fetch(release)
    assert not release.asked


def test_a_disk_that_fills_up_meanwhile_is_told_and_the_next_run_goes_on(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = Part.append, list[int]()

    def fill(part: Part, data: bytes) -> None:
        written.append(len(data))
        if sum(written) > 300_000:
            raise OSError(28, "No space left on device")
        real(part, data)

    monkeypatch.setattr(Part, "append", fill)
    with pytest.raises(ModelError, match=r"Cannot write .*: No space left on device"):
        fetch(Release(CONTENT))
    monkeypatch.setattr(Part, "append", real)
    release = Release(CONTENT)
    assert fetch(release).read_bytes() == CONTENT
    assert "Range" in release.asked[0]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "file" / "models"))
    with pytest.raises(ModelError, match="Cannot write"):
        fetch(Release(CONTENT))


def test_two_at_once_do_not_mix(cache: Path) -> None:
    with Part(cache / "yolox_nano.onnx"), pytest.raises(ModelError, match="filled by another process"):
        fetch(Release(CONTENT))


def test_a_shop_without_internet_takes_a_file(
    cache: Path, realdata: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The copy for tests is another export of the same network: a twin."""
    file = realdata / "detectors" / "yolox_nano_416.onnx"
    assert main(["models", "pull", "yolox_nano", "--from", str(file)]) == 0
    assert "yolox_nano.onnx, verified" in capsys.readouterr().out
    assert store.path("yolox_nano").read_bytes() == file.read_bytes()
    assert main(["models", "list"]) == 0
    shown = capsys.readouterr().out
    for word in ("yolox_nano  pulled", "images float32 1x3x416x416", "Megvii", "yolox_tiny  missing"):
        assert word in shown
    assert main(["models", "pull", "yolox_tiny", "--from", str(file)]) == 2
    assert "not the yolox_tiny that Vitrine knows: expected SHA-256 427cc366" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda file: None, "There is no file"),
        (Path.touch, "is not the yolox_nano that Vitrine knows"),
        (Path.mkdir, "cannot be read: Is a directory"),
    ],
)
def test_a_file_that_cannot_serve_is_named(cache: Path, tmp_path: Path, make: object, words: str) -> None:
    file = tmp_path / "brought.onnx"
    make(file)  # type: ignore[operator]
    with pytest.raises(ModelError, match=words):
        pull.adopt(weights.find_download("yolox_nano"), file)
    assert not left(cache)


def test_a_models_file_may_be_read_by_others(cache: Path, tmp_path: Path) -> None:
    brought = tmp_path / "brought.onnx"
    brought.write_bytes(CONTENT)
    assert pull.adopt(download(), brought).stat().st_mode & 0o044 == 0o044
