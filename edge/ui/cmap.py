"""Which characters a font file has: reads the `cmap` table (OpenType 1.9), formats 4 and 12.

Pillow draws an empty box for a missing glyph and does not say so; fonts.py asks here first.
"""

import struct
from pathlib import Path


def covered(path: Path, index: int = 0) -> frozenset[int]:
    """Code points of the face `index` of a .ttf, .otf or .ttc; ValueError where it has no readable map."""
    data = path.read_bytes()
    start = _table(data, _face_offset(data, index), b"cmap")
    if start is None:
        raise ValueError(f"{path} (face {index}) has no cmap table")
    best = _best_subtable(data, start)
    if best is None:
        raise ValueError(f"{path} (face {index}) has no Unicode map of format 4 or 12")
    return frozenset(_format_12(data, best) if _u16(data, best) == 12 else _format_4(data, best))


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])


def _u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])


def _face_offset(data: bytes, index: int) -> int:
    return _u32(data, 12 + 4 * index) if data[:4] == b"ttcf" else 0


def _table(data: bytes, face: int, tag: bytes) -> int | None:
    for place in range(_u16(data, face + 4)):
        entry = face + 12 + 16 * place
        if data[entry : entry + 4] == tag:
            return _u32(data, entry + 8)
    return None


def _best_subtable(data: bytes, cmap: int) -> int | None:
    """The offset of the widest Unicode subtable: format 12 before format 4."""
    found: dict[int, int] = {}
    for place in range(_u16(data, cmap + 2)):
        platform, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * place)
        if platform in (0, 3):
            found.setdefault(_u16(data, cmap + offset), cmap + offset)
    return found.get(12, found.get(4))


def _format_12(data: bytes, at: int) -> set[int]:
    points: set[int] = set()
    for group in range(_u32(data, at + 12)):
        first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * group)
        points.update(range(first, last + 1))
    return points


def _format_4(data: bytes, at: int) -> set[int]:
    segments = _u16(data, at + 6) // 2
    ends = struct.unpack_from(f">{segments}H", data, at + 14)
    starts = struct.unpack_from(f">{segments}H", data, at + 16 + 2 * segments)
    deltas = struct.unpack_from(f">{segments}H", data, at + 16 + 4 * segments)
    offsets_at = at + 16 + 6 * segments
    offsets = struct.unpack_from(f">{segments}H", data, offsets_at)
    points: set[int] = set()
    for segment, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if offset:
                glyph = _u16(data, offsets_at + 2 * segment + offset + 2 * (point - first))
            if offset == 0 or glyph:
                glyph = (glyph + delta) & 0xFFFF
            if glyph:
                points.add(point)
    return points
