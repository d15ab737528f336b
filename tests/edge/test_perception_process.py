"""Perception in a process of its own: every scene of a clip, failures that are survived and told."""

import contextlib
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge import perception_life, perception_process
from edge.cameras.portrait import Portrait
from edge.perception_link import Link
from edge.perception_process import PerceptionProcess
from edge.perception_worker import EYES
from edge.scene import Frame, Scene
from edge.toml_file import ConfigError
from models import store
from models.errors import ModelError
from models.providers import CPU, Runtime
from models.results import U8
from tests.edge import elsewhere

FACES = frozenset({"faces"})
NOTHING: frozenset[str] = frozenset()
COUNTING = "tests.edge.elsewhere:Eyes"
GREY: U8 = np.full((8, 8, 3), 96, np.uint8)


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait((640, 360), 30)


def frame(image_bgr: U8, index: int = 0) -> Frame:
    return Frame(image_bgr, index / 30, index)


class Running:
    """A process that sees, between a camera and a stage."""

    def __init__(self, run: PerceptionProcess) -> None:
        self.run = run

    def see(self, what: Frame) -> Scene:
        self.run.put_wait(what)
        scene = self.run.take(20)
        assert scene is not None
        assert scene.frame is what
        return scene

    def see_until(self, fine: Callable[[Scene], bool], first: int) -> Scene:
        """Frame after frame, as a camera sends them, until one is seen as it should be."""
        deadline, index = time.monotonic() + 30, first
        while time.monotonic() < deadline:
            scene = self.see(frame(GREY, index))
            if fine(scene):
                return scene
            index += 1
            time.sleep(0.02)
        raise AssertionError(f"never again: {self.words}")

    @property
    def words(self) -> str:
        return self.run.status.words


@contextmanager
def running(
    needs: frozenset[str] = NOTHING, eyes: str = EYES, runtime: Runtime = CPU, *, lossless: bool = False
) -> Iterator[Running]:
    run = PerceptionProcess(lossless=lossless, eyes=eyes)
    try:
        run.load(needs, runtime=runtime)
        run.start()
        yield Running(run)
    finally:
        run.stop()
    assert run.finished
    assert not [each for each in multiprocessing.active_children() if each.name == "perception"]


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


