"""Powder on a soft shape: draws the skin there towards its own colour, by the model of its `Veil`."""

from typing import Final

import cv2
import numpy as np

from mirror_app.colour import Bgr
from mirror_app.effects import _cells, _skin, _soft
from mirror_app.effects._veil import Veil
from mirror_app.subject import Subject

#: Cells with less of the shape than this do not tell what its skin is like.
_TELLS: Final = 0.1


def dust(
    subject: Subject,
    skin: _skin.Skin,
    patch: _soft.Patch,
    veil: Veil,
    declared_bgr: Bgr,
    opacity: float,
    sheen: float = 0.0,
) -> None:
    """Lay a veil on the skin under a patch.

    declared_bgr: the product's measured colour in the light that is on the skin. sheen: how much more the
    light on the skin stands out where it is powdered.
    """
    low = patch.cut(skin.low_bgr)
    blue, green, red, _ = cv2.mean(low, (patch.weight > _TELLS).view(np.uint8))
    if not (blue or green or red):
        return
    skin_bgr = max(blue, 1.0), max(green, 1.0), max(red, 1.0)
    # The light on the skin stays: every cell is taken as far, as a factor, as the mean of them.
    over = zip(veil.over(skin_bgr, declared_bgr), skin_bgr, strict=True)
    _cells.scale(low, patch.weight, [opacity * (there / bare - 1) for there, bare in over])
    if sheen:
        light = np.maximum(patch.cut(skin.grey) - np.float32(skin.tone.grey), 0) * patch.weight
        light *= np.float32(opacity * sheen)
        cv2.add(low, cv2.cvtColor(light, cv2.COLOR_GRAY2BGR), dst=low, dtype=cv2.CV_8U)
    subject.owe(skin.lay)
