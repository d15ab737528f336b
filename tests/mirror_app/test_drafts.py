"""Things that are drawn ahead look as if nobody had: byte for byte, or they are drawn by the painter."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from edge.ahead import BEGIN
from edge.scene import Cover
from mirror_app import effects
from mirror_app.ahead import Errand
from mirror_app.drafts import Drafts
from mirror_app.light import DAYLIGHT
from tests.mirror_app import sitting
from tests.mirror_app.drafting import (
    DIM,
    DROP,
    HAT,
    OPTICAL,
    OUTFITS,
    RED,
    SUN,
    WHOLE,
    Ahead,
    learn,
    marked,
    never,
    painted,
)
from tests.mirror_app.sitting import SIZE_PX, portrait
from tests.mirror_app.test_things import turned


# Beyond 30 degrees one earring is gone; hats and glasses are always there.
@pytest.mark.parametrize("yaw_deg", [-35.0, -12.0, 0.0, 20.0, 50.0])
@pytest.mark.parametrize("name", OUTFITS)
def test_what_was_drawn_ahead_is_what_would_be_drawn(
    name: str, yaw_deg: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = portrait()
    face, layers, one = turned(scene.faces[0], yaw_deg), OUTFITS[name], Ahead()
    scene = replace(scene, faces=(face,))
    one.note({face.track: layers}, DIM)
    found = one.drawn(scene)[face.track]
    assert {each for each, _ in found} == set(layers)
    wanted = painted(scene, face, layers, DIM)
    assert (wanted != scene.frame.image_bgr[:, ::-1]).any()
    for each in layers:
        monkeypatch.setattr(effects.load(each.effect), "apply", pytest.fail)
    assert np.array_equal(painted(scene, face, layers, DIM, found), wanted)


@pytest.mark.parametrize("time_s", [0.9, 2.3])
def test_and_for_a_sitter_who_moves(time_s: float) -> None:
    scene = sitting.turned(time_s)
    face, layers, one = scene.faces[0], (*OUTFITS["all"], RED), Ahead()
    one.note({face.track: layers})
    found = one.drawn(scene)[face.track]
    assert {each for each, _ in found} == set(OUTFITS["all"]), "paint looks at the picture"
    wanted = painted(scene, face, layers)
    assert np.array_equal(painted(scene, face, layers, drawn=found), wanted)


def test_it_stays_behind_what_stands_before_the_face() -> None:
    scene = portrait()
    face = scene.faces[0]
    x, y = face.landmarks_xyz[:, :2].min(axis=0).tolist()
    width, height = np.ptp(face.landmarks_xyz[:, :2], axis=0).tolist()
    alpha = np.zeros((60, 60), np.uint8)
    alpha[:, 20:45] = 255
    covered = replace(face, cover=Cover(x, y, width, height, alpha, 1.0))
    scene, layers, one = replace(scene, faces=(covered,)), OUTFITS["all"], Ahead()
    one.note({face.track: layers})
    found = one.drawn(scene)[face.track]
    assert {each for each, _ in found} == set(layers)
    wanted, open_ = painted(scene, covered, layers), painted(scene, face, layers)
    assert (wanted != open_).any(), "something is covered"
    assert np.array_equal(painted(scene, covered, layers, drawn=found), wanted)
    middle = SIZE_PX[0] - int(x + 0.55 * width), int(y + 0.35 * height)
    bare = scene.frame.image_bgr[:, ::-1]
    assert (wanted[middle[1], middle[0]] == bare[middle[1], middle[0]]).all()


def test_two_faces_wear_their_own() -> None:
    scene = portrait()
    one, both = scene.faces[0], Ahead()
    other = replace(sitting.moved(one, -500, 60), track=one.track + 1)
    assert other.head is not None
    other = replace(other, head=other.head.placed((1.0, 1.0), (-500.0, 60.0)))
    scene = replace(scene, faces=(one, other))
    worn = {one.track: (HAT, SUN), other.track: (OPTICAL, DROP)}
    both.note(worn, lights={one.track: DIM, other.track: DAYLIGHT})
    found = both.drawn(scene)
    assert set(found) == set(worn)
    pictures = []
    for face, light in ((one, DIM), (other, DAYLIGHT)):
        layers = worn[face.track]
        assert {each for each, _ in found[face.track]} == set(layers)
        pictures.append(painted(scene, face, layers, light))
        assert np.array_equal(painted(scene, face, layers, light, found[face.track]), pictures[-1])
    assert (pictures[0] != pictures[1]).any()


def test_what_has_no_room_is_left_to_the_painter() -> None:
    scene = portrait()
    face, layers, one = scene.faces[0], (HAT, SUN, DROP), Ahead()
    one.note({face.track: layers})
    whole = one.sheet(scene)
    assert whole is not None
    wanted, listed = painted(scene, face, layers), set()
    used = int(np.flatnonzero(whole.memory != 0xA5).max())
    for size in (BEGIN, BEGIN + 2000, *np.linspace(used // 5, used - 100, 6).astype(int).tolist()):
        found = one.drawn(scene, size).get(face.track, ())
        assert len(found) < 3
        listed.add(frozenset(each.effect for each, _ in found))
        assert np.array_equal(painted(scene, face, layers, drawn=found), wanted)
    assert frozenset() in listed
    assert len(listed) > 2, "some have room where others have none"


def test_a_sheet_is_not_written_on_before_its_beginning_or_where_it_is_called() -> None:
    scene, one = portrait(), Ahead()
    one.note({scene.faces[0].track: (HAT,)})
    sheet = one.sheet(scene)
    assert sheet is not None
    assert (sheet.memory[:BEGIN] == 0xA5).all()
    called = marked()
    assert one.drafts.draw(scene, called, lambda: True) is None
    assert (called == 0xA5).all()


def test_on_landmarks_that_are_no_numbers_nothing_is_drawn() -> None:
    scene = portrait()
    face, one = scene.faces[0], Ahead()
    one.note({face.track: OUTFITS["all"]})
    learn(one.drafts, scene)
    points = face.landmarks_xyz.copy()
    points[7, 1] = np.nan
    for odd in (points, np.zeros_like(points), np.full_like(points, 3e5)):
        broken = replace(scene, faces=(replace(face, landmarks_xyz=odd),))
        assert one.drafts.draw(broken, marked(), never) is None
    assert one.drafts.draw(replace(scene, faces=()), marked(), never) is None
    stranger = replace(scene, faces=(replace(face, track=face.track + 5),))
    assert one.drafts.draw(stranger, marked(), never) is None
    headless = replace(scene, faces=(replace(face, head=None),))
    assert all(films == () for _, films in one.drawn(headless).get(face.track, ()))


def test_a_thing_is_drawn_beside_the_seeing_before_it_is_drawn_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading its picture keeps nobody; and what cannot be drawn is tried once there."""
    scene = portrait()
    face, drafts, threads = scene.faces[0], Drafts(), []
    real = effects.load("hats").apply

    def apply(*what: object) -> None:
        threads.append(threading.current_thread())
        real(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(effects.load("hats"), "apply", apply)
    assert drafts.draw(scene, marked(), never) is None, "it knows no errand"
    drafts.wish(Errand(1, WHOLE, {face.track: (HAT,)}, {face.track: DAYLIGHT}))
    assert drafts.draw(scene, marked(), never) is None
    learn(drafts, scene)
    assert threads[0] is not threading.main_thread()
    assert threads[-1] is threading.main_thread()


def test_what_is_out_of_sight_is_known_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the picture: nobody has to find that out twice."""
    scene, one = portrait(), Ahead()
    track = scene.faces[0].track
    one.note({track: (HAT,)})
    learn(one.drafts, scene)
    head = scene.faces[0].head
    assert head is not None
    far = replace(scene.faces[0], head=head.placed((1.0, 1.0), (9000.0, 0.0)))
    found = one.drawn(replace(scene, faces=(far,)))
    assert found == {track: ((HAT, ()),)}
    monkeypatch.setattr(effects.load("hats"), "apply", pytest.fail)
    image = painted(scene, far, (HAT,), drawn=found[track])
    assert (image == scene.frame.image_bgr[:, ::-1]).all()
