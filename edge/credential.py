"""The box's credential: what enrolment gave it, in a file that only its own user may read.

`vitrine enrol` writes it; the uplink and the screens read it. A screen without one works, but its shares have
no link yet; the uplink waits for it.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cloud_api.contract.enrolment import Credential
from edge.toml_file import ConfigError

FILE_NAME: Final = "credential.json"


def load(state_path: Path) -> Credential | None:
    """The credential in the box's state folder; None before enrolment, ConfigError where it is broken."""
    path = state_path / FILE_NAME
    try:
        return Credential.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValidationError, OSError) as wrong:
        reason = "not a credential" if isinstance(wrong, ValidationError) else wrong.strerror
        raise ConfigError(
            f"{path}: {reason}; enrol the box again: vitrine enrol BOX.toml --code CODE"
        ) from None


def save(state_path: Path, credential: Credential) -> None:
    """Write it with mode 0600, whole or not at all."""
    state_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = state_path / FILE_NAME
    new = path.with_name(f"{FILE_NAME}.{secrets.token_hex(4)}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(credential.model_dump_json(indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
