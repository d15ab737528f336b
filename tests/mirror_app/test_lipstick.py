"""Lipstick: true to its colour, on the lips and nowhere else, calm, and each finish its own."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from edge.scene import Face, Scene
from mirror_app import light, painter
from mirror_app.colour import Lab, lab_of_bgr
from mirror_app.effects import lipstick
from mirror_app.layer import Layer
from models.results import U8
from tests.mirror_app.sitting import SIZE_PX, clip, grown, lips, mouth, moved, portrait, turned
from tests.mirror_app.wearing import close_up

#: Monk skin tones 1 to 10 (Google, 2022), sRGB.
MONK = ("f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420")
SHADES: dict[str, Lab] = {
    "red": (38.0, 55.0, 30.0),
    "nude": (62.0, 22.0, 16.0),
    "plum": (21.0, 31.0, 11.0),
    "pink": (60.0, 36.0, 8.0),
}
INNER_UPPER = [191, 80, 81, 82, 13, 312, 311, 310, 415]
INNER_LOWER = [95, 88, 178, 87, 14, 317, 402, 318, 324]
#: A gap of the mesh, in eye distances, that is wider than it ever reports for closed lips.
OPEN = 0.1


def worn(scene_bgr: U8, face: Face, shade: str = "red", finish: str = "matte", coverage: float = 1.0) -> U8:
    image = scene_bgr.copy()
    layer = Layer("lipstick", finish, (SHADES[shade],), coverage)
    painter.paint(image, face, (layer,), light.of(scene_bgr, face))
    return image


def skin(tone: str) -> U8:
    image: U8 = np.empty((*SIZE_PX[::-1], 3), np.uint8)
    image[:] = [int(tone[k : k + 2], 16) for k in (4, 2, 0)]
    return image


def change(bare: U8, image: U8) -> U8:
    return np.asarray(cv2.absdiff(bare, image).max(axis=2), np.uint8)


@cache
def closed() -> Face:
    """The portrait with the lips together: the lower row where the upper one is, or a hair above."""
    face = portrait().faces[0]
    points = face.landmarks_xyz.copy()
    points[INNER_LOWER] = points[INNER_UPPER] - np.array((0, 1.5, 0), np.float32)
    return replace(face, landmarks_xyz=points)


@cache
def near() -> Face:
    """The closed lips, near the camera."""
    face = moved(closed(), scale=3)
    return moved(face, *(np.array(SIZE_PX) / 2 - face.landmarks_xyz[13, :2]).tolist())


def parted(gap: float) -> Face:
    """Lips near the camera with a gap in the mesh, in eye distances at its widest."""
    face = near()
    points = face.landmarks_xyz.copy()
    wide = np.sin(np.linspace(0, np.pi, 11)[1:-1])
    points[INNER_LOWER] = points[INNER_UPPER]
    points[INNER_LOWER, 1] += (gap * face.eye_distance_px * wide).astype(np.float32)
    return replace(face, landmarks_xyz=points)


def widest_gap(face: Face) -> float:
    """Between the lips, as the mesh has it, in eye distances."""
    apart = face.landmarks_xyz[INNER_LOWER, :2] - face.landmarks_xyz[INNER_UPPER, :2]
    return float(np.hypot(*apart.T).max()) / face.eye_distance_px


def drawn(face: Face, tone: str, between: str, exposure: float = 1.0) -> U8:
    """A face of one tone with lips and what is between them, as a camera sees it: with noise."""
    image, inside = skin(tone), mouth(face) > 0
    lip = image[0, 0] * (0.75, 0.7, 0.85)
    image[(lips(face) > 0) | inside] = lip
    if between == "line":
        middle = (face.landmarks_xyz[INNER_UPPER] + face.landmarks_xyz[INNER_LOWER])[:, :2] / 2
        cv2.polylines(image, [np.rint(middle).astype(np.int32)], False, (lip * 0.3).tolist(), 6)
    else:
        image[inside] = {"lip": lip, "teeth": (185, 205, 215), "dark": lip * 0.3}[between]
    noise = np.random.default_rng(3).standard_normal(image.size, np.float32).reshape(image.shape)
    return np.asarray(np.clip(np.rint(image * np.float32(exposure) + 3 * noise), 0, 255), np.uint8)


@pytest.mark.parametrize("tone", MONK)
@pytest.mark.parametrize("shade", SHADES)
def test_the_rendered_colour_is_the_measured_one_on_every_skin(tone: str, shade: str) -> None:
    face = portrait().faces[0]
    bare, inside = skin(tone), grown(lips(face), -6) > 0
    bare[lips(face) > 0] = bare[0, 0] * 0.75
    bare[:200] = 255  # a bright wall does not turn dark skin into fair skin in the dark
    mean = worn(bare, face, shade)[inside].mean(axis=0)
    assert float(deltaE_ciede2000(lab_of_bgr(mean), np.array(SHADES[shade]))) < 2  # type: ignore[no-untyped-call]


def test_a_fair_face_in_the_dark_gets_less_than_the_measured_lightness() -> None:
    scene = portrait()
    face, inside = scene.faces[0], grown(lips(scene.faces[0]), -6) > 0
    lit = worn(scene.frame.image_bgr, face)[inside].mean()
    dark = worn((scene.frame.image_bgr * 0.4).astype(np.uint8), face)[inside].mean()
    assert 0.4 * lit < dark < 0.85 * lit


@pytest.mark.parametrize("time_s", [0.0, 1.7, 3.1, 4.6])
def test_the_lips_of_the_sitter_are_covered(time_s: float) -> None:
    assert_covered(turned(time_s))


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["head-pose-man", "head-pose-two"])
def test_the_lips_of_real_people_are_covered(realdata: Path, name: str) -> None:
    scenes = list(clip(realdata / "faces" / f"{name}.gif", every=6))
    # The man smiles; the two keep their lips closed.
    assert {widest_gap(face) > OPEN for scene in scenes for face in scene.faces} == {name == "head-pose-man"}
    for scene in scenes:
        assert_covered(scene)


def assert_covered(scene: Scene) -> None:
    """The lip polygon, and between closed lips too. What must stay clean is in test_clean_edges."""
    for far in scene.faces:
        bare, face = close_up(scene.frame.image_bgr, far)
        size = (bare.shape[1], bare.shape[0])
        lip = lips(face, size) if widest_gap(face) > OPEN else lips(face, size) | mouth(face, size)
        for finish in lipstick.FINISHES:
            assert (change(bare, worn(bare, face, "plum", finish))[lip > 0] > 2).mean() > 0.95


def test_closed_lips_have_no_seam() -> None:
    face = closed()
    bare = skin("d7bd96")
    changed = change(bare, worn(bare, face))
    whole = lips(replace(face, landmarks_xyz=face.landmarks_xyz)) | mouth(face)
    core = grown(whole, -8) > 0
    assert changed[core].min() > 0.95 * changed[core].max()


@pytest.mark.realdata
def test_closed_lips_of_real_people_have_no_slit(realdata: Path) -> None:
    slits = 0
    for scene in clip(realdata / "faces" / "head-pose-two.gif", every=5):
        bare = scene.frame.image_bgr
        for face in scene.faces:
            changed = change(bare, worn(bare, face, "plum"))
            between = changed[mouth(face) > 0]
            slits += widest_gap(face) > 0.02
            assert not between.size or between.min() > 0.3 * np.median(changed[grown(lips(face), -3) > 0])
    assert slits > 0


@pytest.mark.parametrize("exposure", [1.0, 0.45])
@pytest.mark.parametrize("tone", ["f3e7db", "a07e56", "3a312a"])
@pytest.mark.parametrize("between", ["lip", "line", "teeth", "dark"])
def test_what_is_in_a_narrow_gap_tells_whether_the_mouth_is_open(
    between: str, tone: str, exposure: float
) -> None:
    face = parted(0.05)
    bare = drawn(face, tone, between, exposure)
    changed = change(bare, worn(bare, face, "pink"))
    inside = grown(mouth(face), -6) > 0
    assert inside.sum() > 1000
    if between in {"teeth", "dark"}:
        assert changed[inside].max() <= 1
    else:
        # The line itself stays dark.
        assert np.quantile(changed[mouth(face) > 0], 0.4) > 0.8 * np.median(changed[lips(face) > 0])


@pytest.mark.parametrize("between", ["lip", "teeth"])
def test_a_mouth_that_opens_slowly_opens_smoothly(between: str) -> None:
    bare_px = []
    for gap in np.arange(0, 0.13, 0.01):
        face = parted(gap)
        bare = drawn(face, "d7bd96", between)
        bare_px.append(int((change(bare, worn(bare, face, "plum"))[mouth(face) > 0] <= 2).sum()))
    assert bare_px[0] == 0 < bare_px[-1]
    assert np.abs(np.diff(bare_px)).max() < 0.4 * bare_px[-1]


def test_lips_pressed_together_fade() -> None:
    face = closed()
    points = face.landmarks_xyz.copy()
    middle = points[[13, 14], 1].mean()
    mouth_points = [0, 37, 267, 39, 269, 40, 270, 13, 14, 17, 84, 314, 181, 405, 91, 321, 82, 312, 87, 317]
    points[mouth_points, 1] = middle + 0.1 * (points[mouth_points, 1] - middle)
    bare = skin("d7bd96")
    full = change(bare, worn(bare, face)).max()
    assert change(bare, worn(bare, replace(face, landmarks_xyz=points))).max() < 0.5 * full


def test_the_finish_is_seen_in_the_highlights() -> None:
    scene = portrait()
    face, inside = scene.faces[0], grown(lips(scene.faces[0]), -4) > 0

    def shine(finish: str) -> float:
        grey = cv2.cvtColor(worn(scene.frame.image_bgr, face, "red", finish), cv2.COLOR_BGR2GRAY)[inside]
        return float(np.quantile(grey, 0.995) - np.median(grey))

    assert shine("matte") < 0.7 * shine("satin")
    assert shine("satin") < 0.7 * shine("gloss")


def test_metal_shines_in_its_own_colour() -> None:
    scene = portrait()
    face, inside = scene.faces[0], grown(lips(scene.faces[0]), -4) > 0

    def redness_of_shine(finish: str) -> float:
        """Red over green in what is brightest, above the shade's own."""
        pixels = worn(scene.frame.image_bgr, face, "red", finish)[inside].astype(float)
        brightest = pixels[pixels.sum(axis=1) > np.quantile(pixels.sum(axis=1), 0.98)]
        return float((brightest[:, 2] - brightest[:, 1]).mean())

    assert redness_of_shine("metallic") > redness_of_shine("gloss") + 15


