"""The process that sees ends in every way there is, and is begun again; nobody waits for it."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge import perception_life
from edge.perception_process import PerceptionProcess
from edge.toml_file import ConfigError
from models import store
from models.errors import ModelError
from models.providers import Runtime
from tests.edge import elsewhere
from tests.edge.seeing import COUNTING, GREY, frame, running


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


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
