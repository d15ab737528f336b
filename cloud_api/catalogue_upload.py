"""What staff upload becomes a document: TOML, JSON, or a ZIP with pictures; read product by product.

bytes -> unpack -> Upload (document as written, pictures) -> checked -> Checked (what is offered, what not)
"""

import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from cloud_api.contract.catalogue import (
    FILE,
    MAX_FILE_BYTES,
    MAX_UPLOAD_BYTES,
    Document,
    Look,
    Product,
    Skipped,
    files_of,
    without_shades,
    wrong_shades,
)

from .errors import Invalid, TooLarge

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NAMES: Final = ("catalogue.toml", "catalogue.json")
_MOST_WORDS: Final = 500
_BEGINNINGS: Final = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".glb": b"glTF",
}

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A document as it was written, and the pictures that came with it, by name."""

    document: Document
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What of an upload is offered. document: as boxes get it. pictures: new ones, by their SHA-256.

    counted: how many lie in the store, of the SKUs that the file says it of.
    """

    document: Document
    pictures: Mapping[str, bytes]
    skipped: tuple[Skipped, ...]
    counted: Mapping[str, int]


def unpack(data: bytes) -> Upload:
    """Read what was uploaded; Invalid says what is wrong with it, TooLarge what is too much."""
    if data.startswith(b"PK"):
        return _of_zip(data)
    return Upload(_document(data))


