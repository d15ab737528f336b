"""What stands before a face: found within two frames whatever it is, and nothing found on a bare face."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.cover import Covers
from edge.cover_atlas import sample
from edge.faces import Faces
from edge.perception import Perception
from edge.scene import Face, Frame, Hand
from models.providers import CPU
from models.results import F32, U8
from tests.drawn import hand, life, things
from tests.edge.covering import FPS, SIZE, bare, false_marks, marked, marks_of, mask_of, visit

pytestmark = pytest.mark.usefixtures("built_models")

PASSING: dict[str, things.Thing] = {
    "black bar": things.bar((30, 30, 30)),
    "blue bar": things.bar((170, 90, 40)),
    "white bar": things.bar((225, 225, 225)),
    "skin bar": things.bar((140, 170, 215)),
    "upright skin bar": things.bar((150, 185, 225), upright=True),
    "hand": things.drawn_hand(),
    "pale hand": things.drawn_hand((165, 195, 235), 20),
    "dark hand": things.drawn_hand((60, 80, 120)),
    "green hand": things.drawn_hand((60, 160, 60)),
    "dark green hand": things.drawn_hand((50, 150, 50)),
    "microphone": things.microphone,
    "strand": things.strand,
}
WORN: dict[str, things.Thing] = {
    "blue mask": things.mask(),
    "black mask": things.mask((35, 32, 30)),
    "white mask": things.mask((225, 228, 230)),
    "sunglasses": things.sunglasses,
}
THINGS = PASSING | WORN


@pytest.mark.parametrize("name", THINGS)
def test_what_comes_before_a_face_is_found_within_two_frames_and_forgotten_when_it_leaves(name: str) -> None:
    """A bar of her own skin's colour shows only once it reaches features: over the bare chin it may pass."""
    seen = visit(THINGS[name])
    assert np.mean(seen.found) >= (0.85 if "skin" in name else 0.9)
    assert np.median(seen.found) >= 0.9
    assert max(marks.false for marks in seen.before) == 0
    assert np.mean([marks.false for marks in seen.during]) < 0.1
    assert max(marks.false for marks in seen.after[-2:]) < 0.01


@pytest.mark.parametrize("name", ["blue bar", "hand", "blue mask"])
def test_the_same_on_a_head_that_moves(name: str) -> None:
    seen = visit(THINGS[name], moving=True)
    assert np.mean(seen.found) >= 0.9
    assert max(marks.false for marks in seen.before) < 0.01
    assert max(marks.false for marks in seen.after[-2:]) < 0.01


@pytest.mark.parametrize("name", WORN)
def test_a_face_first_seen_with_something_on_it(name: str) -> None:
    """Nothing is known of the bare face: its own skin tells."""
    seen = visit(WORN[name], before=0, during=12, after=16)
    assert np.mean(seen.found) >= 0.9
    assert max(marks.false for marks in seen.after[-2:]) < 0.03


def held(part: float = 1.0) -> Iterator[float]:
    return iter([part] * 30)


def passing() -> Iterator[float]:
    return iter(np.linspace(0, 1, 30).tolist())


LIFE: dict[str, tuple[life.Change, Callable[[], Iterator[float]]]] = {
    "blinking": (life.blink, lambda: iter([max(0.0, 1 - abs(k % 12 - 4) / 3) for k in range(40)])),
    "talking": (life.talk, lambda: iter([0.5 - 0.5 * math.cos(0.9 * k) for k in range(40)])),
    "a soft shadow": (life.shadow(0.65, 0.3), passing),
    "a hard shadow": (life.shadow(0.5, 0.04), passing),
    "half the light": (life.lamp(0.5, 0.5, 0.5), held),
    "a warm lamp": (life.lamp(0.7, 0.95, 1.15), held),
    "light from a side": (life.side_lamp, held),
    "light beyond white": (life.lamp(1.6, 1.6, 1.6), held),
    "a lens that hunts": (life.defocus(0.06), held),
    "quick motion": (life.smear(0.1), held),
}


@pytest.mark.parametrize("name", LIFE)
def test_a_bare_face_has_nothing_before_it(name: str) -> None:
    change, parts = LIFE[name]
    shares = false_marks(change, parts())
    assert np.mean(shares) < 0.005
    assert max(shares) < 0.02


