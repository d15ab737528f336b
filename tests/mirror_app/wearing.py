"""A face, cut out of its picture so that trying is quick, and effects on it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from pydantic import ValidationError

from edge.scene import Face
from mirror_app import effects, painter
from mirror_app.colour import Lab
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light
from models.results import U8
from tests.mirror_app.sitting import moved


def _is_paint(name: str) -> bool:
    """Things need artwork, hair colour somebody who tells where hair is; they have tests of their own."""
    if name == "hair":
        return False
    try:
        effects.load(name).Parameters()
    except ValidationError:
        return False
    return True


#: Every effect in each of its finishes.
EVERY = [(n, finish) for n in effects.names() if _is_paint(n) for finish in effects.load(n).FINISHES]
DARK: Lab = (22.0, 14.0, 4.0)
PALE: Lab = (76.0, 12.0, 16.0)
BLUE: Lab = (40.0, 20.0, -50.0)


def close_up(image_bgr: U8, face: Face, room: float = 0.5) -> tuple[U8, Face]:
    """The picture around a face, room in eye distances, and the face in it."""
    xy, eye = face.landmarks_xyz[:, :2], face.eye_distance_px
    x0, y0 = (max(int(low - room * eye), 0) for low in xy.min(axis=0))
    x1, y1 = (int(high + room * eye) for high in xy.max(axis=0))
    return image_bgr[y0:y1, x0:x1].copy(), moved(replace(face, cover=None), -x0, -y0)


def layer(
    name: str,
    finish: str = "",
    tones: tuple[Lab, ...] = (DARK,),
    given: Mapping[str, object] | None = None,
    coverage: float = 1.0,
) -> Layer:
    """One layer; the effect's first finish where none is named; given: its own parameters."""
    effect = effects.load(name)
    kind = finish or next(iter(effect.FINISHES))
    return Layer(name, kind, tones, coverage, effect.Parameters.model_validate(given or {}))


def worn(image_bgr: U8, face: Face, *layers: Layer, light: Light = DAYLIGHT) -> U8:
    """The picture with layers on the face."""
    image = image_bgr.copy()
    painter.paint(image, face, layers, light)
    return np.asarray(image, np.uint8)