def from_file(path: Path) -> Upload:
    """Read a catalogue and the pictures beside it; Invalid, TooLarge, OSError."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return _of_zip(data)
    document = _document(data)
    pictures = {}
    for name in sorted(_named(document)):
        file = path.parent / name
        if ".." not in PurePosixPath(name).parts and file.is_file():
            pictures[name] = _limited(name, file.read_bytes())
    return Upload(document, pictures)


def checked(upload: Upload, known: Mapping[str, str]) -> Checked:
    """Read product by product what is offered; Invalid where nothing is.

    known: pictures of the catalogue before, by name: SHA-256; they need not come again.
    """
    come = {name: hashlib.sha256(data).hexdigest() for name, data in upload.pictures.items()}
    checker = _Checker({**known, **come}, upload.pictures)
    products = checker.products(upload.document.products)
    if not products:
        raise Invalid("nothing_offered", "; ".join(map(str, checker.skipped[:5])))
    looks = checker.looks(upload.document.looks)
    files = {name: checker.files[name] for product in products for name in sorted(files_of(product))}
    return Checked(
        Document(language=upload.document.language, products=products, looks=looks, files=files),
        {come[name]: data for name, data in upload.pictures.items() if name in files},
        tuple(checker.skipped),
        checker.counted,
    )


class _Checker:
    def __init__(self, files: Mapping[str, str], pictures: Mapping[str, bytes]) -> None:
        self.files, self._pictures = files, pictures
        self.skipped: list[Skipped] = []
        self.counted: dict[str, int] = {}
        self._skus: set[str] = set()
        self._ids: set[str] = set()

    def products(self, written: tuple[Raw, ...]) -> tuple[Raw, ...]:
        """Those that are right, as they were written."""
        kept = []
        for place, whole in enumerate(written):
            what = _called("product", whole, place)
            raw = self._without_wrong_shades(whole, what)
            product = self._read(Product, raw, what)
            if product is None or not self._is_new(product, what) or not self._has_files(raw, what):
                continue
            self._ids.add(product.id)
            self._skus.update(shade.sku for shade in product.shades)
            self.counted |= {shade.sku: shade.stock for shade in product.shades if shade.stock is not None}
            kept.append(raw)
        return tuple(kept)

    def looks(self, written: tuple[Raw, ...]) -> tuple[Raw, ...]:
        """Those that are right and made of what is offered."""
        kept = []
        for place, raw in enumerate(written):
            what = _called("look", raw, place)
            look = self._read(Look, raw, what)
            missing = [part.sku for part in look.parts if part.sku not in self._skus] if look else []
            if missing:
                self._skip(what, f"nothing that is offered has the SKU {', '.join(missing)}")
            elif look:
                kept.append(raw)
        return tuple(kept)

    def _read(self, model: type[BaseModel], raw: Raw, what: str) -> Any:
        try:
            json.dumps(raw, allow_nan=False)
            return model.model_validate(raw)
        except ValidationError as wrong:
            # Where each shade says what is wrong with it, "no shade is left" says nothing more.
            errors = [error for error in wrong.errors() if error["loc"] != ("shades",)] or wrong.errors()
            self._skip(what, "; ".join(map(_words, errors)))
        except (TypeError, ValueError) as wrong:
            self._skip(what, f"cannot be written as JSON: {wrong}")
        return None

    def _without_wrong_shades(self, raw: Raw, what: str) -> Raw:
        """The product without single shades that are wrong, where others are right."""
        try:
            Product.model_validate(raw)
        except ValidationError as wrong:
            bad = wrong_shades(raw, wrong)
            for at in bad:
                told = "; ".join(_words(error) for error in wrong.errors() if error["loc"][1] == at)
                self._skip(f"{what}, shade {raw['shades'][at].get('sku', at + 1)!r}", told)
            return without_shades(raw, bad) if bad else raw
        return raw

    def _is_new(self, product: Product, what: str) -> bool:
        skus = [shade.sku for shade in product.shades]
        twice = sorted({sku for sku in skus if sku in self._skus or skus.count(sku) > 1})
        if twice:
            self._skip(what, f"SKU used more than once: {', '.join(twice)}")
        if product.id in self._ids:
            self._skip(what, f"product id used more than once: {product.id}")
        return not twice and product.id not in self._ids

    def _has_files(self, raw: Raw, what: str) -> bool:
        for name in sorted(files_of(raw)):
            if name not in self.files:
                self._skip(what, f"the picture {name} did not come with the catalogue")
                return False
            begins = _BEGINNINGS.get(PurePosixPath(name).suffix.lower(), b"")
            if name in self._pictures and not self._pictures[name].startswith(begins):
                self._skip(what, f"{name} is not the kind of file that its name says")
                return False
        return True

    def _skip(self, what: str, why: str) -> None:
        self.skipped.append(Skipped(what=what[:300], why=why[:_MOST_WORDS]))


def _words(error: "ErrorDetails") -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _called(kind: str, raw: Raw, place: int) -> str:
    name = raw.get("id")
    return f"{kind} {name!r}" if isinstance(name, str) else f"{kind} number {place + 1}"


def _named(document: Document) -> set[str]:
    return {name for product in document.products for name in files_of(product)}


def _document(data: bytes) -> Document:
    try:
        written = json.loads(data) if data.lstrip()[:1] == b"{" else tomllib.loads(data.decode())
        return Document.model_validate(written)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid("bad_catalogue", f"This is no catalogue: {where}: {first['msg']}") from None
    except (ValueError, RecursionError) as wrong:  # neither JSON nor TOML, or no UTF-8
        raise Invalid("bad_catalogue", f"This is neither TOML nor JSON: {wrong}") from None


def _of_zip(data: bytes) -> Upload:
    """The catalogue in a ZIP file, and the pictures at the places that it names, seen from its own folder."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
            main = _main(entries)
            document = _document(_member(archive, entries[main]))
            folder = main.rpartition("/")[0]
            placed = {name: f"{folder}/{name}" if folder else name for name in _named(document)}
            pictures = {name: at for name, at in placed.items() if at in entries and FILE.fullmatch(name)}
            if sum(entries[at].file_size for at in pictures.values()) > MAX_UPLOAD_BYTES:
                raise TooLarge("too_large", f"The pictures have more than {MAX_UPLOAD_BYTES} bytes together.")
            return Upload(document, {name: _member(archive, entries[at]) for name, at in pictures.items()})
    # zipfile raises NotImplementedError and RuntimeError for kinds of compression and encryption.
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as wrong:
        raise Invalid("bad_zip", f"This ZIP file cannot be read: {wrong}") from None


def _main(entries: Mapping[str, zipfile.ZipInfo]) -> str:
    """The catalogue's own file: the one that lies highest."""
    found = [name for name in entries if name.rpartition("/")[2].lower() in _NAMES]
    if not found:
        raise Invalid("bad_zip", f"There is no {' or '.join(_NAMES)} in this ZIP file.")
    return min(found, key=lambda name: (name.count("/"), name))


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    limit = MAX_UPLOAD_BYTES if entry.filename.rpartition("/")[2].lower() in _NAMES else MAX_FILE_BYTES
    if entry.file_size > limit:
        raise TooLarge("too_large", f"{entry.filename} has more than {limit} bytes.")
    return archive.read(entry)


def _limited(name: str, data: bytes) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise TooLarge("too_large", f"{name} has more than {MAX_FILE_BYTES} bytes.")
    return data
