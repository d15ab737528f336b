"""Things that are drawn ahead look as if nobody had: byte for byte, or they are drawn by the painter."""

import pickle
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import pygame
import pytest

from edge.ahead import BEGIN, SHEET_BYTES, Sheet, Wish
from edge.cameras.portrait import Portrait
from edge.perception_process import PerceptionProcess
from edge.scene import Cover, Face, Frame, Scene
from mirror_app import ahead, catalog, effects, painter
from mirror_app.ahead import Drafts, Drawn, Errand, Wishes
from mirror_app.fit import Fit, fit
from mirror_app.glass import Glass, Split, View
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light, Lights
from mirror_app.reflection import Reflection
from mirror_app.subject import Subject
from mirror_app.things import texture
from mirror_app.things.artwork import ArtworkError
from models import store
from models.results import U8
from tests.mirror_app import sitting
from tests.mirror_app.sitting import SIZE_PX, portrait
from tests.mirror_app.test_things import ARTWORK, given, turned
from tests.mirror_app.wearing import layer

DEMO: Final = catalog.load("demo")
HAT, DROP, OPTICAL, SUN, MODEL = (
    next(item.layer for item in DEMO.items if item.product.id == name)
    for name in ("chapeau-ville", "boucles-goutte", "lunettes-ronde", "lunettes-soleil", "lunettes-panto")
)
STUD: Final = Layer(
    "earrings", "stud", parameters=given("earrings", artwork=ARTWORK / "gold-hoop.png", height_mm=30)
)
OUTFITS: Final[dict[str, tuple[Layer, ...]]] = {
    "hat": (HAT,),
    "drop": (DROP,),
    "stud": (STUD,),
    "optical": (OPTICAL,),
    "sun": (SUN,),
    "model": (MODEL,),
    "all": (SUN, HAT, DROP),
    "all with a model": (STUD, MODEL, HAT),
}
RED: Final = DEMO.find("MO-EM-208").layer
DIM: Final = Light((0.71, 0.64, 0.58))
WHOLE: Final = fit(SIZE_PX, SIZE_PX, (0.5, 0.5))

Worn = Mapping[int, tuple[Layer, ...]]


def never() -> bool:
    return False


def marked(size: int = SHEET_BYTES) -> U8:
    """A sheet on which something was drawn before."""
    return np.full(size, 0xA5, np.uint8)


def sent(errand: object) -> object:
    """As it arrives in the other process."""
    return pickle.loads(pickle.dumps(errand, pickle.HIGHEST_PROTOCOL))


def noted(wishes: Wishes, worn: Worn, lights: Mapping[int, Light], fitted: Fit = WHOLE) -> None:
    """Twice: what is fitted otherwise than the frame before may be so again."""
    for _ in range(2):
        wishes.note(fitted, worn, lights)


class Ahead:
    """Both sides in one process: what is noted here is drawn there."""

    def __init__(self) -> None:
        self.wishes, self.drafts = Wishes(), Drafts()

    def note(self, worn: Worn, light: Light = DAYLIGHT, lights: Mapping[int, Light] | None = None) -> None:
        self.lights = lights or dict.fromkeys(worn, light)
        noted(self.wishes, worn, self.lights)
        assert self.wishes.wish is not None
        self.drafts.wish(sent(self.wishes.wish.what))

    def sheet(self, scene: Scene, size: int = SHEET_BYTES) -> Sheet | None:
        """A frame, once all that can be known of things is known."""
        learn(self.drafts, scene)
        sheet = marked(size)
        table = self.drafts.draw(scene, sheet, never)
        return None if table is None else Sheet(table, sheet)

    def drawn(self, scene: Scene, size: int = SHEET_BYTES) -> Mapping[int, Drawn]:
        return self.wishes.drawn(with_sheet(scene, self.sheet(scene, size)), WHOLE, self.lights)


