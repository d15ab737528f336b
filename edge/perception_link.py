"""One run of the other process (`perception_worker`), held from this side: from its start to its end."""

import atexit
import contextlib
import multiprocessing
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from edge import pixels
from edge.perception_worker import STOP, Coming, Failed, Look, Ready, Seen, Wanted, serve
from edge.scene import Frame

if TYPE_CHECKING:
    from models.results import U8

_STOP_S: Final = 2.0


class LinkLost(Exception):  # noqa: N818 - read as a sentence where it is raised
    """The other process died or hangs; the message says which."""


class Link:
    """A process that sees. One thread may ask while another waits for the answers; they come in order."""

    def __init__(self, eyes: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._coming = Coming(self._pipe)
        self._process = context.Process(target=serve, args=(theirs, eyes), name="perception", daemon=True)
        self._process.start()
        theirs.close()
        # Python waits for its processes when it ends: also where nobody has closed this.
        atexit.register(self.close)
        self._under_way: deque[U8] = deque()

    def load(self, wanted: Wanted) -> None:
        """Have the models loaded."""
        # What a provider cannot do is told on this side, from `Ready`.
        quiet = replace(wanted, runtime=replace(wanted.runtime, announce=_silent))
        with contextlib.suppress(OSError):
            self._pipe.send(quiet)

    def arrived(self, patience_s: float) -> bool:
        """Whether `ready` or `answer` would return (or raise) at once; waits for it."""
        return self._coming.within(patience_s)

    def ready(self, patience_s: float) -> Ready:
        """Wait for the models to be loaded; raises what loading raised, and LinkLost."""
        if not self.arrived(patience_s):
            raise LinkLost(f"its process has not loaded the models within {patience_s:.0f} s")
        answer = self._received()
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Ready)
        return answer

    def look(self, frame: Frame) -> None:
        """Have a frame seen.

        Raises what copying its pixels raises. A process that is gone is found by `answer`.
        """
        place, picture = pixels.placed(frame.image_bgr)
        self._under_way.append(picture)
        with contextlib.suppress(OSError):
            self._pipe.send(Look(place, frame.captured_s, frame.index, frame.drawn))

    def answer(self) -> Seen | Failed:
        """What was seen in the frame that was asked about longest ago; LinkLost."""
        answer = self._received()
        self._under_way.popleft()
        assert isinstance(answer, Seen | Failed)
        return answer

    def close(self) -> None:
        """End the process; at once where it does not end by itself."""
        atexit.unregister(self.close)
        try:
            self._pipe.send(STOP)
        except OSError:
            self._process.kill()  # nobody listens there
        self._process.join(_STOP_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()

    def _received(self) -> object:
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(_STOP_S)
            raise LinkLost(f"its process ended by itself (exit code {self._process.exitcode})") from None


def _silent(words: str) -> None:
    """Tell nobody."""
