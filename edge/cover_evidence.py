"""What speaks for something standing before a face: pure functions from texels to texels.

Three kinds of evidence, all in the units of `cover_look`:
* a texel looks as this face never looked there, light and shade apart (`deviation`);
* where the face has lips, eyes or brows there is nothing of them any more (`vanished`);
* on a face that is not known yet, a large even part has not the colour of its skin (`foreign`).
"""

from typing import Final

import cv2
import numpy as np

from edge.cover_atlas import DOWN, SIDE, Bool, geometry, region, rim
from edge.cover_look import SMALL, UNIT, WIDE, Look, chroma_of, to_bytes
from models.results import F32, U8

# fmt: off
_LIPS: Final = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_RIGHT_LIDS: Final = (226, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25)
_LEFT_LIDS: Final = (446, 467, 260, 259, 257, 258, 286, 414, 463, 341, 256, 252, 253, 254, 339, 255)
_RIGHT_BROW: Final = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
_LEFT_BROW: Final = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
# fmt: on

MOUTH: Final = region(_LIPS, 3)
RIGHT_EYE: Final = region(_RIGHT_LIDS, 1)
LEFT_EYE: Final = region(_LEFT_LIDS, 1)
EYES: Final = RIGHT_EYE | LEFT_EYE
BROWS: Final = region(_RIGHT_BROW, 1) | region(_LEFT_BROW, 1)
#: The mesh slides along the hair and the jaw: what its edge looks like says less.
RIM: Final = rim(3)

# --- the three kinds of evidence

#: With fewer texels than this nothing is said.
_FEWEST: Final = 12
#: The sharpest quarter of the edges tells, because the others may be covered.
_SHARPEST: Final = 0.25
_FADED: Final = 1.5


def sharpness(now: U8, look: Look, usable: Bool) -> float:
    """Whether the picture is as sharp as what was learned: 1, about (0.5), or a blur (0)."""
    edges = usable & look.edges
    enough = _SHARPEST * np.count_nonzero(edges)
    if enough < _SHARPEST * _FEWEST:
        return 1.0
    luma = cv2.extractChannel(now, 0)
    here = cv2.subtract(cv2.dilate(luma, SMALL), cv2.erode(luma, SMALL))
    if np.count_nonzero((here >= look.sharp) & edges) >= enough:
        return 1.0
    return 0.5 if np.count_nonzero((here >= look.blurred) & edges) >= enough else 0.0


#: How far half of the texels are off, beside their neighbours, with any usable camera; how many times what is
#: more than that says nothing in a noisy picture; and over how long it is followed.
_QUIET: Final = 7.5
_NOISY: Final = 2.5
_NOISE_S: Final = 0.3


def noise(now: U8, look: Look, free: Bool, before: F32, step_s: float) -> F32:
    """(3,) float32: how far half of the free texels are, beside their neighbours, from what was learned."""
    off = now - look.mean
    off -= cv2.blur(off, (3, 3))
    here = np.abs(off[::2, ::2][free[::2, ::2]])
    if len(here) < _FEWEST:
        return before
    middle = len(here) // 2
    now_noise = np.partition(here, middle, axis=0)[middle]
    share = np.float32(min(1.0, step_s / _NOISE_S)) if before.any() else np.float32(1)
    return np.asarray(before + share * (now_noise - before), np.float32)


def deviation(now: U8, look: Look, noise: F32, *, blurred: bool) -> U8:
    """(SIDE, SIDE, 3): by how much each feature lies outside of what the face looks like thereabouts."""
    low, high = (look.wide_low, look.wide_high) if blurred else (look.low, look.high)
    off = np.asarray(cv2.max(cv2.subtract(low, now), cv2.subtract(now, high)), np.uint8)
    allowed = [round(max(0.0, _NOISY * (each - _QUIET))) for each in noise.tolist()]
    return (
        np.asarray(cv2.subtract(off, np.array((*allowed, 0), np.float64)), np.uint8) if any(allowed) else off
    )


def vanished(now: U8, look: Look, sharp: float) -> U8:
    """(SIDE, SIDE): how much contrast is missing where the face has features; 0 in a blurred picture."""
    if sharp <= 0:
        return np.zeros((SIDE, SIDE), np.uint8)
    here = cv2.subtract(cv2.dilate(now, WIDE), cv2.erode(now, WIDE))
    there = cv2.convertScaleAbs(here, alpha=_FADED, beta=UNIT)
    missing = cv2.subtract(look.contrast, there)
    if not cv2.countNonZero(missing.reshape(SIDE, -1)):
        return np.zeros((SIDE, SIDE), np.uint8)
    one, two, three = cv2.split(missing)
    return cv2.convertScaleAbs(cv2.max(cv2.max(one, two), three), alpha=sharp)  # type: ignore[return-value]


# --- a face that is not known yet

