"""How large a JPEG is, read from its headers: the cloud holds no vision library and decodes nothing."""

from typing import Final

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
#: Start-of-frame markers (ITU-T T.81, table B.1): all of C0..CF but DHT (C4), JPG (C8) and DAC (CC).
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers that stand alone, without a length: TEM and RST0..RST7.
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN: Final = 0xDA


def size_px(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels; ValueError where it is no whole JPEG."""
    if not data.startswith(_START) or not data.rstrip(b"\0").endswith(_END):
        raise ValueError("not a whole JPEG: start or end marker is missing")
    at = len(_START)
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            return _frame(data, at)
        if marker == _SCAN:
            break
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise ValueError("not a JPEG: no frame header before the first scan")


def _frame(data: bytes, at: int) -> tuple[int, int]:
    """Marker, length, precision, then height and width (T.81, B.2.2)."""
    height = int.from_bytes(data[at + 5 : at + 7])
    width = int.from_bytes(data[at + 7 : at + 9])
    if len(data) < at + 9 or not height or not width:
        raise ValueError("not a JPEG: its frame header has no size")
    return width, height
