"""What the tests of `models pull` share: a megabyte that stands for a model, and a server that has it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from models import pull, weights
from models.weights import Download
from tests.models.release import Release, served, trust

CONTENT = bytes(range(256)) * 4096  # a megabyte: several reads


def no_pause(_: float) -> None:
    """The line is back at once."""


def download(url: str = "https://127.0.0.1:1/yolox.onnx", content: bytes = CONTENT) -> Download:
    """A model as the weights list one, at that address."""
    known = hashlib.sha256(content).hexdigest()
    return replace(weights.find_download("yolox_nano"), url=url, sha256=known, bytes=len(content), twins=())


@contextmanager
def line() -> Iterator[httpx.Client]:
    """A client that trusts the server of these tests."""
    with trust(pull.open_client()) as client:
        yield client


def fetch(release: Release, progress: pull.Progress | None = None) -> Path:
    """The model pulled from a server that behaves like this."""
    with served(release) as url, line() as client:
        return pull.fetch(download(url), progress, client, no_pause)


def left(cache: Path) -> set[str]:
    """What is in the models' folder."""
    return {file.name for file in cache.iterdir()} if cache.is_dir() else set()
