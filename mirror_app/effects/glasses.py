"""Glasses, optical and sun: of true size, turned with the head, temples hidden behind it.

A product brings its front as a picture with its width in millimetres, or a 3-D model.
"""

from typing import Final, Self

from pydantic import Field, model_validator

from mirror_app import layer as layers
from mirror_app.colour import Lab
from mirror_app.files import FilePath
from mirror_app.layer import Layer
from mirror_app.subject import Subject
from mirror_app.things import artwork, gltf, wear

FINISHES: Final = ("optical", "sun")
ORDER: Final = 150
THING: Final = True
#: Where temples go behind the ear, mm into the head.
_EAR_MM: Final = 80.0


class Parameters(layers.Parameters):
    """What a product of glasses says."""

    #: The front: a PNG with alpha, seen from the front, cut to its edges.
    artwork: FilePath | None = None
    #: Width of the front from edge to edge.
    width_mm: float = Field(default=138.0, ge=80, le=220)
    #: Where in the picture the bridge sits on the nose, 0..1 of its width and height.
    bridge: tuple[float, float] = (0.5, 0.38)
    #: Colour of the temples, CIE Lab.
    temple_lab: Lab = (18.0, 4.0, 6.0)
    #: Instead of the artwork: a glTF model, in metres.
    model: FilePath | None = None
    #: Where the model's origin lies in the head's frame: x to the wearer's left, y down, z into the head.
    model_at_mm: tuple[float, float, float] = (0.0, 3.0, -27.0)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.artwork is None) == (self.model is None):
            raise ValueError("glasses need either artwork (PNG) or model (glTF)")
        thing_of(self)  # what cannot be drawn is said when the catalogue is read
        return self


def thing_of(parameters: Parameters) -> wear.Thing:
    """What is worn; ValueError where its files cannot be used."""
    if parameters.model is not None:
        return gltf.load(parameters.model, parameters.model_at_mm, _EAR_MM)
    assert parameters.artwork is not None
    return artwork.glasses(parameters.artwork, parameters.width_mm, parameters.bridge, parameters.temple_lab)


def apply(subject: Subject, layer: Layer) -> None:
    """Put the glasses on."""
    assert isinstance(layer.parameters, Parameters)
    wear.put_on(subject, thing_of(layer.parameters))
