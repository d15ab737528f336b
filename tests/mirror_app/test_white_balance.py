"""The room's colour is found where it is, and is not taken from what is sold or from brown walls."""

from functools import cache

import cv2
import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from mirror_app import bradford, light, painter, room_light, white_balance
from mirror_app.colour import lab_of_bgr
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light, Lights
from mirror_app.room_light import RoomLight
from models.results import U8
from tests.mirror_app.sitting import lips, portrait

NUDE = Layer("lipstick", "matte", ((62.0, 22.0, 16.0),))
ROSE = Layer("lipstick", "matte", ((54.0, 32.0, 14.0),))


@cache
def warm(kelvin: float) -> U8:
    """The sitter in a room lit so, by a camera that does not balance its white."""
    lamp = RoomLight("lamp", bradford.black_body(kelvin))
    return np.rint(room_light.lit(portrait().frame.image_bgr.astype(np.float32), lamp)).astype(np.uint8)


def seen(image: U8) -> float:
    face = portrait().faces[0]
    return white_balance.shift(image, (face,), light._skin(image, face))


def behind(colour_bgr: tuple[int, int, int]) -> U8:
    """The sitter before a wall of one colour."""
    image = portrait().frame.image_bgr.copy()
    image[:, :700] = colour_bgr
    image[:, 1250:] = colour_bgr
    return image


@pytest.mark.parametrize("kelvin", [2856, 3500, 4500])
def test_a_warm_room_is_as_warm_as_it_is(kelvin: float) -> None:
    daylight = seen(portrait().frame.image_bgr)
    assert daylight < 30
    assert seen(warm(kelvin)) - daylight == pytest.approx(1e6 / kelvin - 1e6 / 6504, abs=25)


@pytest.mark.parametrize("wall", [(40, 30, 190), (200, 120, 60), (60, 160, 60), (200, 60, 200)])
def test_what_is_sold_is_no_light(wall: tuple[int, int, int]) -> None:
    assert seen(behind(wall)) < 30


def test_a_brown_wall_makes_no_warm_light() -> None:
    assert seen(behind((60, 110, 150))) < 60


def test_what_is_worn_does_not_pull_the_light_after_it() -> None:
    """The glass measures bare frames; were the painted one measured, it would still be the same."""
    face = portrait().faces[0]
    image = portrait().frame.image_bgr.copy()
    painter.paint(image, face, (Layer("lipstick", "matte", ((60.0, 60.0, 60.0),)),), DAYLIGHT)
    assert seen(image) == pytest.approx(seen(portrait().frame.image_bgr), abs=10)


@pytest.mark.parametrize("layer", [NUDE, ROSE])
@pytest.mark.parametrize("kelvin", [2856, 3500])
def test_paint_is_as_warm_as_the_face_it_lies_on(layer: Layer, kelvin: float) -> None:
    """Painted in the lamp's light it has the hue it would have painted by day and then lit by the lamp.

    How bright a camera makes it is another matter (`light.gain`), and left out here.
    """
    face, bare = portrait().faces[0], portrait().frame.image_bgr
    by_day = bare.copy()
    painter.paint(by_day, face, (layer,), light.of(bare, face))
    lamp = RoomLight("lamp", bradford.black_body(kelvin))
    truth = room_light.lit(by_day.astype(np.float32), lamp)
    mask = cv2.erode(lips(face), np.ones((7, 7))) > 0
    differences = []
    for on in (light.of(warm(kelvin), face), Light.grey(light.gain(warm(kelvin), face))):
        image = warm(kelvin).copy()
        painter.paint(image, face, (layer,), on)
        shown, wanted = (lab_of_bgr(each[mask].mean(axis=0)) for each in (image, truth))
        shown[0] = wanted[0]
        differences.append(float(deltaE_ciede2000(shown, wanted)))  # type: ignore[no-untyped-call]
    assert differences[0] < 4
    assert differences[0] < 0.5 * differences[1]


def test_the_colour_of_the_room_is_followed_slowly_and_known_at_once_for_new_people() -> None:
    face, lights = portrait().faces[0], Lights()
    day = lights.see(portrait().frame.image_bgr, (face,), 0.0)[face.track].gain_bgr
    steps = [lights.see(warm(2856), (face,), k / 30)[face.track].gain_bgr for k in range(1, 150)]
    blue = [day[0], *(gain[0] for gain in steps)]
    assert np.abs(np.diff(blue)).max() < 0.03
    lights.see(warm(2856), (), 6.0)
    fresh = lights.see(warm(2856), (face,), 6.1)[face.track].gain_bgr
    assert fresh == pytest.approx(steps[-1], abs=0.05)
    assert fresh[0] < 0.75 < fresh[2]


def test_the_greys_of_a_picture_keep_their_lightness() -> None:
    for mired in (-40.0, 0.0, 120.0, 300.0):
        assert white_balance.gain_bgr(mired) @ np.array((0.114, 0.587, 0.299)) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (900, 2, 3)])
def test_pictures_of_any_size(shape: tuple[int, int, int]) -> None:
    image = np.full(shape, 120, np.uint8)
    assert white_balance.shift(image, (), None) == pytest.approx(0, abs=10)
