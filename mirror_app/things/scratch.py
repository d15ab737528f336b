"""Memory for pictures on their way: fresh memory costs as much as what is drawn into it."""

import math
import threading
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", np.uint8, np.float32)


class _Held(threading.local):
    def __init__(self) -> None:
        self.bytes: dict[str, npt.NDArray[np.uint8]] = {}


_held = _Held()


def scratch(name: str, shape: tuple[int, ...], dtype: type[T]) -> npt.NDArray[T]:
    """An array with anything in it, one thread's own, good until the next of that name is asked for."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    held = _held.bytes.get(name)
    if held is None or held.size < size:
        held = _held.bytes[name] = np.empty(size, np.uint8)
    return held[:size].view(dtype).reshape(shape)