def learn(drafts: Drafts, scene: Scene) -> None:
    """Let it draw until it has read every picture."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        drafts.draw(scene, marked(), never)
        learning = drafts._learning
        if learning is None or not learning.is_alive():
            before = len(drafts._known)
            drafts.draw(scene, marked(), never)
            if drafts._learning is learning and len(drafts._known) == before:
                return
        time.sleep(0.005)
    raise AssertionError("it learns for ever")


def with_sheet(scene: Scene, sheet: Sheet | None) -> Scene:
    return replace(scene, others=() if sheet is None else (sheet,))


def painted(
    scene: Scene, face: Face, layers: Iterable[Layer], light: Light = DAYLIGHT, drawn: Drawn = ()
) -> U8:
    image = np.asarray(scene.frame.image_bgr[:, ::-1].copy(), np.uint8)
    painter.paint(image, WHOLE.face(face), layers, light, None, drawn)
    return image


@pytest.fixture
def nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever would draw a thing fails."""

    def fail(*_: object) -> None:
        raise AssertionError("it was drawn although it was drawn ahead")

    for name in ("hats", "glasses", "earrings"):
        monkeypatch.setattr(effects.load(name), "apply", fail)


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


# --- the glass


def shown(glass: Glass, scene: Scene, worn: Worn) -> U8:
    glass.show(pygame.Surface(glass.size_px, depth=32), scene, worn)
    return glass.picture()


def settled(glass: Glass, scene: Scene, worn: Worn) -> U8:
    """Shown twice, so that the glass knows that its window is at rest."""
    shown(glass, replace(scene), worn)
    return shown(glass, replace(scene), worn)


def asked(wish: Wish | None) -> Worn:
    """The things that are to be drawn."""
    if wish is None:
        return {}
    assert isinstance(wish.what, Errand)
    return wish.what.things


def errand_of(glass: Glass) -> Errand:
    assert glass.wish is not None
    assert isinstance(glass.wish.what, Errand)
    return glass.wish.what


def sheet_for(errand: Errand, scene: Scene) -> Sheet:
    """What the other process would have drawn."""
    drafts = Drafts()
    drafts.wish(sent(errand))
    learn(drafts, scene)
    sheet = marked()
    table = drafts.draw(scene, sheet, never)
    assert table is not None
    return Sheet(table, sheet)


