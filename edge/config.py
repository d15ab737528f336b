"""One file describes a box: TOML in, frozen pydantic out, unknown keys refused, units in the keys."""

import difflib
import tomllib
from pathlib import Path
from typing import Literal, TypeVar, get_args

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloud_api.contract.base import Slug

M = TypeVar("M", bound=BaseModel)


class ConfigError(Exception):
    """A file that a person wrote is wrong; the message names file, key and remedy."""


class Section(BaseModel):
    """Base of every part of a box file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Camera(Section):
    """`[cameras.NAME]`: a source by address."""

    #: `webcam:0`, `file:clip.mp4`, `portrait:`, `rtsp://…`; several are tried in order.
    source: str | tuple[str, ...]
    width_px: int = Field(default=1280, ge=160, le=7680)
    height_px: int = Field(default=720, ge=120, le=4320)
    fps: float = Field(default=30.0, gt=0, le=240)
    #: Clockwise turn of a camera that is mounted on its side.
    rotate_deg: Literal[0, 90, 180, 270] = 0
    #: The folder of the box file, where `file:` addresses begin; not a key of the file.
    base_dir: Path = Field(default=Path(), exclude=True)

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses to try, in order."""
        return (self.source,) if isinstance(self.source, str) else self.source


class Screen(Section):
    """`[screens.NAME]`: one experience on one display."""

    experience: Slug
    camera: str
    #: `auto` opens a window where there is a display, else runs headless.
    display: Literal["auto", "window", "headless"] = "auto"
    fullscreen: bool = True
    width_px: int = Field(default=1280, ge=320, le=7680)
    height_px: int = Field(default=720, ge=240, le=7680)
    #: How many screen pixels one millimetre has; touch targets are sized by it.
    px_per_mm: float = Field(default=2.0, gt=0, le=40)
    #: Port of the live view on the loopback address; 0 turns it off.
    view_port: int = Field(default=0, ge=0, le=65535)
    #: Catalogue file, relative to the box file; `demo` is the one that comes with Vitrine.
    catalogue: str = "demo"
    max_faces: int = Field(default=2, ge=1, le=6)


class Cloud(Section):
    """`[cloud]`: where the uplink sends to."""

    url: str = Field(pattern=r"^https?://[^\s]+[^/\s]$")


class OutboxLimits(Section):
    """`[outbox]`: disk budget; orders and consent are never dropped, events are folded first."""

    budget_mb: int = Field(default=512, ge=1)


class Box(Section):
    """A box file."""

    store: Slug
    box: Slug
    #: Where outbox and credential live; relative to the box file. Default: the user's data folder.
    state_dir: str = ""
    cloud: Cloud
    cameras: dict[str, Camera]
    screens: dict[Slug, Screen]
    outbox: OutboxLimits = OutboxLimits()
    #: The folder of the file it was read from; not a key of the file.
    base_dir: Path = Field(default=Path(), exclude=True)

    @property
    def state_path(self) -> Path:
        """Folder of the box's durable state."""
        if self.state_dir:
            return (self.base_dir / self.state_dir).resolve()
        return user_data_path("vitrine") / self.store / self.box


def load(path: Path) -> Box:
    """Read a box file; ConfigError names the file, the key and the valid names."""
    box = parse(Box, path)
    for name, screen in box.screens.items():
        if screen.camera not in box.cameras:
            raise ConfigError(
                f"{path}: screens.{name}.camera is {screen.camera!r}; "
                f"cameras of this file: {', '.join(sorted(box.cameras)) or 'none'}"
            )
    base_dir = path.resolve().parent
    cameras = {name: each.model_copy(update={"base_dir": base_dir}) for name, each in box.cameras.items()}
    return box.model_copy(update={"base_dir": base_dir, "cameras": cameras})


def parse(model: type[M], path: Path) -> M:
    """Read a TOML file into a pydantic model; ConfigError in words for a person."""
    try:
        with path.open("rb") as file:
            return model.model_validate(tomllib.load(file))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise ConfigError(f"{path}: not valid TOML: {broken}") from None
    except ValidationError as wrong:
        raise ConfigError("\n".join(f"{path}: {line}" for line in _explain(model, wrong))) from None


def _explain(model: type[BaseModel], wrong: ValidationError) -> list[str]:
    lines = []
    for error in wrong.errors():
        key = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            valid = _keys_at(model, error["loc"][:-1])
            close = difflib.get_close_matches(str(error["loc"][-1]), valid, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            lines.append(f"unknown key {key!r}: {hint}valid here: {', '.join(valid)}")
        elif error["type"] == "missing":
            lines.append(f"key {key!r} is missing")
        else:
            lines.append(f"key {key!r}: {error['msg']} (found {error['input']!r})")
    return lines


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The valid keys of the table at `loc`, found by walking the model's fields."""
    found: object = model
    for part in loc:
        if isinstance(found, type) and issubclass(found, BaseModel) and part in found.model_fields:
            found = _table_in(found.model_fields[str(part)].annotation)
        # An index or a free name (cameras.NAME) stays at the table it leads to.
    if isinstance(found, type) and issubclass(found, BaseModel):
        return sorted(name for name, field in found.model_fields.items() if not field.exclude)
    return []


def _table_in(annotation: object) -> object:
    """The first pydantic model inside an annotation such as `dict[str, Camera]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if (table := _table_in(inner)) is not None:
            return table
    return None
