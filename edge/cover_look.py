"""How one face looks when nothing is before it: learned while it is seen, forgotten with its track.

Kept in memory only, and coarse: for each of 48 x 48 texels of the atlas (`cover_atlas`) a running mean and
spread of colour, in units in which a light that becomes stronger or weaker only adds a constant.
"""

from typing import Final

import cv2
import numpy as np

from edge.cover_atlas import SIDE, Bool
from models.results import F32, U8

#: A colour becomes three numbers: the mean of the logarithms of its channels, red less green, blue less
#: green. They are scaled so that UNIT of each is a step that a bare face hardly makes from one moment to the
#: next: an eighth in brightness, a twenty-fifth in a ratio of channels.
UNIT: Final = 12.0
_LUMA_STEP, _CHROMA_STEP = 0.12, 0.04
#: Added to each channel before the logarithm: the noise of dark pixels stays small.
_DARK: Final = 24
#: Where neutral grey of the darkest kind lies, so that all skins under all lamps stay within 0..255.
_OFFSETS: Final = (-np.log(_DARK) * UNIT / _LUMA_STEP + 4, 70.0, 190.0)
_MIX: Final = np.array(
    [
        [*(np.ones(3) / 3 * UNIT / _LUMA_STEP), _OFFSETS[0]],
        [*(np.array([0, -1, 1]) * UNIT / _CHROMA_STEP), _OFFSETS[1]],
        [*(np.array([1, -1, 0]) * UNIT / _CHROMA_STEP), _OFFSETS[2]],
    ],
    np.float32,
)
_LOGARITHMS: Final = np.log(np.arange(256, dtype=np.float32) + _DARK)
_MOST_OF_EACH: Final = np.full((SIDE, SIDE, 3), _LOGARITHMS[255], np.float32)
#: From features to logarithms again.
_UNMIX: Final = np.linalg.inv(np.vstack([_MIX, [0, 0, 0, 1]]))[:3].astype(np.float32)

#: What is learned is forgotten again over about so many seconds: light and make-up change.
_MEMORY_S: Final = 1.0
#: A texel seen so often is known.
_KNOWN: Final = 2
#: Spread at the beginning, and never less nor more than this.
_SPREAD, _SPREAD_MIN, _SPREAD_MAX = 3.0, 1.0, 16.0
#: How many spreads off is nothing unusual.
_SLACK: Final = 1.7

#: What is allowed beyond that at the second look, less at every further one: JPEG blocks come and go.
_YOUNG, _YOUNG_LESS = 40.0, 2.0

#: A texel whose neighbours differ by this in brightness has an edge that blur would soften, and what is left
#: of it, of what was learned, in a picture that is about sharp, and in one that is.
_EDGE: Final = 15
_SHARP: Final = (0.75, 0.85)

SMALL: Final = np.ones((3, 3), np.uint8)
WIDE: Final = np.ones((5, 5), np.uint8)


def features(bgr: U8) -> F32:
    """(SIDE, SIDE, 3) float32: brightness, red less green, blue less green, in 12ths of a step."""
    return cv2.transform(cv2.LUT(bgr, _LOGARITHMS), _MIX)  # type: ignore[return-value]


def as_clipped(colours: F32) -> F32:
    """Features (SIDE, SIDE, 3) of light, as a sensor would show them that ends at 255 in each channel."""
    return cv2.transform(cv2.min(cv2.transform(colours, _UNMIX), _MOST_OF_EACH), _MIX)  # type: ignore[return-value]


def chroma_of(colour: F32) -> tuple[float, float]:
    """Red less green and blue less green of features (3,), as differences of logarithms."""
    step = _CHROMA_STEP / UNIT
    return float(colour[1] - _OFFSETS[1]) * step, float(colour[2] - _OFFSETS[2]) * step


class Look:
    """The bare face, texel by texel.

    mean: (SIDE, SIDE, 3) float32. low, high: (SIDE, SIDE, 3) uint8, what a texel may look like when the mesh
    is off by one of them; wide_low, wide_high: by two. contrast: (SIDE, SIDE, 3) uint8, how much it and its
    neighbours differ. edges: (SIDE, SIDE), where that of brightness is large; blurred, sharp: (SIDE, SIDE)
    uint8, how large it is at least in a picture about as sharp as what was learned, and in one just as sharp.
    known: (SIDE, SIDE). bare_s: (SIDE, SIDE), for how many seconds each was seen bare.
    """

    def __init__(self) -> None:
        self.mean = np.zeros((SIDE, SIDE, 3), np.float32)
        self._spread = np.full((SIDE, SIDE, 3), _SPREAD, np.float32)
        self._times = np.zeros((SIDE, SIDE), np.float32)
        self.bare_s = np.zeros((SIDE, SIDE), np.float32)
        self.known: Bool = np.zeros((SIDE, SIDE), np.bool_)
        self._limits()

    def learn(self, seen: F32, bare: Bool, step_s: float) -> None:
        """Take in what texels look like. seen: (SIDE, SIDE, 3) features. bare: those with nothing before."""
        cv2.copyTo(seen, (self._times == 0).view(np.uint8), self.mean)
        counts = bare.astype(np.float32)
        self._times += counts
        self.bare_s += np.float32(step_s) * counts
        share = np.maximum(1 / np.maximum(self._times, 1), np.float32(min(1.0, step_s / _MEMORY_S))) * counts
        off = seen - self.mean
        self.mean += cv2.merge((share, share, share)) * off
        share *= self._times > 1
        self._spread += cv2.merge((share, share, share)) * (np.abs(off) * np.float32(1.25) - self._spread)
        np.maximum(self._spread, np.float32(_SPREAD_MIN), out=self._spread)
        np.minimum(self._spread, np.float32(_SPREAD_MAX), out=self._spread)
        self.known = self._times >= _KNOWN
        self._limits()

    def forget(self, where: Bool) -> None:
        """Those texels are as if never seen."""
        self._times[where] = 0
        self.bare_s[where] = 0
        self._spread[where] = _SPREAD
        self.known = self._times >= _KNOWN

    def _limits(self) -> None:
        mean = to_bytes(self.mean)
        young = np.maximum(np.float32(_YOUNG) / np.square(np.maximum(self._times, 1)) - _YOUNG_LESS, 0)
        slack = to_bytes(self._spread * np.float32(_SLACK) + cv2.merge((young, young, young)))
        near_low, near_high = cv2.erode(mean, SMALL), cv2.dilate(mean, SMALL)
        far_low, far_high = cv2.erode(mean, WIDE), cv2.dilate(mean, WIDE)
        self.low, self.high = cv2.subtract(near_low, slack), cv2.add(near_high, slack)
        self.wide_low, self.wide_high = cv2.subtract(far_low, slack), cv2.add(far_high, slack)
        self.contrast = cv2.subtract(near_high, near_low)
        edges = cv2.extractChannel(self.contrast, 0)
        self.edges = edges > _EDGE
        self.blurred, self.sharp = (cv2.convertScaleAbs(edges, alpha=share) for share in _SHARP)


def to_bytes(values: F32) -> U8:
    """Rounded, and held within 0..255; for values that are not less than 0."""
    return cv2.convertScaleAbs(values)  # type: ignore[return-value]
