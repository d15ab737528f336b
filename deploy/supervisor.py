"""Runs the processes of a box or of the demo: starts them, restarts those that die, ends every one of them.

systemd does this in a store; this is for `vitrine run` and `vitrine demo`. The main thread starts and
watches; one small thread per process passes its lines on. A process that ends by itself with exit code 0 was
asked to (Ctrl+Q at its window): it is not started again. Every process has its own process group, so that
Ctrl-C reaches only the supervisor, which then ends all of them; if the supervisor itself is killed, the
kernel does (leash.py).
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Final, Self

from edge.config import Box

#: A process that lived so long was well: its next restart is quick again.
_WELL_S: Final = 20.0
_FIRST_RESTART_S: Final = 0.1
_LAST_RESTART_S: Final = 10.0
_POLL_S: Final = 0.05
_GRACE_S: Final = 5.0
#: A dead process's last lines are in the pipe; they take no time.
_LAST_LINES_S: Final = 1.0

#: Takes a process's name and one line of its output.
Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: `argv[0]` is a path. env is added to the supervisor's own.

    ends_all: when it ends by itself with exit code 0, everything ends.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ends_all: bool = False


def vitrine(*args: str) -> tuple[str, ...]:
    """The command line of a subcommand of `vitrine`, with this very Python."""
    return (sys.executable, "-c", "import sys; from deploy.cli.main import main; sys.exit(main())", *args)


def programs_of(box: Box, path: Path, *, ends_all: bool = False) -> tuple[Program, ...]:
    """The processes of a box: its uplink, one per screen, one per counter.

    ends_all: a screen that is closed at its window ends everything.
    """
    screens = (
        Program(name, vitrine("screen", str(path), name), ends_all=ends_all) for name in sorted(box.screens)
    )
    counters = (Program(name, vitrine("counter", str(path), name)) for name in sorted(box.counters))
    return (Program("uplink", vitrine("uplink", str(path))), *screens, *counters)


def restart_s(deaths: int) -> float:
    """How long to wait before the restart after so many deaths in a row; doubling, capped at 10 s."""
    return min(_LAST_RESTART_S, _FIRST_RESTART_S * 2.0 ** min(deaths - 1, 20))


class _Child:
    """One program and the process that runs it now."""

    def __init__(self, program: Program, say: Say, note: Say) -> None:
        self.program, self._say, self._note = program, say, note
        self._deaths = 0
        self._due_s = 0.0
        #: It ended by itself, as it should: that is not a death.
        self.over = False
        self._process: subprocess.Popen[str] | None = None
        self._started_s = 0.0
        self._pump_thread: threading.Thread | None = None

    def start(self, now_s: float) -> None:
        self._started_s = now_s
        leash = (sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")), str(os.getpid()))
        self._process = subprocess.Popen(
            (*leash, *self.program.argv),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        assert self._process.stdout is not None
        self._pump_thread = threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True)
        self._pump_thread.start()

    def tend(self, now_s: float) -> None:
        """Notice a death, restart when its wait is over."""
        if self._process is None:
            if now_s >= self._due_s and not self.over:
                self.start(now_s)
            return
        code = self._process.poll()
        if code is not None:
            self._bury(code, now_s)

    def _bury(self, code: int, now_s: float) -> None:
        """Say how it ended and when it comes back, if it does."""
        if code == 0:
            self.over = True
            self._note(self.program.name, f"{ending(code)} by itself; it is not started again")
            self.reap()
            return
        self._deaths = 1 if now_s - self._started_s > _WELL_S else self._deaths + 1
        self._due_s = now_s + restart_s(self._deaths)
        self._note(self.program.name, f"{ending(code)}; starting again in {restart_s(self._deaths):.1f} s")
        self.reap()

    @property
    def exit_code(self) -> int | None:
        """Of the process that runs now; None while it does."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """To the whole group: what a process started goes with it."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def ended(self, deadline_s: float) -> bool:
        """Wait until it has ended or the time is over."""
        if self._process is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline_s - time.monotonic()))
        return self._process.poll() is not None

    def reap(self) -> None:
        """End whatever is left of its group, and forget it."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None
        if self._pump_thread is not None:
            self._pump_thread.join(_LAST_LINES_S)

    def _pump(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._say(self.program.name, line.rstrip("\n"))


class Supervisor:
    """Use it as a context: on leaving, by whatever way, every process it started has ended.

    say: takes the lines of the processes. note: takes what the supervisor itself has to say of them.
    """

    def __init__(self, say: Say, note: Say | None = None) -> None:
        self._say, self._note = say, note or say
        self._children: list[_Child] = []
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, program: Program) -> None:
        """Start a program; from now on it is kept running."""
        child = _Child(program, self._say, self._note)
        self._children.append(child)
        child.start(time.monotonic())

    def stop(self) -> None:
        """Make `watch` and `wait_for` return; safe in a signal handler."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self._stopping.is_set()

    def pids(self) -> dict[str, int]:
        """Process ids by name, of those that run."""
        return {child.program.name: child.pid for child in self._children if child.pid is not None}

    def ended(self) -> list[str]:
        """Names of those that have ended and were not started again yet."""
        return [child.program.name for child in self._children if child.exit_code is not None]

    def watch(self) -> None:
        """Restart what dies, until `stop` or until a program ends that ends all."""
        while not self._stopping.wait(_POLL_S):
            now_s = time.monotonic()
            for child in self._children:
                child.tend(now_s)
                if child.over and child.program.ends_all:
                    self.stop()

    def wait_for(self, ready: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until `ready`; False when the time is over, a program ended, or `stop` was called."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s and not self._stopping.is_set():
            if ready():
                return True
            if self.ended():
                self._closed_early()
                return False
            self._stopping.wait(_POLL_S)
        return False

    def _closed_early(self) -> None:
        """Who closes a window while the rest still starts wants no error, but the end."""
        if any(child.exit_code == 0 and child.program.ends_all for child in self._children):
            self.stop()

    def end(self) -> None:
        """Ask every process to end, last started first; kill what has not after 5 s."""
        for child in reversed(self._children):
            child.signal(signal.SIGTERM)
        deadline_s = time.monotonic() + _GRACE_S
        for child in reversed(self._children):
            if not child.ended(deadline_s):
                self._note(child.program.name, f"did not end in {_GRACE_S:.0f} s and is killed")
            child.reap()
        self._children.clear()


@contextmanager
def stopped_by_signals(supervisor: Supervisor) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal call `stop`."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        supervisor.stop()

    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(kind, signal.signal(kind, handle)) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in before:
            signal.signal(kind, handler)


def ending(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return "ended" if code == 0 else f"ended with exit code {code}"


def prefixed(names: Sequence[str], out: IO[str]) -> Say:
    """Prints each line behind its process's name, aligned; whole lines, whoever prints."""
    width = max((len(name) for name in names), default=0)
    lock = threading.Lock()

    def say(name: str, line: str) -> None:
        with lock:
            out.write(f"{name:<{width}} │ {line}\n")
            out.flush()

    return say