@pytest.mark.parametrize(
    ("habit", "words"),
    [
        ("Dying", "its process ended by itself (exit code 3); it is started again"),
        ("Hanging", "its process has not answered for 1 s; it is started again"),
    ],
)
def test_a_process_that_dies_or_hangs_is_begun_again(
    habit: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames pass meanwhile, without faces, and nothing waits for the new one."""
    monkeypatch.setattr(perception_life, "_HANGS_S", 1.0)
    monkeypatch.setattr(perception_life, "_RETRY_S", 0.05)
    with running(eyes=f"tests.edge.elsewhere:{habit}") as eyes:
        before = eyes.see(frame(GREY, 0)).others[0]
        assert not eyes.see(frame(GREY, elsewhere.FATAL)).others
        assert eyes.words == f"perception failed: {words}"
        begun_s = time.monotonic()
        assert not eyes.see(frame(GREY, 10)).others
        assert time.monotonic() - begun_s < 0.5
        again = eyes.see_until(lambda scene: bool(scene.others), first=11)
        assert again.others[0] != before
        assert eyes.words.startswith("perception works")


def test_one_that_hangs_while_it_loads_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TEST_MARK", str(tmp_path / "loaded"))
    monkeypatch.setattr(perception_life, "_RETRY_S", 0.05)
    with running(eyes="tests.edge.elsewhere:Relapsing") as eyes:
        monkeypatch.setattr(perception_life, "_LOAD_S", 1.0)
        assert eyes.see(frame(GREY, 0)).others
        assert not eyes.see(frame(GREY, elsewhere.FATAL)).others
        slowest_s, index = 0.0, 10
        deadline = time.monotonic() + 20
        while "not loaded the models" not in eyes.words and time.monotonic() < deadline:
            begun_s = time.monotonic()
            assert not eyes.see(frame(GREY, index)).others
            slowest_s, index = max(slowest_s, time.monotonic() - begun_s), index + 1
            time.sleep(0.02)
        assert eyes.words.startswith("perception failed: its process has not loaded the models within 1 s")
        assert slowest_s < 1.0


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


def test_what_cannot_be_loaded_is_raised_at_the_start() -> None:
    with pytest.raises(ConfigError, match="perception knows no gestures"), running(frozenset({"gestures"})):
        pass
    with (
        pytest.raises(ModelError, match=r"ended by itself \(exit code 4\)"),
        running(eyes="tests.edge.elsewhere:Stillborn"),
    ):
        pass


def test_one_that_was_never_started_can_be_stopped() -> None:
    run = PerceptionProcess(eyes=COUNTING)
    run.put(frame(GREY))
    run.stop()
    assert run.take(5) is None
    assert not [each for each in multiprocessing.active_children() if each.name == "perception"]


def test_a_camera_that_goes_silent_is_forgotten() -> None:
    with running(eyes=COUNTING) as eyes:
        assert eyes.see(frame(GREY, 0)).others[1] == 0
        time.sleep(1.3)
        assert eyes.see(frame(GREY, 1)).others[1] == 1


def test_a_provider_that_was_given_up_is_told_here() -> None:
    told: list[str] = []
    with running(eyes=COUNTING, runtime=Runtime(announce=told.append)) as eyes:
        eyes.see(frame(GREY))
        assert eyes.words == "perception works; runs on cpu"
    assert told == ["runs on cpu"]


def test_one_that_cannot_be_begun_again_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process can be made any more, then one can: the mirror goes on with a picture without faces."""
    monkeypatch.setattr(perception_life, "_RETRY_S", 0.05)
    with running(eyes="tests.edge.elsewhere:Dying") as eyes:
        with monkeypatch.context() as full:
            full.setattr(perception_life, "Link", _no_link)
            eyes.see(frame(GREY, elsewhere.FATAL))
            deadline = time.monotonic() + 10
            while "no more processes" not in eyes.words and time.monotonic() < deadline:
                eyes.see(frame(GREY, 10))
            assert eyes.words == "perception failed: no more processes; it is started again"
        eyes.see_until(lambda scene: bool(scene.others), first=11)


def _no_link(eyes: str) -> None:
    raise OSError("no more processes")


def test_signals_of_a_whole_service_do_not_end_it_first() -> None:
    with running(eyes=COUNTING) as eyes:
        other = eyes.see(frame(GREY)).others[0]
        assert isinstance(other, int)
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(other, number)
        assert eyes.see(frame(GREY, 1)).others[0] == other


_FORGETS = """
import sys
from edge.perception_process import PerceptionProcess

if __name__ == "__main__":
    run = PerceptionProcess(eyes="tests.edge.elsewhere:Eyes")
    run.load(frozenset())
    run.start()
    sys.exit("nobody stopped it")
"""


def test_one_that_nobody_stops_does_not_keep_its_starter() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _FORGETS], capture_output=True, text=True, timeout=20, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "nobody stopped it"


_STARTS = """
import time
import numpy as np
from edge.perception_process import PerceptionProcess
from edge.scene import Frame

if __name__ == "__main__":
    run = PerceptionProcess(eyes="tests.edge.elsewhere:Eyes")
    run.load(frozenset())
    run.start()
    run.put(Frame(np.zeros((8, 8, 3), np.uint8), 0.0, 0))
    print(run.take(20).others[0], flush=True)
    time.sleep(60)
"""


def test_it_ends_with_the_one_that_started_it() -> None:
    """Killed without a word, as by a failing power supply's manager: the other process ends by itself."""
    with subprocess.Popen([sys.executable, "-c", _STARTS], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        other = int(starter.stdout.readline())
        os.kill(starter.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _lives(other) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(other)


def _lives(process: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
