"""Memory for pictures on their way: fresh memory costs as much as what is drawn into it."""

import math
import threading
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", np.uint8, np.float32)


class _Held(threading.local):
    def __init__(self) -> None:
        self.flat: dict[tuple[str, type], npt.NDArray[np.generic]] = {}


_held = _Held()


def scratch(name: str, shape: tuple[int, ...], dtype: type[T]) -> npt.NDArray[T]:
    """An array with anything in it, one thread's own, good until the next of that name is asked for."""
    size, held = math.prod(shape), _held.flat.get((name, dtype))
    if held is None or held.size < size:
        held = _held.flat[name, dtype] = np.empty(size, dtype)
    return held[:size].reshape(shape)  # type: ignore[return-value]
