"""How much light is on a face, so that paint does not glow on a face in the dark.

A dark face in good light and a fair face in the dark have the same grey, and a product's colour must be
true on both: so a colour is only darkened on evidence. A fair face in the dark is as pale in hue as fair
skin is, though something else in view is much brighter than it, or nothing in view is bright. Dark skin is
more saturated, except for the very darkest, which is darker than a face that a camera exposes for.

The room's colour (`white_balance`) is taken out of the skin before it is judged, and given to the paint.

All of it is measured over patches, never over single pixels: a camera's noise in a dim room would pass for
saturation. `of` is for a still picture; `Lights` follows the faces of a stream, calm while the light is.

    Glass: mirrored frame ── Lights.see ──→ light of each track ──→ painter.paint(..., light)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from edge.scene import Face
from mirror_app import white_balance
from mirror_app.colour import Bgr, Lab, bgr_of_lab, grey_of_bgr
from models.results import F32, U8

#: Grey of fair skin in good light, at the least.
_LIT: Final = 150.0
#: How far the colour follows the face into the dark (exponent), and no further than this factor.
_FOLLOWS, _DARKEST = 0.8, 0.45
#: Saturation, (max - min) / max, of skin that is certainly not fair, and of skin that may be. Monk skin
#: tones 6 to 8 have 0.46 to 0.48, tones 1 to 5 up to 0.30.
_DARK_SKIN, _FAIR_SKIN = 0.38, 0.30
#: Brightest thing in view over the face: no evidence, full evidence.
_ALIKE, _BRIGHTER = 1.25, 1.6
#: Grey of a face: may be the darkest skin (Monk 9 is 50), cannot be.
_DARKEST_SKIN, _EXPOSED = 55.0, 85.0
#: Brightest thing in view: the room may be lit, the room is dark.
_LIT_ROOM, _DARK_ROOM = 120.0, 100.0
#: The same for a picture that shows a room, with something dark in it.
_DIM_ROOM: Final = 160.0
#: In a dark room skin is judged by what is brightest there: less than so much of it may be dark skin, more is
#: fair.
_MAYBE_DARK, _SURELY_FAIR = 0.4, 0.6
#: A picture whose darkest part is so bright, of the brightest, shows no room: nothing tells.
_ALL_ALIKE, _A_ROOM = 0.8, 0.6
_DARKEST_PART: Final = 0.05
#: The least that is left of a colour in the dark.
_NIGHT: Final = 0.18
_BRIGHT: Final = 0.98
#: Patches along the longer side of the picture, and samples along the side of a patch.
_PATCHES, _SAMPLES = 32, 2
#: Half the side of a patch of skin, in eye distances, and the samples in it, x and y: (2, 25), -1..1.
_PATCH: Final = 0.04
_GRID: Final = np.stack(np.meshgrid(*[np.linspace(-1, 1, 5, dtype=np.float32)] * 2)).reshape(2, -1)
#: How quickly a light is followed, as the time in which two thirds of the way are done.
_FOLLOW_S: Final = 0.22
#: How often the light is measured, in frame time; what is followed in between is what was measured last.
_MEASURE_S: Final = 0.1
#: The same for the room's colour.
_ROOM_FOLLOW_S, _ROOM_MEASURE_S = 1.2, 0.5
#: Forehead, temples, cheeks, beside the nose, chin.
_SKIN: Final = np.array((9, 151, 108, 337, 50, 280, 101, 330, 118, 347, 36, 266, 205, 425, 207, 427, 199))


@dataclass(frozen=True, slots=True)
class Light:
    """The light on a face. gain_bgr: factors for a colour that was measured under D65 in good light."""

    gain_bgr: Bgr = (1.0, 1.0, 1.0)

    @classmethod
    def grey(cls, gain: float) -> "Light":
        """White light of some strength."""
        return cls((gain, gain, gain))

    def on(self, lab: Lab) -> F32:
        """(3,) blue, green, red 0..255: how a product's measured colour looks in this light."""
        return np.array(self.bgr(lab), np.float32)

    def bgr(self, lab: Lab) -> Bgr:
        """The same as plain numbers."""
        blue, green, red = bgr_of_lab(lab)
        return blue * self.gain_bgr[0], green * self.gain_bgr[1], red * self.gain_bgr[2]


#: Good white light: as a product was measured.
DAYLIGHT: Final = Light()


class Lights:
    """The light on each face of a stream, followed without flicker; forgotten with the face's track."""

    def __init__(self) -> None:
        #: What was measured last and what is shown of it, by track.
        self._measured: dict[int, float] = {}
        self._gains: dict[int, float] = {}
        self._room = self._warmer = 0.0
        self._seen_s = 0.0
        self._measured_s = self._room_s = -math.inf

    def see(self, image_bgr: U8, faces: Sequence[Face], at_s: float) -> Mapping[int, Light]:
        """Light of each face by its track. at_s: when the picture was taken, in seconds of one clock."""
        dt_s, self._seen_s = at_s - self._seen_s, at_s
        if not faces:
            self._measured, self._gains, self._room_s = {}, {}, -math.inf
            return {}
        self._follow_room(image_bgr, faces, at_s, dt_s)
        before, warmer = self._gains, round(self._warmer, 1)
        if not 0 <= at_s - self._measured_s < _MEASURE_S or not all(face.track in before for face in faces):
            self._measure(image_bgr, faces, warmer)
            self._measured_s = at_s
        self._gains = {
            face.track: follow(before.get(face.track), self._measured[face.track], dt_s) for face in faces
        }
        tint = white_balance.gain_bgr(warmer)
        return {track: _light(gain, tint) for track, gain in self._gains.items()}

    def _measure(self, image_bgr: U8, faces: Sequence[Face], warmer: float) -> None:
        greys = _range(image_bgr)
        self._measured = {face.track: _gain(image_bgr, face, greys, warmer) for face in faces}

    def _follow_room(self, image_bgr: U8, faces: Sequence[Face], at_s: float, dt_s: float) -> None:
        """The room's colour: measured twice a second, followed slowly; at once for new people."""
        new = math.isinf(self._room_s) or dt_s < 0
        if new or at_s - self._room_s >= _ROOM_MEASURE_S:
            self._room, self._room_s = _room(image_bgr, faces), at_s
        pace = 0.0 if new else math.exp(-dt_s / _ROOM_FOLLOW_S)
        self._warmer = self._room + (self._warmer - self._room) * pace


