"""Earrings: a pair at the earlobes, of true size; the one on the far side of a turned head is hidden.

A drop hangs down whatever the head does; a stud is turned with it.
"""

import math
from dataclasses import replace
from typing import Final

import numpy as np
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.files import FilePath
from mirror_app.layer import Layer
from mirror_app.subject import Subject
from mirror_app.things import artwork, wear

FINISHES: Final = ("drop", "stud")
ORDER: Final = 130
THING: Final = True
#: From this far turned away on, radians, an ear begins to go behind the head, and is gone at the second.
_GOING, _GONE = math.radians(8), math.radians(22)
#: The wearer's right and left ear, and where an earring hangs there.
_SIDES: Final = (-1, 1)
_LOBES_MM: Final = np.array([artwork.earlobe_mm(side) for side in _SIDES], np.float32)
#: How a drop is turned: along the picture, whatever the head does.
_DOWN: Final = np.eye(3, dtype=np.float32)


class Parameters(layers.Parameters):
    """What a product of earrings says."""

    #: One earring, the wearer's left, seen from the front: a PNG with alpha.
    artwork: FilePath
    #: Height of the picture.
    height_mm: float = Field(default=30.0, ge=2, le=140)
    #: Where in the picture it hangs on the lobe, 0..1 of its width and height.
    hook: tuple[float, float] = (0.5, 0.05)


def apply(subject: Subject, layer: Layer) -> None:
    """Put those on that show."""
    head, parameters = subject.face.head, layer.parameters
    assert isinstance(parameters, Parameters)
    if head is None:
        return
    lobes_px = head.project(_LOBES_MM)
    for side, lobe_px in zip(_SIDES, lobes_px, strict=True):
        if (visible := _visible(side * head.yaw)) > 0:
            thing = artwork.earring(parameters.artwork, parameters.height_mm, parameters.hook, side)
            rotation = _DOWN if layer.finish == "drop" else head.rotation
            wear.put_on(subject, thing, replace(head, rotation=rotation, origin_px=lobe_px), visible)


def _visible(away_rad: float) -> float:
    """1 for an ear in view, falling to 0 while it goes behind the head."""
    return min(max((_GONE - away_rad) / (_GONE - _GOING), 0.0), 1.0)
