"""Foundation, contour, blush, highlighter: only on skin, alike on both sides, gone when turned away.

That they leave eyes, teeth and background alone and are calm, every effect must show: test_clean_edges and
test_calm.
"""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from edge.scene import Face
from mirror_app import effects, light, painter
from mirror_app.colour import Lab, lab_of_bgr
from mirror_app.effects import _skin, blush, contour, highlighter
from mirror_app.layer import NONE, Layer, Parameters
from mirror_app.subject import Subject
from models.results import F32, U8
from tests.mirror_app.sitting import SIZE_PX, grown, moved, portrait, ring

SHADES: dict[str, Lab] = {
    "foundation": (52.0, 15.0, 22.0),
    "contour": (38.0, 9.0, 16.0),
    "blush": (52.0, 45.0, 14.0),
    "highlighter": (88.0, 4.0, 14.0),
}
WORN = [(name, finish) for name in SHADES for finish in effects.load(name).FINISHES]
#: Monk skin tones 1 to 10 (Google, 2022), sRGB.
MONK = ("f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420")


def worn(
    bare: U8,
    face: Face,
    name: str,
    finish: str,
    coverage: float = 1.0,
    parameters: Parameters = NONE,
    hair: U8 | None = None,
) -> U8:
    image = bare.copy()
    layer = Layer(name, finish, (SHADES[name],), coverage, parameters)
    painter.paint(image, face, (layer,), light.DAYLIGHT, hair)
    return image


def change(bare: U8, image: U8) -> U8:
    return np.asarray(cv2.absdiff(bare, image).max(axis=2), np.uint8)


def plain(tone: str) -> U8:
    image: U8 = np.empty((*SIZE_PX[::-1], 3), np.uint8)
    image[:] = [int(tone[k : k + 2], 16) for k in (4, 2, 0)]
    return image


def test_skin_ends_within_its_cells_however_the_chin_lies_on_them() -> None:
    scene = portrait()
    face = scene.faces[0]
    x, y = face.landmarks_xyz[152, :2].tolist()
    for scale in np.linspace(0.96, 0.98, 80).tolist():
        sitter = moved(face, x * (1 - scale), y * (1 - scale), scale)
        skin = _skin.of(Subject(scene.frame.image_bgr, sitter, light.DAYLIGHT))
        assert skin is not None
        assert not skin.cover[[0, -1]].any()
        assert not skin.cover[:, [0, -1]].any()


def test_foundation_covers_the_skin_and_not_the_hair() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    changed = change(bare, worn(bare, face, "foundation", "matte"))

    def at(landmark: int, up: float = 0.0) -> float:
        x, y = face.landmarks_xyz[landmark, :2]
        y -= up * face.eye_distance_px
        return float(changed[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5].mean())

    skin = [at(each) for each in (50, 280, 205, 425, 9, 199, 4, 118, 347)]
    # Her fringe hangs over the forehead, and hair hangs over the temples.
    hair = [at(10, 0.1), at(10, 0.25), at(109, 0.1), at(284), at(338, 0.15)]
    assert min(skin) > 20
    assert max(hair) < 0.25 * min(skin)


@pytest.mark.parametrize("tone", MONK)
def test_a_beard_hair_and_the_frame_of_glasses_are_not_painted(tone: str) -> None:
    face, bare = portrait().faces[0], plain(tone)
    x, y = face.landmarks_xyz[168, :2].astype(int).tolist()
    frame: U8 = np.zeros(SIZE_PX[::-1], np.uint8)
    frame[y - 8 : y + 8, x - 140 : x + 140] = 255
    bare[frame > 0] = bare[0, 0] * 0.15
    changed = change(bare, worn(bare, face, "foundation", "matte"))
    cheek = face.landmarks_xyz[50, :2].astype(int)
    assert changed[grown(frame, -2) > 0].max() <= 0.15 * changed[cheek[1], cheek[0]] + 1


def test_what_is_known_to_be_hair_stays_free() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    hair: U8 = np.zeros(bare.shape[:2], np.uint8)
    middle = int(face.landmarks_xyz[5, 0])
    hair[:, :middle] = 255
    changed = change(bare, worn(bare, face, "foundation", "matte", hair=hair))
    assert changed[:, : middle - 8].max() <= 1 < changed[:, middle + 8 :].max()


@pytest.mark.parametrize(("name", "finish"), WORN)
def test_a_mirrored_face_wears_the_mirror_image(name: str, finish: str) -> None:
    scene = portrait()
    face = scene.faces[0]
    points = face.landmarks_xyz.copy()
    points[:, 0] = SIZE_PX[0] - points[:, 0]
    mirrored: U8 = np.ascontiguousarray(scene.frame.image_bgr[:, ::-1])
    image = worn(mirrored, replace(face, landmarks_xyz=points), name, finish)
    expected = np.ascontiguousarray(worn(scene.frame.image_bgr, face, name, finish)[:, ::-1])
    changed = change(mirrored, image) > 0
    assert changed.any()
    assert np.quantile(cv2.absdiff(image, expected)[changed], 0.95) <= 5


