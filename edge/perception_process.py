"""Perception in a process of its own, so that it and the drawing never wait for one another's Python.

    this process                                     the other (`perception_worker`)

    frames ──→ asking ── pixels ──→ shared memory ──→ Perception.see
                  └─ time, index ──→ pipe ──────────→     │
    scenes ←── listening ←── faces, hands, … ── pipe ←────┘

Python runs one thread at a time. As two threads of one process, perception and a face with five effects took
7.3 ms a frame on two cores; as two processes 4.9, what the slower of them takes alone.

A process that dies or hangs is started again; frames pass without faces meanwhile. `status` says so.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final

import cv2

from edge.latest import Latest
from edge.perception_link import Link, LinkLost
from edge.perception_worker import Eyes, Failed, Ready, Seen, Wanted, perception
from edge.scene import Frame, Scene
from models.providers import CPU, Runtime

log = logging.getLogger(__name__)

#: Loading takes about a second; with a provider that compiles the models first, minutes.
_LOAD_S: Final = 300.0
#: A frame takes milliseconds: what has not answered after this never will.
_HANGS_S: Final = 10.0
#: Wait before starting it again: doubled at every failure up to the second figure.
_RETRY_S, _RETRY_MAX_S = 0.5, 30.0
_TAKE_S: Final = 0.25
_RATE_WEIGHT: Final = 0.1


@dataclass(frozen=True, slots=True)
class PerceptionStatus:
    """How perception is doing.

    words: for a person. fps: scenes a second lately. see_s: seconds that one frame takes.
    """

    ok: bool
    words: str
    fps: float = 0.0
    see_s: float = 0.0


class PerceptionProcess:
    """Has the newest frame seen and leaves a scene; closes `scenes` when `frames` is finished.

    Arguments as for `Perception`. lossless: waits until every scene was taken, for clips. make: what makes
    the `Perception` over there, a function or class of a module. The process begins at once; `start` waits
    until it is ready. clock: monotonic seconds.
    """

    def __init__(
        self,
        frames: Latest[Frame],
        scenes: Latest[Scene],
        needs: frozenset[str],
        max_faces: int = 2,
        runtime: Runtime = CPU,
        max_bodies: int = 1,
        *,
        lossless: bool = False,
        make: Callable[[frozenset[str], int, Runtime, int], Eyes] = perception,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Capture, perception and drawing already run beside each other, one core each: OpenCV's own threads
        # would only make them wait for one another (a tenth of all CPU time on two cores).
        cv2.setNumThreads(1)
        self._life = _Life(Wanted(make, needs, max_faces, max_bodies, runtime), clock)
        self._frames, self._scenes, self._clock = frames, scenes, clock
        self._leave = scenes.put_wait if lossless else scenes.put
        # A clip's next frame lies ready when one has been seen; of a live camera the newest is taken then.
        self._room = threading.Semaphore(2 if lossless else 1)
        self._asked: SimpleQueue[tuple[Frame, Link | Failed | None] | None] = SimpleQueue()
        self._status = PerceptionStatus(ok=True, words="perception is starting")
        self._left_s = clock()
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("asking", self._ask), ("listening", self._listen))
        ]

    @property
    def status(self) -> PerceptionStatus:
        """How it goes at this moment."""
        return self._status

    @property
    def running(self) -> bool:
        """Whether anything of it still goes on."""
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Wait until the models are loaded, then see. Raises what `Perception` raises; LinkLost."""
        self._life.begun()
        self._left_s = self._clock()
        for thread in self._threads:
            thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait for the last scene."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout_s)

    def stop(self, timeout_s: float = 3.0) -> None:
        """Close both mailboxes and wait for the end; also where it was never started."""
        self._frames.close()
        self._scenes.close()
        self.join(timeout_s)
        self._life.end()

    def _ask(self) -> None:
        """Pass the frames on."""
        while not (self._frames.finished or self._scenes.closed):
            frame = self._frames.take(_TAKE_S)
            if frame is not None:
                self._room.acquire()
                self._asked.put((frame, self._passed_on(frame)))
        self._asked.put(None)

    def _passed_on(self, frame: Frame) -> Link | Failed | None:
        link = self._life.link
        try:
            if link is not None:
                link.look(frame)
        except Exception as wrong:  # a thread's boundary: one bad frame must not blind the screen
            return Failed(str(wrong), traceback.format_exc())
        return link

    def _listen(self) -> None:
        """Leave a scene for every frame that was passed on."""
        while (asked := self._asked.get()) is not None:
            frame, link = asked
            seen = link if isinstance(link, Failed) else self._life.answer(link)
            self._note(seen, frame)
            self._leave(
                Scene(frame, seen.faces, seen.poses, seen.hands, seen.others)
                if isinstance(seen, Seen)
                else Scene(frame)
            )
            self._room.release()
        self._scenes.close()
        self._life.end()

    def _note(self, seen: Seen | Failed, frame: Frame) -> None:
        """Keep the status; a failure is logged when it is news."""
        before, now_s = self._status, self._clock()
        fps, self._left_s = 1 / max(now_s - self._left_s, 1e-3), now_s
        if isinstance(seen, Failed):
            words = f"perception failed: {seen.words}"
            if words != before.words:
                log.error("%s (frame %d)\n%s", words, frame.index, seen.trace)
            self._status = PerceptionStatus(ok=False, words=words, fps=before.fps, see_s=before.see_s)
            return
        see_s = seen.took_s
        if before.fps:
            fps = before.fps + _RATE_WEIGHT * (fps - before.fps)
            see_s = before.see_s + _RATE_WEIGHT * (see_s - before.see_s)
        self._status = PerceptionStatus(ok=True, words=self._life.words, fps=fps, see_s=see_s)


