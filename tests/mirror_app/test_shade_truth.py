"""Shade truth: what a product declares as measured is what a face wears, on every skin, under D65.

What hides the skin is true when the rendered colour is the declared one. What is translucent by nature is
true when skin and declaration make the colour that its model says; the model is written out here once more,
in CIE Lab and with another library's conversions.
"""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab

from edge.scene import Face
from mirror_app import effects, painter
from mirror_app.colour import Lab
from mirror_app.effects import blush, contour, foundation, highlighter
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
from models.results import U8
from tests.mirror_app.sitting import SIZE_PX, grown, lips, moved, portrait

F64 = npt.NDArray[np.float64]

#: Monk skin tones 1, 3, 5, 6, 8 and 10 (Google, 2022), sRGB.
SKINS: Final = ("f6ede4", "f7ead0", "d7bd96", "a07e56", "604134", "292420")
FOUNDATIONS: Final[dict[str, Lab]] = {
    "porcelain": (86.0, 4.0, 13.0),
    "honey": (68.0, 12.0, 24.0),
    "chestnut": (47.0, 15.0, 23.0),
    "espresso": (27.0, 9.0, 11.0),
}
LIPSTICKS: Final[dict[str, Lab]] = {"red": (38.0, 55.0, 30.0), "nude": (62.0, 22.0, 16.0)}
OPAQUE: Final[dict[str, tuple[Lab, ...]]] = {
    "foundation": tuple(FOUNDATIONS.values()),
    "lipstick": tuple(LIPSTICKS.values()),
    "lip_liner": ((34.0, 40.0, 20.0), (55.0, 24.0, 18.0)),
    "eyeshadow": ((35.0, 12.0, 14.0), (60.0, 14.0, 18.0)),
    "eyeliner": ((9.0, 1.0, -1.0), (30.0, 8.0, -32.0)),
}
POWDERS: Final[dict[str, Lab]] = {
    "rose": (58.0, 38.0, 12.0),
    "peach": (54.0, 22.0, 20.0),
    "berry": (38.0, 40.0, 6.0),
}
CONTOURS: Final[dict[str, Lab]] = {"taupe": (48.0, 8.0, 15.0), "deep": (26.0, 9.0, 10.0)}
LIGHTS: Final[dict[str, Lab]] = {"champagne": (86.0, 5.0, 18.0), "rose gold": (78.0, 17.0, 15.0)}


def skin(tone: str) -> U8:
    image: U8 = np.empty((*SIZE_PX[::-1], 3), np.uint8)
    image[:] = [int(tone[k : k + 2], 16) for k in (4, 2, 0)]
    return image


@cache
def face() -> Face:
    return portrait().faces[0]


@cache
def near() -> Face:
    """The eyes near the camera: a line is wide enough there to have a middle."""
    large = moved(face(), scale=3)
    return moved(large, *(np.array(SIZE_PX) / 2 - large.landmarks_xyz[168, :2]).tolist())


def worn(bare: U8, layer: Layer) -> U8:
    image = bare.copy()
    painter.paint(image, face(), (layer,), DAYLIGHT)
    return image


def lab_of(bgr: npt.ArrayLike) -> F64:
    return np.asarray(rgb2lab(np.asarray(bgr, float)[..., ::-1] / 255))


def apart(a: npt.ArrayLike, b: npt.ArrayLike) -> F64:
    return np.asarray(deltaE_ciede2000(np.asarray(a), np.asarray(b)))  # type: ignore[no-untyped-call]


def around(landmark: int, by_px: int = 6) -> tuple[slice, slice]:
    x, y = face().landmarks_xyz[landmark, :2].astype(int).tolist()
    return slice(y - by_px, y + by_px), slice(x - by_px, x + by_px)


def test_every_effect_with_a_colour_is_held_to_it() -> None:
    things, coats_of_hair = {"glasses", "earrings", "hats"}, {"brows", "mascara", "hair", "lenses"}
    translucent = {"blush", "contour", "highlighter"}
    assert set(effects.names()) == set(OPAQUE) | translucent | coats_of_hair | things


@pytest.mark.parametrize("tone", SKINS)
@pytest.mark.parametrize("name", OPAQUE)
def test_where_it_covers_fully_it_is_the_declared_colour(name: str, tone: str) -> None:
    bare, wearer = skin(tone), near() if name == "eyeliner" else face()
    bare[lips(wearer) > 0] = bare[0, 0] * 0.75
    for lab in OPAQUE[name]:
        painted = bare.copy()
        painter.paint(painted, wearer, (Layer(name, "matte", (lab,), 1.0),), DAYLIGHT)
        colours = painted[(painted != bare).any(axis=2)]
        # A soft edge is on its way to it; what is within is there: a patch, not a pixel.
        assert (apart(lab_of(colours), np.broadcast_to(lab, colours.shape)) < 2).sum() >= 60


