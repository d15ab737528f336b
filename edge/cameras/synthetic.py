"""`synthetic:NAME`: drawn input with known truth, such as `synthetic:store?seed=7`; see `edge.synthetic`."""

from typing import TYPE_CHECKING, cast

from edge import plugins
from edge.cameras import Address, Source
from edge.config import Camera
from edge.toml_file import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable


def open(address: Address, camera: Camera) -> Source:  # noqa: A001 - every source file has `open`
    """Open the drawn input of that name; ConfigError lists the names there are."""
    try:
        module = plugins.load("edge.synthetic", address.rest)
    except plugins.UnknownPlugin:
        valid = ", ".join(f"synthetic:{name}" for name in plugins.names("edge.synthetic"))
        raise ConfigError(f"camera {address.text!r}: no such drawn input; there is {valid}") from None
    return cast("Callable[[Address, Camera], Source]", module.open)(address, camera)
