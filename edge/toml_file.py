"""Files that a person wrote: TOML in, frozen pydantic out, every mistake named with its remedy."""

import difflib
import tomllib
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)


class ConfigError(Exception):
    """A file that a person wrote is wrong; the message names file, key and remedy."""


class Section(BaseModel):
    """Base of every table of such a file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
        raise ConfigError("\n".join(f"{path}: {line}" for line in explain(model, wrong))) from None


def explain(model: type[BaseModel], wrong: ValidationError) -> list[str]:
    """What does not fit a model, one sentence each, with the key and, of a misspelt one, the valid names."""
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
            found = "" if isinstance(error["input"], dict) else f" (found {error['input']!r})"
            lines.append(f"key {key!r}: {error['msg'].removeprefix('Value error, ')}{found}")
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