@pytest.mark.parametrize("name", ["blush", "contour", "highlighter"])
def test_a_side_that_turns_away_fades(name: str) -> None:
    face, bare = portrait().faces[0], plain("d7bd96")
    finish = next(iter(effects.load(name).FINISHES))
    amounts = []
    for angle_deg in (0, 25, 50, 75):
        points = face.landmarks_xyz - face.landmarks_xyz.mean(axis=0)
        angle = np.radians(angle_deg)
        across = np.array(((np.cos(angle), 0, np.sin(angle)), (0, 1, 0), (-np.sin(angle), 0, np.cos(angle))))
        there = replace(face, landmarks_xyz=np.asarray(points @ across.T + (960, 540, 0), np.float32))
        changed = change(bare, worn(bare, there, name, finish))
        cheek = ring(there, (118, 101, 36, 205, 207, 187, 147, 137, 234, 143, 111), SIZE_PX) > 0
        amounts.append(float(changed[cheek].mean()) if cheek.any() else 0.0)
    straight, *_, away = amounts
    assert away < 0.15 * straight


def test_foundation_keeps_pores_and_the_form_of_the_face() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    image = worn(bare, face, "foundation", "matte")
    inside = ring(face, (118, 101, 36, 205, 187, 123), SIZE_PX) > 0

    def fine(picture: U8) -> F32:
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
        return np.asarray((grey - cv2.GaussianBlur(grey, (0, 0), 2.5))[inside], np.float32)

    before, after = fine(bare), fine(image)
    assert np.corrcoef(before, after)[0, 1] > 0.85
    assert 0.75 < after.std() / before.std() < 1.15


def test_foundation_evens_the_colour_of_the_skin() -> None:
    face, bare = portrait().faces[0], plain("d7bd96")
    x, y = face.landmarks_xyz[50, :2].astype(int).tolist()
    spot: U8 = np.zeros(bare.shape[:2], np.uint8)
    cv2.circle(spot, (x, y), 14, 255, -1)
    bare[spot > 0] = (128, 150, 205)  # redness
    image = worn(bare, face, "foundation", "natural", 0.7)
    around = (slice(y + 30, y + 40), slice(x - 5, x + 5))

    def stands_out(picture: U8) -> float:
        spot, near = lab_of_bgr(picture[y, x]), lab_of_bgr(picture[around].mean(axis=(0, 1)))
        return abs(float(spot[1] - near[1]))

    assert stands_out(image) < 0.6 * stands_out(bare)


def test_the_finish_of_foundation_is_seen_in_the_shine() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    inside = ring(face, (118, 101, 36, 205, 187, 123), SIZE_PX) > 0

    def shine(finish: str) -> float:
        grey = cv2.cvtColor(worn(bare, face, "foundation", finish), cv2.COLOR_BGR2GRAY)[inside]
        return float(np.quantile(grey, 0.99) - np.median(grey))

    assert shine("matte") < 0.85 * shine("natural")
    assert shine("natural") < 0.85 * shine("dewy")


def test_blush_has_three_shapes_each_higher_than_the_last() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    heights = []
    for shape in ("apples", "lifted", "draped"):
        parameters = blush.Parameters.model_validate({"shape": shape})
        rows, _ = np.nonzero(change(bare, worn(bare, face, "blush", "matte", parameters=parameters)) > 5)
        heights.append(rows.mean())
    assert heights[0] > heights[1] + 5 > heights[2] + 10


@pytest.mark.parametrize("tone", MONK)
def test_blush_is_seen_on_every_skin(tone: str) -> None:
    face, bare = portrait().faces[0], plain(tone)
    image = worn(bare, face, "blush", "matte", 0.6)
    x, y = ((face.landmarks_xyz[50, :2] + face.landmarks_xyz[36, :2]) / 2).astype(int).tolist()
    before, after = lab_of_bgr(bare[y, x]), lab_of_bgr(image[y, x])
    assert after[1] - before[1] > 6


def test_highlighter_lights_up_the_cheekbone_that_turns_to_the_light() -> None:
    face, bare = portrait().faces[0], plain("d7bd96")
    bones = [ring_of_bone(face, side) for side in ((143, 111, 118, 50, 116), (372, 340, 347, 280, 345))]
    both = change(bare, worn(bare, face, "highlighter", "satin"))
    before = [float(both[bone].mean()) for bone in bones]
    angle = np.radians(20)
    across = np.array(((np.cos(angle), 0, np.sin(angle)), (0, 1, 0), (-np.sin(angle), 0, np.cos(angle))))
    middle = face.landmarks_xyz.mean(axis=0)
    points = np.asarray((face.landmarks_xyz - middle) @ across.T + middle, np.float32)
    there = replace(face, landmarks_xyz=points)
    now = change(bare, worn(bare, there, "highlighter", "satin"))
    after = [
        float(now[ring_of_bone(there, side)].mean())
        for side in ((143, 111, 118, 50, 116), (372, 340, 347, 280, 345))
    ]
    ratios = sorted(a / b for a, b in zip(after, before, strict=True))
    assert ratios[0] < 0.85 < 1.0 < ratios[1]


