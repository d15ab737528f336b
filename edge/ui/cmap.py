"""Which characters a font file has: reads the `cmap` table (OpenType 1.9), formats 4 and 12.

Pillow draws an empty box for a missing glyph and does not say so; fonts.py asks here first. A shopper may
choose a language whose fonts were never asked before: only this table of a file is read, all at once.
"""

import struct
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

#: Unicode ends here.
_END: Final = 0x110000
#: The last code point of format 4 says where its segments end.
_LAST_16: Final = 0xFFFF


class Characters:
    """The code points of a face. A byte each: tens of thousands of numbers a face would be megabytes."""

    __slots__ = ("_there",)

    def __init__(self, there: NDArray[np.bool_]) -> None:
        """there: (n,) whether the face has the code point of this number."""
        self._there = np.trim_zeros(there, "b").tobytes()

    def __contains__(self, point: int) -> bool:
        return point < len(self._there) and self._there[point] != 0

    def __bool__(self) -> bool:
        return bool(self._there)

    def all_of(self, text: str) -> bool:
        """Whether the face has every character of a text."""
        points = [*map(ord, text)]
        return not points or (max(points) < len(self._there) and all(map(self._there.__getitem__, points)))


#: Of a file that cannot be read.
NONE: Final = Characters(np.zeros(0, np.bool_))


def covered(path: Path, index: int = 0) -> Characters:
    """Code points of the face `index` of a .ttf, .otf or .ttc; ValueError where it has no readable map."""
    try:
        with path.open("rb") as file:
            table = _table(file, _face_offset(file, index), b"cmap")
        best = None if table is None else _best_subtable(table)
        if table is None or best is None:
            raise ValueError(f"{path} (face {index}) has no Unicode map of format 4 or 12")
        return Characters(_format_12(table, best) if _u16(table, best) == 12 else _format_4(table, best))
    except (struct.error, IndexError) as short:
        raise ValueError(f"{path} (face {index}) ends too early") from short


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])


def _u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _face_offset(file: BinaryIO, index: int) -> int:
    return _u32(_read(file, 12 + 4 * index, 4), 0) if _read(file, 0, 4) == b"ttcf" else 0


def _table(file: BinaryIO, face: int, tag: bytes) -> bytes | None:
    """The bytes of a table of a face."""
    count = _u16(_read(file, face + 4, 2), 0)
    entries = _read(file, face + 12, 16 * count)
    for entry in range(0, 16 * count, 16):
        if entries[entry : entry + 4] == tag:
            return _read(file, _u32(entries, entry + 8), _u32(entries, entry + 12))
    return None


def _best_subtable(cmap: bytes) -> int | None:
    """The offset of the widest Unicode subtable: format 12 before format 4."""
    found: dict[int, int] = {}
    for place in range(_u16(cmap, 2)):
        platform, _, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * place)
        if platform in (0, 3):
            found.setdefault(_u16(cmap, offset), offset)
    return found.get(12, found.get(4))


def _format_12(data: bytes, at: int) -> NDArray[np.bool_]:
    """Groups of neighbours: where more groups have begun than ended, there is one."""
    count = _u32(data, at + 12)
    groups = np.frombuffer(data, ">u4", 3 * count, at + 16).reshape(-1, 3).astype(np.int64)
    first, after = groups[:, 0], groups[:, 1] + 1
    first, after = (np.minimum(each[first < after], _END) for each in (first, after))
    begun = np.zeros(int(after.max(initial=0)) + 1, np.int32)
    np.add.at(begun, first, 1)
    np.add.at(begun, after, -1)
    return np.cumsum(begun) > 0


def _format_4(data: bytes, at: int) -> NDArray[np.bool_]:
    segments = _u16(data, at + 6) // 2
    ends, starts, deltas, offsets = (
        np.frombuffer(data, ">u2", segments, at + place).astype(int).tolist()
        for place in (14, *(16 + 2 * part * segments for part in (1, 2, 3)))
    )
    offsets_at = at + 16 + 6 * segments
    there = np.zeros(_LAST_16 + 1, np.bool_)
    for segment, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        points = np.arange(first, min(last, _LAST_16 - 1) + 1)
        glyphs = points
        if offset:
            glyphs = np.frombuffer(data, ">u2", len(points), offsets_at + 2 * segment + offset).astype(int)
        there[points] = (((glyphs + delta) & 0xFFFF) != 0) & ((glyphs != 0) | (offset == 0))
    return there
