"""Chromatic adaptation: what a colour seen under one light becomes under another.

Linear Bradford transform (Lam, 1985; as in ICC.1:2022, annex E): cone-like responses are scaled by the ratio
of the two whites. All matrices act on linear sRGB (IEC 61966-2-1), whose own white is D65.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from mirror_app.colour import RGB_OF_XYZ, XYZ_OF_RGB

F64 = npt.NDArray[np.float64]
White = tuple[float, float, float]

#: Cone-like responses of XYZ.
_CONES: Final = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

#: Whites, XYZ with Y = 1, 2 degree observer. D65: sRGB's own. F11 and A: CIE 15:2018. CANDLE: a blackbody of
#: 1900 K, computed from Planck's law and the CIE 1931 functions (x 0.5377, y 0.4114).
D65: Final[White] = (0.9504700, 1.0, 1.0888300)
F11: Final[White] = (1.0096187, 1.0, 0.6435025)
A: Final[White] = (1.0984929, 1.0, 0.3558249)
CANDLE: Final[White] = (0.5377 / 0.4114, 1.0, (1 - 0.5377 - 0.4114) / 0.4114)
_D65_KELVIN: Final = 6504.0


def adaptation(white: White) -> F64:
    """(3, 3) on linear sRGB, red first: a surface lit by D65 as it looks under `white` of the same Y."""
    gains = (_CONES @ white) / (_CONES @ D65)
    xyz = np.linalg.inv(_CONES) @ np.diag(gains) @ _CONES
    return np.asarray(RGB_OF_XYZ @ xyz @ XYZ_OF_RGB)


def towards_daylight(white: White, share: float) -> White:
    """The white that is left to see when eyes have adapted to `white` by a share of 0..1.

    Along the curve of black bodies, in reciprocal temperatures, equal steps of which look equal: halfway from
    a candle lies a lamp, where a straight line between the two whites would pass through pink.
    """
    x, y = _chromaticity(white)
    x0, y0 = _chromaticity(D65)
    kelvin = _temperature(x, y)
    left = 1 - share
    seen = 1 / (left / kelvin + share / _D65_KELVIN)
    at, begin, end = _planckian(seen), _planckian(kelvin), _planckian(_D65_KELVIN)
    # How far light and daylight themselves lie beside that curve is shared out, too.
    x = at[0] + left * (x - begin[0]) + share * (x0 - end[0])
    y = at[1] + left * (y - begin[1]) + share * (y0 - end[1])
    return x / y, 1.0, (1 - x - y) / y


def black_body(kelvin: float) -> White:
    """The white of a black body, shifted so that 6504 K is D65; 1667 to 25000 K."""
    x, y = _planckian(kelvin)
    x0, y0 = _planckian(_D65_KELVIN)
    x1, y1 = _chromaticity(D65)
    x, y = x + x1 - x0, y + y1 - y0
    return x / y, 1.0, (1 - x - y) / y


def _chromaticity(white: White) -> tuple[float, float]:
    total = sum(white)
    return white[0] / total, white[1] / total


def _temperature(x: float, y: float) -> float:
    """Correlated colour temperature, kelvin (McCamy, 1992); 1900 to 8000 K within a few percent."""
    n = (x - 0.3320) / (0.1858 - y)
    return 449 * n**3 + 3525 * n**2 + 6823.3 * n + 5520.33


def _planckian(kelvin: float) -> tuple[float, float]:
    """Chromaticity of a black body, 1667 to 25000 K (Kim et al., US patent 7024034, 2006)."""
    t = 1000 / kelvin
    if kelvin <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if kelvin <= 2222:
        return x, -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    if kelvin <= 4000:
        return x, -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    return x, 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
