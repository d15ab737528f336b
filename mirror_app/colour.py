"""Colour between a product's declaration and a picture: CIE Lab (D65) and sRGB.

Products declare their colour as measured, in Lab; pictures and screens are sRGB (IEC 61966-2-1).
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from models.results import F32, U8

F64 = npt.NDArray[np.float64]
Lab = tuple[float, float, float]
#: Blue, green, red, sRGB 0..255.
Bgr = tuple[float, float, float]

#: Linear sRGB to XYZ, IEC 61966-2-1 (D65, 2 degree observer).
XYZ_OF_RGB: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
RGB_OF_XYZ: Final = np.linalg.inv(XYZ_OF_RGB)
#: The white of sRGB; its own row sums, so that (255, 255, 255) is exactly L* 100, a* 0, b* 0.
_WHITE: Final = XYZ_OF_RGB.sum(axis=1)
#: CIE 15: where the cube root of Lab gives way to a straight line.
_EPSILON: Final = 216 / 24389
_KAPPA: Final = 24389 / 27


#: Rec. 601 luma, the weights of OpenCV's grey.
GREY_OF_BGR: Final = np.array((0.114, 0.587, 0.299), np.float32)


def grey_of_bgr(bgr: Bgr) -> float:
    """Rec. 601 luma of one colour."""
    return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]


def decoded(srgb: F32 | F64) -> F64:
    """Linear light of sRGB values, both 0..1."""
    return np.asarray(np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4))


def encoded(linear: F32 | F64) -> F64:
    """sRGB values of linear light; what is below 0 stays below."""
    curved = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, curved))


def lab_of_bgr(bgr: U8 | F32) -> F64:
    """CIE Lab (D65) of sRGB values 0..255, shape (..., 3), in the order blue, green, red."""
    rgb = np.asarray(bgr, np.float64)[..., ::-1] / 255
    xyz = decoded(rgb) @ XYZ_OF_RGB.T / _WHITE
    f = np.where(xyz > _EPSILON, np.cbrt(xyz), (_KAPPA * xyz + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)


@lru_cache(maxsize=8192)
def bgr_of_lab(lab: Lab) -> tuple[float, float, float]:
    """sRGB 0..255 (blue, green, red) of a Lab colour.

    A colour that sRGB does not have keeps its lightness and hue and gives up chroma until it fits.
    """
    if (bgr := _unclipped_bgr(lab)) is None:
        lightness, a, b = lab
        fits, too_much = 0.0, 1.0
        for _ in range(20):
            chroma = (fits + too_much) / 2
            tried = _unclipped_bgr((lightness, a * chroma, b * chroma))
            fits, too_much = (fits, chroma) if tried is None else (chroma, too_much)
        bgr = _unclipped_bgr((lightness, a * fits, b * fits)) or (255 * lightness / 100,) * 3
    return bgr


def swatch_of_lab(lab: Lab) -> str:
    """`#rrggbb` of a Lab colour, for dots and cards."""
    blue, green, red = bgr_of_lab(lab)
    return f"#{round(red):02x}{round(green):02x}{round(blue):02x}"


def _unclipped_bgr(lab: Lab) -> tuple[float, float, float] | None:
    """sRGB 0..255, or None where a channel lies more than half a grey level outside."""
    y = (lab[0] + 16) / 116
    f = np.array((y + lab[1] / 500, y, y - lab[2] / 200))
    xyz = np.where(f**3 > _EPSILON, f**3, (116 * f - 16) / _KAPPA) * _WHITE
    rgb = 255 * encoded(RGB_OF_XYZ @ xyz)
    if rgb.min() < -0.5 or rgb.max() > 255.5:
        return None
    red, green, blue = np.clip(rgb, 0, 255).tolist()
    return blue, green, red
