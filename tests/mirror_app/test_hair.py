"""Hair colour: only where a mask says hair, true to its shade, and strands keep their light."""

import cv2
import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from edge.scene import Face
from mirror_app import painter
from mirror_app.colour import Lab, lab_of_bgr
from mirror_app.effects import hair
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
from models.results import F32, U8
from tests.mirror_app.sitting import SIZE_PX, grown, moved, portrait

SHADES: dict[str, Lab] = {
    "espresso": (20.0, 4.0, 5.0),
    "copper": (42.0, 26.0, 30.0),
    "plum": (28.0, 22.0, -6.0),
    "ash blonde": (66.0, 3.0, 20.0),
}
#: Hair from black to white.
HAIR = ((22, 24, 28), (36, 48, 66), (70, 105, 140), (190, 196, 200))


def worn(
    bare: U8, face: Face, mask: U8 | None, shade: str, finish: str = "natural", coverage: float = 1.0
) -> U8:
    image = bare.copy()
    painter.paint(image, face, (Layer("hair", finish, (SHADES[shade],), coverage),), DAYLIGHT, mask)
    return image


def cap(face: Face, size_px: tuple[int, int] = SIZE_PX) -> U8:
    """A mask of hair: a cap on the head, soft at its edge."""
    mask: U8 = np.zeros(size_px[::-1], np.uint8)
    x, y = face.landmarks_xyz[151, :2].astype(int).tolist()
    eye = face.eye_distance_px
    cv2.ellipse(mask, (x, y), (round(0.9 * eye), round(0.7 * eye)), 0, 180, 360, 255, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 2), np.uint8)


def strands(bgr: tuple[int, int, int]) -> U8:
    """A picture that is all hair of a colour, with strands in the light and in the shade."""
    across = np.linspace(0, SIZE_PX[0] / 9, SIZE_PX[0])
    light = 1 + 0.35 * np.sin(across) + 0.15 * np.sin(2.7 * across)
    image = np.clip(np.array(bgr) * light[None, :, None], 0, 255)
    return np.broadcast_to(image, (*SIZE_PX[::-1], 3)).astype(np.uint8)


def test_nothing_without_a_mask_or_without_hair() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    assert (worn(bare, face, None, "copper") == bare).all()
    assert (worn(bare, face, np.zeros(bare.shape[:2], np.uint8), "copper") == bare).all()
    assert (worn(bare, moved(face, 9000), cap(face), "copper") == bare).all()


@pytest.mark.parametrize("finish", hair.FINISHES)
def test_only_hair_changes(finish: str) -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    mask = cap(face)
    changed = cv2.absdiff(bare, worn(bare, face, mask, "plum", finish)).max(axis=2)
    assert changed[grown(np.asarray((mask > 0) * 255, np.uint8), 8) == 0].max() <= 1
    assert np.median(changed[mask == 255]) > 15


@pytest.mark.parametrize("own", HAIR)
@pytest.mark.parametrize("shade", SHADES)
def test_it_is_the_declared_colour_on_hair_of_every_colour(own: tuple[int, int, int], shade: str) -> None:
    face = portrait().faces[0]
    bare: U8 = np.empty((*SIZE_PX[::-1], 3), np.uint8)
    bare[:] = own
    mask = cap(face)
    mean = worn(bare, face, mask, shade, "matte")[grown(mask, -12) > 250].mean(axis=0)
    assert float(deltaE_ciede2000(lab_of_bgr(mean), np.array(SHADES[shade]))) < 2  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("shade", ["espresso", "copper"])
def test_strands_keep_their_light(shade: str) -> None:
    face, bare = portrait().faces[0], strands((70, 105, 140))
    mask = cap(face)
    image, inside = worn(bare, face, mask, shade), mask == 255

    def light(picture: U8) -> F32:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[inside], np.float32)

    before, after = light(bare), light(image)
    assert np.corrcoef(before, after)[0, 1] > 0.95
    assert after.std() / after.mean() > 0.6 * before.std() / before.mean()


def test_a_finish_is_seen_in_the_gloss() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    mask = cap(face)

    def gloss(finish: str) -> float:
        grey = cv2.cvtColor(worn(bare, face, mask, "copper", finish), cv2.COLOR_BGR2GRAY)[mask == 255]
        return float(np.quantile(grey, 0.99) - np.median(grey))

    assert gloss("matte") < gloss("natural") < gloss("glossy")


def test_coverage_lets_the_own_colour_through() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    mask = cap(face)
    inside = grown(mask, -12) > 250
    full, half = (worn(bare, face, mask, "copper", coverage=c)[inside].astype(float) for c in (1.0, 0.5))
    assert np.abs(half - (full + bare[inside]) / 2).mean() < 2


def test_it_is_calm_while_the_head_is_still() -> None:
    scene, random = portrait(), np.random.default_rng(7)
    face, bare = scene.faces[0], scene.frame.image_bgr
    mask = cap(face)
    inside = mask == 255
    frames: list[tuple[F32, F32]] = []
    for _ in range(2):
        noise = random.standard_normal(bare.shape, np.float32) * 3
        noisy = np.clip(np.rint(bare + noise), 0, 255).astype(np.uint8)
        image = worn(noisy, face, mask, "ash blonde")
        frames.append((noisy[inside].astype(np.float32), image[inside].astype(np.float32)))
    (bare_a, worn_a), (bare_b, worn_b) = frames
    assert np.abs(worn_b - worn_a).mean() < 1.2 * np.abs(bare_b - bare_a).mean()


@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (64, 1), (20, 20), (2160, 3840)])
def test_any_size_of_picture_is_survived(shape: tuple[int, int]) -> None:
    face = portrait().faces[0]
    bare: U8 = np.full((*shape, 3), 90, np.uint8)
    mask: U8 = np.full(shape, 255, np.uint8)
    for one in (face, moved(face, -900, -400), moved(face, scale=0.05), moved(face, scale=20)):
        assert worn(bare, one, mask, "copper").shape == bare.shape
