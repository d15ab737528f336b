"""`models pull`: whole, over a broken line, and never a file that is another one."""

import hashlib
from pathlib import Path

import httpx
import pytest

from deploy.cli.main import main
from models import pull, store, weights
from models.errors import ModelError
from models.part import Part
from tests.models.pulling import CONTENT, download, fetch, left, line
from tests.models.release import Release, served, trust


def test_a_model_arrives_whole_and_only_once(cache: Path) -> None:
    release, seen = Release(CONTENT), list[tuple[int, int]]()
    with served(release) as url, line() as client:
        file = pull.fetch(download(url), lambda *step: seen.append(step), client)
        assert pull.fetch(download(url), None, client) == file
    assert file == cache / "yolox_nano.onnx"
    assert file.read_bytes() == CONTENT
    assert left(cache) == {"yolox_nano.onnx"}
    assert len(release.asked) == 1, "a model that is there is not fetched again"
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 1


def test_the_store_serves_a_pulled_model(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"yolox_nano is not there.*vitrine models pull yolox_nano"):
        store.path("yolox_nano")
    monkeypatch.setattr(weights, "DOWNLOADS", (download(),))
    file = fetch(Release(CONTENT))
    assert store.path("yolox_nano") == file
    file.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(ModelError, match=r"yolox_nano is damaged.*vitrine models pull yolox_nano"):
        store.path("yolox_nano")


def test_a_cut_line_goes_on_where_it_broke(cache: Path) -> None:
    release = Release(CONTENT, cuts=[300_000, 200_000])
    assert fetch(release).read_bytes() == CONTENT
    assert [asked.get("Range") for asked in release.asked] == [None, "bytes=300000-", "bytes=500000-"]
    assert [asked.get("If-Range") for asked in release.asked] == [None, '"one"', '"one"']


def test_a_cut_without_a_declared_length_is_seen_too(cache: Path) -> None:
    release = Release(CONTENT, cuts=[300_000], says_length=False)
    assert fetch(release).read_bytes() == CONTENT
    assert release.asked[1]["Range"] == "bytes=300000-"


def test_what_arrived_is_kept_for_another_day(cache: Path) -> None:
    never = Release(CONTENT, cuts=[300_000, *[0] * 9])
    with pytest.raises(ModelError, match=r"broke after 0\.3 MB of 1\.0 MB.*pull yolox_nano` goes on"):
        fetch(never)
    assert len(never.asked) == 6, "once with bytes, five times without"
    assert (cache / "yolox_nano.onnx.part").stat().st_size == 300_000
    today = Release(CONTENT)
    assert fetch(today).read_bytes() == CONTENT
    assert today.asked[0]["Range"] == "bytes=300000-"
    assert left(cache) == {"yolox_nano.onnx"}


def test_a_server_without_ranges_starts_again(cache: Path) -> None:
    release = Release(CONTENT, ranges=False, cuts=[300_000])
    assert fetch(release).read_bytes() == CONTENT
    assert len(release.asked) == 2


def test_bytes_of_two_versions_are_never_joined(cache: Path) -> None:
    with pytest.raises(ModelError, match="goes on from there"):
        fetch(Release(CONTENT[::-1], etag='"old"', cuts=[300_000, *[0] * 9]))
    assert fetch(Release(CONTENT, etag='"new"')).read_bytes() == CONTENT


def test_bytes_of_no_named_version_are_caught_by_their_hash(cache: Path) -> None:
    with pytest.raises(ModelError, match="goes on from there"):
        fetch(Release(CONTENT[::-1], etag="", cuts=[300_000, *[0] * 9]))
    with pytest.raises(ModelError, match="SHA-256"):
        fetch(Release(CONTENT, etag=""))
    assert fetch(Release(CONTENT, etag="")).read_bytes() == CONTENT


def test_a_whole_part_needs_no_line(cache: Path) -> None:
    """The power went between the last byte and the file's name."""
    with Part(cache / "yolox_nano.onnx") as part:
        part.append(CONTENT)
    with line() as client:
        assert pull.fetch(download(), None, client).read_bytes() == CONTENT


def test_a_wrong_hash_keeps_nothing_and_says_both(cache: Path) -> None:
    other = CONTENT[:-1] + b"?"
    with pytest.raises(ModelError) as told:
        fetch(Release(other))
    for word in (
        download().sha256,
        hashlib.sha256(other).hexdigest(),
        "expected",
        "got",
        "Nothing was kept",
    ):
        assert word in str(told.value)
    assert not left(cache)


def test_a_wrong_hash_leaves_the_model_that_was_there(cache: Path) -> None:
    cache.mkdir()
    (cache / "yolox_nano.onnx").write_bytes(b"an older one")
    with pytest.raises(ModelError, match="SHA-256"):
        fetch(Release(CONTENT[:-1] + b"?"))
    assert (cache / "yolox_nano.onnx").read_bytes() == b"an older one"


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_of_another_size_is_refused(cache: Path, says_length: bool) -> None:
    with pytest.raises(ModelError, match=r"expected 1,048,576 bytes, got (1,048,577|over 1,0)"):
        fetch(Release(CONTENT + b"?", says_length=says_length))
    assert not left(cache)


def test_a_shorter_file_is_refused_at_once(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"expected 1,048,576 bytes, got 100\b"):
        fetch(Release(CONTENT[:100]))
    assert not left(cache)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("yolo", "'yolo' is unknown.*yolox_nano, yolox_tiny"),
        ("face_landmark", "is built, not pulled.*models build"),
    ],
)
def test_a_name_that_cannot_be_pulled_is_answered_with_those_that_can(name: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        weights.find_download(name)


def test_every_download_is_pinned() -> None:
    for each in weights.DOWNLOADS:
        assert httpx.URL(each.url).scheme == "https"
        assert all(len(bytes.fromhex(known)) == 32 for known in (each.sha256, *each.twins))


def test_a_box_without_rich_is_told_in_lines(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rich.console", None)
    with served(Release(CONTENT)) as url:
        monkeypatch.setattr(weights, "DOWNLOADS", (download(url),))
        client = trust(pull.open_client())
        monkeypatch.setattr(pull, "open_client", lambda: client)
        assert main(["models", "pull", "yolox_nano"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "Fetching yolox_nano: 100 %"
    assert len(lines) <= 10
