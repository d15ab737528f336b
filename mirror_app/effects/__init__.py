"""What can be drawn on a face: one effect, one file, found by the name in the catalogue.

A file of this folder is an effect when it has what `Effect` says. It draws in place, only inside its own
part of the face, and draws nothing where it cannot be sure: a landmark that is no number, a face too
small, an image too small.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Final, Protocol, cast

from edge import plugins
from edge.scene import Face
from mirror_app.colour import Lab
from models.results import U8

_PACKAGE: Final = "mirror_app.effects"


class Shade(Protocol):
    """What an effect needs to know of a shade."""

    @property
    def lab(self) -> Lab:
        """Measured colour, CIE Lab under D65."""

    @property
    def coverage(self) -> float:
        """0..1: how much of what is below it hides."""


class Effect(Protocol):
    """One file of this folder."""

    #: The finishes it can draw: the valid values of a product's `finish`.
    FINISHES: Collection[str]

    def apply(self, image_bgr: U8, face: Face, shade: Shade, finish: str, light: float | None = None) -> None:
        """Draw `shade` on `face` in place. image_bgr: (h, w, 3); landmarks in pixels of the image.

        light: the light on the face, `mirror_app.light`; None where this picture is all there is.
        """


def names() -> list[str]:
    """The effects there are."""
    return plugins.names(_PACKAGE)


@lru_cache(maxsize=64)
def load(name: str) -> Effect:
    """One effect; UnknownPlugin lists the valid names."""
    return cast("Effect", plugins.load(_PACKAGE, name))
