"""Gives memory that nothing uses any more back to the system.

Screens are drawn into thousands of small and large surfaces that live as long as a visit. When they are let
go of, glibc keeps their pages for later in places where they do not fit, and a process that shows screens
all day grows. One call after every visit, some milliseconds while nobody looks, ends that.
"""

import ctypes
import sys
from functools import lru_cache
from typing import Any


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
