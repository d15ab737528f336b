"""Highlighter: light where bone catches it: cheekbones, bridge of the nose, cupid's bow, brow bones.

It is light, not pigment: it is added to the skin in the product's colour, the less the brighter the skin is
already, and the more where the skin catches light of its own. A cheekbone that turns to the light, which
comes from above the camera, lights up.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

import cv2
import numpy as np
from pydantic import Field

from mirror_app.effects import _cells, _film, _skin, _soft, _sparkle
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as EffectParameters
from mirror_app.subject import Subject
from models.results import F32

ORDER: Final = 40
#: How strong the grains are.
FINISHES: Final = {"satin": 0.0, "shimmer": 0.75}

#: Of full light, how much comes back at full coverage.
STRENGTH: Final = 0.8
#: The light comes from above the camera; what looks halfway between them mirrors the one into the other.
#: Right, down, away.
_HALFWAY: Final = (0.0, -0.21, -0.978)
#: How narrow the gleam is, and the least it always is.
_NARROW, _ALWAYS = 3.0, 0.45
#: How much more, or less, where the skin has more or less light of its own; and the bounds of that.
_FOLLOWS, _LEAST, _MOST = 1.6, 0.4, 1.5

Place = Literal["cheekbones", "nose", "cupid", "brows"]


class Parameters(EffectParameters):
    """places: where it is put."""

    places: tuple[Place, ...] = Field(("cheekbones", "nose", "cupid", "brows"), min_length=1)


_CHEEK: Final = (118, 205, 123)
_PARTS: Final[dict[str, tuple[_soft.Part, ...]]] = {
    "cheekbones": _soft.both(
        _soft.Part(
            (
                *([(143, 0.8), (139, 0.2)], [(111, 0.6), (117, 0.4)], [(118, 0.6), (117, 0.4)]),
                *([(101, 0.4), (118, 0.6)], [(118, 0.5), (50, 0.5)], [(117, 0.6), (50, 0.4)]),
                *([(116, 0.7), (123, 0.3)], [(227, 0.6), (116, 0.4)]),
            ),
            _CHEEK,
        )
    ),
    "nose": (
        _soft.Part(
            (
                *([(168, 0.3), (6, 0.7)], [(197, 0.6), (419, 0.4)], [(195, 0.55), (248, 0.45)]),
                *([(5, 0.55), (281, 0.45)], [(4, 0.4), (5, 0.6)], [(5, 0.55), (51, 0.45)]),
                *([(195, 0.55), (3, 0.45)], [(197, 0.6), (196, 0.4)]),
            ),
            (6, 281, 51),
            fine=True,
        ),
    ),
    "cupid": (
        _soft.Part(
            (
                *([(37, 0.4), (167, 0.6)], [(164, 0.6), (0, 0.4)], [(267, 0.4), (393, 0.6)]),
                *([(267, 0.8), (393, 0.2)], [(0, 0.8), (164, 0.2)], [(37, 0.8), (167, 0.2)]),
            ),
            (164, 267, 37),
            strength=0.9,
            fine=True,
        ),
    ),
    "brows": _soft.both(
        _soft.Part(
            (
                *([(46, 0.6), (113, 0.4)], [(53, 0.55), (225, 0.45)], [(52, 0.55), (224, 0.45)]),
                *([(52, 0.4), (223, 0.6)], [(224, 0.85), (52, 0.15)], [(225, 0.85), (53, 0.15)]),
            ),
            (46, 223, 225),
            strength=0.6,
            fine=True,
        )
    ),
}
#: Where there is room for grains.
_BONES: Final = tuple(part.piece for part in _PARTS["cheekbones"])
_SOFTNESS: Final = 0.08


@lru_cache(maxsize=16)
def _shape(places: tuple[str, ...]) -> _soft.Shape:
    return _soft.shape(_SOFTNESS, *(part for place in places for part in _PARTS[place]))


def apply(subject: Subject, layer: Layer) -> None:
    """Light the bones in place; nothing where there is no skin. layer.finish: a key of FINISHES."""
    skin = subject.once(_skin.of)
    if skin is None or layer.opacity <= 0:
        return
    places = (layer.parameters if isinstance(layer.parameters, Parameters) else Parameters()).places
    shape, grains = _shape(places), FINISHES[layer.finish] * layer.opacity
    patch = _soft.patch(skin, shape, _gleam)
    if patch is None:
        return
    colour_bgr = subject.light.bgr(layer.lab)
    _light(skin, patch, [STRENGTH * layer.opacity * each for each in colour_bgr])
    subject.owe(skin.lay)
    for index, part in enumerate(shape.parts):
        if grains and part.piece in _BONES:
            _sparkle.owe(subject, skin, patch.part(index), part.piece, colour_bgr, grains)


def _light(skin: _skin.Skin, patch: _soft.Patch, light_bgr: Sequence[float]) -> None:
    """Let light come back from the patch."""
    own = cv2.LUT(patch.cut(skin.grey), _followed(round(skin.tone.grey)))
    low = patch.cut(skin.low_bgr)
    # Light fills up what is missing to full light.
    room = np.asarray(cv2.bitwise_not(low), np.uint8)
    weight = np.asarray(cv2.multiply(patch.weight, own), np.float32)
    _cells.scale(room, weight, [each / -255 for each in light_bgr])
    cv2.bitwise_not(room, dst=low)


@lru_cache(maxsize=256)
def _followed(skin_grey: int) -> F32:
    """Table (256,): grey to how much light comes back from a cell, over that of the skin's mean."""
    follows = _film.GREYS * np.float32(_FOLLOWS / max(skin_grey, 1)) + np.float32(1 - _FOLLOWS)
    return np.asarray(np.clip(follows, _LEAST, _MOST), np.float32)


def _gleam(across: _skin.Normal) -> float:
    """0..1: how much of the light a piece mirrors into the camera."""
    (x, y, z), (to_x, to_y, to_z) = across, _HALFWAY
    straight = max(x * to_x + y * to_y + z * to_z, 0.0)
    return _ALWAYS + (1 - _ALWAYS) * float(straight**_NARROW)