@pytest.mark.parametrize("tone", SKINS)
@pytest.mark.parametrize("shade", FOUNDATIONS)
def test_foundation_is_the_declared_colour(tone: str, shade: str) -> None:
    bare, lab = skin(tone), FOUNDATIONS[shade]
    image = worn(bare, Layer("foundation", "matte", (lab,), 1.0))
    for cheek in (50, 280, 151, 199):
        assert apart(lab_of(image[around(cheek)].reshape(-1, 3).mean(axis=0)), lab) < 2


@pytest.mark.parametrize("finish", foundation.FINISHES)
@pytest.mark.parametrize("coverage", [0.3, 0.6])
def test_less_foundation_is_the_mix_with_the_skin(finish: str, coverage: float) -> None:
    bare, lab = skin("d7bd96"), FOUNDATIONS["chestnut"]
    full = worn(bare, Layer("foundation", finish, (lab,), 1.0))[around(50)].mean(axis=(0, 1))
    less = worn(bare, Layer("foundation", finish, (lab,), coverage))[around(50)].mean(axis=(0, 1))
    assert np.abs(less - (coverage * full + (1 - coverage) * bare[0, 0])).max() < 1.5


@pytest.mark.parametrize("tone", SKINS)
@pytest.mark.parametrize("shade", LIPSTICKS)
def test_lipstick_is_the_declared_colour(tone: str, shade: str) -> None:
    bare, lab = skin(tone), LIPSTICKS[shade]
    bare[lips(face()) > 0] = bare[0, 0] * 0.75
    image = worn(bare, Layer("lipstick", "matte", (lab,), 1.0))
    assert apart(lab_of(image[grown(lips(face()), -6) > 0].mean(axis=0)), lab) < 2


@pytest.mark.parametrize("tone", SKINS)
@pytest.mark.parametrize("shade", POWDERS)
def test_blush_takes_chroma_to_its_own_and_lightness_a_third_of_the_way(tone: str, shade: str) -> None:
    bare, lab = skin(tone), POWDERS[shade]
    own, its = lab_of(bare[0, 0]), np.array(lab)
    target = np.array((own[0] + 0.3 * (its[0] - own[0]), its[1], its[2]))
    assert blush.VEIL.lightness == 0.3
    image = worn(bare, Layer("blush", "matte", (lab,), 1.0))
    assert_on_the_way(bare, image, target)


@pytest.mark.parametrize("tone", SKINS)
@pytest.mark.parametrize("shade", CONTOURS)
def test_contour_darkens_to_its_own_lightness_and_never_lifts(tone: str, shade: str) -> None:
    bare, lab = skin(tone), CONTOURS[shade]
    own, its = lab_of(bare[0, 0]), np.array(lab)
    assert contour.VEIL.chroma == 0.6
    towards = its - own
    target = own + np.array((min(towards[0], 0), 0.6 * towards[1], 0.6 * towards[2]))
    image = worn(bare, Layer("contour", "matte", (lab,), 1.0))
    assert lab_of(image[around(50, 60)])[..., 0].max() <= own[0] + 0.5
    assert_on_the_way(bare, image, target)


@pytest.mark.parametrize("tone", SKINS)
@pytest.mark.parametrize("shade", LIGHTS)
def test_highlighter_adds_light_of_its_own_colour(tone: str, shade: str) -> None:
    bare, lab = skin(tone), LIGHTS[shade]
    colour = np.asarray(lab2rgb(np.array(lab)))[::-1] * 255
    own = bare[0, 0].astype(float)
    target = own + highlighter.STRENGTH * colour * (1 - own / 255)
    image = worn(bare, Layer("highlighter", "satin", (lab,), 1.0))
    assert_between(bare, image, target)


def assert_on_the_way(bare: U8, image: U8, target: F64) -> None:
    """Every changed pixel is a mix of bare skin and the target, and some are much of it."""
    rgb = np.asarray(lab2rgb(target)) * 255
    assert_between(bare, image, rgb[::-1])


def assert_between(bare: U8, image: U8, target_bgr: F64) -> None:
    """All painted colours lie on the straight line from skin to target, within ΔE00 2."""
    own = bare[0, 0].astype(float)
    painted = image[(image != bare).any(axis=2)].astype(float)
    colours = np.unique(painted, axis=0)
    way = target_bgr - own
    share = np.clip((colours - own) @ way / (way @ way), 0, 1)
    assert share.max() > 0.35
    assert apart(lab_of(colours), lab_of(own + share[:, None] * way)).max() < 2
