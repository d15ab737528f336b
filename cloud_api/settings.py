"""How one copy of the cloud is set up: from the command line and `VITRINE_…` variables, frozen."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, field_validator

_SECRET_BYTES: Final = 32


class SettingsError(Exception):
    """A setting is wrong; the message names it and the remedy."""


class Settings(BaseModel):
    """Settings of one copy of the cloud; `secret` is shared by all copies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path
    database_url: str
    secret: bytes = Field(min_length=16, repr=False)
    #: Where phones reach the share pages, without a trailing slash.
    link_url: str = Field(default="http://127.0.0.1:8080", pattern=r"^https?://[^\s]+[^/\s]$")
    #: Time zone of stores that name none (IANA name).
    time_zone: str = "UTC"
    #: Whether to add HSTS and mark cookies Secure; follows `link_url` unless set.
    secure: bool = False
    #: How long a link of a picture that never arrived keeps saying "on its way".
    not_yet_days: int = Field(default=30, ge=1)
    #: How long an order that nobody collects holds its stock.
    hold_days: int = Field(default=14, ge=1)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return time_zone(name).key

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose, derived from the server's secret (HMAC-SHA-256)."""
        return hmac.new(self.secret, b"vitrine cloud v1\0" + purpose.encode(), hashlib.sha256).digest()

    @property
    def blob_dir(self) -> Path:
        """The local folder of the pictures."""
        return self.data_dir / "blobs"


def load(
    data_dir: Path | None = None, link_url: str | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Settings from arguments, then `VITRINE_…` variables, then defaults; makes folder and secret.

    VITRINE_CLOUD_DATA, VITRINE_DATABASE_URL, VITRINE_SECRET, VITRINE_LINK_URL, VITRINE_TIME_ZONE.
    """
    folder = data_dir or Path(environ.get("VITRINE_CLOUD_DATA") or user_data_path("vitrine") / "cloud")
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = (link_url or environ.get("VITRINE_LINK_URL") or "http://127.0.0.1:8080").rstrip("/")
    try:
        return Settings(
            data_dir=folder,
            database_url=environ.get("VITRINE_DATABASE_URL") or f"sqlite:///{folder / 'cloud.db'}",
            secret=_secret(folder, environ.get("VITRINE_SECRET")),
            link_url=link,
            time_zone=environ.get("VITRINE_TIME_ZONE") or "UTC",
            secure=link.startswith("https://"),
        )
    except ValueError as wrong:
        raise SettingsError(f"settings of the cloud: {wrong}") from None


def time_zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; use an IANA name such as Europe/Paris") from None


def _secret(folder: Path, given: str | None) -> bytes:
    """The server's secret: given, or kept in the data folder (mode 0600), made at the first start."""
    if given:
        return given.encode()
    path = folder / "secret"
    try:
        return bytes.fromhex(path.read_text())
    except FileNotFoundError:
        return _make_secret(path)
    except ValueError:
        raise SettingsError(
            f"{path}: not hexadecimal; restore it, without it every credential is void"
        ) from None


def _make_secret(path: Path) -> bytes:
    """Write a new secret; where another process was quicker, theirs counts."""
    draft = path.with_name(f".secret-{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES).hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return bytes.fromhex(path.read_text())
