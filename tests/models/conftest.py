"""A models' folder of their own for tests that fill one."""

from pathlib import Path

import pytest

from models import store


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(folder))
    return folder
