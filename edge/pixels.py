"""Memory for pictures that another process reads without a copy, or leaves for this one.

A camera fills what `empty` gives; `placed` tells where in it a picture lies; `at` finds it there from the
other process, and `sheet` does where that one is to write. The memory (Linux's memfd) belongs to this process
and has no name in any folder: it goes with the process, however that one ends, and nothing of a picture stays
behind. What nobody holds is used again.
"""

import contextlib
import itertools
import mmap
import os
import weakref
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from models.results import U8

#: More than any queue of frames holds; what is asked for beyond that is not shared, and copied.
_MOST_BYTES: Final = 2**30
_PROT_WRITE: Final = mmap.PROT_READ | mmap.PROT_WRITE
#: Memories that the other process keeps in view.
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies. serial: of the memory in its process. where: how to open it. shape: (h, w, 3)."""

    serial: int
    where: str
    shape: tuple[int, ...]


class _Memory:
    """One piece of memory; used again and again."""

    serials: Final = itertools.count()

    def __init__(self, size: int) -> None:
        self.serial, self.size = next(self.serials), size
        self._file = os.memfd_create("vitrine-picture")
        os.ftruncate(self._file, size)
        self.bytes = mmap.mmap(self._file, size)
        self.where = f"/proc/{os.getpid()}/fd/{self._file}"
        weakref.finalize(self, os.close, self._file)


class Pool:
    """Memories of this process; pictures of one size each, best."""

    all: Final[weakref.WeakSet["Pool"]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.all.add(self)
        #: The one that has not been used for longest first: what lies in them is soon written over.
        self._free: deque[_Memory] = deque()
        self._used: dict[int, _Memory] = {}

    def empty(self, shape: tuple[int, ...]) -> U8:
        """As the function `empty`."""
        memory = self._memory(max(int(np.prod(shape)), 1))
        if memory is None:
            return np.empty(shape, np.uint8)
        picture: U8 = np.ndarray(shape, np.uint8, memory.bytes)
        begin = address(picture)
        self._used[begin] = memory
        weakref.finalize(picture, self._release, begin).atexit = False
        return picture

    def placed(self, picture: U8) -> tuple[Place, U8]:
        """As the function `placed`."""
        memory = self._used.get(address(picture))
        if memory is None or not picture.flags.c_contiguous:
            copy = self.empty(picture.shape)
            np.copyto(copy, picture)
            picture, memory = copy, self._used.get(address(copy))
        if memory is None:
            raise MemoryError(f"more than {_MOST_BYTES >> 20} MiB of pictures are held: who keeps them?")
        return Place(memory.serial, memory.where, picture.shape), picture

    def forget(self) -> None:
        """Let go of what nobody uses."""
        self._free.clear()

    def _memory(self, size: int) -> _Memory | None:
        with contextlib.suppress(IndexError):
            while (memory := self._free.popleft()).size < size:
                pass  # of a camera that is no more: it goes
            return memory
        held = sum(memory.size for memory in list(self._used.values()))
        return None if held + size > _MOST_BYTES else _Memory(size)

    def _release(self, begin: int) -> None:
        self._free.append(self._used.pop(begin))


def address(picture: U8) -> int:
    """Where in this process's memory a picture begins; a fifth of the time of NumPy's `ctypes.data`."""
    begin: int = picture.__array_interface__["data"][0]
    return begin


_POOL: Final = Pool()


def empty(shape: tuple[int, ...]) -> U8:
    """A picture to be filled, uint8, in memory that can be shared."""
    return _POOL.empty(shape)


def placed(picture: U8) -> tuple[Place, U8]:
    """Where a picture lies, and the picture that lies there: itself if it was made by `empty`, else a copy.

    It must be held until the other process has read it. TypeError where it is not of bytes.
    """
    return _POOL.placed(picture)


def forget() -> None:
    """Let go of all memory that nobody uses, and of what lies in it: nothing more is to be seen."""
    for pool in Pool.all:
        pool.forget()
    _mapped.cache_clear()


def at(place: Place) -> U8:
    """The picture at a place in another process; it cannot be written to."""
    return np.ndarray(place.shape, np.uint8, _mapped(place.serial, place.where, mmap.PROT_READ))


def sheet(place: Place) -> U8:
    """The same, to be written to."""
    return np.ndarray(place.shape, np.uint8, _mapped(place.serial, place.where, _PROT_WRITE))


@lru_cache(maxsize=_KEPT)
def _mapped(serial: int, where: str, access: int) -> mmap.mmap:  # noqa: ARG001 - a closed file's number comes again
    writes = access == _PROT_WRITE
    file = os.open(where, os.O_RDWR if writes else os.O_RDONLY)
    try:
        # All of a picture will be read; of a sheet what nobody writes to takes no memory.
        flags = mmap.MAP_SHARED | (0 if writes else mmap.MAP_POPULATE)
        return mmap.mmap(file, 0, flags, access)
    finally:
        os.close(file)
