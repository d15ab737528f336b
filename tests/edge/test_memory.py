"""Memory that is free goes back to the system."""

import psutil
import pytest

from edge import memory


def test_what_was_let_go_of_is_given_back() -> None:
    """Small pieces between pieces that stay: without a word glibc keeps their pages."""
    process = psutil.Process()
    pieces = [bytes(3000) for _ in range(60_000)]
    kept = pieces[::400]
    full = process.memory_info().rss
    del pieces
    memory.give_back()
    freed_mb = (full - process.memory_info().rss) / 1e6
    assert len(kept) == 150
    assert freed_mb > 100


def test_another_c_library_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    memory._trim.cache_clear()
    monkeypatch.setattr("ctypes.CDLL", _missing)
    memory.give_back()
    memory._trim.cache_clear()
    monkeypatch.setattr("sys.platform", "darwin")
    memory.give_back()
    memory._trim.cache_clear()


def _missing(name: str) -> None:
    raise OSError(name)
