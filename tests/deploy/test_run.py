"""The supervisor ends every process it started, however it ends itself, and restarts those that die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.supervisor import Program, Supervisor, ending, prefixed, programs_of, restart_s
from edge import config
from tests.conftest import ROOT

WAIT_S = 30.0


def until(true: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline_s, f"waited in vain until {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether no such process runs (one that nobody has buried yet does not)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def shell(name: str, script: str) -> Program:
    return Program(name, ("/bin/sh", "-c", script))


class Heard:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def of(self, name: str) -> list[str]:
        return [line for who, line in self.lines if who == name]


def test_lines_come_with_their_process_s_name() -> None:
    heard = Heard()
    with Supervisor(heard) as supervisor:
        supervisor.start(shell("one", "echo hello; echo oops >&2; sleep 60"))
        supervisor.start(shell("two", "echo ready; sleep 60"))
        until(lambda: len(heard.lines) == 3, "all lines were heard")
    assert heard.of("one") == ["hello", "oops"]
    assert heard.of("two") == ["ready"]


def test_what_dies_is_started_again() -> None:
    heard = Heard()
    with Supervisor(heard) as supervisor:
        supervisor.start(shell("steady", "echo up; sleep 60"))
        until(lambda: heard.of("steady") == ["up"], "it is up")
        first = supervisor.pids()["steady"]
        os.kill(first, signal.SIGKILL)

        def back() -> bool:
            for child in supervisor._children:
                child.tend(time.monotonic())
            return heard.of("steady").count("up") == 2

        until(back, "it is back")
        assert supervisor.pids()["steady"] != first
    assert "was ended by SIGKILL" in heard.of("steady")[1]


def test_what_ends_as_it_should_is_not_started_again() -> None:
    heard = Heard()
    with Supervisor(heard) as supervisor:
        supervisor.start(shell("closed", "echo up"))

        def over() -> bool:
            for child in supervisor._children:
                child.tend(time.monotonic())
            return len(heard.of("closed")) >= 2

        until(over, "its end was noticed")
        time.sleep(2 * restart_s(1))
        over()
        assert heard.of("closed") == ["up", "ended by itself; it is not started again"]
        assert supervisor.pids() == {}


def test_a_window_that_is_closed_ends_everything_where_it_should() -> None:
    with Supervisor(Heard()) as supervisor:
        supervisor.start(shell("steady", "sleep 60"))
        supervisor.start(Program("window", ("/bin/sh", "-c", "sleep 0.1"), ends_all=True))
        supervisor.watch()
        assert supervisor.stopping
    with Supervisor(Heard()) as supervisor:
        supervisor.start(Program("window", ("/bin/true",), ends_all=True))
        assert not supervisor.wait_for(lambda: False, WAIT_S)
        assert supervisor.stopping, "closed while the rest still started: no error, but the end"


@pytest.mark.parametrize(("deaths", "wait_s"), [(1, 0.1), (2, 0.2), (5, 1.6), (9, 10.0), (10**6, 10.0)])
def test_one_that_keeps_dying_is_restarted_ever_more_slowly(deaths: int, wait_s: float) -> None:
    assert restart_s(deaths) == pytest.approx(wait_s)


def test_at_the_end_nothing_is_left_not_even_children_of_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.supervisor._GRACE_S", 0.5)
    heard = Heard()
    with Supervisor(heard) as supervisor:
        supervisor.start(shell("parent", "sleep 60 & echo $!; wait"))
        supervisor.start(shell("stubborn", "trap '' TERM; echo $$; while true; do sleep 1; done"))
        until(lambda: len(heard.lines) == 2, "both are up")
        pids = [int(line) for _, line in heard.lines] + list(supervisor.pids().values())
    until(lambda: all(gone(pid) for pid in pids), "all are gone")
    assert "killed" in heard.of("stubborn")[-1]


def test_a_process_that_ends_while_it_is_waited_for_ends_the_wait() -> None:
    with Supervisor(Heard()) as supervisor:
        supervisor.start(shell("broken", "exit 3"))
        assert not supervisor.wait_for(lambda: False, WAIT_S)


_SUPERVISOR = """
import sys
from deploy.supervisor import Program, Supervisor, prefixed, stopped_by_signals
supervisor = Supervisor(prefixed(["a", "b"], sys.stdout))
with stopped_by_signals(supervisor), supervisor:
    for name in "ab":
        supervisor.start(Program(name, ("/bin/sh", "-c", "sleep 60 & echo $$ $!; wait")))
    supervisor.watch()
"""


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_the_supervisor_ends_its_processes_end(kill: signal.Signals) -> None:
    argv = [sys.executable, "-c", _SUPERVISOR]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in "ab"]
        started = [int(pid) for line in lines for pid in line.partition("│")[2].split()]
        process.send_signal(kill)
        process.wait(WAIT_S)
    assert process.returncode == (-kill if kill is signal.SIGKILL else 0)
    # What a killed supervisor's processes had started themselves is out of the kernel's reach.
    ended = started[::2] if kill is signal.SIGKILL else started
    until(lambda: all(gone(pid) for pid in ended), "all are gone")
    for pid in started:
        if not gone(pid):
            os.kill(pid, signal.SIGKILL)


def test_a_box_runs_its_uplink_every_screen_and_every_counter() -> None:
    path = ROOT / "deploy" / "boxes" / "demo.toml"
    programs = programs_of(config.load(path), path)
    commands = {program.name: program.argv[program.argv.index(str(path)) - 1] for program in programs}
    assert commands == {"uplink": "uplink", "arena": "screen", "mirror": "screen", "ceiling": "counter"}
    assert programs[-1].argv[-3:] == ("counter", str(path), "ceiling")


def test_names_are_aligned(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+") as out:
        say = prefixed(["uplink", "mirror-1"], out)
        say("uplink", "hello")
        say("mirror-1", "ready")
        out.seek(0)
        assert out.read() == "uplink   │ hello\nmirror-1 │ ready\n"


def test_endings_in_words() -> None:
    assert [ending(code) for code in (0, 2, -9)] == [
        "ended",
        "ended with exit code 2",
        "was ended by SIGKILL",
    ]
