"""What passes between the two processes of perception: pickled, in half of the time that pickle takes.

By itself pickle asks frozen dataclasses for their fields one by one, and looks up their classes by name at
both ends; arrays tell it how to make an empty one and fill it. Here both ends know the classes beforehand:
what is pickled are tuples that begin with a number. Right after the network has run, when nothing is in the
cache, a `Look` takes 15 us instead of 71 to pack and 13 instead of 34 to unpack, what was seen of one face 31
instead of 92, and 34 instead of 55.
"""

import pickle
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt

#: What is put together again from bytes; all else goes numpy's own way.
_PLAIN: Final = "biuf"
#: Numbers of what is no dataclass; those have the next ones.
_TUPLE, _ARRAY, _FIRST = range(3)

_Array = npt.NDArray[Any]
_Flat = tuple[Any, ...]


class Parcels:
    """Packs values for `Connection.send_bytes`, and unpacks those of a `Connection.recv_bytes`.

    kinds: dataclasses of two fields or more that go the short way, in the same order at both ends. Any other
    value that can be pickled may be packed as well.
    """

    def __init__(self, *kinds: type) -> None:
        self._kinds = kinds
        self._ways: dict[type, Callable[[Any], Any]] = {tuple: self._tuple, np.ndarray: _array}
        self._ways |= {kind: self._by_fields(kind, number) for number, kind in enumerate(kinds, _FIRST)}

    def pack(self, value: object) -> bytes:
        """Raises what pickle raises where a value cannot be sent."""
        return pickle.dumps(self._flat(value), pickle.HIGHEST_PROTOCOL)

    def unpack(self, parcel: bytes) -> object:
        """The value; its arrays can be written to. Raises what making it again raises."""
        return self._made(pickle.loads(parcel))  # noqa: S301 - of a process that this one started, or its own

    def _flat(self, value: object) -> object:
        way = self._ways.get(type(value))
        return value if way is None else way(value)

    def _tuple(self, values: _Flat) -> _Flat:
        return (_TUPLE, *map(self._flat, values))

    def _by_fields(self, kind: type, number: int) -> Callable[[object], _Flat]:
        of = attrgetter(*(field.name for field in fields(kind)))
        return lambda value: (number, *map(self._flat, of(value)))

    def _made(self, value: Any) -> Any:
        if type(value) is not tuple:
            return value
        number = value[0]
        if number == _ARRAY:
            return np.ndarray(value[3], value[2], bytearray(value[1]))
        parts = map(self._made, value[1:])
        return tuple(parts) if number == _TUPLE else self._kinds[number - _FIRST](*parts)


def _array(array: _Array) -> _Flat | _Array:
    return (_ARRAY, array.tobytes(), array.dtype.str, array.shape) if array.dtype.kind in _PLAIN else array