def of(image_bgr: U8, face: Face) -> Light:
    """The light on a face of a still picture."""
    warmer = _room(image_bgr, (face,))
    gain = _gain(image_bgr, face, _range(image_bgr), warmer)
    return _light(gain, white_balance.gain_bgr(warmer))


def gain(image_bgr: U8, face: Face) -> float:
    """Factor for a colour that was measured in good light: 0.45 to 1, and 1 wherever there is doubt."""
    return _gain(image_bgr, face, _range(image_bgr), _room(image_bgr, (face,)))


def _light(gain: float, tint_bgr: F32) -> Light:
    blue, green, red = (gain * tint_bgr).tolist()
    return Light((blue, green, red))


def _room(image_bgr: U8, faces: Sequence[Face]) -> float:
    """How much warmer than daylight the room is, mired."""
    return white_balance.shift(image_bgr, faces, _skin(image_bgr, faces[0]))


def follow(before: float | None, now: float, dt_s: float) -> float:
    """The gain dt_s after `before`; at once `now` for a new face, and where the clock was set back."""
    if before is None or dt_s < 0:
        return now
    return now + (before - now) * math.exp(-dt_s / _FOLLOW_S)


def _gain(image_bgr: U8, face: Face, greys: tuple[float, float], warmer: float) -> float:
    black, white = greys
    skin_bgr = _skin(image_bgr, face)
    if skin_bgr is None:
        return 1.0
    tint = white_balance.gain_bgr(warmer).tolist()
    blue, green, red = (own / lit for own, lit in zip(skin_bgr, tint, strict=True))
    skin = grey_of_bgr((blue, green, red))
    saturation = 1 - min(blue, green, red) / max(blue, green, red)
    fair = _rise(saturation, _DARK_SKIN, _FAIR_SKIN) * _rise(skin, _DARKEST_SKIN, _EXPOSED)
    shaded = max(_rise(white / skin, _ALIKE, _BRIGHTER), _rise(white, _LIT_ROOM, _DARK_ROOM))
    lit = min(max(math.pow(skin / _LIT, _FOLLOWS), _DARKEST), 1.0)
    return min(1 - fair * shaded * (1 - lit), _in_the_dark(skin, white, black))


def _in_the_dark(skin: float, white: float, black: float) -> float:
    """Where nothing in view is bright: as dark as fair skin is there, and 1 for skin that may be dark."""
    dark = _rise(white, _DIM_ROOM, _DARK_ROOM) * _rise(black / max(white, 1.0), _ALL_ALIKE, _A_ROOM)
    fair = _rise(skin / max(white, 1.0), _MAYBE_DARK, _SURELY_FAIR)
    return 1 - dark * fair * (1 - min(max(skin / _LIT, _NIGHT), 1.0))


def _rise(value: float, none: float, full: float) -> float:
    """0 at `none`, 1 at `full`, straight between."""
    return min(max((value - none) / (full - none), 0.0), 1.0)


def _range(image_bgr: U8) -> tuple[float, float]:
    """Greys of the darkest and of the brightest part of the picture, over a coarse grid of patches."""
    height, width = image_bgr.shape[:2]
    scale = _PATCHES / max(height, width)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    # First thinned out, then averaged: averaging every pixel would take ten times as long.
    thin = cv2.resize(image_bgr, (across * _SAMPLES, down * _SAMPLES), interpolation=cv2.INTER_NEAREST)
    patches = cv2.resize(thin, (across, down), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(patches, cv2.COLOR_BGR2GRAY).ravel()
    low, high = (int(share * (grey.size - 1)) for share in (_DARKEST_PART, _BRIGHT))
    parted = np.partition(grey, (low, high))
    return float(parted[low]), float(parted[high])


def _skin(image_bgr: U8, face: Face) -> Bgr | None:
    """Colour of the skin, at least 1; None where the face is not in the picture.

    The middle half of the patches counts: hair, glasses and shine are out.
    """
    xy = np.ascontiguousarray(face.landmarks_xyz.take(_SKIN, axis=0)[:, :2])
    height, width = image_bgr.shape[:2]
    left, top, across, down = cv2.boundingRect(xy)
    if left < 0 or top < 0 or left + across > width or top + down > height:
        xy = xy[[0 <= x < width and 0 <= y < height for x, y in xy.tolist()]]
    if (n := len(xy)) == 0:
        return None
    at = xy[:, :, None] + np.float32(face.eye_distance_px * _PATCH) * _GRID
    samples = cv2.remap(image_bgr, at[:, 0], at[:, 1], cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    patches = cv2.reduce(samples, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).reshape(n, 3)
    patches.sort(axis=0)
    blue, green, red = (_middle(n) @ patches).tolist()
    return max(blue, 1.0), max(green, 1.0), max(red, 1.0)


@lru_cache(maxsize=len(_SKIN))
def _middle(n: int) -> F32:
    """(n,) weights of sorted values for the mean of their middle half."""
    weights = np.zeros(n, np.float32)
    weights[n // 4 : n - n // 4] = 1 / (n - 2 * (n // 4))
    return weights
