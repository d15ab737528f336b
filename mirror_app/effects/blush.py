"""Blush: colour on the cheeks that looks like the skin's own, because the light on them stays as it is."""

from dataclasses import dataclass
from typing import Final, Literal

from mirror_app.effects import _powder, _skin, _soft, _sparkle
from mirror_app.effects._veil import Veil
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as EffectParameters
from mirror_app.subject import Subject

ORDER: Final = 30
#: Chroma is moved fully, lightness little: on the deepest skin a powder shows by its pigment too.
VEIL: Final = Veil(lightness=0.3, chroma=1.0)


class Parameters(EffectParameters):
    """shape: on the apples of the cheeks, lifted along the cheekbone, or draped up to the temple."""

    shape: Literal["apples", "lifted", "draped"] = "apples"


@dataclass(frozen=True, slots=True)
class Finish:
    """sheen: how much more of the light stands out, 0 for powder. sparkle: how strong its grains are."""

    sheen: float
    sparkle: float


FINISHES: Final = {
    "matte": Finish(sheen=0.0, sparkle=0.0),
    "satin": Finish(sheen=0.35, sparkle=0.0),
    "shimmer": Finish(sheen=0.5, sparkle=0.5),
}

_CHEEK: Final = (118, 205, 123)


def _cheeks(softness: float, *points: _soft.Mix) -> _soft.Shape:
    return _soft.shape(softness, *_soft.both(_soft.Part(points, _CHEEK)))


_SHAPES: Final = {
    "apples": _cheeks(
        0.13,
        *([(118, 0.5), (101, 0.5)], [(36, 1.0)], [(205, 0.7), (203, 0.3)], [(205, 0.5), (207, 0.5)]),
        *([(187, 0.5), (50, 0.5)], [(123, 0.4), (50, 0.6)], [(117, 0.5), (50, 0.5)]),
    ),
    "lifted": _cheeks(
        0.12,
        *([(50, 0.7), (101, 0.3)], [(50, 0.6), (36, 0.4)], [(205, 0.4), (50, 0.6)]),
        *([(147, 0.3), (123, 0.4), (50, 0.3)], [(137, 0.5), (123, 0.5)], [(116, 0.6), (234, 0.4)]),
        *([(116, 0.6), (143, 0.4)], [(117, 0.8), (111, 0.2)]),
    ),
    "draped": _cheeks(
        0.12,
        *([(50, 1.0)], [(205, 0.3), (50, 0.7)], [(123, 0.9), (50, 0.1)], [(137, 1.0)], [(234, 1.0)]),
        *([(127, 1.0)], [(139, 1.0)], [(156, 1.0)], [(143, 0.6), (116, 0.4)], [(111, 0.3), (117, 0.7)]),
    ),
}


def apply(subject: Subject, layer: Layer) -> None:
    """Tint the cheeks in place; nothing where there is no skin. layer.finish: a key of FINISHES."""
    skin = subject.once(_skin.of)
    if skin is None or layer.opacity <= 0:
        return
    name = layer.parameters.shape if isinstance(layer.parameters, Parameters) else "apples"
    shape, finish, declared_bgr = _SHAPES[name], FINISHES[layer.finish], subject.light.bgr(layer.lab)
    patch = _soft.patch(skin, shape)
    if patch is None:
        return
    _powder.dust(subject, skin, patch, VEIL, declared_bgr, layer.opacity, finish.sheen)
    if finish.sparkle:
        strength = finish.sparkle * layer.opacity
        for index, part in enumerate(shape.parts):
            _sparkle.owe(subject, skin, patch.part(index), part.piece, declared_bgr, strength)
