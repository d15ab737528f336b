"""Memory that is free goes back to the system."""

import gc
import time
import weakref

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


def test_what_has_settled_is_not_looked_through() -> None:
    with memory.loading():
        assert not gc.isenabled()
        products = [[at] for at in range(1000)]
    assert gc.isenabled()
    looked_through = {id(each) for each in gc.get_objects(generation=2)}
    assert not any(id(each) in looked_through for each in products)
    gc.unfreeze()


def test_what_is_parted_with_goes_beside() -> None:
    class Thing:
        pass

    things = [Thing() for _ in range(100)]
    last = weakref.ref(things[0])
    memory.part_with(things)
    del things
    until_s = time.monotonic() + 10
    while last() is not None and time.monotonic() < until_s:
        time.sleep(0.01)
    assert last() is None


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