def test_a_dim_room_has_nothing_before_it() -> None:
    assert max(false_marks(life.grain(10), passing(), before=0)) < 0.02


def test_a_beard_is_part_of_the_face() -> None:
    perception = Perception(frozenset({"occlusion"}), 1)
    for k, (clean, points) in enumerate(bare(moving=False)[:10]):
        (face,) = perception.see(Frame(life.beard(clean, points, 1), k / FPS, k)).faces
        assert face.cover is None
    perception.close()


@pytest.mark.parametrize(("name", "people"), [("head-pose-man.gif", 1), ("head-pose-two.gif", 2)])
def test_real_people_who_turn_and_smile_have_nothing_before_them(
    name: str, people: int, realdata: Path
) -> None:
    shares = marked(realdata / "faces" / name, people)
    assert len(shares) >= 55 * people
    assert np.mean(shares) < 0.005
    assert max(shares) < 0.03  # where the mesh reaches beyond a turned cheek


def long_visit(thing: things.Thing, *, before: int, during: int, after: int) -> list[float | None]:
    """The shares found, then the false ones: five frames a second of something that stays where it is."""
    perception = Perception(frozenset({"occlusion"}), 1)
    shares: list[float | None] = []
    for k in range(before + during + after):
        clean, points = bare(moving=False)[k % 40]
        image, truth = clean.copy(), np.zeros(SIZE[::-1], np.float32)
        if before <= k < before + during:
            truth = thing(image, points, 0.45)
        marks = marks_of(k, perception.see(Frame(image, k / 5, k)).faces, truth > 0.5, points)
        shares.append(marks.found if before <= k < before + during else marks.false)
    perception.close()
    return shares


@pytest.mark.parametrize("name", ["microphone", "blue mask"])
def test_what_stays_is_not_taken_for_the_face(name: str) -> None:
    shares = long_visit(THINGS[name], before=5, during=25, after=4)
    assert shares[29] is not None
    assert shares[29] > 0.9
    assert shares[-1] is not None
    assert shares[-1] < 0.03


def test_a_face_first_seen_behind_a_hand_is_found_out_after_a_while() -> None:
    """Skin before skin, and nothing known: the hand is taken for the face, but not for longer than it was."""
    shares = long_visit(things.drawn_hand(), before=0, during=6, after=9)
    assert shares[-1] is not None
    assert shares[-1] < 0.01


def test_a_face_that_became_another_is_learned_anew() -> None:
    """All of it has been covered for seconds: rather what was known of it is no longer true."""
    covers = Covers()
    marked_until_s = 0.0
    for k in range(60):
        image, face = at(k % 40)
        if k >= 10:  # no lamp: bright becomes dark
            image = 255 - image
        (seen,) = covers.see(Frame(image, k / 10, k), (face,))
        if seen.cover is not None:
            marked_until_s = k / 10
    assert 1 < marked_until_s < 5


# --- the rules around it


def at(k: int) -> tuple[U8, Face]:
    image, points = bare(moving=False)[k]
    return image, Face(1, np.hstack([points, np.zeros((478, 1), np.float32)]), 0.99)


def test_hands_that_are_followed_are_before_the_face_whatever_their_colour() -> None:
    covers = Covers()
    image, face = at(0)
    nose: F32 = face.landmarks_xyz[1]
    joints = hand.draw(face.eye_distance_px).joints_xyz
    over = Hand(1, joints + nose - joints.mean(axis=0), 0.9, True)
    beside = Hand(2, over.landmarks_xyz + np.array([300, 0, 0], np.float32), 0.9, True)
    (alone,) = covers.see(Frame(image, 0.0, 0), (face,), (beside,))
    assert alone.cover is None
    (covered,) = covers.see(Frame(image, 0.03, 1), (face,), (over,))
    x, y = over.landmarks_xyz[9, :2].astype(int)
    assert mask_of(covered.cover)[y, x] == 1


def test_what_is_known_of_a_face_is_forgotten_with_its_track() -> None:
    covers = Covers()
    for k in range(5):
        image, face = at(k)
        covers.see(Frame(image, k / FPS, k), (face,))
    assert list(covers._faces) == [1]
    covers.see(Frame(image, 1.0, 30), ())
    assert list(covers._faces) == [1]
    covers.see(Frame(image, 2.5, 75), ())
    assert covers._faces == {}