def ring_of_bone(face: Face, side: tuple[int, ...]) -> np.ndarray:
    return ring(face, side, SIZE_PX) > 0


@pytest.mark.parametrize("name", ["blush", "highlighter"])
def test_shimmer_has_grains_that_stay_on_the_skin_and_flash_as_it_turns(name: str) -> None:
    face, bare = portrait().faces[0], plain("a07e56")

    def grains(there: Face) -> F32:
        image = worn(bare, there, name, "shimmer").astype(np.float32).max(axis=2)
        return np.asarray(image - cv2.GaussianBlur(image, (0, 0), 3), np.float32)

    here = grains(face)
    assert np.quantile(here[np.abs(here) > 0.5], 0.995) > 8
    elsewhere = grains(moved(face, 40, 24))
    assert np.corrcoef(here[:-24, :-40].ravel(), elsewhere[24:, 40:].ravel())[0, 1] > 0.95
    angle = np.radians(6)
    across = np.array(((np.cos(angle), 0, np.sin(angle)), (0, 1, 0), (-np.sin(angle), 0, np.cos(angle))))
    points = np.asarray(face.landmarks_xyz @ across.T, np.float32)
    points += face.landmarks_xyz[118] - points[118]
    other = grains(replace(face, landmarks_xyz=points))
    assert np.corrcoef(here.ravel(), other.ravel())[0, 1] < 0.9


def test_shimmer_goes_on_over_all_of_a_very_near_cheek() -> None:
    """Tilted, with eyes 620 px apart, the patch is larger than the texture that the grains come from."""
    face = portrait().faces[0]
    bare = np.full((2000, 1800, 3), (0x56, 0x7E, 0xA0), np.uint8)

    def grains(eye_px: float) -> float:
        """Share of the powdered skin that shines."""
        scale, angle = eye_px / face.eye_distance_px, np.radians(30)
        turn = np.array(((np.cos(angle), np.sin(angle), 0), (-np.sin(angle), np.cos(angle), 0), (0, 0, 1)))
        points = (face.landmarks_xyz - face.landmarks_xyz[1]) @ turn.T * scale + (900, 1000, 0)
        near = replace(face, landmarks_xyz=np.asarray(points, np.float32))
        powder = change(bare, worn(bare, near, "blush", "satin")).astype(np.float32)
        image = worn(bare, near, "blush", "shimmer").astype(np.float32).max(axis=2)
        fine = image - cv2.GaussianBlur(image, (0, 0), 3)
        return float((fine[powder > 0.3 * powder.max()] > 6).mean())

    assert grains(620) > 0.7 * grains(440)


def test_the_skin_is_looked_for_once() -> None:
    scene = portrait()
    subject = Subject(scene.frame.image_bgr.copy(), scene.faces[0], light.DAYLIGHT)
    assert subject.once(_skin.of) is subject.once(_skin.of)


@pytest.mark.parametrize(
    ("effect", "given"),
    [
        (blush, {"shape": "round"}),
        (blush, {"form": "apples"}),
        (contour, {"places": []}),
        (contour, {"places": ["chin"]}),
        (highlighter, {"places": ["ears"]}),
        (highlighter, {"places": "nose"}),
    ],
)
def test_parameters_that_mean_nothing_are_refused(effect: effects.Effect, given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        effect.Parameters.model_validate(given)


@pytest.mark.parametrize("name", ["contour", "highlighter"])
def test_it_is_put_only_where_it_is_wanted(name: str) -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    effect = effects.load(name)
    finish = next(iter(effect.FINISHES))
    nose = worn(bare, face, name, finish, parameters=effect.Parameters.model_validate({"places": ["nose"]}))
    everywhere = worn(bare, face, name, finish)
    x = face.landmarks_xyz[5, 0]
    _, columns = np.nonzero(change(bare, nose) > 3)
    assert np.abs(columns - x).max() < 0.35 * face.eye_distance_px
    assert (change(bare, everywhere) > 3).sum() > 2 * (change(bare, nose) > 3).sum() > 0


def test_the_shine_of_dewy_skin_has_the_colour_of_the_light() -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    inside = ring(face, (118, 101, 36, 205, 187, 123), SIZE_PX) > 0

    def redness_of_shine(lit: light.Light) -> float:
        image = bare.copy()
        painter.paint(image, face, (Layer("foundation", "dewy", (SHADES["foundation"],)),), lit)
        pixels = image[inside].astype(float)
        order = pixels.sum(axis=1).argsort()
        shine = pixels[order[-len(order) // 20 :]].mean(axis=0) - pixels[order[: len(order) // 2]].mean(
            axis=0
        )
        return float(shine[2] / shine[0])

    warm = light.Light((0.7, 0.9, 1.0))
    # What is finer than a cell stays as the camera saw it, in this picture white.
    assert redness_of_shine(warm) > 1.08 * redness_of_shine(light.DAYLIGHT)