@pytest.fixture
def small() -> Scene:
    """The portrait as a smaller camera sees it."""
    large = portrait()
    image = cv2.resize(large.frame.image_bgr, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    face = large.faces[0]
    assert face.head is not None
    half = replace(sitting.moved(face, scale=0.5), cover=None, head=face.head.placed((0.5, 0.5), (0.0, 0.0)))
    return Scene(Frame(np.asarray(image, np.uint8), 0.0, 0), (half,))


SMALL_PX: Final = (960, 540)


def test_nobody_wishes_where_nobody_wears_a_thing(small: Scene) -> None:
    glass, track = Glass(SMALL_PX), small.faces[0].track
    assert glass.wish is None
    for worn in ({}, {track: (RED,)}, {track + 1: (HAT,)}, {track: ()}):
        shown(glass, replace(small), worn)
        assert glass.wish is None
    shown(glass, replace(small), {track: (RED, HAT, HAT)})
    errand = errand_of(glass)
    assert errand.things == {track: (HAT,)}
    assert isinstance(glass.wish, Wish)
    assert glass.wish.drafts == "mirror_app.ahead:Drafts"
    shown(glass, replace(small, faces=()), {track: (RED, HAT)})
    assert glass.wish is None
    shown(glass, replace(small), {track: (RED,)})
    assert glass.wish is None


def test_the_glass_lays_on_what_was_drawn_ahead(small: Scene, request: pytest.FixtureRequest) -> None:
    glass, worn = Glass(SMALL_PX), {small.faces[0].track: (RED, HAT, DROP)}
    wanted = settled(glass, small, worn)
    sheet = sheet_for(errand_of(glass), small)
    request.getfixturevalue("nothing_is_drawn")
    assert np.array_equal(shown(glass, with_sheet(small, sheet), worn), wanted)
    # Half of it is compared with somebody who wears less: they share what was drawn.
    screen = pygame.Surface(SMALL_PX, depth=32)
    split = Split(0.5, View({small.faces[0].track: (RED,)}))
    glass.show(screen, with_sheet(small, sheet), worn, split=split)
    assert np.array_equal(glass.picture()[:, :480], wanted[:, :480])


def spoilt(sheet: Sheet) -> Sheet:
    """One that shows wherever it is laid on."""
    return Sheet(sheet.drawn, np.full_like(sheet.memory, 90))


def test_what_was_drawn_for_another_moment_is_not_used(small: Scene) -> None:
    track = small.faces[0].track
    worn = {track: (RED, HAT, SUN)}
    glass = Glass(SMALL_PX)
    wanted = settled(glass, small, worn)
    sheet = spoilt(sheet_for(errand_of(glass), small))
    assert not np.array_equal(shown(glass, with_sheet(small, sheet), worn), wanted), "it would show"
    # A number that nobody gave.
    unknown = Sheet(sheet.drawn.copy(), sheet.memory)
    unknown.drawn[:, 0] = 10**9
    assert np.array_equal(shown(glass, with_sheet(small, unknown), worn), wanted)
    # Another glass.
    assert np.array_equal(shown(Glass(SMALL_PX), with_sheet(small, sheet), worn), wanted)
    # Others are worn by now.
    changed = {track: (RED, OPTICAL)}
    plain = shown(Glass(SMALL_PX), small, changed)
    assert np.array_equal(shown(glass, with_sheet(small, sheet), changed), plain)
    bare = shown(Glass(SMALL_PX), small, {track: (RED,)})
    assert np.array_equal(shown(glass, with_sheet(small, sheet), {track: (RED,)}), bare)
    # Somebody else stands there.
    stranger = replace(small, faces=(replace(small.faces[0], track=track + 1),))
    theirs = {track: worn[track], track + 1: worn[track]}
    plain = shown(Glass(SMALL_PX), stranger, theirs)
    assert np.array_equal(shown(glass, with_sheet(stranger, sheet), theirs), plain)


def test_of_what_was_drawn_only_what_is_still_worn_is_used(
    small: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shade changed since: the hat of before is laid on, the new glasses are drawn."""
    track, glass = small.faces[0].track, Glass(SMALL_PX)
    wanted = shown(Glass(SMALL_PX), small, {track: (HAT, OPTICAL)})
    settled(glass, small, {track: (HAT, SUN)})
    sheet = sheet_for(errand_of(glass), small)
    monkeypatch.setattr(effects.load("hats"), "apply", pytest.fail)
    assert np.array_equal(shown(glass, with_sheet(small, sheet), {track: (HAT, OPTICAL)}), wanted)


def test_what_was_fitted_otherwise_is_not_used(small: Scene) -> None:
    """A tall glass cuts the picture, and its window has moved on."""
    track, size = small.faces[0].track, (200, 540)
    worn = {track: (HAT, SUN)}
    glass = Glass(size)
    wanted = shown(Glass(size), small, worn)
    assert np.array_equal(settled(glass, small, worn), wanted)
    errand = errand_of(glass)
    sheet = spoilt(sheet_for(errand, small))
    assert not np.array_equal(shown(glass, with_sheet(small, sheet), worn), wanted), "it would show"
    moving = small
    while asked(glass.wish):
        at_s = moving.frame.captured_s + 0.2
        aside = np.asarray(small.faces[0].landmarks_xyz + np.array((150, 0, 0)), np.float32)
        moving = replace(
            moving,
            frame=replace(moving.frame, captured_s=at_s),
            faces=(replace(small.faces[0], landmarks_xyz=aside),),
        )
        assert at_s < 2, "the window never glides"
        shown(glass, moving, worn)
    small = moving
    again = replace(small)
    plain = shown(glass, again, worn)
    assert np.array_equal(shown(glass, with_sheet(again, sheet), worn), plain)


def test_a_light_that_moved_unseen_is_no_news(small: Scene) -> None:
    wishes, worn = Wishes(), {1: (HAT,), 2: (RED,)}

    def wish(gain: float, fitted: Fit = WHOLE, things: Worn = worn) -> Wish:
        noted(wishes, things, {1: Light((0.8, 0.8, gain)), 2: DAYLIGHT}, fitted)
        assert wishes.wish is not None
        return wishes.wish

    first = wish(0.8)
    assert wish(0.8) is first
    assert wish(0.8 + 0.9 / 255) is first
    assert wish(0.8 - 0.9 / 255) is first
    second = wish(0.8 + 1.1 / 255)
    assert second is not first
    assert isinstance(second.what, Errand)
    assert second.what.lights == {1: Light((0.8, 0.8, 0.8 + 1.1 / 255))}
    # Step by step it does not creep away either.
    assert wish(0.8 + 1.9 / 255) is second
    third = wish(0.8 + 2.3 / 255)
    assert third is not second
    assert wish(0.8 + 2.3 / 255, fit(SIZE_PX, (540, 540), (0.2, 0.5))) is not third
    fourth = wish(0.8)
    assert wish(0.8, things={1: (SUN,)}) is not fourth
    assert wish(0.8, things={1: (SUN,), 2: (RED, DROP)}).what != fourth.what


def test_paint_that_changes_is_no_news() -> None:
    wishes = Wishes()
    noted(wishes, {1: (HAT, RED)}, {1: DAYLIGHT})
    first = wishes.wish
    wishes.note(WHOLE, {1: (layer("blush"), HAT)}, {1: DAYLIGHT})
    assert wishes.wish is first


def test_no_two_errands_have_the_same_number(small: Scene) -> None:
    track, numbers = small.faces[0].track, []
    for glass in (Glass(SMALL_PX), Glass(SMALL_PX)):
        shown(glass, replace(small), {})
        for worn in ((HAT,), (SUN,), (HAT,), (RED,), (HAT,)):
            shown(glass, replace(small), {track: worn})
            if glass.wish is not None:
                numbers.append(errand_of(glass).number)
    assert len(numbers) == len(set(numbers)) == 8


def test_errands_that_are_long_past_are_forgotten() -> None:
    wishes, scene = Wishes(), portrait()
    face, errands = scene.faces[0], []
    for k in range(20):
        noted(wishes, {face.track: (HAT if k % 2 else SUN,)}, {face.track: DAYLIGHT})
        assert wishes.wish is not None
        errands.append(wishes.wish.what)
    row = (face.track, 0, 0, 0, 1, 1, BEGIN, 0)

    def found(errand: object) -> Mapping[int, Drawn]:
        assert isinstance(errand, Errand)
        table = np.array([(errand.number, *row)], np.int64)
        return wishes.drawn(with_sheet(scene, Sheet(table, marked())), WHOLE, {face.track: DAYLIGHT})

    assert set(found(errands[-1])) == {face.track}
    assert set(found(errands[5])) == {face.track}
    assert found(errands[0]) == {}


def test_what_cannot_be_drawn_over_there_is_drawn_here(
    small: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once; all else is drawn ahead."""
    track, glass, real = small.faces[0].track, Glass(SMALL_PX), effects.load("hats").apply

    def apply(subject: Subject, what: Layer) -> None:
        if isinstance(subject, ahead._Drawing):
            raise ArtworkError("no such hat over here")
        real(subject, what)

    worn = {track: (SUN, HAT)}
    wanted = shown(Glass(SMALL_PX), small, worn)
    monkeypatch.setattr(effects.load("hats"), "apply", apply)
    assert np.array_equal(settled(glass, small, worn), wanted)
    sheet = sheet_for(errand_of(glass), small)
    scene = with_sheet(small, sheet)
    found = glass._wishes.drawn(scene, errand_of(glass).fitted, errand_of(glass).lights)
    assert [each for each, _ in found[track]] == [SUN]
    assert np.array_equal(shown(glass, scene, worn), wanted)
    (told,) = caplog.records
    assert told.getMessage() == "hats is not drawn ahead"
    assert "no such hat" in str(told.exc_text)


def test_in_another_light_what_was_drawn_is_not_used(small: Scene) -> None:
    track, wishes, drafts = small.faces[0].track, Wishes(), Drafts()
    fitted = fit(SMALL_PX, SMALL_PX, (0.5, 0.5))
    noted(wishes, {track: (HAT,)}, {track: DIM}, fitted)
    assert wishes.wish is not None
    drafts.wish(sent(wishes.wish.what))
    learn(drafts, small)
    sheet = marked()
    table = drafts.draw(small, sheet, never)
    assert table is not None
    scene = with_sheet(small, Sheet(table, sheet))
    for moved, used in ((0.0, True), (1.9 / 255, True), (-1.9 / 255, True), (2.1 / 255, False), (0.3, False)):
        blue, green, red = DIM.gain_bgr
        light = Light((blue, green, red + moved))
        assert bool(wishes.drawn(scene, fitted, {track: light})) is used
    assert not wishes.drawn(scene, fitted, {}), "they are gone"


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


def test_both_sides_of_a_comparison_are_drawn_ahead(small: Scene) -> None:
    track, glass, screen = small.faces[0].track, Glass(SMALL_PX), pygame.Surface(SMALL_PX, depth=32)
    worn, split = {track: (HAT, SUN)}, Split(0.5, View({track: (HAT, OPTICAL)}))
    for _ in range(2):
        glass.show(screen, replace(small), worn, split=split)
    wanted = glass.picture()
    assert errand_of(glass).things == {track: (HAT, SUN, OPTICAL)}
    sheet = sheet_for(errand_of(glass), small)
    assert set(sheet.drawn[:, 2].tolist()) == {0, 1, 2}
    glass.show(screen, with_sheet(small, sheet), worn, split=split)
    assert np.array_equal(glass.picture(), wanted)
    glass.show(screen, with_sheet(small, spoilt(sheet)), worn, split=split)
    apart = (glass.picture() != wanted).any(axis=(0, 2))
    assert apart[:480].any()
    assert apart[480:].any()


def test_nothing_is_wished_while_the_window_glides() -> None:
    wishes = Wishes()
    for x in (0.5, 0.52, 0.54):
        wishes.note(fit(SIZE_PX, (400, 1000), (x, 0.5)), {1: (HAT,)}, {1: DAYLIGHT})
        assert not asked(wishes.wish)
    wishes.note(fit(SIZE_PX, (400, 1000), (0.54, 0.5)), {1: (HAT,)}, {1: DAYLIGHT})
    assert asked(wishes.wish) == {1: (HAT,)}


# --- the mirror with its process


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """A light that stays: one that drifts may be off by less than a grey level."""
    see = Lights.see

    def same(lights: Lights, image_bgr: U8, faces: tuple[Face, ...], at_s: float) -> Mapping[int, Light]:
        see(lights, image_bgr, faces, at_s)
        return {face.track: DIM for face in faces}

    monkeypatch.setattr(Lights, "see", same)


FRAMES: Final = 60


def played(process: PerceptionProcess, frames: int) -> threading.Thread:
    """A clip of the portrait, put by a thread of its own as a camera's."""
    portrait = Portrait((640, 360), 30)

    def play() -> None:
        for k in range(frames):
            process.put_wait(Frame(portrait.render(k / 15), k / 30, k))
        process.close()

    camera = threading.Thread(target=play)
    camera.start()
    return camera


#: Each process remembers how its pictures were lit, and lights them anew from a difference of 1/255 on.
_LIT_OTHERWISE: Final = 3


@pytest.mark.parametrize(
    ("drafts", "differs"),
    [("mirror_app.ahead:Drafts", _LIT_OTHERWISE), ("tests.edge.elsewhere:exact", 0), (None, 0)],
    ids=["ahead", "exactly", "without"],
)
def test_a_glass_shows_the_same_whether_things_are_drawn_ahead_or_not(
    drafts: str | None, differs: int, steady: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.ensure()
    if differs == 0:
        monkeypatch.setattr(texture, "_UNSEEN", -1.0)
    size, layers = (640, 360), (RED, HAT, SUN, DROP)
    glass, plain, screen = Glass(size), Glass(size), pygame.Surface(size, depth=32)
    process = PerceptionProcess(lossless=True)
    process.load(frozenset({"faces"}), max_faces=1)
    if drafts is not None:
        process.wish = lambda: glass.wish and Wish(drafts, glass.wish.what)
    drawn = 0
    try:
        process.start()
        camera = played(process, FRAMES)
        for index in range(FRAMES):
            scene = process.take(20)
            assert scene is not None
            assert scene.frame.index == index
            worn = {face.track: layers for face in scene.faces}
            glass.show(screen, scene, worn)
            plain.show(screen, replace(scene, others=()), worn)
            apart = np.abs(glass.picture().astype(int) - plain.picture())
            assert apart.max() <= differs
            if scene.other(Sheet) is not None:
                drawn += bool(glass._wishes.drawn(scene, errand_of(glass).fitted, dict.fromkeys(worn, DIM)))
            time.sleep(0.03)
        camera.join(10)
    finally:
        process.stop()
    assert (drawn > 5) is (drafts is not None)


def test_a_reflection_wishes_only_while_it_shows(small: Scene) -> None:
    reflection = Reflection()
    assert reflection.wish() is None
    glass = Glass(SMALL_PX)
    settled(glass, small, {small.faces[0].track: (HAT,)})
    assert asked(glass.wish)
    reflection._glass, reflection._shows = glass, True
    assert reflection.wish() is glass.wish
    reflection._shows = False
    assert reflection.wish() is None
    reflection.forget()
    assert reflection.wish() is None