def test_glitter_has_single_bright_grains_that_move_with_the_head() -> None:
    face = near()
    bare = skin("d7bd96")
    bare[(lips(face) | mouth(face)) > 0] = (120, 130, 170)
    there = moved(face, 37, 21)
    shifted = np.roll(bare, (21, 37), axis=(0, 1))
    here, moved_along = worn(bare, face, "plum", "glitter"), worn(shifted, there, "plum", "glitter")
    inside = grown(lips(face), -8) > 0
    grey = cv2.cvtColor(here, cv2.COLOR_BGR2GRAY)[inside]
    assert 0.005 < (grey > np.median(grey) + 25).mean() < 0.25
    assert np.abs(np.roll(moved_along, (-21, -37), axis=(0, 1))[inside].astype(int) - here[inside]).mean() < 3
    plain = cv2.cvtColor(worn(bare, face, "plum", "satin"), cv2.COLOR_BGR2GRAY)[inside]
    assert plain.std() < 0.3 * grey.std()


def test_coverage_lets_the_lip_through() -> None:
    scene = portrait()
    face, inside = scene.faces[0], grown(lips(scene.faces[0]), -6) > 0
    bare = scene.frame.image_bgr
    full, half = (worn(bare, face, coverage=coverage)[inside].astype(float) for coverage in (1.0, 0.5))
    between = (full + bare[inside]) / 2
    assert np.abs(half - between).mean() < 2