class _Life:
    """The other process, over and over: one that is lost is followed by the next, after a pause."""

    def __init__(self, wanted: Wanted, clock: Callable[[], float]) -> None:
        self._wanted, self._clock = wanted, clock
        self._pause_s, self._due_s = _RETRY_S, 0.0
        self._loading: Link | None = Link(wanted)
        self._why = ""
        #: The one that sees; None while there is none.
        self.link: Link | None = None
        self.words = "perception works"

    def begun(self) -> None:
        """Wait for the first one; raises what loading raises."""
        assert self._loading is not None
        self._welcome(self._loading, self._loading.ready(_LOAD_S))

    def answer(self, asked: Link | None) -> Seen | Failed:
        """What the process that was asked has seen; Failed where it is gone."""
        if asked is not None and asked is self.link:
            try:
                seen = asked.answer(_HANGS_S)
            except LinkLost as lost:
                self._lose(asked, str(lost))
            else:
                self._pause_s = _RETRY_S
                return seen
        elif self.link is None:
            self._begin_again()
        return Failed(self._why, "")

    def end(self) -> None:
        """End what runs."""
        for link in (self.link, self._loading):
            if link is not None:
                link.close()
        self.link = self._loading = None

    def _begin_again(self) -> None:
        """Begin the next one when it is due, and take it when it is ready; never waits for it."""
        loading = self._loading
        try:
            if loading is None and self._clock() >= self._due_s:
                self._loading = Link(self._wanted)
            elif loading is not None and loading.loaded():
                self._welcome(loading, loading.ready(_LOAD_S))
        except (
            Exception
        ) as wrong:  # the models may be gone by now, it died while it loaded, no memory is left
            self._lose(loading, str(wrong))

    def _welcome(self, link: Link, ready: Ready) -> None:
        for notice in ready.notices:
            self._wanted.runtime.announce(notice)
        self.words = "; ".join(["perception works", *ready.notices])
        self.link, self._loading = link, None

    def _lose(self, link: Link | None, why: str) -> None:
        self.link = self._loading = None
        if link is not None:
            link.close()
        self._why = f"{why}; it is started again"
        self._due_s = self._clock() + self._pause_s
        self._pause_s = min(2 * self._pause_s, _RETRY_MAX_S)
