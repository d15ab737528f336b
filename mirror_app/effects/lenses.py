"""Contact lenses: a printed ring on the iris, inside the opening of the eye.

  ▄▄▄▄▄▄▄ lid            The print is drawn once, on a disc, and laid on the iris as the mesh sees it,
▟░░▒▒▒▒▒░░▙              turned and foreshortened with the gaze. The pupil stays free, light on the eye
█░▒▒ ● ▒▒░█ limbal ring  stays on top, and lids and lashes stay before it.
▜░░▒▒▒▒▒░░▛
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final, Literal

import cv2
import numpy as np
from cv2.typing import MatLike
from pydantic import Field

from mirror_app import layer as layers
from mirror_app.colour import F64
from mirror_app.effects import _eyes, _film, _tiles
from mirror_app.subject import Subject
from models.results import U8

ORDER: Final = 70

Pattern = Literal["natural", "solid", "ring"]


@dataclass(frozen=True, slots=True)
class Finish:
    """cover: how far print hides the iris, 0..1. relief: how much of the iris's own drawing is seen on it."""

    cover: float
    relief: float


#: Dye that one sees through, and print.
FINISHES: Final = {"clear": Finish(cover=0.5, relief=1.0), "opaque": Finish(cover=0.85, relief=0.6)}

#: Centre and four points of the edge of each iris: the subject's right eye, the left one.
_IRIS: Final = np.array(((468, 469, 470, 471, 472), (473, 474, 475, 476, 477)))
#: Diameter of nearly every adult's iris: the scale.
_IRIS_MM: Final = 11.7
#: Pupil in rooms, as a share of the iris, and where the print is whole.
_PUPIL, _PRINTED = 0.28, 0.48
#: From here on, as a share of the iris, a print is on the white of the eye.
_RIM: Final = 1.02
#: The disc's drawing reaches so far, in radii of the print, and is so many pixels wide, finest first.
_REACH: Final = 1.15
_SIZES_PX: Final = (192, 96, 48, 24)
#: Light that is mirrored in the eye is no larger than this, in radii of the print; grey levels by which it
#: stands out: not at all, surely.
_GLINT, _DULL, _MIRRORED = 0.8, 35.0, 90.0
_BELOW_GLINT: Final = np.asarray(
    255 * (1 - np.clip((_film.GREYS - _DULL) / (_MIRRORED - _DULL), 0, 1)), np.uint8
)
_BRIGHT: Final = 60.0
#: Of the grey values below the print, darkest first, those that are iris: neither lashes nor white nor light.
_IRIS_SHARE: Final = (0.1, 0.6)
#: How much darker the print is under the upper lid, which shades it.
_LID_SHADE: Final = 0.5
#: Of the grey values around the iris, those of its white; its grey in good light at the least.
_WHITE_SHARE, _WHITE = (0.8, 0.97), 165.0
#: An eye that is less open shows no lens.
_NARROW: Final = 0.08


class Parameters(layers.Parameters):
    """How the lens is printed."""

    #: natural: fibres of several depths; solid: one even colour; ring: only the rim of the iris.
    pattern: Pattern = "natural"
    #: Diameter of what is printed on the lens.
    diameter_mm: Annotated[float, Field(ge=10, le=16, allow_inf_nan=False)] = 13.0


#: As a product that says nothing more.
_PLAIN: Final = Parameters()


def apply(subject: Subject, layer: layers.Layer) -> None:
    """Put lenses on the eyes in place; nothing on an eye that is shut or not seen."""
    eyes = subject.once(_eyes.of)
    seen = [
        min(openness / _NARROW, 1.0) * strength
        for openness, strength in zip(eyes.openness, eyes.strength, strict=True)
    ]
    if max(seen, default=0.0) <= 0:
        return
    parameters = layer.parameters if isinstance(layer.parameters, Parameters) else _PLAIN
    film = tuple(map(round, subject.light.on(layer.lab).tolist()))
    lenses = _lenses(subject, eyes, parameters.diameter_mm / _IRIS_MM)
    printed = lenses.laid(_print(film, parameters.pattern, lenses.scale, lenses.drawn_px))
    (inside,) = lenses.tiles.covered((eyes.opening_xy,))
    opacity = [layer.opacity * each for each in seen]
    _insert(subject, lenses, (printed, inside), opacity, FINISHES[layer.finish])


