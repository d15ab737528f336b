"""Hats: bent around the head, of true size, or a 3-D model."""

from typing import Final, Self

from pydantic import Field, model_validator

from mirror_app import layer as layers
from mirror_app.files import FilePath
from mirror_app.layer import Layer
from mirror_app.subject import Subject
from mirror_app.things import artwork, gltf, wear

FINISHES: Final = ("felt", "straw", "knit", "cloth")
ORDER: Final = 140
THING: Final = True


class Parameters(layers.Parameters):
    """What a product of hats says."""

    #: Seen from the front: a PNG with alpha, cut to its edges.
    artwork: FilePath | None = None
    #: Width of the picture, brim and all.
    width_mm: float = Field(default=250.0, ge=140, le=600)
    #: How far down the picture it sits on the brow, 0..1 of its height.
    seat: float = Field(default=0.8, ge=0, le=1)
    #: Instead of the artwork: a glTF model, in metres.
    model: FilePath | None = None
    #: Where the model's origin lies in the head's frame: x to the wearer's left, y down, z into the head.
    model_at_mm: tuple[float, float, float] = (0.0, -52.0, 78.0)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.artwork is None) == (self.model is None):
            raise ValueError("a hat needs either artwork (PNG) or model (glTF)")
        thing_of(self)  # what cannot be drawn is said when the catalogue is read
        return self


def thing_of(parameters: Parameters) -> wear.Thing:
    """What is worn; ValueError where its files cannot be used."""
    if parameters.model is not None:
        return gltf.load(parameters.model, parameters.model_at_mm)
    assert parameters.artwork is not None
    return artwork.hat(parameters.artwork, parameters.width_mm, parameters.seat)


def apply(subject: Subject, layer: Layer) -> None:
    """Put the hat on."""
    assert isinstance(layer.parameters, Parameters)
    wear.put_on(subject, thing_of(layer.parameters))
