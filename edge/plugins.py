"""Things found by name: one file each, imported only when used."""

import difflib
import importlib
import pkgutil
from types import ModuleType


class UnknownPlugin(Exception):  # noqa: N818 - read as a sentence where it is raised
    """A name that no file answers to; the message lists the valid names."""


def names(package: str) -> list[str]:
    """The plugins of a package: its modules whose name does not begin with an underscore."""
    path = importlib.import_module(package).__path__
    return sorted(module.name for module in pkgutil.iter_modules(path) if not module.name.startswith("_"))


def load(package: str, name: str) -> ModuleType:
    """Import `package.name`; UnknownPlugin lists the valid names where there is no such file."""
    valid = names(package)
    module = name.replace("-", "_")
    if module not in valid:
        close = difflib.get_close_matches(module, valid, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownPlugin(f"{package} has no {name!r}.{hint} It has: {', '.join(valid) or 'nothing'}.")
    return importlib.import_module(f"{package}.{module}")
