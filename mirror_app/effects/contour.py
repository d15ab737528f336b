"""Contour: shadow where bone casts one: hollows of the cheeks, jaw, sides of the nose, temples.

A contour powder darkens to its own lightness and cools towards its own brown; it never makes skin lighter,
so one that is too fair for a face hardly shows on it, as in life.
"""

from functools import lru_cache
from typing import Final, Literal

from pydantic import Field

from mirror_app.effects import _powder, _skin, _soft
from mirror_app.effects._veil import Veil
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as EffectParameters
from mirror_app.subject import Subject

ORDER: Final = 20
FINISHES: Final = ("matte",)
VEIL: Final = Veil(lightness=1.0, chroma=0.6, lifts=False)

Place = Literal["cheeks", "jaw", "nose", "temples"]


class Parameters(EffectParameters):
    """places: where it is put."""

    places: tuple[Place, ...] = Field(("cheeks", "jaw", "nose", "temples"), min_length=1)


_CHEEK: Final = (118, 205, 123)
_PARTS: Final[dict[str, _soft.Part]] = {
    "cheeks": _soft.Part(
        (
            *([(177, 0.6), (137, 0.4)], [(147, 0.6), (123, 0.4)], [(187, 0.65), (50, 0.35)]),
            *([(207, 0.8), (205, 0.2)], [(207, 0.6), (216, 0.4)], [(207, 0.8), (214, 0.2)]),
            *([(187, 0.7), (192, 0.3)], [(147, 0.5), (213, 0.5)]),
        ),
        _CHEEK,
    ),
    "jaw": _soft.Part(
        (
            *([(58, 1.0)], [(172, 1.0)], [(136, 1.0)], [(150, 1.0)], [(149, 1.0)], [(176, 1.0)]),
            *([(140, 0.7), (176, 0.3)], [(170, 1.0)], [(169, 1.0)], [(135, 1.0)]),
            *([(138, 0.6), (135, 0.4)], [(215, 0.6), (138, 0.4)]),
        ),
        _CHEEK,
        strength=0.9,
    ),
    "temples": _soft.Part(
        (
            *([(162, 1.0)], [(21, 1.0)], [(54, 1.0)], [(103, 1.0)], [(104, 1.0)]),
            *([(68, 0.7), (63, 0.3)], [(71, 0.7), (70, 0.3)], [(139, 0.5), (71, 0.5)]),
        ),
        (21, 68, 139),
        strength=0.85,
    ),
    "nose": _soft.Part(
        (
            *([(193, 0.7), (168, 0.3)], [(122, 0.6), (188, 0.4)], [(196, 0.5), (174, 0.5)], [(236, 1.0)]),
            *([(134, 1.0)], [(131, 0.6), (134, 0.4)], [(198, 0.7), (236, 0.3)], [(174, 0.6), (217, 0.4)]),
            *([(188, 1.0)], [(189, 1.0)]),
        ),
        (193, 131, 114),
        strength=0.8,
        fine=True,
    ),
}
_SOFTNESS: Final = 0.10


@lru_cache(maxsize=16)
def _shape(places: tuple[str, ...]) -> _soft.Shape:
    return _soft.shape(_SOFTNESS, *(side for place in places for side in _soft.both(_PARTS[place])))


def apply(subject: Subject, layer: Layer) -> None:
    """Darken the hollows in place; nothing where there is no skin."""
    skin = subject.once(_skin.of)
    if skin is None or layer.opacity <= 0:
        return
    places = (layer.parameters if isinstance(layer.parameters, Parameters) else Parameters()).places
    patch = _soft.patch(skin, _shape(places))
    if patch is not None:
        _powder.dust(subject, skin, patch, VEIL, subject.light.bgr(layer.lab), layer.opacity)
