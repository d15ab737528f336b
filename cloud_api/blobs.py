"""Pictures, by key: a local folder here; any S3-compatible store can stand in by the same four verbs."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

_DRAFTS: Final = "drafts"
_KEY: Final = re.compile(r"[a-z0-9]+/[a-z0-9][a-z0-9._-]*")


class Blobs(Protocol):
    """A store of immutable byte strings. Deleting what is not there is fine."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`; complete or not at all, and on disk when this returns."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none."""

    def delete(self, key: str) -> None:
        """Forget the bytes."""

    def keys(self) -> Iterator[str]:
        """Every key, in no order."""

    def older(self, than: datetime) -> Iterator[str]:
        """The keys that were put before that time, those of writes that were cut off included."""


class LocalBlobs:
    """A folder: `shares/NAME.jpg` lives at `3f/shares/NAME.jpg`, sharded by the key's hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, key: str, data: bytes) -> None:
        """Write beside, flush to disk, rename: a reader never sees half a picture."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path(f"{_DRAFTS}/{secrets.token_hex(16)}")
        draft.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """Forget the bytes."""
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Every key, in no order; drafts of a write that was cut off are none."""
        for path in self._folder.glob("??/*/*"):
            if path.parent.name != _DRAFTS:
                yield f"{path.parent.name}/{path.name}"

    def older(self, than: datetime) -> Iterator[str]:
        """The keys that were put before that time, drafts included."""
        for path in self._folder.glob("??/*/*"):
            try:
                written_s = path.stat().st_mtime
            except FileNotFoundError:
                continue  # deleted this moment
            if written_s < than.timestamp():
                yield f"{path.parent.name}/{path.name}"

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no blob key")
        shard = hashlib.sha256(key.encode()).hexdigest()[:2]
        return self._folder / shard / key


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
