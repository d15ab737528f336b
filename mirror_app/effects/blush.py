"""Blush: colour on the cheeks that looks like the skin's own, because the light on them stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from mirror_app.effects import _skin, _soft
from mirror_app.effects._veil import Veil
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as EffectParameters
from mirror_app.subject import Subject
from models.results import F32

ORDER: Final = 30
#: Chroma is moved fully, lightness little: on the deepest skin a powder shows by its pigment too.
VEIL: Final = Veil(lightness=0.3, chroma=1.0)


class Parameters(EffectParameters):
    """shape: on the apples of the cheeks, lifted along the cheekbone, or draped up to the temple."""

    shape: Literal["apples", "lifted", "draped"] = "apples"


@dataclass(frozen=True, slots=True)
class Finish:
    """sheen: how much more of the skin's own light stands out, 0 for powder."""

    sheen: float


FINISHES: Final = {"matte": Finish(0.0), "satin": Finish(0.35), "shimmer": Finish(0.6)}

_Mix = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline on the subject's right cheek and on their left, each of mixed landmarks."""

    right: Sequence[_Mix]
    left: Sequence[_Mix]
    softness: float


#: Landmarks of the subject's left cheek by those of the right.
_LEFT_OF: Final = dict(
    (
        *((118, 347), (101, 330), (36, 266), (203, 423), (205, 425), (207, 427), (187, 411), (123, 352)),
        *((50, 280), (117, 346), (147, 376), (137, 366), (234, 454), (116, 345), (143, 372), (111, 340)),
        *((127, 356), (139, 368), (156, 383)),
    )
)


def _both(softness: float, *right: _Mix) -> Shape:
    return Shape(right, [[(_LEFT_OF[i], w) for i, w in mix] for mix in right], softness)


_SHAPES: Final = {
    "apples": _both(
        0.13,
        *([(118, 0.5), (101, 0.5)], [(36, 1.0)], [(205, 0.7), (203, 0.3)], [(205, 0.5), (207, 0.5)]),
        *([(187, 0.5), (50, 0.5)], [(123, 0.4), (50, 0.6)], [(117, 0.5), (50, 0.5)]),
    ),
    "lifted": _both(
        0.12,
        *([(50, 0.7), (101, 0.3)], [(50, 0.6), (36, 0.4)], [(205, 0.4), (50, 0.6)]),
        *([(147, 0.3), (123, 0.4), (50, 0.3)], [(137, 0.5), (123, 0.5)], [(116, 0.6), (234, 0.4)]),
        *([(116, 0.6), (143, 0.4)], [(117, 0.8), (111, 0.2)]),
    ),
    "draped": _both(
        0.12,
        *([(50, 1.0)], [(205, 0.3), (50, 0.7)], [(123, 0.9), (50, 0.1)], [(137, 1.0)], [(234, 1.0)]),
        *([(127, 1.0)], [(139, 1.0)], [(156, 1.0)], [(143, 0.6), (116, 0.4)], [(111, 0.3), (117, 0.7)]),
    ),
}
#: Of each cheek, clockwise in a picture that is not mirrored: the piece that tells whether it is seen.
_CHEEKS: Final = ((118, 205, 123), (347, 352, 425))
#: How far a cheek must look at the camera: nothing, all of it.
_AWAY, _SEEN = 0.08, 0.45


def apply(subject: Subject, layer: Layer) -> None:
    """Tint the cheeks in place; nothing where there is no skin. layer.finish: a key of FINISHES."""
    skin = subject.once(_skin.of)
    if skin is None or layer.opacity <= 0:
        return
    name = layer.parameters.shape if isinstance(layer.parameters, Parameters) else "apples"
    shape, finish = _SHAPES[name], FINISHES[layer.finish]
    declared_bgr = subject.light.on(layer.lab)
    for side, cheek in zip((shape.right, shape.left), _CHEEKS, strict=True):
        seen = (_soft.facing(subject.face.landmarks_xyz, cheek) - _AWAY) / (_SEEN - _AWAY)
        if seen <= 0:
            continue
        patch = _soft.patch(skin, _soft.curve(_soft.mixed(skin.points, side)), shape.softness)
        if patch is not None:
            _tint(subject, skin, patch, declared_bgr, layer.opacity * min(seen, 1.0), finish)


def _tint(
    subject: Subject, skin: _skin.Skin, patch: _soft.Patch, declared_bgr: F32, opacity: float, finish: Finish
) -> None:
    low = patch.cut(skin.low_bgr)
    skin_bgr = np.array(cv2.mean(low, (patch.weight > 0.1).astype(np.uint8))[:3], np.float32)
    if not skin_bgr.any():
        return
    factor = VEIL.over(skin_bgr, declared_bgr) / np.maximum(skin_bgr, 1) - 1
    amount = patch.weight * np.float32(opacity)
    change = low * (amount[..., None] * factor)
    if finish.sheen:
        grey = patch.cut(skin.grey).astype(np.float32)
        change += (np.maximum(grey - skin.tone.grey, 0) * amount * np.float32(finish.sheen))[..., None]
    skin.lay(subject.image_bgr, np.asarray(change, np.float32), patch.at)
