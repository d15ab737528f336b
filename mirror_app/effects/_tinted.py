"""What skin and hair become under colour: pigment in the light that is there, and shine on top of it."""

from typing import Final

import numpy as np

from mirror_app.colour import GREY_OF_BGR
from mirror_app.effects import _film
from mirror_app.light import Light
from models.results import F32

#: Light that is not there at all has no colour.
_LEAST: Final = 1e-3


def colours(shade_bgr: F32, mean_bgr: F32, level: float, life: float, light: Light) -> F32:
    """Matrix (3, 4): shading, shine and bare grey of a cell, and 1, to blue, green, red of the film on it.

    All three are in grey levels of what is bare, of which `level` is the plain one and mean_bgr the colour.
    Shading takes the shade's colour, shine that of the light. life: how much of the bare play of colour lives
    through the film; whoever adds `life` times the bare cell has its mean colour taken away here.
    """
    contrast = _film.contrast(level, shade_bgr.tolist())
    own_grey = max(float(mean_bgr @ GREY_OF_BGR), 1.0)
    light_grey = max(float(np.dot(light.gain_bgr, GREY_OF_BGR)), _LEAST)
    rows = [
        (shade * contrast / level, gain / light_grey, -life * own / own_grey, shade * (1 - contrast))
        for shade, own, gain in zip(shade_bgr.tolist(), mean_bgr.tolist(), light.gain_bgr, strict=True)
    ]
    return np.array(rows, np.float32)
