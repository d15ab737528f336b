"""Perception in a process of its own, so that it and the drawing never wait for one another's Python.

    this process                                    the other (`perception_worker`)

    camera ── put ── pixels ──→ shared memory ──→ Perception.see
                └─ time, index ──→ pipe ────────→     │
    stage ←── take ←── faces, hands, … ── pipe ←──────┘
      ├─ meanwhile: the frame, which can be mirrored before anybody knows who is in it
      └─ wish: what the other process draws ahead while nobody waits for it (`edge.ahead`)

Python runs one thread at a time. As two threads of one process, perception and a face with five effects took
7.3 ms a frame on two cores; as two processes 4.9, what the slower of them took alone. No thread stands
between: the camera's hands the frame over, the stage's takes what was seen. (With two threads for that, each
frame woke four threads instead of two, which cost 0.4 ms.)

A process that dies or hangs is started again; frames pass without faces meanwhile. `status` says so.
"""

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2

from edge import ahead
from edge.ahead import Sheet, Wish
from edge.perception_life import Life
from edge.perception_link import Link
from edge.perception_worker import EYES, Failed, Seen, Wanted
from edge.scene import Frame, Scene
from models.providers import CPU, Runtime
from models.results import U8

log = logging.getLogger(__name__)

#: So long one thing is waited for before it is asked whether another has happened.
_SLICE_S: Final = 0.25
#: Frames of a clip that are under way: one is seen while others lie ready, so that neither side waits while
#: the other looks for palms or draws a new screen. Of a live camera it is one, and then the newest.
_CLIP_FRAMES: Final = 6
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


@dataclass(slots=True, eq=False)
class _Asked:
    """A frame under way. whom: the process that sees it, or why none does. at_s: since when. sheet: for what
    is drawn ahead. told: whether `meanwhile` knows of it."""

    frame: Frame
    whom: Link | Failed | None
    at_s: float
    sheet: U8 | None = None
    told: bool = False


