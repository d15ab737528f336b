"""Hair colour: hair takes the shade, its strands keep their light. Only where a hair mask is present.

Hair in a picture is pigment x shading + gloss, as skin is, but much deeper in shading: the darkest strands
stay dark in any shade, or it would look like a wig. Gloss has the colour of the light and stays on top.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mirror_app.effects import _cells, _film, _tinted
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as Parameters
from mirror_app.subject import Subject
from models.results import U8

ORDER: Final = 120
#: Who brings models/hair.py, whose `see` gives a models.results.HairMask, can offer hair colour.
NEEDS: Final = frozenset({"hair"})


@dataclass(frozen=True, slots=True)
class Finish:
    """gloss: how strong the hair's own gloss is afterwards, as a factor. life: how much of its own play of
    colour (roots, strands bleached by the sun) lives through full coverage."""

    gloss: float
    life: float


FINISHES: Final = {
    "natural": Finish(gloss=1.0, life=0.3),
    "glossy": Finish(gloss=1.7, life=0.25),
    "matte": Finish(gloss=0.4, life=0.2),
}

#: Cells in one eye distance: strands are finer than skin.
_CELLS_PER_EYE: Final = 68.0
#: How far hair may reach from the middle of the face: to either side, up, down; in eye distances.
_ASIDE, _UP, _DOWN = 1.9, 2.2, 3.4
#: Mask that is hair beyond doubt, and how many cells of it are needed to tell its colour.
_SURE, _MIN_CELLS = 200, 24
#: Of the hair's grey values, darkest and brightest first, those that tell of pigment.
_PLAIN: Final = (0.20, 0.90)
#: Grey over that of the hair from which on it is gloss.
_GLOSS: Final = 1.45


def apply(subject: Subject, layer: Layer) -> None:
    """Colour the hair in place; nothing where there is none, or nobody tells where. layer.finish: a key of
    FINISHES."""
    if subject.hair is None or layer.opacity <= 0:
        return
    cells, mask = _found(subject, subject.hair)
    if cells is None or mask is None:
        return
    finish, shade_bgr = FINISHES[layer.finish], subject.light.bgr(layer.lab)
    grey = np.asarray(cv2.cvtColor(cells.low_bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    sure = np.asarray(cv2.inRange(mask, _SURE, 255), np.uint8)
    level = _film.level(grey, sure, _PLAIN)
    if level is None or cv2.countNonZero(sure) < _MIN_CELLS:
        return
    blue, green, red, _ = cv2.mean(cells.low_bgr, sure)
    light = grey.astype(np.float32)
    gloss = np.maximum(light - np.float32(_GLOSS * level), 0)
    parts = cv2.merge((light - gloss, gloss * np.float32(finish.gloss), light))
    change = cv2.transform(
        parts, _tinted.colours(shade_bgr, (blue, green, red), level, finish.life, subject.light)
    )
    cv2.addWeighted(change, 1, cells.low_bgr.astype(np.float32), finish.life - 1, 0, dst=change)
    amount = mask * np.float32(layer.opacity / 255)
    cv2.multiply(change, cv2.cvtColor(amount, cv2.COLOR_GRAY2BGR), dst=change)
    cv2.add(cells.low_bgr, change, dst=cells.low_bgr, dtype=cv2.CV_8U)
    cells.lay(subject.image_bgr)


def _found(subject: Subject, hair: U8) -> tuple[_cells.Cells | None, U8 | None]:
    """The hair around a face, in cells, and its mask; None where there is none."""
    cell = max(round(subject.eye_px / _CELLS_PER_EYE), 1)
    x, y = subject.xy[168].tolist()
    reach = subject.eye_px
    size_px = hair.shape[1], hair.shape[0]
    around = x - _ASIDE * reach, y - _UP * reach, x + _ASIDE * reach, y + _DOWN * reach
    box = _cells.box(*around, cell, size_px)
    if box is None:
        return None, None
    # Only what of it is hair.
    left, top, width, height = cv2.boundingRect(_cells.thinned(hair, box, cell))
    if width == 0:
        return None, None
    tight = (box[0] + left * cell, box[1] + top * cell)
    box = _cells.box(*tight, tight[0] + width * cell, tight[1] + height * cell, cell, size_px)
    if box is None:
        return None, None
    mask = np.asarray(cv2.blur(_cells.thinned(hair, box, cell), (3, 3)), np.uint8)
    return _cells.Cells(box, cell, _cells.thinned(subject.image_bgr, box, cell)), mask
