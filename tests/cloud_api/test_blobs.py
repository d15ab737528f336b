"""The picture folder: whole pictures only, nothing outside, nothing left."""

from pathlib import Path

import pytest

from cloud_api.blobs import LocalBlobs

KEY = "shares/019ab.cdef.jpg"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_is_got_until_it_is_deleted(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    blobs.put(KEY, b"one")
    blobs.put(KEY, b"two")
    assert (blobs.get(KEY), list(blobs.keys())) == (b"two", [KEY])
    assert LocalBlobs(tmp_path).get(KEY) == b"two"
    blobs.delete(KEY)
    blobs.delete(KEY)
    assert (blobs.get(KEY), files(tmp_path)) == (None, [])


def test_a_write_that_fails_leaves_the_old_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = LocalBlobs(tmp_path)
    blobs.put(KEY, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            blobs.put(KEY, b"new")
    assert (blobs.get(KEY), len(files(tmp_path))) == (b"old", 1)


@pytest.mark.parametrize(
    "key", ["", "x", "../../etc/passwd", "shares/../x", "/etc/passwd", "shares/a/b", "a/.b"]
)
def test_a_key_cannot_leave_the_folder(tmp_path: Path, key: str) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    with pytest.raises(ValueError, match="no blob key"):
        blobs.put(key, b"x")
    with pytest.raises(ValueError, match="no blob key"):
        blobs.get(key)
    with pytest.raises(ValueError, match="no blob key"):
        blobs.delete(key)
    assert files(tmp_path) == []


def test_many_pictures_are_spread_over_folders(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    for number in range(60):
        blobs.put(f"shares/{number}.jpg", b"x")
    assert len(list(blobs.keys())) == 60
    assert len(list(tmp_path.iterdir())) > 30
