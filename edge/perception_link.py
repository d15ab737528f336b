"""One run of the other process (`perception_worker`), held from this side: from its start to its end."""

import atexit
import contextlib
import logging
import multiprocessing
import pickle
import signal
from collections import deque
from dataclasses import replace
from typing import Final

from edge import pixels
from edge.ahead import SHEET_BYTES, Wish
from edge.perception_worker import (
    STOP,
    Coming,
    Failed,
    Look,
    Ready,
    Seen,
    Wanted,
    Wished,
    received,
    send,
    serve,
)
from edge.scene import Frame
from models.results import U8

log = logging.getLogger(__name__)

_STOP_S: Final = 2.0
_KILLED_S: Final = 0.2
#: What is drawn ahead lies in memory of its own: a frame of another size would make the pool let go of it.
_SHEETS: Final = pixels.Pool()


class LinkLost(Exception):  # noqa: N818 - read as a sentence where it is raised
    """The other process died or hangs; the message says which."""


class Link:
    """A process that sees; answers come in order. Several threads may use it one after the other, and one may
    `wait` meanwhile."""

    def __init__(self, eyes: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._coming, self._waiting = Coming(self._pipe), Coming(self._pipe)
        self._process = context.Process(target=serve, args=(theirs, eyes), name="perception", daemon=True)
        # Ctrl-C reaches every process of a terminal, SIGTERM every one of a service; this one is ended by the
        # one that started it, from its first moment on.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        # Python waits for its processes when it ends: also where nobody has closed this.
        atexit.register(self.close)
        self._under_way: deque[tuple[U8, U8 | None]] = deque()
        self._wish: Wish | None = None

    def load(self, wanted: Wanted) -> None:
        """Have the models loaded."""
        # What a provider cannot do is told on this side, from `Ready`.
        quiet = replace(wanted, runtime=replace(wanted.runtime, announce=_silent))
        with contextlib.suppress(OSError):
            send(self._pipe, quiet)

    def arrived(self) -> bool:
        """Whether `ready` or `answer` would return (or raise) at once."""
        return self._coming.within(0)

    def wait(self, patience_s: float) -> None:
        """Wait until something has arrived, or so long."""
        self._waiting.within(patience_s)

    def ready(self, patience_s: float) -> Ready:
        """Wait for the models to be loaded; raises what loading raised, and LinkLost."""
        self.wait(patience_s)
        if not self.arrived():
            raise LinkLost(f"its process has not loaded the models within {patience_s:.0f} s")
        answer = self._received()
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Ready)
        return answer

    def look(self, frame: Frame, wish: Wish | None = None) -> U8 | None:
        """Have a frame seen. The sheet on which there may be drawn ahead, where that is wished.

        Raises what copying its pixels raises. A process that is gone is found by `answer`.
        """
        place, picture = pixels.placed(frame.image_bgr)
        sheet = self._sheet(wish)
        self._under_way.append((picture, sheet and sheet[1]))
        with contextlib.suppress(OSError):
            send(self._pipe, Look(place, frame.captured_s, frame.index, frame.drawn, sheet and sheet[0]))
        return sheet and sheet[1]

    def _sheet(self, wish: Wish | None) -> tuple[pixels.Place, U8] | None:
        """Tell a wish that is new; memory for what comes of it. Where that goes wrong, one sees without."""
        try:
            if wish is not self._wish:
                self._wish = wish
                parcel = b"" if wish is None else pickle.dumps(wish.what, pickle.HIGHEST_PROTOCOL)
                with contextlib.suppress(OSError):
                    send(self._pipe, Wished(wish.drafts if wish else "", parcel))
            if wish is None:
                _SHEETS.forget()  # nothing that anybody wore stays behind
                return None
            place, sheet = _SHEETS.placed(_SHEETS.empty((SHEET_BYTES,)))
        except Exception:
            log.exception("nothing is drawn ahead")
            return None
        sheet[0] = 0
        return place, sheet

    def answer(self) -> Seen | Failed:
        """What was seen in the frame that was asked about longest ago; LinkLost."""
        answer = self._received()
        self._under_way.popleft()
        assert isinstance(answer, Seen | Failed)
        return answer

    def close(self) -> None:
        """End the process when it has done what it does, or soon."""
        with contextlib.suppress(OSError):
            send(self._pipe, STOP)
            self._process.join(_STOP_S)
        self.kill()

    def kill(self) -> None:
        """End the process at once. Nothing waits for one that a driver holds."""
        atexit.unregister(self.close)
        self._process.kill()
        self._process.join(_KILLED_S)
        self._pipe.close()

    def _received(self) -> object:
        try:
            return received(self._pipe)
        except (EOFError, OSError):
            self._process.join(_KILLED_S)
            raise LinkLost(f"its process ended by itself (exit code {self._process.exitcode})") from None
        except Exception as wrong:
            raise LinkLost(f"what its process sent cannot be read ({wrong})") from wrong


def _silent(words: str) -> None:
    """Tell nobody."""
