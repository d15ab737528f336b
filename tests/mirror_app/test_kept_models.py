"""A 3-D model that was read once is there at the next start without its reader."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mirror_app.things import gltf, kept
from mirror_app.things.wear import Thing

MODEL = Path(gltf.__file__).parents[1] / "catalogues" / "artwork" / "panto-claret.glb"
AT_MM = (0.0, 3.0, -27.0)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "folder", lambda: tmp_path / "solids")


def loaded(path: Path = MODEL) -> Thing:
    gltf.load.cache_clear()
    thing = gltf.load(path, AT_MM)
    gltf.load.cache_clear()
    return thing


def test_the_second_time_is_the_same_and_needs_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    first = loaded()
    monkeypatch.setitem(sys.modules, "trimesh", None)  # importing it would fail
    again = loaded()
    assert (len(again.opaque), len(again.clear)) == (len(first.opaque), len(first.clear))
    for one, other in zip(first.opaque + first.clear, again.opaque + again.clear, strict=True):
        for part in kept._PARTS:
            assert np.array_equal(getattr(one, part), getattr(other, part))
            assert getattr(one, part).dtype == getattr(other, part).dtype


def test_another_file_or_another_place_is_another_model(tmp_path: Path) -> None:
    copy = tmp_path / "copy.glb"
    copy.write_bytes(MODEL.read_bytes())
    assert kept.name_of(copy, AT_MM) == kept.name_of(MODEL, AT_MM)
    assert kept.name_of(copy, (0.0, 0.0, 0.0)) != kept.name_of(MODEL, AT_MM)
    copy.write_bytes(MODEL.read_bytes() + b"\0")
    assert kept.name_of(copy, AT_MM) != kept.name_of(MODEL, AT_MM)
    assert kept.name_of(tmp_path / "no.glb") is None
    assert kept.name_of(tmp_path / "pictures_elsewhere.gltf") is None


def test_what_is_damaged_is_read_anew() -> None:
    first = loaded()
    (file,) = kept.folder().glob("*.npz")
    file.write_bytes(file.read_bytes()[:200])
    assert len(loaded().opaque) == len(first.opaque)
    assert file.stat().st_size > 200


def test_a_whole_archive_of_something_else_is_read_anew() -> None:
    first = loaded()
    (file,) = kept.folder().glob("*.npz")
    with np.load(file) as arrays:
        other = dict(arrays)
    other["0.triangles"] = other["0.triangles"] + 99_999
    np.savez(file, **other)
    assert kept.find(file.stem) is None
    assert len(loaded().opaque) == len(first.opaque)
    assert kept.find(file.stem) is not None


def test_a_full_disk_leaves_no_half_file_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    assert loaded().opaque or loaded().clear
    assert [*kept.folder().iterdir()] == []


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "solids").write_bytes(b"in the way")
    assert loaded().opaque or loaded().clear


def test_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_FILES", 2)
    parts = (loaded().opaque[:1], ())
    for name in "abcd":
        kept.keep(name, parts)
    assert len([*kept.folder().iterdir()]) == 2
    assert kept.find("d") is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the cache's place is told by XDG_CACHE_HOME")
def test_a_catalogue_is_read_without_the_reader(tmp_path: Path) -> None:
    """In a process of its own: the models of the demo are kept, and nothing imports trimesh."""
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    code = (
        "import sys; from mirror_app import catalog; catalog.load('demo'); "
        "assert len(sys.argv) < 2 or 'trimesh' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
    subprocess.run([sys.executable, "-c", code, "again"], check=True, env=env)