def test_a_mirrored_face_wears_the_mirrored_lipstick() -> None:
    scene = portrait()
    face = scene.faces[0]
    points = face.landmarks_xyz.copy()
    points[:, 0] = SIZE_PX[0] - points[:, 0]
    mirrored: U8 = np.ascontiguousarray(scene.frame.image_bgr[:, ::-1])
    image = worn(mirrored, replace(face, landmarks_xyz=points), "red", "gloss")
    expected = worn(scene.frame.image_bgr, face, "red", "gloss")[:, ::-1]
    difference = cv2.absdiff(image, np.ascontiguousarray(expected))
    assert np.quantile(difference[change(mirrored, image) > 0], 0.99) <= 4


def test_lips_upside_down_wear_it_in_the_same_place() -> None:
    face, bare = portrait().faces[0], skin(MONK[3])
    points = face.landmarks_xyz.copy()
    points[:, 1] = SIZE_PX[1] - points[:, 1]
    image = worn(bare, replace(face, landmarks_xyz=points))
    difference = cv2.absdiff(image, np.ascontiguousarray(worn(bare, face)[::-1])).max(axis=2)
    assert np.quantile(difference[change(bare, image) > 0], 0.95) <= 4


def test_the_edge_follows_the_lightest_movement_evenly() -> None:
    face, bare = portrait().faces[0], skin(MONK[3])
    steps = [worn(bare, moved(face, 0, 0.05 * k)).astype(np.int16) for k in range(21)]
    most = max(int(np.abs(after - before).max()) for before, after in pairwise(steps))
    assert most < 0.45 * int(change(bare, steps[0].astype(np.uint8)).max())
