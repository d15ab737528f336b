"""Powder on a soft shape: draws the skin there towards its own colour, by the model of its `Veil`."""

from typing import Final

import cv2
import numpy as np

from mirror_app.effects import _skin, _soft
from mirror_app.effects._veil import Veil
from mirror_app.subject import Subject
from models.results import F32

#: Cells with less of the shape than this do not tell what its skin is like.
_TELLS: Final = 0.1


def dust(
    subject: Subject,
    skin: _skin.Skin,
    patch: _soft.Patch,
    veil: Veil,
    declared_bgr: F32,
    opacity: float,
    sheen: float = 0.0,
) -> None:
    """Lay a veil on the skin under a patch.

    declared_bgr: the product's measured colour in the light that is on the skin. sheen: how much more the
    light on the skin stands out where it is powdered.
    """
    low = patch.cut(skin.low_bgr)
    mean = cv2.mean(low, np.asarray(patch.weight > _TELLS, np.uint8))[:3]
    if not any(mean):
        return
    skin_bgr = np.maximum(np.array(mean, np.float32), 1)
    # The light on the skin stays: every cell is taken as far, as a factor, as the mean of them.
    factor = (veil.over(skin_bgr, declared_bgr) / skin_bgr - 1) * np.float32(opacity)
    change = cv2.transform(patch.weight, factor.reshape(3, 1))
    cv2.multiply(change, low.astype(np.float32), dst=change)
    if sheen:
        light = np.maximum(patch.cut(skin.grey) - np.float32(skin.tone.grey), 0) * patch.weight
        light *= np.float32(opacity * sheen)
        cv2.add(change, cv2.cvtColor(light, cv2.COLOR_GRAY2BGR), dst=change)
    skin.lay(subject.image_bgr, np.asarray(change, np.float32), patch.at)
