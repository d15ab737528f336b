"""Contact lenses: a printed ring on the iris, inside the opening of the eye.

  ▄▄▄▄▄▄▄ lid            The print is drawn once, on a disc, and laid on the iris as the mesh sees it,
▟░░▒▒▒▒▒░░▙              turned and foreshortened with the gaze. The pupil stays free, light on the eye
█░▒▒ ● ▒▒░█ limbal ring  stays on top, and lids and lashes stay before it.
▜░░▒▒▒▒▒░░▛
"""

import math
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
#: How much darker the print is under the upper lid, which shades it.
_LID_SHADE: Final = 0.5
#: Of the grey values below the print, darkest first, those that are iris: neither lashes nor white nor light.
#: And of those of the opening, those that are the white of the eye.
_IRIS_SHARE, _WHITE_SHARE = (0.1, 0.6), (0.8, 0.97)
#: Grey of the white of the eye in good light, at the least.
_WHITE: Final = 165.0
#: An eye that is less open shows no lens.
_NARROW: Final = 0.08


_Levels = tuple[float | None, float | None]


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
    finish, scale = FINISHES[layer.finish], parameters.diameter_mm / _IRIS_MM
    lenses = _lenses(subject, eyes, scale)
    tiles, drawing = lenses.tiles, _drawing(parameters.pattern, scale, lenses.drawn_px)
    shade, alpha, beyond, _ = cv2.split(lenses.laid(drawing))
    (inside,) = tiles.covered(eyes.opening_xy, (slice(None),))
    cv2.multiply(alpha, inside, scale=1 / 255, dst=alpha)
    grey = _calm_grey(tiles, subject.image_bgr)
    levels = _levels(tiles, grey, alpha, inside)
    cv2.multiply(shade, _light(tiles, grey, levels, finish.relief), scale=1 / _ONE, dst=shade)
    film = cv2.merge([cv2.convertScaleAbs(shade, alpha=c / _ONE) for c in subject.light.bgr(layer.lab)])
    # Beyond the iris it is the white of the eye that is bright.
    free = cv2.max(lenses.free(grey), beyond)
    cv2.multiply(alpha, free, scale=finish.cover * layer.opacity / 255, dst=alpha)
    tiles.scaled(alpha, [one if level else 0.0 for one, (level, _) in zip(seen, levels, strict=True)])
    _film.lay(tiles.views(subject.image_bgr), film, alpha)


@dataclass(frozen=True, slots=True, eq=False)
class _Lenses:
    """Where the print lies.

    centres_xy, radii: of each lens, the latter (2, 2), pixels of the picture. radius_px: of the larger one.
    """

    tiles: _tiles.Tiles
    centres_xy: list[list[float]]
    radii: list[list[list[float]]]
    radius_px: float

    @property
    def drawn_px(self) -> int:
        """Size of the drawing whose pixels are about the picture's."""
        across = 2 * _REACH * self.radius_px
        return min((size for size in _SIZES_PX if size >= across), default=_SIZES_PX[0])

    def laid(self, drawing: U8) -> U8:
        """A drawing of a lens, (size, size, channels), over the tiles, a stack."""
        tiles, flags = self.tiles, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        stack = np.empty((tiles.rows, tiles.width_px, drawing.shape[2]), np.uint8)
        size = tiles.width_px, tiles.height_px
        for centre, radii, corner, part in zip(
            self.centres_xy, self.radii, tiles.corners_px, tiles.parts(stack), strict=True
        ):
            cv2.warpAffine(drawing, _turn(len(drawing), centre, radii, corner), size, dst=part, flags=flags)
        return stack

    def free(self, grey: U8) -> MatLike:
        """How far the print is not outshone by light that is mirrored in the eye, a stack."""
        around, glints = _square(2 * max(round(_GLINT / 2 * self.radius_px), 1) + 1), np.empty_like(grey)
        for own, found in zip(self.tiles.parts(grey), self.tiles.parts(glints), strict=True):
            # Small and bright, which the white of the eye is not.
            cv2.morphologyEx(own, cv2.MORPH_TOPHAT, around, dst=found)
        return cv2.LUT(glints, _BELOW_GLINT)


