"""Keeps the mirror's memory in order while nobody waits for a picture.

    settle      after something large was loaded, such as a catalogue: it is there to stay
    part_with   of something large that is not wanted any more
    give_back   after every visit: nobody uses what its screens were drawn into any more

Screens are drawn into thousands of small and large surfaces that live as long as a visit. When they are let
go of, glibc keeps their pages for later in places where they do not fit, and a process that shows screens
all day grows. One call after every visit, some milliseconds while nobody looks, ends that.

Python's garbage collector looks through everything there is every now and then: through thousands of products
for some tenths of a second, during which no picture is drawn. What has settled it does not look through.
Nothing of a shopper waits for it: their picture goes with its last user (tests/mirror_app/test_leaving.py).
"""

import ctypes
import gc
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Thread
from typing import Any

#: So many things go at once, and so long is rested between.
_FEW, _REST_S = 20, 0.002


def settle() -> None:
    """All there is now stays: garbage is looked for among what comes later."""
    gc.freeze()


@contextmanager
def loading() -> Iterator[None]:
    """While something large is made, none of it garbage, no garbage is looked for; then it has settled."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        settle()
        if was:
            gc.enable()


def part_with(things: Iterable[object]) -> None:
    """Let go of thousands of things a few at a time, beside: at once it would hold up a picture."""
    Thread(target=_let_go, args=([*things],), name="parting", daemon=True).start()


def _let_go(things: list[object]) -> None:
    while things:
        del things[-_FEW:]
        time.sleep(_REST_S)


def give_back() -> None:
    """Return free pages of the C heap to the system; does nothing where the C library is not glibc."""
    if (trim := _trim()) is not None:
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return None