def test_what_is_known_of_a_face_is_forgotten_when_the_camera_goes_silent() -> None:
    perception = Perception(frozenset({"occlusion"}), 1)
    image, _ = at(0)
    perception.see(Frame(image, 0.0, 0))
    assert perception._covers is not None
    assert list(perception._covers._faces) == [1]
    assert perception._faces is not None
    assert list(perception._faces.close_ups) == [1]
    perception.forget()
    assert perception._covers._faces == {}
    assert perception._faces.close_ups == {}
    perception.close()


def test_what_the_mesh_looked_at_shows_the_same_texels_as_the_frame() -> None:
    """Also of a head that is tilted."""
    (clean, _), middle = bare(moving=False)[0], (SIZE[0] / 2, SIZE[1] / 2)
    for degrees in (0, 25):
        turn = cv2.getRotationMatrix2D(middle, degrees, 1)
        image = np.asarray(cv2.warpAffine(clean, turn, SIZE, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        faces = Faces(1, CPU)
        (face,) = faces.see(Frame(image, 0.0, 0))
        frame, close_up = (
            sample(image, face.landmarks_xyz, each) for each in (None, faces.close_ups[face.track])
        )
        faces.close()
        assert frame is not None
        assert close_up is not None
        np.testing.assert_array_equal(frame.seen, close_up.seen)
        assert cv2.absdiff(frame.bgr, close_up.bgr)[frame.seen].mean() < 4


def test_what_is_kept_of_a_face_is_coarse_and_no_part_of_the_frame() -> None:
    """A few numbers for each of 48 x 48 spots."""
    covers = Covers()
    image, face = at(0)
    covers.see(Frame(image, 0.0, 0), (face,))
    known = covers._faces[1]
    kept = [each for slot in known.__slots__ if isinstance(each := getattr(known, slot), np.ndarray)]
    kept += [each for each in vars(known.look).values() if isinstance(each, np.ndarray)]
    assert max(each.size for each in kept) <= 48 * 48 * 3
    assert not any(np.shares_memory(each, image) for each in kept)


def test_a_clip_that_starts_again_begins_anew() -> None:
    covers = Covers()
    image, face = at(0)
    for time_s in (10.0, 10.03, 10.06):
        covers.see(Frame(image, time_s, 0), (face,))
    (again,) = covers.see(Frame(255 - image, 1.0, 0), (face,))
    assert again.track == 1
    assert not covers._faces[1].look.known.any() or covers._faces[1].met_s == 1.0


@pytest.mark.parametrize("scale", [0.0, 0.02, 40.0, math.nan])
def test_a_face_of_no_sensible_size_or_place_has_no_cover(scale: float) -> None:
    image, face = at(0)
    broken = Face(1, (face.landmarks_xyz * np.float32(scale)).astype(np.float32), 0.9)
    covers = Covers()
    for k in range(3):
        (same,) = covers.see(Frame(image, k / FPS, k), (broken,))
        assert same.cover is None or scale == 40.0


def test_a_face_half_out_of_the_frame_is_no_error() -> None:
    image, face = at(0)
    for shift in (-400.0, 380.0):
        moved = Face(1, face.landmarks_xyz + np.array([shift, 0, 0], np.float32), 0.9)
        covers = Covers()
        for k in range(4):
            covers.see(Frame(image, k / FPS, k), (moved,))


def test_a_cover_lies_within_the_frame_and_over_the_face() -> None:
    perception = Perception(frozenset({"occlusion"}), 1)
    cover = None
    for k, (clean, points) in enumerate(bare(moving=False)[:16]):
        image = clean.copy()
        if k >= 12:
            things.bar((170, 90, 40))(image, points, 0.5)
        (face,) = perception.see(Frame(image, k / FPS, k)).faces
        cover = face.cover
    perception.close()
    assert cover is not None
    assert cover.alpha.dtype == np.uint8
    assert max(cover.alpha.shape) <= 64
    assert 0 <= cover.x_px < cover.x_px + cover.width_px <= SIZE[0]
    assert 0 <= cover.y_px < cover.y_px + cover.height_px <= SIZE[1]
    assert 0.5 <= cover.confidence <= 1
