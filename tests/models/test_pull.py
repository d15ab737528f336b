"""`models pull`: over a broken line, from a file, and never a file that is another one."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.cli.main import main
from models import pull, store, weights
from models.errors import ModelError
from models.part import Part
from models.weights import Download
from tests.models.release import Release, served, trust

CONTENT = bytes(range(256)) * 4096  # a megabyte: several reads


def _no_pause(_: float) -> None:
    """The line is back at once."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(folder))
    return folder


def _download(url: str = "https://127.0.0.1:1/yolox.onnx", content: bytes = CONTENT) -> Download:
    known = hashlib.sha256(content).hexdigest()
    return replace(weights.find_download("yolox_nano"), url=url, sha256=known, bytes=len(content), twins=())


@contextmanager
def _line() -> Iterator[httpx.Client]:
    with trust(pull.open_client()) as client:
        yield client


def _fetch(release: Release, progress: pull.Progress | None = None) -> Path:
    with served(release) as url, _line() as client:
        return pull.fetch(_download(url), progress, client, _no_pause)


def _left(cache: Path) -> set[str]:
    return {file.name for file in cache.iterdir()} if cache.is_dir() else set()


def test_a_model_arrives_whole_and_only_once(cache: Path) -> None:
    release, seen = Release(CONTENT), list[tuple[int, int]]()
    with served(release) as url, _line() as client:
        file = pull.fetch(_download(url), lambda *step: seen.append(step), client)
        assert pull.fetch(_download(url), None, client) == file
    assert file == cache / "yolox_nano.onnx"
    assert file.read_bytes() == CONTENT
    assert _left(cache) == {"yolox_nano.onnx"}
    assert len(release.asked) == 1, "a model that is there is not fetched again"
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 1


def test_the_store_serves_a_pulled_model(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"yolox_nano is not there.*vitrine models pull yolox_nano"):
        store.path("yolox_nano")
    monkeypatch.setattr(weights, "DOWNLOADS", (_download(),))
    file = _fetch(Release(CONTENT))
    assert store.path("yolox_nano") == file
    file.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(ModelError, match=r"yolox_nano is damaged.*vitrine models pull yolox_nano"):
        store.path("yolox_nano")


def test_a_cut_line_goes_on_where_it_broke(cache: Path) -> None:
    release = Release(CONTENT, cuts=[300_000, 200_000])
    assert _fetch(release).read_bytes() == CONTENT
    assert [asked.get("Range") for asked in release.asked] == [None, "bytes=300000-", "bytes=500000-"]
    assert [asked.get("If-Range") for asked in release.asked] == [None, '"one"', '"one"']


def test_a_cut_without_a_declared_length_is_seen_too(cache: Path) -> None:
    release = Release(CONTENT, cuts=[300_000], says_length=False)
    assert _fetch(release).read_bytes() == CONTENT
    assert release.asked[1]["Range"] == "bytes=300000-"


def test_what_arrived_is_kept_for_another_day(cache: Path) -> None:
    never = Release(CONTENT, cuts=[300_000, *[0] * 9])
    with pytest.raises(ModelError, match=r"broke after 0\.3 MB of 1\.0 MB.*pull yolox_nano` goes on"):
        _fetch(never)
    assert len(never.asked) == 6, "once with bytes, five times without"
    assert (cache / "yolox_nano.onnx.part").stat().st_size == 300_000
    today = Release(CONTENT)
    assert _fetch(today).read_bytes() == CONTENT
    assert today.asked[0]["Range"] == "bytes=300000-"
    assert _left(cache) == {"yolox_nano.onnx"}


def test_a_server_without_ranges_starts_again(cache: Path) -> None:
    release = Release(CONTENT, ranges=False, cuts=[300_000])
    assert _fetch(release).read_bytes() == CONTENT
    assert len(release.asked) == 2


def test_bytes_of_two_versions_are_never_joined(cache: Path) -> None:
    with pytest.raises(ModelError, match="goes on from there"):
        _fetch(Release(CONTENT[::-1], etag='"old"', cuts=[300_000, *[0] * 9]))
    assert _fetch(Release(CONTENT, etag='"new"')).read_bytes() == CONTENT


def test_bytes_of_no_named_version_are_caught_by_their_hash(cache: Path) -> None:
    with pytest.raises(ModelError, match="goes on from there"):
        _fetch(Release(CONTENT[::-1], etag="", cuts=[300_000, *[0] * 9]))
    with pytest.raises(ModelError, match="SHA-256"):
        _fetch(Release(CONTENT, etag=""))
    assert _fetch(Release(CONTENT, etag="")).read_bytes() == CONTENT


def test_a_whole_part_needs_no_line(cache: Path) -> None:
    """The power went between the last byte and the file's name."""
    with Part(cache / "yolox_nano.onnx") as part:
        part.append(CONTENT)
    with _line() as client:
        assert pull.fetch(_download(), None, client).read_bytes() == CONTENT


