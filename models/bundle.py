"""Models as one zip file, for boxes that cannot build them: another processor, no wheel, no internet.

The archive holds `NAME.onnx` for each model, `bundle.json` with the hashes of each, and `NOTICE.txt`. Only
names this version of Vitrine knows are ever read from it, and nothing is written before all is verified.
"""

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models import store, weights
from models.errors import ModelError
from models.files import DAMAGED_ZIP, replace, sha256
from models.store import Record

MANIFEST: Final = "bundle.json"
NOTICE: Final = "NOTICE.txt"

#: A model is a few megabytes: whatever claims more is no model of ours.
_LARGEST: Final = 200_000_000
_LARGEST_MANIFEST: Final = 1_000_000
#: Zip files carry times; always the same one makes the same models the same file.
_TIME: Final = (1980, 1, 1, 0, 0, 0)


class _Model(BaseModel):
    """One model: SHA-256 of the file, and of source and recipe where it was built (hexadecimal)."""

    model_config = ConfigDict(extra="forbid")

    name: str
    sha256: str
    source: str = ""
    recipe: str = ""

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return f"{self.name}.onnx"


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vitrine_models: Literal[1]
    models: tuple[_Model, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought, and which built models this Vitrine needs that were not in the archive."""

    names: tuple[str, ...]
    lacking: tuple[str, ...]


def export(target: Path) -> tuple[str, ...]:
    """Write every model that is ready into `target`; the names.

    ModelError where a model is still to be built, is damaged, or the file cannot be written.
    """
    if target.is_dir():
        raise ModelError(f"{target} is a folder. Give the file to write, such as {target / 'models.zip'}.")
    models = [_Model(name=w.name, sha256="", **_origin(w.name)) for w in weights.WEIGHTS]
    models += [_Model(name=s.name, sha256="") for s in store.check_pulled() if s.state != store.MISSING]
    files = {model.name: store.path(model.name).read_bytes() for model in models}
    models = [model.model_copy(update={"sha256": sha256(files[model.name])}) for model in models]
    manifest = _Manifest(vitrine_models=1, models=tuple(models))
    part = target.with_name(f".{target.name}.part")
    try:
        _write(part, manifest, files)
        part.replace(target)
    except OSError as wrong:
        raise ModelError(f"Cannot write {target}: {wrong.strerror}.") from wrong
    finally:
        part.unlink(missing_ok=True)
    return tuple(files)


def load(source: Path) -> Imported:
    """Put every model of an archive into the cache, all of them or none.

    ModelError where it is no such archive, is damaged, or was exported by another version of Vitrine.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            models = _manifest(archive, source).models
            _require_ours(archive, models, source)
            files = [_verified(archive, model, source) for model in models]
    except FileNotFoundError as wrong:
        raise ModelError(f"There is no file {source}.") from wrong
    except DAMAGED_ZIP as wrong:
        raise ModelError(f"{source} cannot be read: {str(wrong) or 'it ends too early'}. {_AGAIN}") from wrong
    _install(models, files)
    names = tuple(model.name for model in models)
    return Imported(names, tuple(w.name for w in weights.WEIGHTS if w.name not in names))


_AGAIN: Final = "Copy it again, or make another with `vitrine models export FILE.zip`."


def _origin(name: str) -> dict[str, str]:
    """Source and recipe of a built model, as recorded."""
    store.path(name)  # with its own words where the model or its record is not right
    record = store.record_of(name)
    return {"source": record.source, "recipe": record.recipe}


def _write(part: Path, manifest: _Manifest, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(part, "w") as archive:
        archive.writestr(_entry(MANIFEST), manifest.model_dump_json(indent=2))
        archive.writestr(_entry(NOTICE), _notice(files))
        for name, data in files.items():
            archive.writestr(_entry(f"{name}.onnx"), data)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.external_attr = 0o644 << 16
    return entry


def _notice(names: dict[str, bytes]) -> str:
    """Who made what is in the archive; the Apache licence wants it told wherever the files go."""
    built = f"Built models: {weights.LICENCE}, https://github.com/google-ai-edge/mediapipe"
    changed = "Changed by Vitrine: converted from TensorFlow Lite to ONNX."
    pulled = [f"{d.name}: {d.licence}, {d.url}, unchanged." for d in weights.DOWNLOADS if d.name in names]
    licence = "Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0"
    return "\n".join((built, changed, *pulled, licence, ""))


def _manifest(archive: zipfile.ZipFile, source: Path) -> _Manifest:
    foreign = ModelError(f"{source} holds no models of Vitrine. {_AGAIN}")
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise foreign
    try:
        return _Manifest.model_validate_json(archive.read(MANIFEST))
    except ValidationError as wrong:
        raise foreign from wrong


def _require_ours(archive: zipfile.ZipFile, models: tuple[_Model, ...], source: Path) -> None:
    """Refuse an archive with anything in it that export does not write, whatever its path would do."""
    expected = sorted((MANIFEST, NOTICE, *(model.file for model in models)))
    if sorted(archive.namelist()) != expected:
        others = sorted(set(archive.namelist()) ^ set(expected)) or ["the same name twice"]
        raise ModelError(f"{source} was not made by `vitrine models export`: {', '.join(others[:5])!r}.")
    for model in models:
        if model.name not in weights.names():
            raise ModelError(f"{source} holds {model.name!r}, which this version of Vitrine does not know.")


def _verified(archive: zipfile.ZipFile, model: _Model, source: Path) -> bytes:
    if archive.getinfo(model.file).file_size > _LARGEST:
        raise ModelError(f"{source}: {model.file} is too large for a model. {_AGAIN}")
    data = archive.read(model.file)
    if sha256(data) != model.sha256:
        raise ModelError(f"{source} is damaged: the hash of {model.file} is not the one recorded. {_AGAIN}")
    if _is_built(model.name):
        entry = weights.find(model.name)
        if (model.source, model.recipe) != (entry.sha256, store.recipe(entry)):
            raise ModelError(
                f"{source} was exported by another version of Vitrine: it builds {model.name} differently. "
                "Export again with the version that runs here."
            )
    elif not weights.find_download(model.name).knows(model.sha256):
        raise ModelError(
            f"{source}: {model.file} is not the {model.name} that this version of Vitrine knows."
        )
    return data


def _install(models: tuple[_Model, ...], files: list[bytes]) -> None:
    """Everything is written beside the cache's files first, so that a full disk changes none of them."""
    folder = store.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as beside:
            for model, data in zip(models, files, strict=True):
                replace(Path(beside) / model.file, data)
                if _is_built(model.name):
                    record = Record(model.source, model.sha256, model.recipe)
                    replace(Path(beside) / f"{model.name}.json", record.json())
            for file in sorted(Path(beside).iterdir()):
                file.replace(folder / file.name)
    except OSError as wrong:
        raise store.cannot_write(folder, wrong) from wrong


def _is_built(name: str) -> bool:
    return name in {entry.name for entry in weights.WEIGHTS}