#: Where a face shows nothing but skin: beside the nose, on the forehead and below, in the order in which they
#: are asked for its colour.
_SKIN: Final = geometry().inside & ~RIM & ~EYES & ~MOUTH & ~BROWS
_CHEEKS: Final = _SKIN & (DOWN > -0.12) & (DOWN < 0.05)
_FOREHEAD: Final = _SKIN & (DOWN < -0.2) & (DOWN > -0.36)
_BELOW: Final = _SKIN & (DOWN >= 0.05)
#: Well within the face: hair beside it is not before it.
_INNER: Final = ~rim(6)
#: Red less green and blue less green of all skins under all common lamps, logarithms.
_REDDER, _BLUER = (0.04, 0.65), (-0.7, 0.03)
#: What is no skin: so far away from it in colour, or so much darker or lighter.
_OTHER_COLOUR: Final = 3 * UNIT
_DARKER, _LIGHTER = 0.9 / 0.12 * UNIT, 0.45 / 0.12 * UNIT
#: Lips are redder than a mask by more than this, and not than what grows around them.
_LIPS_REDDER: Final = 1.5 * UNIT
#: A part of fewer texels is a shadow, a mole or a strand: not at first sight. One with more contrast is hair.
PART_MIN: Final = 36
_EVEN: Final = 0.3 / 0.12 * UNIT
#: What belongs to the same mask or lens.
_ALIKE_COLOUR, _ALIKE_LIGHT = 2.5 * UNIT, 0.45 / 0.12 * UNIT
#: An eye is lighter than a dark lens, on the whole, by this.
_LENS_DARKER: Final = 0.6 / 0.12 * UNIT


def foreign(now: U8) -> Bool:
    """(SIDE, SIDE) whether a texel has not the colour of the skin of this face; lips, eyes, brows: never."""
    return _unlike_texels(now, _skin(now)) & _SKIN


def _unlike_texels(now: U8, skin: U8) -> Bool:
    off = now.astype(np.int16) - skin
    other = np.hypot(off[..., 1], off[..., 2]) > _OTHER_COLOUR
    return np.asarray(other | (off[..., 0] < -_DARKER) | (off[..., 0] > _LIGHTER))


def skin_coloured_parts(part: Bool, now: U8, look: Look) -> Bool:
    """Those connected parts that, where a face is but skin, have the colour that its skin had before."""
    count, labels = cv2.connectedComponents(part.astype(np.uint8), connectivity=8)
    alike = ~_unlike_texels(now, _skin(to_bytes(look.mean)))
    every = np.bincount(labels[_SKIN], minlength=count)
    kept = np.bincount(labels[_SKIN & alike], minlength=count) >= 0.6 * every
    kept[0] = False
    return np.asarray(kept[labels])


def lenses(now: U8) -> Bool:
    """(SIDE, SIDE) the eyes behind which nothing but an even darkness is to be seen."""
    skin, contrast = _skin(now), _contrast(now)
    dark = np.zeros((SIDE, SIDE), np.bool_)
    for eye in (RIGHT_EYE, LEFT_EYE):
        if np.median(now[..., 0][eye]) < int(skin[0]) - _LENS_DARKER and np.median(contrast[eye]) < _EVEN:
            dark |= eye
    return dark


def drawn(now: U8) -> Bool:
    """(SIDE, SIDE) where the brightness changes as it does around an iris and along lids."""
    return np.asarray(_contrast(now) > _EVEN)


def even_parts(part: U8, now: U8) -> Bool:
    """Those connected parts that are a mask: large, even, not beside the face, lips not showing."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=4)
    contrast = _contrast(now)
    kept = np.zeros((SIDE, SIDE), np.bool_)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < PART_MIN:
            continue
        one = labels == label
        within = np.count_nonzero(one & _INNER) > 0.5 * np.count_nonzero(one)
        core = cv2.erode(one.astype(np.uint8), SMALL) > 0
        even = core.any() and float(np.median(contrast[core])) < _EVEN
        if within and even and not _around_lips(one, now):
            kept |= one & _like(one, now)
    return kept


def spread(part: Bool, now: U8, where: Bool) -> Bool:
    """A part with what is connected to it and looks the same: over lips, eyes and the face's edge too."""
    off = now.astype(np.int16) - np.median(now[part], axis=0)
    from_skin = now.astype(np.int16) - _skin(now)
    alike = _like(part, now)
    alike &= np.abs(off).sum(axis=-1) < np.abs(from_skin).sum(axis=-1)
    _, labels = cv2.connectedComponents(((alike & where) | part).astype(np.uint8), connectivity=4)
    return np.isin(labels, np.unique(labels[part]))


def _like(part: Bool, now: U8) -> Bool:
    """(SIDE, SIDE) what has the colour that most of a part has: a shaded cheek beside black rims has not."""
    off = now.astype(np.int16) - np.median(now[part], axis=0)
    return np.asarray(
        (np.hypot(off[..., 1], off[..., 2]) < _ALIKE_COLOUR) & (np.abs(off[..., 0]) < _ALIKE_LIGHT)
    )


def _skin(now: U8) -> U8:
    """(3,) the face's own skin: the first of three places that can be skin, or the one that best can."""
    colours = [np.median(now[place], axis=0) for place in (_CHEEKS, _FOREHEAD, _BELOW)]
    unlike = [_unlike_skin(colour) for colour in colours]
    return np.asarray(colours[int(np.argmin([max(each, 0.3 * UNIT) for each in unlike]))], np.uint8)


def _unlike_skin(colour: F32) -> float:
    red, blue = chroma_of(colour)
    beyond = max(_REDDER[0] - red, red - _REDDER[1], 0.0) + max(_BLUER[0] - blue, blue - _BLUER[1], 0.0)
    return beyond / 0.04 * UNIT


def _contrast(now: U8) -> U8:
    luma = np.ascontiguousarray(now[..., 0])
    return cv2.subtract(cv2.dilate(luma, WIDE), cv2.erode(luma, WIDE))  # type: ignore[return-value]


def _around_lips(part: Bool, now: U8) -> bool:
    """Whether a part lies around a mouth whose lips are to be seen: then it is a beard."""
    if not np.count_nonzero(part & _BELOW) > 0.5 * np.count_nonzero(part):
        return False
    lips, there = np.median(now[MOUTH][:, 1]), np.median(now[part][:, 1])
    return bool(lips - there > _LIPS_REDDER)
