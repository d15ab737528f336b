"""Grains of shimmer: a fine texture fixed to the face, of which other grains flash as the head turns.

Every grain lies at its own tilt and is bright when that mirrors the light into the camera. The texture is
laid on through three landmarks, so it moves and turns with the skin, in the octave in which its grains are
about a pixel wide.
"""

import math
from functools import lru_cache, partial
from typing import Final

import cv2
import numpy as np

from mirror_app.colour import Bgr
from mirror_app.effects._pairs import LEFT_OF
from mirror_app.effects._skin import Piece, Skin
from mirror_app.effects._soft import Cut
from mirror_app.subject import Subject
from models.results import F32, U8

#: Texels in one eye distance, in the first octave; the texture repeats after _TILE texels, more than a patch
#: has.
_TEXELS_PER_EYE: Final = 170.0
_TILE: Final = 256
#: Share of texels that are a grain.
_DENSITY: Final = 0.14
#: How often a grain flashes while the head turns by half, the least it always shows, and in how many steps.
_FLASHES, _ALWAYS, _STEPS = 7.0, 0.2, 32
#: Faces with fewer pixels between the eyes than this have no room for grains.
_TOO_FEW_PX, _ENOUGH_PX = 50.0, 120.0
#: Where three landmarks of a cheek lie on the face, in eye distances from the outer corner of the eye:
#: towards the ear is negative, as on the subject's right.
_ON_FACE: Final[dict[int, tuple[float, float]]] = {
    118: (-0.02, 0.20),
    205: (0.01, 0.43),
    123: (-0.21, 0.31),
}


def owe(subject: Subject, skin: Skin, patch: Cut, piece: Piece, colour_bgr: Bgr, strength: float) -> None:
    """Have grains of a colour added to the picture, where and as far as the patch is, on all soft paint.

    piece: three landmarks near the patch. strength: 0..1, of a grain that flashes.
    """
    subject.owe(partial(_add, skin, patch, piece, colour_bgr, strength))


def _add(skin: Skin, patch: Cut, piece: Piece, colour_bgr: Bgr, strength: float, image_bgr: U8) -> None:
    room = min(max((skin.eye_px - _TOO_FEW_PX) / (_ENOUGH_PX - _TOO_FEW_PX), 0.0), 1.0)
    if strength * room <= 0 or patch.weight.size == 0:
        return
    target = skin.pixels(image_bgr, patch.at, patch.weight.shape)
    height, width = target.shape[:2]
    lit = _warped(skin, patch, piece, (width, height))
    weight = cv2.convertScaleAbs(patch.weight, alpha=255 * strength * room)
    rows, columns = weight.shape
    cell = skin.cell_px
    large = weight if cell == 1 else cv2.resize(weight, (columns * cell, rows * cell))
    cv2.multiply(lit, large[:height, :width], dst=lit, scale=1 / 255)
    # A grain mirrors the light, tinted: on its own channels by their share.
    grains = cv2.merge([cv2.convertScaleAbs(lit, alpha=each / 255) for each in colour_bgr])
    cv2.add(target, grains, dst=target)


def _warped(skin: Skin, patch: Cut, piece: Piece, size: tuple[int, int]) -> U8:
    """(h, w): the grains over the patch's pixels."""
    octave = max(round(math.log2(max(skin.eye_px / _TEXELS_PER_EYE, 1e-3))), -2)
    texels = _TEXELS_PER_EYE * 2.0**octave
    matrix = _onto_texture(skin, patch, piece, texels)
    # The texture repeats: the patch is moved to where its least corner is in the first tile.
    most = 0.0
    for row in matrix:
        least = row[2] + min(row[0] * size[0], 0.0) + min(row[1] * size[1], 0.0)
        row[2] -= least // _TILE * _TILE
        most = max(most, row[2] + max(row[0] * size[0], 0.0) + max(row[1] * size[1], 0.0))
    across = skin.normal(piece)
    turn = math.atan2(across[0], -across[2]) + 0.7 * math.atan2(across[1], -across[2])
    texture = _texture(round(turn / math.pi * _FLASHES * _STEPS) % _STEPS)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    # On a near face the patch goes beyond the texture, which repeats: dearer, so only there.
    beyond = cv2.BORDER_WRAP if most >= min(texture.shape) - 1 else cv2.BORDER_CONSTANT
    grains = cv2.warpAffine(texture, np.array(matrix), size, flags=flags, borderMode=beyond)
    return np.asarray(grains, np.uint8)


def _onto_texture(skin: Skin, patch: Cut, piece: Piece, texels: float) -> list[list[float]]:
    """2 x 3: pixels of the patch to texels of the texture, through three landmarks."""
    left = skin.box_xyxy[0] + patch.at[0] * skin.cell_px + 0.5
    top = skin.box_xyxy[1] + patch.at[1] * skin.cell_px + 0.5
    (ax, ay, _), (bx, by, _), (cx, cy, _) = skin.landmarks_xyz[list(piece)].tolist()
    ux, uy, vx, vy = bx - ax, by - ay, cx - ax, cy - ay
    area = ux * vy - uy * vx or 1e-6
    matrix = []
    for a, b, c in zip(*(_place(index) for index in piece), strict=True):
        across = texels * ((b - a) * vy - (c - a) * uy) / area
        down = texels * ((c - a) * ux - (b - a) * vx) / area
        matrix.append([across, down, texels * a - across * (ax - left) - down * (ay - top)])
    return matrix


@lru_cache(maxsize=len(_ON_FACE) * 2)
def _place(index: int) -> tuple[float, float]:
    """Where a landmark lies on the texture, in eye distances; each cheek has a part of its own."""
    if index in _ON_FACE:
        return _ON_FACE[index]
    x, y = next(place for right, place in _ON_FACE.items() if LEFT_OF[right] == index)
    return 0.9 - x, y


@lru_cache(maxsize=_STEPS)
def _texture(step: int) -> U8:
    """(2 x _TILE, 2 x _TILE) uint8: the grains as they flash at one step of the head's turn."""
    bright, tilt = _grains()
    flash = 0.5 + 0.5 * np.cos(2 * math.pi * (tilt + step / _STEPS))
    tile = np.rint(255 * bright * (_ALWAYS + (1 - _ALWAYS) * flash**3)).astype(np.uint8)
    return np.asarray(np.tile(tile, (2, 2)), np.uint8)


@lru_cache(maxsize=1)
def _grains() -> tuple[F32, F32]:
    """(_TILE, _TILE) each: how bright a grain is, 0..1, and its tilt, 0..1 of a flash."""
    random = np.random.default_rng(20)
    shape = (_TILE, _TILE)
    bright = np.where(random.random(shape) < _DENSITY, random.uniform(0.3, 1.0, shape) ** 2, 0.0)
    return bright.astype(np.float32), random.random(shape, np.float32)