@lru_cache(maxsize=16)
def _square(size: int) -> MatLike:
    return cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))


def _lenses(subject: Subject, eyes: _eyes.Eyes, scale: float) -> _Lenses:
    discs = [_disc(iris, scale) for iris in subject.xy.take(_IRIS.take(eyes.sides, axis=0), axis=0).tolist()]
    boxes = []
    for (x, y), ((ax, ay), (bx, by)) in discs:
        across, down = abs(ax) + abs(bx) + 1, abs(ay) + abs(by) + 1
        boxes.append((x - across, y - down, x + across, y + down))
    centres, radii = [centre for centre, _ in discs], [each for _, each in discs]
    radius_px = max([math.hypot(*across) for across, _ in radii])
    return _Lenses(_tiles.Tiles.around(boxes, subject.size_px), centres, radii, radius_px)


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


def _calm_grey(tiles: _tiles.Tiles, image_bgr: U8) -> U8:
    """Without its finest noise. In one go: where a tile looks into the next there is no print."""
    grey = tiles.grey(image_bgr)
    return np.asarray(cv2.GaussianBlur(grey, (3, 3), 0, dst=grey), np.uint8)


def _levels(tiles: _tiles.Tiles, grey: U8, alpha: MatLike, inside: U8) -> list[_Levels]:
    """Of each eye the grey of its iris and of its white, as in _film.level."""
    iris = cv2.threshold(alpha, 127, 255, cv2.THRESH_BINARY)[1]
    return [
        (_film.level(own, of_iris, _IRIS_SHARE), _film.level(own, of_eye, _WHITE_SHARE))
        for own, of_iris, of_eye in zip(*map(tiles.parts, (grey, iris, inside)), strict=True)
    ]


def _light(tiles: _tiles.Tiles, grey: U8, levels: list[_Levels], relief: float) -> U8:
    """The light on the print, _ONE as it is drawn, a stack; none where there is no iris."""
    light = np.zeros(grey.shape, np.uint8)
    for own, lit, (iris, white) in zip(tiles.parts(grey), tiles.parts(light), levels, strict=True):
        if iris:
            # The white of the eye tells how bright the light is that the print is in.
            bright = round(min((white or _WHITE) / _WHITE, 1.0), 2)
            cv2.LUT(own, _relief(round(iris), relief, bright), dst=lit)
    return light


#: One, in a drawing and in the table of relief.
_ONE: Final = 128


@lru_cache(maxsize=256)
def _relief(level: int, contrast: float, lit: float) -> U8:
    """Table (256,): grey of the eye to the light on the print, _ONE * lit where it is the iris' mean."""
    # A dark iris says little by its shades of dark: they are noise and the shadow of the lid.
    steps = (_film.GREYS - level) / max(level, _BRIGHT)
    return np.asarray(np.rint(_ONE * lit * np.clip(1 + contrast * steps, 0.25, 1.25)), np.uint8)


@lru_cache(maxsize=64)
def _drawing(pattern: Pattern, scale: float, size_px: int) -> U8:
    """A lens, (size, size, 4) uint8: how light its print is, _ONE for its colour as it is; how far it covers;
    where it lies beyond the iris; nothing (three channels take longer to turn than four)."""
    if size_px < _SIZES_PX[0]:
        finest = _drawing(pattern, scale, _SIZES_PX[0])
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
    beyond = _rise(radius * scale, _RIM - 0.12, _RIM) if scale > _RIM else np.zeros_like(radius)
    drawn = np.dstack((np.minimum(_ONE * shade, 255), 255 * alpha, 255 * beyond, np.zeros_like(radius)))
    return np.asarray(np.rint(drawn), np.uint8)


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
