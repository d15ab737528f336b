"""A real store in an empty folder; whatever a test does, nothing of it is left running."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .processes import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.at(tmp_path)
    try:
        yield made
    finally:
        made.close()
