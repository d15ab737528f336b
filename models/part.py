"""A file that is arriving: what there is of it so far, kept over broken lines and power cuts.

`NAME.onnx.part` holds the bytes, `NAME.onnx.part.tag` the server's name for the version they are of (an
ETag), so that bytes of two versions are never joined. One process at a time writes.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from models.errors import ModelError


class Part:
    """The `.part` file beside `target`, open for appending and locked; use as a context manager."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._tag_path = target.with_name(f"{target.name}.part.tag")
        self._target = target
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise ModelError(f"{self.path} is being filled by another process. Wait for it.") from None

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._file.tell()

    @property
    def tag(self) -> str:
        """The version that these bytes are of; empty where the server named none."""
        return self._tag_path.read_text() if self._tag_path.is_file() else ""

    def restart(self, tag: str) -> None:
        """Forget the bytes; those to come are of version `tag`."""
        self._file.truncate(0)
        self._file.seek(0)
        self._tag_path.write_text(tag)

    def append(self, data: bytes) -> None:
        """Write the next bytes."""
        self._file.write(data)

    def finish(self) -> None:
        """Put the file in its place, whole and on disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self.path.replace(self._target)
        self._tag_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Keep nothing."""
        self.path.unlink(missing_ok=True)
        self._tag_path.unlink(missing_ok=True)

    def flush(self) -> None:
        """Hand everything to the system, so that others may read it."""
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError:  # the disk is full: whoever wrote has heard so already
            if kind is None:
                raise
        if self.path.is_file() and not self.path.stat().st_size:
            self.discard()
