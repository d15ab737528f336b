"""What is drawn ahead by the process that sees: only what is wished, never while somebody waits."""

import gc
import logging
import os
import pickle
import time
from collections.abc import Callable

import pytest

from edge import perception_life, perception_link, pixels
from edge.ahead import BEGIN, SHEET_BYTES, Helper, Sheet, Table, Wish, call
from edge.scene import Scene
from models import store
from tests.edge import elsewhere
from tests.edge.seeing import COUNTING, GREY, Running, frame, running

HERE = "tests.edge.elsewhere"
#: Long enough for a frame to be seen and drawn ahead of.
LEFT_ALONE_S = 0.15


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


@pytest.fixture(autouse=True)
def _sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has asked for sheets yet."""
    monkeypatch.setattr(perception_link, "_SHEETS", pixels.Pool())


def drafts(name: str = "Drafts", what: object = 7) -> Wish:
    return Wish(f"{HERE}:{name}", what)


def wishing(eyes: Running, wish: Wish | None) -> None:
    eyes.run.wish = lambda: wish


def late(eyes: Running, index: int, left_alone_s: float = LEFT_ALONE_S) -> Scene:
    """A scene that nobody waits for until long after it was seen."""
    eyes.run.put_wait(frame(GREY, index))
    time.sleep(left_alone_s)
    scene = eyes.run.take(20)
    assert scene is not None
    assert scene.frame.index == index
    assert scene.others, "it was seen"
    return scene


def drawn(scene: Scene) -> Sheet:
    sheet = scene.other(Sheet)
    assert sheet is not None
    return sheet


def late_until(eyes: Running, fine: Callable[[Scene], bool], first: int = 10) -> int:
    """The number of the first scene that is so: what draws is made beside the seeing."""
    deadline, index = time.monotonic() + 20, first
    while not fine(late(eyes, index)):
        assert time.monotonic() < deadline, "nothing is drawn ahead"
        index += 1
    return index


def has_sheet(scene: Scene) -> bool:
    return scene.other(Sheet) is not None


def test_what_is_wished_arrives_and_what_is_drawn_is_found() -> None:
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts(what=7))
        index = late_until(eyes, has_sheet) + 1
        for value in (7, 9):
            wishing(eyes, drafts(what=value))
            scene = late(eyes, index)
            sheet = drawn(scene)
            assert sheet.drawn.tolist() == [scene.others[0], value]
            assert sheet.memory.shape == (SHEET_BYTES,)
            assert sheet.memory[BEGIN] == index % 256
            assert (sheet.memory[BEGIN + 1 : BEGIN + elsewhere.DRAWN_BYTES] == value).all()
            index += 1


def test_a_wish_is_sent_once() -> None:
    packed: list[int] = []

    class Counted:
        def __reduce__(self) -> tuple[type[int], tuple[int]]:
            packed.append(1)
            return int, (5,)

    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts(what=Counted()))
        index = late_until(eyes, has_sheet)
        assert drawn(late(eyes, index + 1)).drawn[1] == 5
    assert len(packed) == 1


def test_without_a_wish_nothing_is_drawn() -> None:
    with running(eyes=COUNTING) as eyes:
        assert not has_sheet(late(eyes, 0))
        wishing(eyes, None)
        assert not has_sheet(late(eyes, 1))
        wishing(eyes, drafts())
        index = late_until(eyes, has_sheet)
        wishing(eyes, None)
        assert not has_sheet(late(eyes, index + 1))
        assert not has_sheet(late(eyes, index + 2))
        wishing(eyes, drafts(what=3))
        assert drawn(late(eyes, index + 3)).drawn[1] == 3


def test_ahead_of_a_frame_that_is_waited_for_nothing_is_drawn() -> None:
    with running(eyes=f"{HERE}:Slow") as eyes:
        wishing(eyes, drafts())
        for index in range(10):
            if has_sheet(late(eyes, index, left_alone_s=0.6)):
                break
        assert index < 9, "nothing is drawn ahead"
        for _ in range(3):
            index += 1
            scene = eyes.see(frame(GREY, index))
            assert scene.others
            assert not has_sheet(scene)


def test_who_draws_is_told_that_somebody_waits() -> None:
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts("Patient"))
        index = late_until(eyes, has_sheet) + 1
        begun_s = time.monotonic()
        (waited_ms,) = drawn(late(eyes, index, left_alone_s=0.4)).drawn
        assert time.monotonic() - begun_s < 2
        assert 100 < waited_ms < 2000


def test_of_a_clip_the_next_frame_is_called_when_a_scene_is_taken() -> None:
    with running(eyes=COUNTING, lossless=True) as eyes:
        wishing(eyes, drafts("Patient"))
        first = late_until(eyes, has_sheet) + 1
        for index in range(first, first + 3):
            eyes.run.put_wait(frame(GREY, index))
        time.sleep(0.3)
        scenes = []
        for index in range(first, first + 3):
            scene = eyes.run.take(20)
            assert scene is not None
            assert scene.frame.index == index
            scenes.append(scene)
            time.sleep(0.8)
        one, two, three = (scene.other(Sheet) for scene in scenes)
        assert one is not None
        assert one.drawn[0] > 150
        # Called when the first was taken; the third was drawn ahead until the second was taken.
        assert two is None or two.drawn[0] < 400
        assert three is not None
        assert three.drawn[0] > 400


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (drafts("Unmade"), f"nothing is drawn ahead: {HERE}:Unmade cannot be made"),
        (drafts("Missing"), f"nothing is drawn ahead: {HERE}:Missing cannot be made"),
        (Wish("tests.edge.nowhere:Drafts", 7), "nothing is drawn ahead: tests.edge.nowhere:Drafts cannot be"),
        (drafts("Unwilling"), "nothing is drawn ahead any more"),
        (drafts("Clumsy"), "nothing is drawn ahead any more"),
        (drafts(what=elsewhere.Torn()), "nothing is drawn ahead any more"),
    ],
    ids=["unmade", "missing", "no module", "unwilling", "clumsy", "torn"],
)
def test_what_goes_wrong_with_drawing_ahead_costs_nothing(
    wish: Wish, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told = ""
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, wish)
        other, deadline, index = eyes.see(frame(GREY, 0)).others[0], time.monotonic() + 20, 10
        while words not in told and time.monotonic() < deadline:
            late(eyes, index)
            told, index = told + capfd.readouterr().err, index + 1
        for after in range(3):
            scene = late(eyes, index + after)
            assert scene.others == (other, 0)
            assert eyes.run.status.ok
            # Another wish of the same kind makes nobody try again, and stops nothing either.
            wishing(eyes, Wish(wish.drafts, 8))
    told += capfd.readouterr().err
    assert told.count(words) == 1


def test_drafts_that_have_nothing_leave_no_sheet() -> None:
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts())
        index = late_until(eyes, has_sheet)
        wishing(eyes, drafts("Idle"))
        late_until(eyes, lambda scene: not has_sheet(scene), index + 1)
        assert not has_sheet(late(eyes, 1000))


def test_a_process_that_was_begun_again_gets_the_wish_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perception_life, "_RETRY_S", 0.05)
    with running(eyes=f"{HERE}:Dying") as eyes:
        wishing(eyes, drafts(what=6))
        index = late_until(eyes, has_sheet)
        before = drawn(late(eyes, index + 1)).drawn[0]
        assert not eyes.see(frame(GREY, elsewhere.FATAL)).others
        eyes.see_until(lambda scene: bool(scene.others), first=index + 2)
        again = late_until(eyes, has_sheet, first=1000)
        assert drawn(late(eyes, again + 1)).drawn[0] != before
        assert drawn(late(eyes, again + 2)).drawn[1] == 6


def test_a_sheet_that_somebody_holds_is_not_drawn_on_again_and_then_it_is() -> None:
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts(what=4))
        index = late_until(eyes, has_sheet)
        held = [late(eyes, index + k) for k in range(1, 5)]
        part = drawn(held[0]).memory[BEGIN : BEGIN + 2]
        places = [_place(scene) for scene in held]
        assert len(set(places)) == 4
        wishing(eyes, drafts(what=5))
        for k in range(5, 11):
            assert _place(late(eyes, index + k)) not in places
        for k, scene in enumerate(held, 1):
            assert drawn(scene).memory[BEGIN] == (index + k) % 256
            assert (drawn(scene).memory[BEGIN + 1 : BEGIN + elsewhere.DRAWN_BYTES] == 4).all()
        del scene, held
        gc.collect()
        later = [late(eyes, index + k) for k in range(11, 17)]
        assert {_place(scene) for scene in later} & set(places[1:]), "what nobody holds is used again"
        assert places[0] not in {_place(scene) for scene in later}, "a part of it is held"
        assert part.tolist() == [(index + 1) % 256, 4]


def _place(scene: Scene) -> int:
    place: int = drawn(scene).memory.__array_interface__["data"][0]
    return place


def test_a_helper_draws_nothing_on_a_sheet_that_was_called() -> None:
    helper, (place, sheet) = Helper(), pixels.placed(pixels.empty((SHEET_BYTES,)))
    sheet[0] = 0
    scene = Scene(frame(GREY, 3))
    assert helper.draw(scene, place) is None, "it knows no wish"
    helper.wish(f"{HERE}:Drafts", pickle.dumps(2))
    table = _table(helper, scene, place)
    assert table[1] == 2
    sheet[BEGIN:] = 0
    call(sheet)
    assert helper.draw(scene, place) is None
    assert not sheet[BEGIN:].any()


def test_drafts_that_are_long_in_the_making_do_not_take_the_place_of_others() -> None:
    helper, (place, sheet) = Helper(), pixels.placed(pixels.empty((SHEET_BYTES,)))
    sheet[0] = 0
    scene = Scene(frame(GREY, 3))
    helper.wish(f"{HERE}:Late", pickle.dumps(1))
    helper.wish(f"{HERE}:Drafts", pickle.dumps(2))
    for pause_s in (0.0, 2 * elsewhere.LATE_S):
        time.sleep(pause_s)
        assert _table(helper, scene, place).tolist() == [os.getpid(), 2]


def test_drafts_of_a_wish_that_is_over_do_not_take_the_place_of_those_of_the_next() -> None:
    helper, (place, sheet) = Helper(), pixels.placed(pixels.empty((SHEET_BYTES,)))
    sheet[0] = 0
    scene = Scene(frame(GREY, 3))
    helper.wish(f"{HERE}:Leisurely", pickle.dumps(1))
    time.sleep(elsewhere.LATE_S / 2)
    helper.forget()
    helper.wish(f"{HERE}:Leisurely", pickle.dumps(2))
    for pause_s in (0.0, elsewhere.LATE_S):
        time.sleep(pause_s)
        assert _table(helper, scene, place).tolist() == [os.getpid(), 2]


def _table(helper: Helper, scene: Scene, place: pixels.Place) -> Table:
    """What is drawn as soon as there is something to draw with."""
    deadline = time.monotonic() + 20
    while (table := helper.draw(scene, place)) is None:
        assert time.monotonic() < deadline, "nothing is drawn"
        time.sleep(0.01)
    return table


def test_a_wish_that_cannot_be_told_blinds_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Wish:
        raise ValueError("nobody knows what to wish")

    with running(eyes=COUNTING) as eyes:
        sealed = Wish(f"{HERE}:Drafts", lambda: None)  # what cannot be packed
        for wish in (lambda: sealed, fail):
            index = len(caplog.records)
            eyes.run.wish = wish
            for k in range(3):
                scene = late(eyes, 10 + k)
                assert not has_sheet(scene)
                assert eyes.run.status.ok
            told = [record for record in caplog.records[index:] if record.levelno == logging.ERROR]
            assert len(told) == 1, "it is told, once"
        assert "nobody knows what to wish" in str(told[0].exc_text)
        wishing(eyes, drafts())
        late_until(eyes, has_sheet, first=20)


def test_of_what_nobody_wears_any_more_nothing_stays() -> None:
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts())
        index = late_until(eyes, has_sheet)
        pool = perception_link._SHEETS
        del eyes
    gc.collect()
    assert pool._free, "sheets are kept while they are wished"
    with running(eyes=COUNTING) as eyes:
        wishing(eyes, drafts())
        late_until(eyes, has_sheet)
        wishing(eyes, None)
        late(eyes, index)
        late(eyes, index + 1)
        gc.collect()
        assert not perception_link._SHEETS._free
