"""The cloud's catalogue on this box: what came last, whole, with its pictures; used while the line is down.

    STATE/catalogue/catalogue.json   the document as the cloud sent it, replaced in one step
                    previous.json    the one before, should a mirror find nothing in the new one
                    stock.json       what can still be had, more often new than the rest
                    files/           pictures and models by their hash

The uplink's process writes (`edge/catalogue_line.py`), screens read.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cloud_api.contract.catalogue import Delivered, Document, StockList
from edge import json_pieces

#: Its folder in the box's state folder.
FOLDER: Final = "catalogue"

#: Changes whenever something of the catalogue on disk does.
Stamp = tuple[int, ...]


class Cache:
    """The folder of one box's catalogue; state_path: the box's state folder."""

    def __init__(self, state_path: Path) -> None:
        self.folder = state_path / FOLDER
        self._document = self.folder / "catalogue.json"
        self._previous = self.folder / "previous.json"
        self._stock = self.folder / "stock.json"

    def documents(self, pause: Callable[[], None] | None = None) -> Iterator[Document]:
        """The newest document and the one before, as far as they are whole; each read when asked.

        pause: called again and again meanwhile, where something else must go on.
        """
        for path in (self._document, self._previous):
            if (document := _read(path, pause)) is not None:
                yield document

    def stock(self) -> StockList:
        """What can still be had; empty while nothing is known."""
        try:
            return StockList.model_validate_json(self._stock.read_bytes())
        except (OSError, ValidationError):
            return StockList()

    def file(self, sha256: str, name: str) -> Path:
        """Where a picture or model lies, or will lie."""
        return self.folder / "files" / f"{sha256}{Path(name).suffix.lower()}"

    def has(self, sha256: str, name: str) -> bool:
        """Whether a picture or model is here. It was verified when it came."""
        return self.file(sha256, name).is_file()

    def stamp(self) -> Stamp:
        """Another value whenever document or stock changes; reads no file."""
        return tuple(_changed_ns(path) for path in (self._document, self._stock))

    def tag(self, what: str) -> str:
        """The ETag that came with the `catalogue` or the `stock` that is here; empty where that is damaged or
        none is."""
        try:
            kept = json.loads((self.folder / f"{what}.tag").read_bytes())
            body = (self.folder / f"{what}.json").read_bytes()
            return str(kept["tag"]) if kept["sha256"] == hashlib.sha256(body).hexdigest() else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def keep_file(self, sha256: str, name: str, data: bytes) -> bool:
        """Write a picture or model; False where the bytes are not those that the hash stands for."""
        if hashlib.sha256(data).hexdigest() != sha256:
            return False
        path = self.file(sha256, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
        return True

    def keep_document(self, body: bytes, tag: str) -> None:
        """Replace the document; what it names is here already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if _read(self._document) is not None:
            _replace(self._previous, self._document.read_bytes())
        _replace(self._document, body)
        self._keep_tag("catalogue", tag, body)

    def keep_stock(self, body: bytes, tag: str) -> None:
        """Replace the stock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self._stock, body)
        self._keep_tag("stock", tag, body)

    def tidy(self) -> None:
        """Forget pictures that neither document names."""
        named = {self.file(sha, name).name for doc in self.documents() for name, sha in doc.files.items()}
        for path in (self.folder / "files").glob("*"):
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _keep_tag(self, what: str, tag: str, body: bytes) -> None:
        kept = {"tag": tag, "sha256": hashlib.sha256(body).hexdigest()}
        _replace(self.folder / f"{what}.tag", json.dumps(kept).encode())


def _read(path: Path, pause: Callable[[], None] | None = None) -> Document | None:
    """Through `json`: pydantic's own reader keeps every other thread waiting six times as long."""
    try:
        written = path.read_bytes()
        return Delivered.model_validate(
            json.loads(written) if pause is None else json_pieces.loads(written.decode("utf-8-sig"), pause)
        )
    except (OSError, ValueError, RecursionError):  # also ValidationError
        return None


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _replace(target: Path, data: bytes) -> None:
    """A reader or a power cut finds the old file or the new one, never half of it."""
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
