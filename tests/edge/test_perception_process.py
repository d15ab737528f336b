"""Perception in a process of its own: every scene of a clip, failures that are survived and told."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge import perception_process
from edge.cameras.portrait import Portrait
from edge.latest import Latest
from edge.perception_link import LinkLost
from edge.perception_process import PerceptionProcess
from edge.scene import Frame, Scene
from edge.toml_file import ConfigError
from models import store
from models.results import U8
from tests.edge import elsewhere

FACES = frozenset({"faces"})
NOTHING: frozenset[str] = frozenset()
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
    """A process that sees, and its mailboxes."""

    def __init__(self, run: PerceptionProcess, frames: Latest[Frame], scenes: Latest[Scene]) -> None:
        self.run, self.frames, self.scenes = run, frames, scenes

    def see(self, what: Frame) -> Scene:
        self.frames.put_wait(what)
        scene = self.scenes.take(20)
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
        raise AssertionError(f"never again: {self.run.status.words}")

    def words(self, ok: bool) -> str:
        """What the status says once it is so."""
        deadline = time.monotonic() + 5
        while self.run.status.ok is not ok and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.run.status.words


@contextmanager
def running(needs: frozenset[str], **how: object) -> Iterator[Running]:
    frames: Latest[Frame] = Latest()
    scenes: Latest[Scene] = Latest()
    run = PerceptionProcess(frames, scenes, needs, **how)  # type: ignore[arg-type]
    try:
        run.start()
        yield Running(run, frames, scenes)
    finally:
        run.stop()
    assert not run.running
    assert not [each for each in multiprocessing.active_children() if each.name == "perception"]


def test_every_scene_of_a_clip_comes_in_order_and_then_the_end(portrait: Portrait) -> None:
    with running(FACES, lossless=True) as eyes:
        seen = [eyes.see(frame(portrait.render(k / 30), k)) for k in range(5)]
        eyes.frames.close()
        eyes.run.join(10)
        assert [len(scene.faces) for scene in seen] == [1] * 5
        assert len({scene.faces[0].track for scene in seen}) == 1
        assert eyes.scenes.finished
        assert eyes.run.status.ok
        assert eyes.run.status.fps > 0
        assert eyes.run.status.see_s > 0


def test_it_is_another_process() -> None:
    with running(NOTHING, make=elsewhere.Eyes) as eyes:
        assert eyes.see(frame(GREY)).others[0] != os.getpid()


def test_a_failure_on_a_frame_is_shown_logged_once_and_survived(
    portrait: Portrait, caplog: pytest.LogCaptureFixture
) -> None:
    good = frame(portrait.render(0))
    bad = replace(good, image_bgr=np.zeros((10, 10), np.uint8))
    with running(FACES) as eyes:
        assert not eyes.see(bad).faces
        assert eyes.words(ok=False).startswith("perception failed: ")
        assert not eyes.see(bad).faces
        assert len(eyes.see(good).faces) == 1
        assert eyes.words(ok=True) == "perception works"
    logged = [each for each in caplog.records if each.name == perception_process.__name__]
    assert len(logged) == 1
    assert "Traceback" in logged[0].getMessage()


def test_what_is_no_picture_is_told_on_this_side_too() -> None:
    numbers = np.zeros((8, 8, 3), np.float64)
    with running(NOTHING, make=elsewhere.Eyes) as eyes:
        assert not eyes.see(Frame(numbers, 0.0, 0)).others  # type: ignore[arg-type]
        assert "Cannot cast" in eyes.words(ok=False)
        assert eyes.see(frame(GREY, 1)).others


@pytest.mark.parametrize(
    ("habit", "words"),
    [
        (elsewhere.Dying, "its process ended by itself (exit code 3); it is started again"),
        (elsewhere.Hanging, "its process has not answered for 1 s; it is started again"),
    ],
)
def test_a_process_that_dies_or_hangs_is_begun_again(
    habit: type[elsewhere.Eyes], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames pass meanwhile, without faces, and nothing waits for the new one."""
    monkeypatch.setattr(perception_process, "_HANGS_S", 1.0)
    monkeypatch.setattr(perception_process, "_RETRY_S", 0.05)
    with running(NOTHING, make=habit) as eyes:
        before = eyes.see(frame(GREY, 0)).others[0]
        assert not eyes.see(frame(GREY, elsewhere.FATAL)).others
        assert eyes.words(ok=False) == f"perception failed: {words}"
        begun_s = time.monotonic()
        assert not eyes.see(frame(GREY, 10)).others
        assert time.monotonic() - begun_s < 0.5
        again = eyes.see_until(lambda scene: bool(scene.others), first=11)
        assert again.others[0] != before
        assert eyes.words(ok=True).startswith("perception works")


