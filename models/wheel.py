"""The sources of the built models: TFLite files of MediaPipe's wheel, installed or given as a file."""

import importlib.metadata
import zipfile
from pathlib import Path

from models import weights
from models.errors import ModelError
from models.files import DAMAGED_ZIP, sha256
from models.weights import Weights


def source(entry: Weights, wheel: Path | None = None) -> bytes:
    """The TFLite file of `entry`; ModelError where it is missing or another than the one known.

    wheel: MediaPipe's wheel as a file, instead of the installed distribution.
    """
    data, place = _from_wheel(entry, wheel) if wheel else _from_distribution(entry)
    if sha256(data) != entry.sha256:
        raise ModelError(
            f"{place}: {entry.path} is not the file Vitrine knows (SHA-256 {sha256(data)}, "
            f"expected {entry.sha256}). Use the wheel of {weights.DISTRIBUTION}=={weights.VERSION}."
        )
    return data


def _from_distribution(entry: Weights) -> tuple[bytes, str]:
    wanted = f"{weights.DISTRIBUTION}=={weights.VERSION}"
    wheel = f"{weights.DISTRIBUTION}-{weights.VERSION}-….whl"
    remedy = f"Install vitrine[build], or give the wheel: `vitrine models build --wheel {wheel}`."
    try:
        found = importlib.metadata.distribution(weights.DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as wrong:
        raise ModelError(
            f"The weights come with {wanted}, which is not installed. {remedy} Where neither can be had "
            "(another processor than x86-64), bring built models: `vitrine models export FILE.zip` on "
            "another computer, `vitrine models import FILE.zip` here."
        ) from wrong
    place = f"{weights.DISTRIBUTION} {found.version}"
    try:
        return Path(str(found.locate_file(entry.path))).read_bytes(), place
    except OSError as wrong:
        raise ModelError(f"{place} as installed has no {entry.path}. {remedy}") from wrong


def _from_wheel(entry: Weights, wheel: Path) -> tuple[bytes, str]:
    wanted = f"{weights.DISTRIBUTION}=={weights.VERSION}"
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(entry.path), str(wheel)
    except KeyError as wrong:
        raise ModelError(f"{wheel} has no {entry.path}. Use the wheel of {wanted}.") from wrong
    except FileNotFoundError as wrong:
        raise ModelError(f"There is no file {wheel}.") from wrong
    except DAMAGED_ZIP as wrong:
        why = str(wrong) or "it ends too early"
        raise ModelError(f"{wheel} cannot be read as a wheel: {why}. Download {wanted} again.") from wrong
