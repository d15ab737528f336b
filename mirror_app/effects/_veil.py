"""Veils: translucent powders, whose declared colour is not what the skin becomes but where it is drawn to.

One model for all of them, in CIE Lab. A powder at full weight takes the skin to

    L = skin.L + lightness x (declared.L - skin.L)      a, b = skin's + chroma x (declared - skin's)

and at less weight to the mix of bare skin and that. Blush moves colour fully and lightness little, so it
looks like blood under the skin on every tone; contour moves lightness and some colour.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from mirror_app.colour import Bgr, bgr_of_lab, lab_of_bgr

#: Skin and product are told apart in steps of this many grey levels: finer is not seen, and the answer for
#: a face that holds still is there already.
_STEP: Final = 1.0


@dataclass(frozen=True, slots=True)
class Veil:
    """How far a powder takes the skin's lightness and chroma to its own, 0..1 each. lifts: whether it can
    make skin lighter."""

    lightness: float
    chroma: float
    lifts: bool = True

    def over(self, skin_bgr: Bgr, declared_bgr: Bgr) -> Bgr:
        """Blue, green, red of the skin under the powder at full weight.

        declared_bgr: the product's measured colour in the light that is on the skin.
        """
        return _over(self, _stepped(skin_bgr), _stepped(declared_bgr))


def _stepped(bgr: Bgr) -> Bgr:
    blue, green, red = bgr
    return round(blue / _STEP) * _STEP, round(green / _STEP) * _STEP, round(red / _STEP) * _STEP


@lru_cache(maxsize=4096)
def _over(veil: Veil, skin_bgr: Bgr, declared_bgr: Bgr) -> Bgr:
    lab = lab_of_bgr(np.array((skin_bgr, declared_bgr), np.float32))
    (skin_l, skin_a, skin_b), (its_l, its_a, its_b) = lab.tolist()
    towards = its_l - skin_l if veil.lifts else min(its_l - skin_l, 0.0)
    return bgr_of_lab(
        (
            skin_l + veil.lightness * towards,
            skin_a + veil.chroma * (its_a - skin_a),
            skin_b + veil.chroma * (its_b - skin_b),
        )
    )
