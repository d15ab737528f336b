"""What skin and hair become under colour: pigment in the light that is there, and shine on top of it."""

from typing import Final

import numpy as np

from mirror_app.colour import Bgr, grey_of_bgr
from mirror_app.effects import _film
from mirror_app.light import Light
from models.results import F32

#: Light that is not there at all has no colour.
_LEAST: Final = 1e-3


def colours(shade_bgr: Bgr, mean_bgr: Bgr, level: float, life: float, light: Light) -> F32:
    """Matrix (3, 4): shading, shine and bare grey of a cell, and 1, to blue, green, red of the film on it.

    All three are in grey levels of what is bare, of which `level` is the plain one and mean_bgr the colour.
    Shading takes the shade's colour, shine that of the light. life: how much of the bare play of colour lives
    through the film; whoever adds `life` times the bare cell has its mean colour taken away here.
    """
    contrast = _film.contrast(level, shade_bgr)
    own_grey = max(grey_of_bgr(mean_bgr), 1.0)
    light_grey = max(grey_of_bgr(light.gain_bgr), _LEAST)
    rows = [
        (shade * contrast / level, gain / light_grey, -life * own / own_grey, shade * (1 - contrast))
        for shade, own, gain in zip(shade_bgr, mean_bgr, light.gain_bgr, strict=True)
    ]
    return np.array(rows, np.float32)
