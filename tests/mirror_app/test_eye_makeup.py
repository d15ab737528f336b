"""Make-up of eyes and brows: true to its colour, in its place, right on shut, turned and mirrored eyes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from pydantic import ValidationError
from skimage.color import deltaE_ciede2000

from mirror_app import effects
from mirror_app.colour import Lab, lab_of_bgr
from mirror_app.effects import _eyes
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
from mirror_app.subject import Subject
from tests.mirror_app import regions
from tests.mirror_app.eyes import LOWER, UPPER, blinking, near, rotated, sitter, size, skin
from tests.mirror_app.regions import change
from tests.mirror_app.sitting import grown, moved, ring
from tests.mirror_app.wearing import BLUE, DARK, layer, worn

EYE_EFFECTS = ["eyeshadow", "eyeliner", "mascara", "lenses", "brows"]
#: Monk skin tones 1, 3, 5, 6, 8 and 10 (Google, 2022), sRGB.
MONK = ("f6ede4", "f7ead0", "d7bd96", "a07e56", "604134", "292420")
SHADES: dict[str, Lab] = {
    "taupe": (48.0, 8.0, 12.0),
    "teal": (42.0, -18.0, -16.0),
    "plum": (24.0, 22.0, -8.0),
    "champagne": (80.0, 6.0, 16.0),
}
#: The lash line over the middle of the lid, and the crease above it.
LIDS = (((160, 159, 158), (28, 27, 29)), ((387, 386, 385), (258, 257, 259)))


def strong(name: str) -> Layer:
    return layer(name, tones=(BLUE, DARK) if name == "eyeshadow" else (BLUE,))


@pytest.mark.parametrize("tone", MONK)
@pytest.mark.parametrize("shade", SHADES)
def test_eyeshadow_has_its_measured_colour_on_every_skin(shade: str, tone: str) -> None:
    like, face = near()
    bare = skin(like, tone)
    image = worn(bare, face, layer("eyeshadow", "matte", (SHADES[shade],)))
    for lash, crease in LIDS:
        # Where it is whole: the lower half of the lid.
        xy = face.landmarks_xyz[:, :2]
        middle = (xy[list(crease)] + xy[list(lash)][::-1]) / 2
        mask = np.zeros(bare.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.rint(np.concatenate((xy[list(lash)], middle))).astype(np.int32)], 255)
        inside = grown(mask, -3) > 0
        assert inside.sum() > 100
        mean = image[inside].mean(axis=0)
        assert float(deltaE_ciede2000(lab_of_bgr(mean), np.array(SHADES[shade]))) < 2  # type: ignore[no-untyped-call]


def test_every_tone_of_a_palette_has_its_place() -> None:
    like, face = near()
    bare = skin(like, "d7bd96")
    tones: tuple[Lab, ...] = ((60.0, 60.0, 40.0), (60.0, -50.0, 40.0), (30.0, 30.0, -80.0))
    middle = face.landmarks_xyz[[159, 27], :2].mean(axis=0)
    crease = face.landmarks_xyz[[29, 30], :2].mean(axis=0)
    outer = 0.7 * face.landmarks_xyz[33, :2] + 0.3 * face.landmarks_xyz[247, :2]
    for count, places in ((1, (middle,)), (2, (middle, crease)), (3, (middle, None, outer))):
        image = worn(bare, face, layer("eyeshadow", "matte", tones[:count]))
        for tone, place in zip(tones, places, strict=False):
            if place is not None:
                x, y = (round(float(v)) for v in place)
                found = lab_of_bgr(image[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3).mean(axis=0))
                wanted = [np.hypot(*(found[1:] - np.array(each[1:]))) for each in tones]
                assert tones[int(np.argmin(wanted))] == tone
    light: Lab = (88.0, 0.0, 10.0)
    image = worn(bare, face, layer("eyeshadow", "matte", (tones[0], tones[1], light)))
    x, y = (round(float(v)) for v in face.landmarks_xyz[[173, 190], :2].mean(axis=0))
    assert image[y, x].astype(int).sum() > bare[y, x].astype(int).sum()


@pytest.mark.parametrize("name", ["eyeshadow", "eyeliner", "mascara"])
def test_it_goes_down_with_the_lid_of_a_blink(name: str) -> None:
    bare, face = near()
    shut = blinking(face, 1.0)
    lid = np.asarray(ring(face, UPPER[0] + LOWER[0][::-1], size(bare)), np.uint8)
    inside = grown(lid, -4) > 0
    image_open, image_shut = (worn(bare, one, strong(name)) for one in (face, shut))
    assert change(bare, image_open)[inside].max() <= 1
    changed = change(bare, image_shut) > 8
    if name == "eyeshadow":
        assert changed[inside].mean() > 0.7
    else:
        # On the edge of the lid, and nothing left where the edge was.
        was = grown(np.asarray(change(bare, image_open) > 8, np.uint8), 0) > 0
        top = face.landmarks_xyz[159, 1]
        assert changed[inside].any()
        assert not (changed & was)[: round(float(top)), :].any()


def test_a_line_around_an_eye_is_one_line_in_a_blink() -> None:
    bare, face = sitter()
    shut = blinking(face, 1.0)
    both, upper = (layer("eyeliner", tones=(BLUE,), given={"lower": each}) for each in (1.0, 0.0))
    assert (worn(bare, face, both) != worn(bare, face, upper)).any()
    assert (worn(bare, shut, both) == worn(bare, shut, upper)).all()


@pytest.mark.parametrize("degrees", [-80, 80])
@pytest.mark.parametrize("name", EYE_EFFECTS)
def test_the_side_that_is_turned_away_is_left_alone(name: str, degrees: float) -> None:
    bare, face = sitter()
    turned = rotated(face, degrees)
    (seen,) = _eyes.of(Subject(bare, turned, DAYLIGHT)).sides
    # The eye that is nearer.
    assert turned.landmarks_xyz[(33, 263)[seen], 2] < turned.landmarks_xyz[(263, 33)[seen], 2]
    changed = change(bare, worn(bare, turned, strong(name))) > 1
    hidden = turned.landmarks_xyz[list(UPPER[1 - seen]), :2]
    x0, y0 = hidden.min(axis=0).astype(int)
    x1, y1 = hidden.max(axis=0).astype(int) + 1
    assert not changed[y0:y1, x0:x1].any()
    assert len(_eyes.of(Subject(bare, face, DAYLIGHT))) == 2


@pytest.mark.parametrize("name", EYE_EFFECTS)
def test_a_head_that_turns_fades_it_smoothly(name: str) -> None:
    bare, face = sitter()
    seen = []
    for degrees in range(30, 82, 4):
        changed = change(bare, worn(bare, rotated(face, degrees), strong(name)))
        seen.append(float(changed.sum()))
    assert np.abs(np.diff(seen)).max() < 0.4 * max(seen)


@pytest.mark.parametrize("name", [*EYE_EFFECTS, "lip_liner"])
def test_a_mirrored_face_wears_the_mirrored_paint(name: str) -> None:
    bare, face = sitter()
    points = face.landmarks_xyz.copy()
    points[:, 0] = bare.shape[1] - points[:, 0]
    mirrored = np.ascontiguousarray(bare[:, ::-1])
    image = worn(mirrored, replace(face, landmarks_xyz=points), strong(name))
    expected = np.ascontiguousarray(worn(bare, face, strong(name))[:, ::-1])
    painted = change(mirrored, image) > 0
    assert painted.sum() > 100
    assert np.quantile(cv2.absdiff(image, expected)[painted], 0.99) <= 12


@pytest.mark.parametrize("name", [*EYE_EFFECTS, "lip_liner"])
def test_it_moves_with_the_head(name: str) -> None:
    bare, face = sitter()
    shifted = np.roll(bare, (3, 7), axis=(0, 1))
    for finish in effects.load(name).FINISHES:
        what = layer(name, finish, (BLUE,))
        here, there = worn(bare, face, what), worn(shifted, moved(face, 7, 3), what)
        assert np.abs(np.roll(there, (-3, -7), axis=(0, 1)).astype(int) - here).max() <= 6


def test_a_line_moves_by_less_than_a_pixel() -> None:
    like, face = sitter()
    bare = skin(like, "d7bd96")
    box = np.s_[: bare.shape[0] // 2]
    weights = [
        change(bare, worn(bare, moved(face, 0, step), layer("eyeliner")))[box].astype(float)
        for step in np.arange(0, 1.01, 0.25)
    ]
    middles = [float((each.sum(axis=1) * np.arange(len(each))).sum() / each.sum()) for each in weights]
    assert np.allclose(np.diff(middles), 0.25, atol=0.06)


def test_a_wing_and_a_lower_line_are_drawn_where_they_belong() -> None:
    bare, face = near()
    xy = face.landmarks_xyz[:, :2]
    plain, wing, lower = (
        change(bare, worn(bare, face, layer("eyeliner", tones=(BLUE,), given=given))) > 8
        for given in ({}, {"wing": 1.0}, {"lower": 1.0})
    )
    more = wing & ~plain
    columns = np.nonzero(more)[1]
    assert ((columns < xy[33, 0]) | (columns > xy[263, 0]) | ~plain[np.nonzero(more)]).all()
    assert columns.min() < xy[33, 0] - 0.2 * (xy[133, 0] - xy[33, 0])
    below = np.nonzero(lower & ~plain)
    assert (below[0] > min(xy[33, 1], xy[263, 1]) - 3).all()
    assert len(below[0]) > 200


def test_mascara_in_black_only_darkens_and_makes_lashes_longer() -> None:
    bare, face = near()
    black: Lab = (8.0, 0.0, 0.0)
    grey = cv2.cvtColor(bare, cv2.COLOR_BGR2GRAY).astype(int)
    reach = []
    for length in (0.0, 1.0):
        image = worn(bare, face, layer("mascara", tones=(black,), given={"length": length}))
        assert (cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(int) - grey).max() <= 1
        reach.append(int(np.nonzero(change(bare, image) > 10)[0].min()))
    assert reach[1] < reach[0] - 5


def test_brows_are_tinted_where_there_is_hair() -> None:
    like, face = near()
    bare = skin(like, "d7bd96")
    shape = grown(ring(face, regions.BROWS[0], size(bare)), -6) > 0
    stripes = np.zeros(bare.shape[:2], bool)
    stripes[:, ::14] = stripes[:, 1::14] = stripes[:, 2::14] = True
    hair = shape & stripes
    bare[hair] = (40, 60, 80)
    image = worn(bare, face, layer("brows", "gel", (BLUE,), {"fill": 0.0}))
    changed = change(bare, image)
    away = shape & ~(grown(np.asarray(hair, np.uint8), 3) > 0)
    assert np.median(changed[hair]) > 4 * max(float(np.median(changed[away])), 1.0)
    filled = change(bare, worn(bare, face, layer("brows", "pencil", (BLUE,), {"fill": 1.0})))
    assert filled[away].mean() > changed[away].mean() + 5


def test_lip_liner_is_sharp_outside_and_soft_inside() -> None:
    like, face = near()
    bare = skin(like, "d7bd96")
    x = round(float(face.landmarks_xyz[17, 0]))
    bottom, middle = (round(float(face.landmarks_xyz[k, 1])) for k in (17, 14))
    line = change(bare, worn(bare, face, layer("lip_liner")))[middle : bottom + 20, x].astype(float)
    peak = int(line.argmax())
    strong_from, faint_from = (
        np.nonzero(line[: peak + 1] > share * line.max())[0][0] for share in (0.9, 0.1)
    )
    ends_strong, ends_faint = (
        peak + np.nonzero(line[peak:] > share * line.max())[0][-1] for share in (0.9, 0.1)
    )
    assert ends_faint - ends_strong <= 2
    assert strong_from - faint_from >= 3 * (ends_faint - ends_strong)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("eyeliner", {"width_mm": 9}),
        ("eyeliner", {"wing": -0.1}),
        ("eyeliner", {"lower": float("nan")}),
        ("mascara", {"length": 2}),
        ("mascara", {"colour": "black"}),
        ("brows", {"fill": 1.5}),
        ("lenses", {"pattern": "cat"}),
        ("lenses", {"diameter_mm": 30}),
        ("lip_liner", {"width_mm": float("inf")}),
        ("eyeshadow", {"tones": 4}),
    ],
)
def test_wrong_parameters_are_refused(name: str, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        effects.load(name).Parameters.model_validate(wrong)


def test_no_landmark_order_is_taken_for_granted() -> None:
    """An eye whose lids have crossed, as a mesh sometimes sees a blink, is drawn as shut."""
    bare, face = sitter()
    points = blinking(face, 1.3).landmarks_xyz
    for name in EYE_EFFECTS:
        image = worn(bare, replace(face, landmarks_xyz=points), strong(name))
        assert (change(bare, image) > 1).mean() < 0.06
