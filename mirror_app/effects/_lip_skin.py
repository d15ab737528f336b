"""What the picture tells of bare lips: their pigment, their shading, what stands out of it.

Grey values are nearly logarithmic, so a change of light is a factor in them: the shading is the slow part of
a lip's grey over its mean. What stands out above it is relief of the lip, or shine.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.colour import Bgr
from mirror_app.effects import _film, _lips
from mirror_app.subject import Subject

#: Where shading ends and relief or shine begins, in eye distances.
_SHADING_SCALE: Final = 0.10
#: Of the lips' grey values, darkest and brightest first, those that tell of pigment: neither the line
#: between the lips nor shine.
_DULL: Final = (0.10, 0.85)
#: Soft mask from which on a pixel is lip beyond doubt.
_INSIDE: Final = 170


@dataclass(frozen=True, slots=True)
class LipSkin:
    """The lips before anything is drawn on them, over the lips' box.

    soft: soft mask. grey: without the finest noise. shading: the slow part of the grey. standing_out: how far
    the grey is above it. level: the grey of the lips' own pigment. All arrays (h, w) uint8.
    """

    lips: _lips.Lips
    soft: MatLike
    grey: MatLike
    shading: MatLike
    standing_out: MatLike
    level: float

    def film(self, film_bgr: Bgr, relief: float, depth: float = 0.0) -> MatLike:
        """The box as if a film lay on lip all over: its colour times the light and shade of the lips.

        relief: how much of what stands out takes the film's colour. depth: how much deeper the shading is.
        """
        tone = cv2.addWeighted(self.grey, 1.0, self.standing_out, relief - 1, 0)
        if depth:
            tone = cv2.addWeighted(tone, 1.0, self.shading, depth, -depth * self.level, dst=tone)
        contrast = _film.contrast(self.level, film_bgr)
        slope, first = contrast / self.level, 1 - contrast
        blue, green, red = film_bgr
        # Straight in the tone; from three channels to three takes a sixth of the time from one to three.
        straight = np.array(
            (
                (blue * slope, 0, 0, blue * first),
                (0, green * slope, 0, green * first),
                (0, 0, red * slope, red * first),
            ),
            np.float32,
        )
        return cv2.transform(cv2.cvtColor(tone, cv2.COLOR_GRAY2BGR), straight)


def of(subject: Subject) -> LipSkin | None:
    """The lips of a subject whose lips are still bare; None where too little of them is seen to tell."""
    lips = subject.once(_lips.of)
    if lips is None or lips.strength == 0:
        return None
    soft, grey = lips.mask(), lips.tiles.grey(subject.image_bgr)
    inside = cv2.threshold(soft, _INSIDE, 255, cv2.THRESH_BINARY)[1]
    cv2.GaussianBlur(grey, (3, 3), 0, dst=grey)
    # Every second row tells as much.
    level = _film.level(grey[::2], inside[::2], _DULL)
    if level is None:
        return None
    shading = _shading(grey, inside, level, lips.eye_distance_px)
    return LipSkin(lips, soft, grey, shading, cv2.subtract(grey, shading), level)


def _shading(grey: MatLike, inside: MatLike, level: float, eye_distance_px: float) -> MatLike:
    """The slow part of the lips' grey. Beyond the lips it goes on at their mean, so that neither dark
    mouth nor bright skin makes their rim stand out."""
    filled = np.empty_like(grey)
    filled.fill(round(level))
    cv2.copyTo(grey, inside, filled)
    size = 2 * int(eye_distance_px * _SHADING_SCALE / 2) + 1
    return cv2.blur(filled, (size, size), dst=filled, borderType=cv2.BORDER_REPLICATE)
