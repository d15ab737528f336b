"""Damage to zip files, as a bad stick or a broken copy does it."""

import zipfile
from pathlib import Path
from typing import Final

#: How an archive may be compressed.
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def compress(archive: Path, method: int) -> None:
    """The same archive, compressed in another way."""
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    with zipfile.ZipFile(archive, "w", method) as opened:
        for name, data in members.items():
            opened.writestr(name, data)


def scramble(archive: Path, member: str, count: int = 40) -> None:
    """Change bytes of one member's data; the archive's own tables stay whole."""
    with zipfile.ZipFile(archive) as opened:
        entry = opened.getinfo(member)
    start = entry.header_offset + 30 + len(member)
    data = bytearray(archive.read_bytes())
    data[start : start + count] = bytes(byte ^ 0xA5 for byte in data[start : start + count])
    archive.write_bytes(data)


def misname(archive: Path) -> None:
    """A name in the archive's table is no text any more."""
    data = bytearray(archive.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 9] |= 0x08  # says that names are UTF-8
    data[entry + 46] = 0xFF
    archive.write_bytes(data)
