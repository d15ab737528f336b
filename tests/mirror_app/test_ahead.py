"""What the glass wishes to be drawn ahead, and what it uses of that: nothing of another moment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import pygame
import pytest

from edge.ahead import BEGIN, Sheet, Wish
from edge.scene import Frame, Scene
from mirror_app import drafts, effects
from mirror_app.ahead import Drawn, Errand, Wishes
from mirror_app.drafts import Drafts
from mirror_app.fit import Fit, fit
from mirror_app.glass import Glass, Split, View
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light
from mirror_app.reflection import Reflection
from mirror_app.subject import Subject
from mirror_app.things.artwork import ArtworkError
from models.results import U8
from tests.mirror_app import sitting
from tests.mirror_app.drafting import (
    DIM,
    DROP,
    HAT,
    OPTICAL,
    RED,
    SUN,
    WHOLE,
    Worn,
    asked,
    errand_of,
    learn,
    marked,
    never,
    noted,
    sent,
    sheet_for,
    with_sheet,
)
from tests.mirror_app.sitting import SIZE_PX, portrait
from tests.mirror_app.wearing import layer


@pytest.fixture
def nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever would draw a thing fails."""

    def fail(*_: object) -> None:
        raise AssertionError("it was drawn although it was drawn ahead")

    for name in ("hats", "glasses", "earrings"):
        monkeypatch.setattr(effects.load(name), "apply", fail)


def shown(glass: Glass, scene: Scene, worn: Worn) -> U8:
    glass.show(pygame.Surface(glass.size_px, depth=32), scene, worn)
    return glass.picture()


def settled(glass: Glass, scene: Scene, worn: Worn) -> U8:
    """Shown twice, so that the glass knows that its window is at rest."""
    shown(glass, replace(scene), worn)
    return shown(glass, replace(scene), worn)


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
    assert glass.wish.drafts == "mirror_app.drafts:Drafts"
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
        if isinstance(subject, drafts._Drawing):
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
