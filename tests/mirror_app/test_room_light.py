"""Day to night: the adaptation is Bradford's, the light has a direction, and day changes nothing."""

import colour
import numpy as np
import pytest

from edge.scene import Face
from mirror_app import bradford, room_light, words
from mirror_app.colour import XYZ_OF_RGB, lab_of_bgr
from mirror_app.room_light import CANDLE, DAY, EVENING, LIGHTS, OFFICE, RoomLight
from models.results import U8
from tests.mirror_app.sitting import portrait

OBSERVER = "CIE 1931 2 Degree Standard Observer"
WHITES = {"FL11": bradford.F11, "A": bradford.A, "D65": bradford.D65}
#: Skin from light to dark, lips, hair, clothes and greys; sRGB.
COLOURS = (
    *("f6ede4", "eadaba", "d7bd96", "a07e56", "604134", "3a312a"),
    *("b5121b", "d98a8a", "7e1f35", "3d2b1f", "ffffff", "808080", "303030", "2f6b4f", "2a4b8d", "f0c020"),
)


def flat(hexadecimal: str) -> U8:
    image: U8 = np.empty((96, 128, 3), np.uint8)
    image[:] = [int(hexadecimal[k : k + 2], 16) for k in (4, 2, 0)]
    return image


@pytest.mark.parametrize("name", WHITES)
def test_the_whites_are_the_standards(name: str) -> None:
    standard = colour.xy_to_XYZ(colour.CCS_ILLUMINANTS[OBSERVER][name])
    assert WHITES[name] == pytest.approx(standard, abs=1e-3)


def test_the_candle_is_a_black_body_of_1900_kelvin() -> None:
    whole = colour.sd_to_XYZ(colour.sd_blackbody(1900))
    assert pytest.approx(whole / whole[1], abs=2e-3) == bradford.CANDLE


@pytest.mark.parametrize("white", [bradford.F11, bradford.A, bradford.CANDLE])
def test_adaptation_is_that_of_colour_science(white: bradford.White) -> None:
    for rgb in np.random.default_rng(0).random((20, 3)):
        xyz = colour.adaptation.chromatic_adaptation_VonKries(
            XYZ_OF_RGB @ rgb, np.array(bradford.D65), np.array(white), transform="Bradford"
        )
        assert XYZ_OF_RGB @ bradford.adaptation(white) @ rgb == pytest.approx(xyz, abs=2e-4)


@pytest.mark.parametrize(
    "light", [OFFICE, EVENING, CANDLE, RoomLight("f11", bradford.F11), RoomLight("a", bradford.A)]
)
@pytest.mark.parametrize("colour_hex", COLOURS)
def test_a_patch_is_lit_as_colour_science_says(light: RoomLight, colour_hex: str) -> None:
    """Within 2 ΔE00 of its Bradford result at the light's exposure, as far as the screen can show it."""
    image = flat(colour_hex)
    white = bradford.towards_daylight(light.white, light.adapted)
    linear = colour.cctf_decoding(image[0, 0, ::-1] / 255, function="sRGB")

    def adapted(rgb: np.ndarray) -> np.ndarray:
        xyz = colour.adaptation.chromatic_adaptation_VonKries(
            XYZ_OF_RGB @ rgb, np.array(bradford.D65), np.array(white), transform="Bradford"
        )
        return np.asarray(np.linalg.inv(XYZ_OF_RGB) @ xyz)

    expected = adapted(linear) * (light.exposure / adapted(np.ones(3)).max())
    expected_bgr = 255 * colour.cctf_encoding(np.clip(expected, 0, 1), function="sRGB")[::-1]
    room_light.relight(image, (), light)
    shown = lab_of_bgr(image.reshape(-1, 3).mean(axis=0))
    assert colour.delta_E(shown, lab_of_bgr(expected_bgr.astype(np.float32)), method="CIE 2000") < 2


def test_eyes_adapt_along_the_curve_of_lamps() -> None:
    assert bradford.towards_daylight(bradford.A, 1.0) == pytest.approx(bradford.D65, abs=1e-6)
    assert bradford.towards_daylight(bradford.A, 0.0) == pytest.approx(bradford.A, abs=1e-6)
    x, y = np.divide(
        bradford.towards_daylight(bradford.A, 0.5)[:2], sum(bradford.towards_daylight(bradford.A, 0.5))
    )
    kelvin = colour.xy_to_CCT(np.array((x, y)), method="McCamy 1992")
    assert kelvin == pytest.approx(1 / (0.5 / 2856 + 0.5 / 6504), rel=0.03)


def test_day_is_the_picture_as_it_is() -> None:
    scene = portrait()
    image = scene.frame.image_bgr.copy()
    room_light.relight(image, scene.faces, DAY)
    assert (image == scene.frame.image_bgr).all()


@pytest.mark.parametrize("light", [OFFICE, EVENING, CANDLE])
def test_no_light_is_a_flat_tint(light: RoomLight) -> None:
    """The side of the face that the lamp stands on is lighter than in even light, the other darker."""
    scene = portrait()
    face = scene.faces[0]
    directed, even = scene.frame.image_bgr.copy(), scene.frame.image_bgr.copy()
    room_light.relight(directed, (face,), light)
    room_light.relight(even, (), light)
    gain = _cheeks(directed, face) / _cheeks(even, face)
    towards = gain[0] - gain[1]  # the first cheek lies further right in the picture
    assert np.sign(towards) == np.sign(light.towards_xyz[0])
    assert abs(towards) > 0.02


def _cheeks(image: U8, face: Face) -> np.ndarray:
    """Mean grey of the cheek further right in the picture, and of the other."""
    spots = sorted((face.landmarks_xyz[k, :2].tolist() for k in (50, 280)), reverse=True)
    return np.array([image[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8].mean() for x, y in spots])


def test_only_the_columns_that_were_asked_for_change() -> None:
    scene = portrait()
    image = scene.frame.image_bgr.copy()
    room_light.relight(image, scene.faces, CANDLE, slice(900, None))
    assert (image[:, :900] == scene.frame.image_bgr[:, :900]).all()
    assert (image[:, 900:] != scene.frame.image_bgr[:, 900:]).any(axis=2).mean() > 0.95
    whole = scene.frame.image_bgr.copy()
    room_light.relight(whole, scene.faces, CANDLE)
    assert (image[:, 900:] == whole[:, 900:]).all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (1, 400), (2000, 3)])
def test_pictures_of_any_size(shape: tuple[int, int]) -> None:
    for light in LIGHTS:
        image = np.full((*shape, 3), 128, np.uint8)
        room_light.relight(image, portrait().faces, light)
        assert image.shape == (*shape, 3)


def test_every_light_has_a_name_for_people() -> None:
    assert set(words.LIGHTS) == {light.name for light in LIGHTS}


def test_names() -> None:
    assert [room_light.named(light.name) for light in LIGHTS] == list(LIGHTS)
    with pytest.raises(ValueError, match=r"no light 'noon'.*day, office, evening, candle"):
        room_light.named("noon")