@dataclass(frozen=True, slots=True, eq=False)
class _Lenses:
    """Where the print lies.

    centres_xy, radii: of each lens, the latter (2, 2), pixels of the picture. scale: print to iris.
    """

    tiles: _tiles.Tiles
    centres_xy: list[list[float]]
    radii: list[list[list[float]]]
    scale: float

    @property
    def radius_px(self) -> float:
        """Of the larger one."""
        return max(math.hypot(*across) for across, _ in self.radii)

    @property
    def drawn_px(self) -> int:
        """Size of the drawing whose pixels are about the picture's."""
        across = 2 * _REACH * self.radius_px
        return min((size for size in _SIZES_PX if size >= across), default=_SIZES_PX[0])

    def laid(self, drawing: U8) -> U8:
        """A drawing of a lens over the tiles, a stack."""
        tiles, flags = self.tiles, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        stack = np.empty((tiles.rows, tiles.width_px, *drawing.shape[2:]), np.uint8)
        size = tiles.width_px, tiles.height_px
        for centre, radii, corner, part in zip(
            self.centres_xy, self.radii, tiles.corners_px, tiles.parts(stack), strict=True
        ):
            cv2.warpAffine(drawing, _turn(len(drawing), centre, radii, corner), size, dst=part, flags=flags)
        return stack


def _lenses(subject: Subject, eyes: _eyes.Eyes, scale: float) -> _Lenses:
    discs = [_disc(iris, scale) for iris in subject.xy[_IRIS[list(eyes.sides)]].tolist()]
    boxes = []
    for (x, y), ((ax, ay), (bx, by)) in discs:
        across, down = abs(ax) + abs(bx) + 1, abs(ay) + abs(by) + 1
        boxes.append((x - across, y - down, x + across, y + down))
    centres, radii = zip(*discs, strict=True)
    return _Lenses(_tiles.Tiles.around(boxes, subject.size_px), list(centres), list(radii), scale)


def _disc(iris_xy: list[list[float]], scale: float) -> tuple[list[float], list[list[float]]]:
    """Centre, and the two radii (2, 2) of the print, pixels. iris_xy: centre and four points of the edge."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = iris_xy[1:]
    across, down = ((x0 - x2) / 2, (y0 - y2) / 2), ((x3 - x1) / 2, (y3 - y1) / 2)
    # Lids cut the iris above and below, and the mesh guesses there: it is as high as it is wide.
    length = max(math.hypot(*across), 1e-6)
    height = min(max(math.hypot(*down) / length, 0.85), 1.1) * scale
    if across[0] * down[1] < across[1] * down[0]:
        height = -height
    radii = [[across[0] * scale, across[1] * scale], [-across[1] * height, across[0] * height]]
    return [(x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4], radii


def _turn(drawn_px: int, centre_xy: list[float], radii: list[list[float]], corner_px: tuple[int, int]) -> F64:
    """(2, 3) from pixels of a tile to those of the drawing."""
    (ax, ay), (bx, by) = radii
    per = drawn_px / 2 / _REACH / ((ax * by - bx * ay) or 1e-6)
    x, y = corner_px[0] + 0.5 - centre_xy[0], corner_px[1] + 0.5 - centre_xy[1]
    half = drawn_px / 2 - 0.5
    return np.array(
        (
            (by * per, -bx * per, (by * x - bx * y) * per + half),
            (-ay * per, ax * per, (ax * y - ay * x) * per + half),
        )
    )


def _insert(
    subject: Subject, lenses: _Lenses, stacks: tuple[U8, U8], opacity: Sequence[float], finish: Finish
) -> None:
    """Lay lenses into the eyes. stacks: what is printed on them, and the openings."""
    printed, inside = stacks
    tiles = lenses.tiles
    grey = tiles.grey(subject.image_bgr)
    alpha = cv2.extractChannel(printed, 3)
    cv2.multiply(alpha, inside, scale=1 / 255, dst=alpha)
    relief = np.empty_like(grey)
    sure = [
        _light(own, covered, opening, light, finish.relief)
        for own, covered, opening, light in zip(*map(tiles.parts, (grey, alpha, inside, relief)), strict=True)
    ]
    film = cv2.cvtColor(printed, cv2.COLOR_BGRA2BGR)
    cv2.multiply(film, cv2.cvtColor(relief, cv2.COLOR_GRAY2BGR), scale=1 / _ONE, dst=film)
    cv2.multiply(alpha, _free(lenses, grey), scale=finish.cover / 255, dst=alpha)
    alpha = tiles.scaled(alpha, [each if found else 0.0 for each, found in zip(opacity, sure, strict=True)])
    _film.lay(tiles.views(subject.image_bgr), film, alpha)


def _light(grey: MatLike, alpha: MatLike, inside: MatLike, light: MatLike, relief: float) -> bool:
    """Of one eye the light on the print, _ONE as it is drawn, into `light`; whether there is an iris.

    All (h, w) uint8. Without its finest noise afterwards: grey. inside: the opening.
    """
    cv2.GaussianBlur(grey, (3, 3), 0, dst=grey)
    level = _film.level(grey, cv2.threshold(alpha, 127, 255, cv2.THRESH_BINARY)[1], _IRIS_SHARE)
    if level is None:
        light[:] = 0
        return False
    # The white of the eye tells how bright the light is that the print is in.
    lit = min((_film.level(grey, inside, _WHITE_SHARE) or _WHITE) / _WHITE, 1.0)
    cv2.LUT(grey, _relief(round(level), relief, round(lit, 2)), dst=light)
    return True


def _free(lenses: _Lenses, grey: U8) -> MatLike:
    """How far the print is not outshone by light that is mirrored in the eye, a stack."""
    size = (2 * max(round(_GLINT / 2 * lenses.radius_px), 1) + 1,) * 2
    around, glints = cv2.getStructuringElement(cv2.MORPH_RECT, size), np.empty_like(grey)
    for own, found in zip(lenses.tiles.parts(grey), lenses.tiles.parts(glints), strict=True):
        # Small and bright, which the white of the eye is not.
        cv2.morphologyEx(own, cv2.MORPH_TOPHAT, around, dst=found)
    free = cv2.LUT(glints, _BELOW_GLINT)
    if lenses.scale > _RIM:  # what is bright beyond the iris is the white of the eye
        cv2.max(free, lenses.laid(_rim(lenses.scale)), dst=free)
    return free


#: One, in the table of relief.
_ONE: Final = 128


@lru_cache(maxsize=256)
def _relief(level: int, contrast: float, lit: float) -> U8:
    """Table (256,): grey of the eye to the light on the print, _ONE * lit where it is the iris' mean."""
    # A dark iris says little by its shades of dark: they are noise and the shadow of the lid.
    steps = (_film.GREYS - level) / max(level, _BRIGHT)
    return np.asarray(np.rint(_ONE * lit * np.clip(1 + contrast * steps, 0.25, 1.25)), np.uint8)