class PerceptionProcess:
    """Frames in, scenes out, one for each frame; newest wins, nothing queues. As `Latest` on both sides.

    lossless: no frame is dropped, for clips. eyes: what sees over there, `module:name` of something made and
    used as `Perception`. The process begins at once; `load` tells it what to look for, `start` waits until it
    is ready. One thread puts, one takes. clock: monotonic seconds.
    """

    def __init__(
        self, *, lossless: bool = False, eyes: str = EYES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        # Capture, perception and drawing already run beside each other, one core each: OpenCV's own threads
        # would only make them wait for one another (a tenth of all CPU time on two cores).
        cv2.setNumThreads(1)
        self._life, self._begun = Life(eyes, clock), False
        self._clock, self._lossless, self._most = clock, lossless, _CLIP_FRAMES if lossless else 1
        self._few = _CLIP_FRAMES // 2 if lossless else 1
        self._changed = threading.Condition(threading.RLock())
        self._under_way: deque[_Asked] = deque()
        self._next: Frame | None = None
        self._ready: Scene | None = None
        self._closed = False
        self._status = PerceptionStatus(ok=True, words="perception is starting")
        self._left_s = clock()
        #: Frames that were never shown, because a newer one came before they were seen or taken.
        self.overwritten = 0
        #: What whoever takes may do with a frame while it is still looked at; called in `take`.
        self.meanwhile: Callable[[Frame], None] | None = None
        #: What the other process is to draw ahead while nobody waits for it; called for each frame, by the
        #: thread that puts or takes.
        self.wish: Callable[[], Wish | None] | None = None
        self._waiting = False

    @property
    def status(self) -> PerceptionStatus:
        """How it goes at this moment."""
        return self._status

    def load(
        self, needs: frozenset[str], max_faces: int = 2, runtime: Runtime = CPU, max_bodies: int = 1
    ) -> None:
        """Say what to look for, as to `Perception`, and wait for nothing."""
        self._life.load(Wanted(needs, max_faces, max_bodies, runtime))

    def start(self) -> None:
        """Wait until what was said is loaded, then see. Raises what `Perception` raises; ModelError."""
        self._life.begun()
        with self._changed:
            self._begun, self._left_s = True, self._clock()
            self._pass_on()

    def stop(self) -> None:
        """Close, and end the other process; also where it was never started."""
        self.close()
        with self._changed:
            self._under_way.clear()
            self._next = self._ready = None
            self._life.end()

    # --- the camera's side

    def put(self, frame: Frame) -> None:
        """Leave a frame; one that was not passed on yet is dropped and counted in `overwritten`."""
        with self._changed:
            if not self._closed:
                self.overwritten += self._begun and self._next is not None
                self._next = frame
                if not self._waiting:  # who waits for what was seen receives it, and nobody before them
                    self._collect()
                self._pass_on()

    def put_wait(self, frame: Frame) -> None:
        """Leave a frame after the one before was passed on (or this was closed)."""
        with self._changed:
            self._changed.wait_for(lambda: self._next is None or self._closed)
            if not self._closed:
                self._next = frame
                self._pass_on()

    def close(self) -> None:
        """Nothing more comes; wakes who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._closed

    @property
    def finished(self) -> bool:
        """Whether it was closed and the last scene is taken."""
        with self._changed:
            return self._closed and not (self._next or self._under_way or self._ready)

    # --- the stage's side

    def take(self, timeout_s: float) -> Scene | None:
        """The newest scene, once; of a clip the next. None when none came in time."""
        until_s = time.monotonic() + timeout_s
        while True:
            with self._changed:
                self._waiting = False
                self._collect()
                scene, self._ready = self._ready, None
                if scene is not None and self._lossless and self._under_way:
                    # Of a clip the next is wanted soon: nothing more of it is drawn ahead, so that the other
                    # process keeps its lead and nobody ever waits.
                    _call(self._under_way[0])
                self._pass_on()
                if scene is not None or self.finished or time.monotonic() > until_s:
                    return scene
                if not self._under_way:
                    self._changed.wait(_left_s(until_s))
                    continue
                asked, self._waiting = self._under_way[0], True
            self._await(asked, until_s)

    def _await(self, asked: _Asked, until_s: float) -> None:
        """Use the time until a frame was seen, and wait for the rest of it."""
        if self.meanwhile is not None and not asked.told:
            asked.told = True
            try:
                self.meanwhile(asked.frame)
            except Exception:  # what is not done ahead is done later
                log.exception("nothing is done ahead any more while frames are looked at")
                self.meanwhile = None
        if isinstance(asked.whom, Link):
            _call(asked)
            asked.whom.wait(_left_s(until_s))

    def _collect(self) -> None:
        """Receive what was seen; what nobody took in time gives way. The lock is held."""
        while self._under_way and not (self._lossless and self._ready):
            asked = self._under_way[0]
            seen = asked.whom if isinstance(asked.whom, Failed) else self._life.answer(asked.whom, asked.at_s)
            if seen is None:
                return
            self._under_way.popleft()
            self._note(seen, asked.frame)
            self.overwritten += self._ready is not None
            self._ready = _scene(asked, seen)

    def _pass_on(self) -> None:
        """Have the frame that waits seen, where there is room. The lock is held."""
        if self._next is not None and self._begun and len(self._under_way) < self._most:
            self._under_way.append(self._asked(self._next))
            self._next = None
        # A camera that waits is woken for several frames at once: waking costs more than passing one on.
        if self._next is None and len(self._under_way) <= self._few:
            self._changed.notify_all()

    def _asked(self, frame: Frame) -> _Asked:
        link = self._life.link
        whom: Link | Failed | None = link
        sheet = None
        try:
            if link is not None:
                sheet = link.look(frame, self._wished())
        except Exception as wrong:  # one bad frame must not blind the screen
            whom = Failed(str(wrong), traceback.format_exc())
        return _Asked(frame, whom, self._clock(), sheet)

    def _wished(self) -> Wish | None:
        """What is to be drawn ahead of a frame."""
        if self.wish is None:
            return None
        try:
            return self.wish()
        except Exception:  # what is not drawn ahead is drawn later
            log.exception("nothing is drawn ahead any more")
            self.wish = None
            return None

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


def _left_s(until_s: float) -> float:
    """How long to wait for one thing."""
    return min(max(until_s - time.monotonic(), 0.0), _SLICE_S)


def _call(asked: _Asked) -> None:
    """Have nothing more drawn ahead of a frame: it is waited for."""
    if asked.sheet is not None:
        ahead.call(asked.sheet)


def _scene(asked: _Asked, seen: Seen | Failed) -> Scene:
    """The frame with what was found in it; where seeing failed, nothing."""
    if isinstance(seen, Failed):
        return Scene(asked.frame)
    others = seen.others
    if seen.ahead is not None and asked.sheet is not None:
        others = (*others, Sheet(seen.ahead, asked.sheet))
    return Scene(asked.frame, seen.faces, seen.poses, seen.hands, others)