def test_what_cannot_be_loaded_is_raised_at_the_start() -> None:
    with pytest.raises(ConfigError, match="perception knows no gestures"), running(frozenset({"gestures"})):
        pass
    with (
        pytest.raises(LinkLost, match=r"ended by itself \(exit code 4\)"),
        running(NOTHING, make=elsewhere.Stillborn),
    ):
        pass


def test_one_that_was_never_started_can_be_stopped() -> None:
    frames: Latest[Frame] = Latest()
    scenes: Latest[Scene] = Latest()
    PerceptionProcess(frames, scenes, NOTHING, make=elsewhere.Eyes).stop()
    assert not [each for each in multiprocessing.active_children() if each.name == "perception"]


def test_a_camera_that_goes_silent_is_forgotten() -> None:
    with running(NOTHING, make=elsewhere.Eyes) as eyes:
        assert eyes.see(frame(GREY, 0)).others[1] == 0
        time.sleep(1.3)
        assert eyes.see(frame(GREY, 1)).others[1] == 1


def test_a_provider_that_was_given_up_is_told_here() -> None:
    told: list[str] = []
    from models.providers import Runtime

    runtime = Runtime(announce=told.append)
    with running(NOTHING, make=elsewhere.Eyes, runtime=runtime) as eyes:
        eyes.see(frame(GREY))
        assert eyes.words(ok=True) == "perception works; runs on cpu"
    assert told == ["runs on cpu"]


def test_one_that_cannot_be_begun_again_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process can be made any more, then one can: the mirror goes on with a picture without faces."""
    monkeypatch.setattr(perception_process, "_RETRY_S", 0.05)
    with running(NOTHING, make=elsewhere.Dying) as eyes:
        with monkeypatch.context() as full:
            full.setattr(perception_process, "Link", _no_link)
            eyes.see(frame(GREY, elsewhere.FATAL))
            deadline = time.monotonic() + 10
            while "no more processes" not in eyes.run.status.words and time.monotonic() < deadline:
                eyes.see(frame(GREY, 10))
            assert eyes.run.status.words == "perception failed: no more processes; it is started again"
        eyes.see_until(lambda scene: bool(scene.others), first=11)


def _no_link(wanted: object) -> None:
    raise OSError("no more processes")


def test_signals_of_a_whole_service_do_not_end_it_first() -> None:
    with running(NOTHING, make=elsewhere.Eyes) as eyes:
        other = eyes.see(frame(GREY)).others[0]
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(other, number)  # type: ignore[arg-type]
        assert eyes.see(frame(GREY, 1)).others[0] == other


_FORGETS = """
import sys
from edge.latest import Latest
from edge.perception_process import PerceptionProcess
from tests.edge import elsewhere

if __name__ == "__main__":
    PerceptionProcess(Latest(), Latest(), frozenset(), make=elsewhere.Eyes).start()
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
from edge.latest import Latest
from edge.perception_process import PerceptionProcess
from edge.scene import Frame
from tests.edge import elsewhere

if __name__ == "__main__":
    frames, scenes = Latest(), Latest()
    PerceptionProcess(frames, scenes, frozenset(), make=elsewhere.Eyes).start()
    frames.put(Frame(np.zeros((8, 8, 3), np.uint8), 0.0, 0))
    print(scenes.take(20).others[0], flush=True)
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
