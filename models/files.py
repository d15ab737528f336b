"""Files of the model cache: their hashes, and writing so that nobody ever finds half a file."""

import hashlib
import lzma
import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Final

#: What Python's zipfile raises where bytes of an archive are damaged, however it is compressed: found by
#: changing bytes at random. RuntimeError is encryption, or (NotImplementedError) a compression nobody knows.
DAMAGED_ZIP: Final = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def sha256(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(file: Path) -> str:
    """SHA-256 of a file of any size, hexadecimal; OSError where it cannot be read."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def replace(target: Path, data: bytes) -> None:
    """Replace a file so that a reader or a power cut finds the old one or the new one, never half of it."""
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o644)  # models are no secret: whoever installs them may not be who runs them
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
