"""Pictures and 3-D models that a catalogue names: where they lie, and whether they are there.

Whoever reads a catalogue gives its `Files` as the validation context; a field of type `FilePath` then turns
the name that a person wrote into a path, or says what is wrong. An effect's `Parameters` may have such
fields: the artwork of glasses, earrings, hats.
"""

from pathlib import Path
from typing import Annotated, Final, Protocol

from pydantic import BeforeValidator, ValidationInfo

#: How files of the kinds that a catalogue may name begin.
_BEGINNINGS: Final = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".glb": (b"glTF",),
    ".gltf": (b"{", b"\xef\xbb\xbf{", b" ", b"\n", b"\r", b"\t"),
}


class Files(Protocol):
    """Where the files of one catalogue are."""

    def find(self, name: str) -> Path:
        """The path of a file by the name that the catalogue has; it need not be there."""


class Beside:
    """The files of a catalogue that a person wrote: relative to it, in its folder or below."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> Path:
        return self._folder / name


def found(name: object, info: ValidationInfo) -> Path:
    """The path of a named file; ValueError where there is none, or it is of another kind than it says."""
    if isinstance(name, Path):
        return name  # found before
    if not isinstance(name, str) or Path(name).suffix.lower() not in _BEGINNINGS:
        raise ValueError(f"names no picture or model ({', '.join(_BEGINNINGS)})")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError("must lie beside the catalogue or in a folder there")
    files: Files = info.context if info.context is not None else Beside(Path())
    path = files.find(name)
    try:
        with path.open("rb") as file:
            begins = file.read(8)
    except OSError:
        raise ValueError(f"the file is missing: {path}") from None
    if not begins.startswith(_BEGINNINGS[path.suffix.lower()]):
        raise ValueError(f"is no {path.suffix[1:].upper()} file, whatever its name says: {path}")
    return path


#: A field that names a file of the catalogue; its value is the file's path, and the file was there.
FilePath = Annotated[Path, BeforeValidator(found)]
