"""Where models live: built once from MediaPipe's weights, pulled or imported, then only read.

A built model is `NAME.onnx` in the cache folder with `NAME.json` beside it: the hashes of its source, of the
file itself and of the recipe (this package's converter and the weights' entry). A pulled one is `NAME.onnx`
alone: its hash stands in models/weights.py. Whoever loads a model gets its path from here, checked;
whatever is missing, damaged or made by another recipe is built again.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

import platformdirs

from models import weights as table
from models import wheel as wheels
from models.errors import ModelError
from models.files import replace, sha256
from models.weights import WEIGHTS, Download, Weights, find

#: Overrides the cache folder.
FOLDER_VARIABLE: Final = "VITRINE_MODELS"
REMEDY: Final = "Run `vitrine models build`."

BUILT, PULLED, MISSING, DAMAGED, STALE = "built", "pulled", "missing", "damaged", "stale"

#: States in which a model may be used.
READY: Final = frozenset({BUILT, PULLED})

#: Called before each model with its name and how many of how many are done.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Record:
    """What is written beside a built model: SHA-256 of source, of output and of the recipe, hexadecimal."""

    source: str
    output: str
    recipe: str

    def json(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=2).encode()


@dataclass(frozen=True, slots=True)
class Status:
    """One model in the cache. state: built, pulled, missing, damaged or stale. bytes: 0 where missing.

    sha256: of the file as it lies there, hexadecimal; empty where it could not be read.
    """

    name: str
    state: str
    path: Path
    bytes: int
    sha256: str = ""


def folder() -> Path:
    """The cache folder (it need not exist yet)."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given) if given else platformdirs.user_cache_path("vitrine") / "models"


def file_of(name: str) -> Path:
    """Where a model's file stands or will stand."""
    return folder() / f"{name}.onnx"


def path(name: str) -> Path:
    """A built or pulled model's file, its hash verified; ModelError says what is wrong and what to do."""
    pulled = name in {download.name for download in table.DOWNLOADS}
    status = _pulled(table.find_download(name)) if pulled else _built(find(name))
    if status.state in READY:
        return status.path
    why = {
        MISSING: "is not there",
        DAMAGED: "is damaged (its hash is not the one recorded)",
        STALE: "was built by another version of Vitrine",
    }[status.state]
    remedy = f"Run `vitrine models pull {name}`." if pulled else REMEDY
    raise ModelError(f"Model {name} {why}: {status.path}. {remedy}")


def check() -> tuple[Status, ...]:
    """The state of every model that is built; all of them are needed."""
    return tuple(_built(weights) for weights in WEIGHTS)


def check_pulled() -> tuple[Status, ...]:
    """The state of every model that is pulled; a store pulls what it wants."""
    return tuple(_pulled(download) for download in table.DOWNLOADS)


def ensure(progress: Progress | None = None) -> None:
    """Build what is missing, damaged or stale; returns at once where everything is there."""
    build(progress)


def build(
    progress: Progress | None = None, wheel: Path | None = None, *, force: bool = False
) -> tuple[str, ...]:
    """Build every model that is not there yet (or all, with force) and return the names built.

    wheel: take the weights from this MediaPipe wheel instead of the installed distribution. Needs the
    `build` extra. ModelError where the weights or the tools are missing or the weights are others.
    """
    wanted = [w for w in WEIGHTS if force or _built(w).state != BUILT]
    for done, weights in enumerate(wanted):
        if progress:
            progress(weights.name, done, len(wanted))
        data = wheels.source(weights, wheel)
        output = _convert(data, weights)
        keep(weights.name, output, Record(sha256(data), sha256(output), recipe(weights)))
    return tuple(weights.name for weights in wanted)


def keep(name: str, model: bytes, record: Record | None = None) -> Path:
    """Write a model (and, for a built one, its record) into the cache; ModelError where it cannot be."""
    target = file_of(name)
    try:
        folder().mkdir(parents=True, exist_ok=True)
        replace(target, model)
        if record:
            replace(target.with_suffix(".json"), record.json())
    except OSError as wrong:
        raise cannot_write(target, wrong) from wrong
    return target


def cannot_write(target: Path, wrong: OSError) -> ModelError:
    """A full disk or a folder that cannot be written, in words."""
    return ModelError(
        f"Cannot write {target}: {wrong.strerror}. Free space there, or "
        f"set {FOLDER_VARIABLE} to another folder."
    )


def record_of(name: str) -> Record:
    """What stands beside a built model; OSError, ValueError or TypeError where that is no record."""
    return Record(**json.loads(file_of(name).with_suffix(".json").read_bytes()))


def recipe(weights: Weights) -> str:
    """Hash of everything that decides what is built from given weights: another one means build again."""
    decides = (weights.path, weights.sha256, weights.picture, weights.unused)
    return sha256(_converter().encode() + repr(decides).encode())


def _convert(data: bytes, weights: Weights) -> bytes:
    try:
        from models.convert import convert  # the build extra; only here
    except ImportError as wrong:
        raise ModelError(
            f"Building models needs the package {wrong.name!r}: install vitrine[build], or bring built "
            "models: `vitrine models export FILE.zip` on another computer, `vitrine models import FILE.zip` "
            "here."
        ) from wrong
    return bytes(convert(data, weights).SerializeToString())


def _built(weights: Weights) -> Status:
    target = file_of(weights.name)
    try:
        output = target.read_bytes()
        record = record_of(weights.name)
    except FileNotFoundError:
        return Status(weights.name, MISSING, target, 0)
    except (OSError, ValueError, TypeError):
        return Status(weights.name, DAMAGED, target, 0)
    found, state = sha256(output), BUILT
    if record.recipe != recipe(weights) or record.source != weights.sha256:
        state = STALE
    elif record.output != found:
        state = DAMAGED
    return Status(weights.name, state, target, len(output), found)


def _pulled(download: Download) -> Status:
    target = file_of(download.name)
    try:
        data = target.read_bytes()
    except FileNotFoundError:
        return Status(download.name, MISSING, target, 0)
    except OSError:
        return Status(download.name, DAMAGED, target, 0)
    found = sha256(data)
    state = PULLED if download.knows(found) else DAMAGED
    return Status(download.name, state, target, len(data), found)


@cache
def _converter() -> str:
    sources = sorted((Path(__file__).parent / "convert").rglob("*.py"))
    return sha256(b"".join(_lines(source) for source in sources))


def _lines(source: Path) -> bytes:
    return source.name.encode() + source.read_bytes().replace(b"\r\n", b"\n")