@lru_cache(maxsize=64)
def _print(film_bgr: tuple[int, ...], pattern: Pattern, scale: float, size_px: int) -> U8:
    """What is printed on a lens, (size, size, 4) uint8: blue, green, red, alpha."""
    if size_px < _SIZES_PX[0]:
        finest = _print(film_bgr, pattern, scale, _SIZES_PX[0])
        return np.asarray(cv2.resize(finest, (size_px, size_px), interpolation=cv2.INTER_AREA), np.uint8)
    at = (np.arange(size_px) + 0.5) / size_px * 2 - 1
    x, y = np.meshgrid(at * _REACH, at * _REACH)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    # The pupil is the eye's own, however large the print is.
    hole = _rise(radius * scale, _PUPIL, _PRINTED if pattern != "ring" else 0.95)
    alpha = hole * (1 - _rise(radius, 0.86, 1.06))
    shade = _fibres(radius, angle) if pattern == "natural" else np.ones_like(radius)
    if pattern != "ring":
        shade = shade * (1 - 0.5 * _rise(radius, 0.74, 0.96))
    shade = shade * (1 - _LID_SHADE * _rise(-y, 0.1, 0.95))
    film = np.minimum(np.array(film_bgr) * shade[..., None], 255)
    return np.asarray(np.rint(np.dstack((film, 255 * alpha))), np.uint8)


@lru_cache(maxsize=16)
def _rim(scale: float) -> U8:
    """255 where the print lies beyond the iris, (size, size)."""
    at = (np.arange(_SIZES_PX[1]) + 0.5) / _SIZES_PX[1] * 2 - 1
    x, y = np.meshgrid(at * _REACH, at * _REACH)
    return np.asarray(255 * _rise(np.hypot(x, y) * scale, _RIM - 0.12, _RIM), np.uint8)


def _fibres(radius: F64, angle: F64) -> F64:
    """How light the fibres of an iris are, about 1."""
    random = np.random.default_rng(5)
    waves = np.zeros_like(radius)
    for count in (9, 14, 23, 37, 52):
        bend = random.uniform(-1.2, 1.2)
        waves += np.cos(count * angle + bend * count / 6 * radius + random.uniform(0, 2 * np.pi))
    crown = np.exp(-(((radius - 0.52) / 0.10) ** 2))
    return 1 + 0.06 * waves + 0.22 * crown - 0.08 * _rise(radius, 0.6, 0.8)


def _rise(value: F64, none: float, full: float) -> F64:
    """0 at `none`, 1 at `full`, smooth between."""
    t = np.clip((value - none) / (full - none), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float64)
