"""Whether a mouth is open. The mesh reports a gap between closed lips too, so what is in the gap decides.

    outer ╭──────────────╮      A wide gap is open whatever is in it. In a narrow one stand teeth or the dark
          │ ╭──  ? ───╮  │      of the mouth when it is open, and lip when it is not: so its middle colour is
          │ ╰─────────╯  │      compared with that of the lips around it. The line between closed lips is
    outer ╰──────────────╯      dark as well, but narrow: it is less than half of the gap.

All of it rises smoothly, so that an opening mouth opens and nothing jumps.
"""

from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import F64, GREY_OF_BGR
from models.results import F32, U8

#: Gap between the lips in eye distances: closed, the mesh's word is not enough, surely open. On lips that
#: stay closed, in a small picture, the mesh reports gaps of up to 0.064; on smiling people 0.11 to 0.21.
_CLOSED, _DOUBTFUL, _OPEN = 0.004, 0.07, 0.10
#: How much less red than the lips, in (red - green) / grey: lip, teeth. On closed lips -0.17 to 0; the
#: sample portrait's teeth 0.25.
_LIP_RED, _TEETH_PALE = 0.05, 0.12
#: Grey over that of the upper lip, which is in the same shade: lip, teeth; lip, dark of the mouth. On
#: closed lips 0.82 to 1.02; teeth 1.2 to 1.4.
_LIP_LIGHT, _TEETH_LIGHT = 1.10, 1.25
_LIP_DARK, _MOUTH_DARK = 0.72, 0.55
#: Where to look: (13, 4) shares of the outer upper, inner upper, inner lower and outer lower edge; seven
#: lines in the gap, three in the upper lip, three in the lower. And along them, away from the corners.
_BETWEEN: Final = np.array(
    [
        *((0, 1 - t, t, 0) for t in np.linspace(0.2, 0.8, 7)),
        *((1 - t, t, 0, 0) for t in (0.3, 0.5, 0.7)),
        *((0, 0, t, 1 - t) for t in (0.3, 0.5, 0.7)),
    ],
    np.float32,
)
_GAP, _UPPER_LIP, _LIPS = slice(0, 7), slice(7, 10), slice(7, 13)
_ALONG: Final = (0.2, 0.8)
_BLUE, _GREEN, _RED = map(float, GREY_OF_BGR)

#: Blue, green, red.
_Bgr = list[int]


def openness(image_bgr: U8, curves_xy: F32, gap: F32) -> F64:
    """How far each point of the inner edges is apart in truth, as a share of what the mesh says: (n,) 0..1.

    curves_xy: (4, n, 2) pixels: outer upper, inner upper, inner lower, outer lower edge. gap: (n,) between
    the inner edges, in eye distances; negative where they cross.
    """
    widest = float(gap.max())
    sure = _rise(widest, _DOUBTFUL, _OPEN)
    if sure < 1 and widest > _CLOSED:
        sure += (1 - sure) * _evidence(image_bgr, curves_xy)
    # Where the lips nearly touch they touch.
    return np.interp(gap, (_CLOSED, 3 * _CLOSED), (0.0, sure))


def _evidence(image_bgr: U8, curves_xy: F32) -> float:
    """0 where the gap looks like the lips, 1 where it looks like teeth or like the dark of a mouth."""
    n = curves_xy.shape[1]
    along = curves_xy[:, round(_ALONG[0] * n) : round(_ALONG[1] * n) : 2]
    # Landmarks count from the corner of a pixel; remap from its middle.
    x, y = _BETWEEN @ along[..., 0] - np.float32(0.5), _BETWEEN @ along[..., 1] - np.float32(0.5)
    colours = cv2.remap(image_bgr, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    planes = np.ascontiguousarray(colours.transpose(2, 0, 1))
    middle, lighter = _ranked(planes[:, _GAP])
    lips, _ = _ranked(planes[:, _LIPS])
    upper_lip, _ = _ranked(planes[:, _UPPER_LIP])
    return max(
        _rise(_red(lips) - _red(middle), _LIP_RED, _TEETH_PALE),
        _rise(_grey(middle) / _grey(upper_lip), _LIP_LIGHT, _TEETH_LIGHT),
        _rise(_grey(lighter) / _grey(upper_lip), _LIP_DARK, _MOUTH_DARK),
    )


def _ranked(planes: MatLike) -> tuple[_Bgr, _Bgr]:
    """The median of colours (3, ...), and the colour that only a third of them surpass."""
    ranked = np.sort(planes.reshape(3, -1), axis=1)
    count = ranked.shape[1]
    return ranked[:, count // 2].tolist(), ranked[:, count * 2 // 3].tolist()


def _grey(bgr: _Bgr) -> float:
    blue, green, red = bgr
    return max(_BLUE * blue + _GREEN * green + _RED * red, 1.0)


def _red(bgr: _Bgr) -> float:
    return (bgr[2] - bgr[1]) / _grey(bgr)


def _rise(value: float, none: float, full: float) -> float:
    """0 at `none`, 1 at `full`, straight between."""
    return min(max((value - none) / (full - none), 0.0), 1.0)
