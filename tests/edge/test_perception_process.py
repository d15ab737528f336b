"""Perception in a process of its own: every scene of a clip, failures that are survived and told."""

import logging
import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from edge import perception_process
from edge.cameras.portrait import Portrait
from edge.perception_link import Link
from edge.perception_process import PerceptionProcess
from edge.scene import Frame
from models import store
from tests.edge.seeing import COUNTING, GREY, NOTHING, frame, running

FACES = frozenset({"faces"})


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait((640, 360), 30)


def test_every_scene_of_a_clip_comes_in_order_and_then_the_end(portrait: Portrait) -> None:
    clip = [frame(portrait.render(k / 30), k) for k in range(8)]
    with running(FACES, lossless=True) as eyes:
        camera = threading.Thread(target=_play, args=(eyes.run, clip))
        camera.start()
        seen = [eyes.run.take(20) for _ in clip]
        camera.join(10)
        assert [scene and scene.frame.index for scene in seen] == list(range(8))
        assert [scene and len(scene.faces) for scene in seen] == [1] * 8
        assert len({scene.faces[0].track for scene in seen if scene}) == 1
        assert eyes.run.finished
        assert eyes.run.take(5) is None
        assert eyes.run.overwritten == 0
        assert eyes.run.status.ok
        assert eyes.run.status.fps > 0
        assert eyes.run.status.see_s > 0


def _play(run: PerceptionProcess, clip: list[Frame]) -> None:
    for each in clip:
        run.put_wait(each)
    run.close()


def test_of_a_live_camera_the_newest_frame_is_seen() -> None:
    """Frames that come faster than they are seen: the first, then the last of them."""
    with running(eyes="tests.edge.elsewhere:Slow") as eyes:
        for index in range(5):
            eyes.run.put(frame(GREY, index))
        taken = [eyes.run.take(20), eyes.run.take(20)]
        assert [scene and scene.frame.index for scene in taken] == [0, 4]
        assert eyes.run.overwritten == 3
        assert eyes.run.take(0.1) is None


def test_a_frame_is_told_once_while_it_is_looked_at(caplog: pytest.LogCaptureFixture) -> None:
    told: list[int] = []
    with running(eyes="tests.edge.elsewhere:Slow") as eyes:
        eyes.run.meanwhile = lambda coming: told.append(coming.index)
        eyes.see(frame(GREY, 0))
        eyes.run.put(frame(GREY, 1))
        assert eyes.run.take(0.05) is None  # it is told although its scene is not taken yet
        assert told == [0, 1]
        assert eyes.run.take(20) is not None

        def fail(coming: Frame) -> None:
            raise ValueError(f"nothing can be done ahead with {coming.index}")

        eyes.run.meanwhile = fail
        eyes.see(frame(GREY, 2))
        eyes.see(frame(GREY, 3))
    assert told == [0, 1]
    (failure,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert "with 2" in str(failure.exc_text)


def test_a_camera_does_not_take_a_scene_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame comes after the one before was seen and before whoever waits has noticed: they get that one."""
    wait = Link.wait

    def late(link: Link, patience_s: float) -> None:
        time.sleep(0.6)
        wait(link, patience_s)

    with running(eyes="tests.edge.elsewhere:Slow") as eyes:
        eyes.run.put(frame(GREY, 0))
        monkeypatch.setattr(Link, "wait", late)
        camera = threading.Timer(0.45, eyes.run.put, [frame(GREY, 1)])
        camera.start()
        scene = eyes.run.take(10)
        camera.join()
        monkeypatch.undo()
        assert scene is not None
        assert scene.frame.index == 0
        assert eyes.run.overwritten == 0
        assert eyes.run.take(20) is not None


def test_a_slow_stage_gets_the_newest_scene() -> None:
    """Frames that are seen faster than they are taken: what nobody took gives way."""
    with running(eyes=COUNTING) as eyes:
        for index in range(5):
            eyes.run.put(frame(GREY, index))
            time.sleep(0.2)
        scene = eyes.run.take(20)
        assert scene is not None
        assert scene.frame.index == 4
        assert scene.others
        assert eyes.run.overwritten == 4


def test_frames_that_come_while_it_loads_are_not_blind() -> None:
    run = PerceptionProcess(eyes=COUNTING)
    run.put(frame(GREY, 0))
    run.put(frame(GREY, 1))
    run.load(NOTHING)
    run.start()
    scene = run.take(20)
    run.stop()
    assert scene is not None
    assert scene.frame.index == 1
    assert scene.others


def test_after_the_end_nothing_is_left_and_nobody_waits() -> None:
    with running(eyes=COUNTING) as eyes:
        eyes.run.close()
        eyes.run.put(frame(GREY))
        eyes.run.put_wait(frame(GREY))
        assert eyes.run.take(10) is None
        assert eyes.run.closed
        assert eyes.run.finished


def test_it_is_another_process() -> None:
    with running(eyes=COUNTING) as eyes:
        assert eyes.see(frame(GREY)).others[0] != os.getpid()


def test_a_failure_on_a_frame_is_shown_logged_once_and_survived(
    portrait: Portrait, caplog: pytest.LogCaptureFixture
) -> None:
    good = frame(portrait.render(0))
    bad = replace(good, image_bgr=np.zeros((10, 10), np.uint8))
    with running(FACES) as eyes:
        for _ in range(2):
            assert not eyes.see(bad).faces
            assert not eyes.run.status.ok
            assert eyes.words.startswith("perception failed: ")
        assert len(eyes.see(good).faces) == 1
        assert eyes.words == "perception works"
    logged = [each for each in caplog.records if each.name == perception_process.__name__]
    assert len(logged) == 1
    assert "Traceback" in logged[0].getMessage()


def test_what_is_no_picture_is_told_on_this_side_too() -> None:
    numbers = np.zeros((8, 8, 3), np.float64)
    with running(eyes=COUNTING) as eyes:
        assert not eyes.see(Frame(numbers, 0.0, 0)).others  # type: ignore[arg-type]
        assert "Cannot cast" in eyes.words
        assert eyes.see(frame(GREY, 1)).others


def test_a_camera_and_a_stage_at_the_same_time() -> None:
    """Frames come while the stage waits for the one before: neither disturbs the other."""
    with running(eyes="tests.edge.elsewhere:Slow") as eyes:
        wrong: list[BaseException] = []

        def film() -> None:
            try:
                for index in range(60):
                    eyes.run.put(frame(GREY, index))
                    time.sleep(0.02)
            except BaseException as each:
                wrong.append(each)

        camera = threading.Thread(target=film)
        camera.start()
        seen: list[int] = []
        while camera.is_alive() or not seen or seen[-1] < 59:
            scene = eyes.run.take(2)
            assert scene is not None
            assert scene.others
            seen.append(scene.frame.index)
        camera.join(10)
        assert not wrong
        assert seen == sorted(set(seen))
        assert len(seen) + eyes.run.overwritten == 60


def test_a_camera_that_goes_silent_is_forgotten() -> None:
    with running(eyes=COUNTING) as eyes:
        assert eyes.see(frame(GREY, 0)).others[1] == 0
        time.sleep(1.3)
        assert eyes.see(frame(GREY, 1)).others[1] == 1
