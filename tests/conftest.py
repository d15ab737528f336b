"""What tests find outside the repository, and what its absence means.

`VITRINE_REQUIRE=browser,realdata,postgres,reference` turns a missing part from a skip into a failure.
"""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
REQUIRED: Final = set(filter(None, os.environ.get("VITRINE_REQUIRE", "").split(",")))
_missing: dict[str, str] = {}


def absent(part: str, why: str) -> None:
    """Skip the running test, or fail it where `VITRINE_REQUIRE` names the part."""
    _missing[part] = why
    if part in REQUIRED:
        pytest.fail(f"{part} is required and missing: {why}")
    pytest.skip(f"{part}: {why}")


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real clips and their truth."""
    folder = Path(os.environ.get("VITRINE_REALDATA", ROOT.parent / "shared" / "realdata"))
    if not (folder / "README.md").is_file():
        absent("realdata", "no real clips; set VITRINE_REALDATA to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that Playwright can drive."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        absent("browser", "no chromium; Debian, Ubuntu: apt-get install chromium")
        raise AssertionError
    return found


@pytest.fixture(scope="session")
def built_models() -> Path:
    """The folder of built models; built into the usual cache where they are missing or stale."""
    from models import store

    store.ensure()
    return store.folder()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says what did not run."""
    if _missing:
        parts = "; ".join(f"{part} ({why})" for part, why in sorted(_missing.items()))
        terminalreporter.write_line(f"Skipped for want of: {parts}", yellow=True)