def test_a_wrong_hash_keeps_nothing_and_says_both(cache: Path) -> None:
    other = CONTENT[:-1] + b"?"
    with pytest.raises(ModelError) as told:
        _fetch(Release(other))
    for word in (
        _download().sha256,
        hashlib.sha256(other).hexdigest(),
        "expected",
        "got",
        "Nothing was kept",
    ):
        assert word in str(told.value)
    assert not _left(cache)


def test_a_wrong_hash_leaves_the_model_that_was_there(cache: Path) -> None:
    cache.mkdir()
    (cache / "yolox_nano.onnx").write_bytes(b"an older one")
    with pytest.raises(ModelError, match="SHA-256"):
        _fetch(Release(CONTENT[:-1] + b"?"))
    assert (cache / "yolox_nano.onnx").read_bytes() == b"an older one"


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_of_another_size_is_refused(cache: Path, says_length: bool) -> None:
    with pytest.raises(ModelError, match=r"expected 1,048,576 bytes, got (1,048,577|over 1,0)"):
        _fetch(Release(CONTENT + b"?", says_length=says_length))
    assert not _left(cache)


def test_a_shorter_file_is_refused_at_once(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"expected 1,048,576 bytes, got 100\b"):
        _fetch(Release(CONTENT[:100]))
    assert not _left(cache)


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_server_that_refuses_is_quoted_with_the_way_by_hand(cache: Path, status: int) -> None:
    with pytest.raises(ModelError, match=rf"127\.0\.0\.1 answered {status} .*pull yolox_nano --from FILE"):
        _fetch(Release(CONTENT, status=status))
    assert not _left(cache)


def test_no_network_is_told_with_the_way_by_hand(cache: Path) -> None:
    with (
        _line() as client,
        pytest.raises(ModelError, match=r"No way to 127\.0\.0\.1: .*another computer.*--from FILE"),
    ):
        pull.fetch(_download(), None, client, _no_pause)
    assert not _left(cache)


def test_a_certificate_nobody_trusts_is_refused(cache: Path) -> None:
    with (
        served(Release(CONTENT)) as url,
        httpx.Client(trust_env=False) as client,
        pytest.raises(ModelError, match=r"No way to 127\.0\.0\.1: .*CERTIFICATE_VERIFY_FAILED"),
    ):
        pull.fetch(_download(url), None, client, _no_pause)


def test_redirects_are_followed_as_release_pages_need(cache: Path) -> None:
    assert _fetch(Release(CONTENT, redirect="/elsewhere")).read_bytes() == CONTENT


def test_a_redirect_away_from_tls_is_refused(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9/y is not https"):
        _fetch(Release(CONTENT, redirect="http://127.0.0.1:9/y"))
    assert not _left(cache)


def test_a_redirect_in_a_circle_ends(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"No way to 127\.0\.0\.1: .*redirects"):
        _fetch(Release(CONTENT, redirect="/yolox.onnx"))


def test_an_address_without_tls_is_refused(cache: Path) -> None:
    with _line() as client, pytest.raises(ModelError, match="is not https"):
        pull.fetch(_download("http://127.0.0.1:9/y"), None, client, _no_pause)


def test_too_little_room_is_told_before_anything_is_fetched(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 500_000))
    release = Release(CONTENT)
    with pytest.raises(ModelError, match=r"needs 1\.0 MB more at .*, 0\.5 MB are free.*VITRINE_MODELS"):
        _fetch(release)
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
        _fetch(Release(CONTENT))
    monkeypatch.setattr(Part, "append", real)
    release = Release(CONTENT)
    assert _fetch(release).read_bytes() == CONTENT
    assert "Range" in release.asked[0]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "file" / "models"))
    with pytest.raises(ModelError, match="Cannot write"):
        _fetch(Release(CONTENT))


def test_two_at_once_do_not_mix(cache: Path) -> None:
    with Part(cache / "yolox_nano.onnx"), pytest.raises(ModelError, match="filled by another process"):
        _fetch(Release(CONTENT))


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
    assert not _left(cache)


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
    for download in weights.DOWNLOADS:
        assert httpx.URL(download.url).scheme == "https"
        assert all(len(bytes.fromhex(known)) == 32 for known in (download.sha256, *download.twins))


def test_a_box_without_rich_is_told_in_lines(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rich.console", None)
    with served(Release(CONTENT)) as url:
        monkeypatch.setattr(weights, "DOWNLOADS", (_download(url),))
        client = trust(pull.open_client())
        monkeypatch.setattr(pull, "open_client", lambda: client)
        assert main(["models", "pull", "yolox_nano"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "Fetching yolox_nano: 100 %"
    assert len(lines) <= 10


def test_a_models_file_may_be_read_by_others(cache: Path, tmp_path: Path) -> None:
    brought = tmp_path / "brought.onnx"
    brought.write_bytes(CONTENT)
    assert pull.adopt(_download(), brought).stat().st_mode & 0o044 == 0o044
