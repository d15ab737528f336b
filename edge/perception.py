"""Frame -> Scene: runs the models an experience needs, on its own thread.

Each kind of thing that is found and followed has a file of its own (`faces`, `bodies`, `hands`): detected,
then tracked from frame to frame. This file only asks those that an experience needs, in order.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol, cast

import cv2

from edge import plugins
from edge.bodies import Bodies
from edge.cover import Covers
from edge.faces import Faces
from edge.hands import Hands
from edge.latest import Latest
from edge.scene import Frame, Scene
from edge.toml_file import ConfigError
from models.providers import CPU, Runtime
from models.results import U8

log = logging.getLogger(__name__)

#: What is found and followed here; every other need is the name of a model file.
FOLLOWED: Final = frozenset({"faces", "poses", "hands", "occlusion"})
#: One person's two.
_MAX_HANDS: Final = 2
_TAKE_S: Final = 0.25
#: After so long without a frame nothing is kept of how faces look, whether the camera comes back or not.
_SILENCE_S: Final = 1.0
_RATE_WEIGHT: Final = 0.1


class Model(Protocol):
    """What `open(runtime)` of a model file gives: it looks at one picture after the other.

    An experience that needs `segmenter` finds the result of models/segmenter.py in its scene.
    """

    def see(self, image_bgr: U8, time_s: float) -> object:
        """A typed value that nobody changes afterwards. image_bgr: (h, w, 3). time_s: of its capture."""


class Perception:
    """Turns frames into scenes, one after the other; needs nothing but the models.

    needs: names out of FOLLOWED (occlusion, what stands before faces, implies faces), or of files of models/
    that have `open`. max_faces: how many people are followed at most by their faces, max_bodies by their
    bodies. runtime: what runs the models.
    Raises ConfigError for an unknown need and models.errors.ModelError where a model is not built.
    """

    def __init__(
        self, needs: frozenset[str], max_faces: int = 2, runtime: Runtime = CPU, max_bodies: int = 1
    ) -> None:
        #: In words, where a provider could not be used and the CPU does its work.
        self.notices: list[str] = []
        self._announce = runtime.announce
        runtime = replace(runtime, announce=self._notice)
        self._others = tuple(_opened(name, runtime) for name in sorted(needs - FOLLOWED))
        self._faces = Faces(max_faces, runtime) if needs & {"faces", "occlusion"} else None
        self._covers = Covers() if "occlusion" in needs else None
        self._bodies = Bodies(max_bodies, runtime) if "poses" in needs else None
        self._hands = Hands(_MAX_HANDS, runtime) if "hands" in needs else None
        self._covered = False

    def see(self, frame: Frame) -> Scene:
        """The frame with everything found in it."""
        faces = self._faces.see(frame) if self._faces else ()
        poses = self._bodies.see(frame) if self._bodies else ()
        busy = self._faces is not None and self._faces.searching
        hands = self._hands.see(frame, busy=busy, likely=self._covered) if self._hands else ()
        others = tuple(model.see(frame.image_bgr, frame.captured_s) for model in self._others)
        if self._covers:
            faces = self._covers.see(frame, faces, hands)
            self._covered = any(face.cover is not None for face in faces)
        return Scene(frame, faces, poses, hands, others)

    def forget(self) -> None:
        """Drop what was learned of how faces look: no frame has come for a while."""
        if self._covers:
            self._covers.forget()

    def close(self) -> None:
        """Let go of the worker threads."""
        if self._faces:
            self._faces.close()
        if self._bodies:
            self._bodies.close()

    def _notice(self, words: str) -> None:
        self._announce(words)
        self.notices.append(words)


def _opened(name: str, runtime: Runtime) -> Model:
    """The model of that name; ConfigError lists what there is."""
    module = plugins.load("models", name) if name in plugins.names("models") else None
    if module is None or not hasattr(module, "open"):
        others = {each for each in plugins.names("models") if hasattr(plugins.load("models", each), "open")}
        raise ConfigError(f"perception knows no {name}; it knows {', '.join(sorted(FOLLOWED | others))}")
    return cast("Callable[[Runtime], Model]", module.open)(runtime)


@dataclass(frozen=True, slots=True)
class PerceptionStatus:
    """How perception is doing.

    words: for a person. fps: scenes a second lately. see_s: seconds that one frame takes.
    """

    ok: bool
    words: str
    fps: float = 0.0
    see_s: float = 0.0


class PerceptionThread(threading.Thread):
    """Takes the newest frame, sees, leaves a scene; ends, closing `scenes`, when `frames` is finished.

    lossless: waits until every scene was taken, for clips. A failure on one frame is logged once and shown in
    `status`; the frame passes on without faces, and the next one is tried again.
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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="perception", daemon=True)
        # Capture, perception and drawing already run beside each other, one core each: OpenCV's own threads
        # would only make them wait for one another (a tenth of all CPU time on two cores).
        cv2.setNumThreads(1)
        self._perception = Perception(needs, max_faces, runtime, max_bodies)
        self._fine = "; ".join(["perception works", *self._perception.notices])
        self._frames, self._scenes = frames, scenes
        self._leave = scenes.put_wait if lossless else scenes.put
        self._clock = clock
        self._status = PerceptionStatus(ok=True, words="perception is starting")

    @property
    def status(self) -> PerceptionStatus:
        """How it goes at this moment."""
        return self._status

    def stop(self, timeout_s: float = 3.0) -> None:
        """Close both mailboxes and wait for the thread."""
        self._frames.close()
        self._scenes.close()
        if self.ident is not None and threading.current_thread() is not self:
            self.join(timeout_s)

    def run(self) -> None:
        """Until the frames are finished."""
        left_s = self._clock()
        while not (self._frames.finished or self._scenes.closed):
            frame = self._frames.take(_TAKE_S)
            if frame is None and self._clock() - left_s > _SILENCE_S:
                self._perception.forget()
            if frame is not None:
                begun_s = self._clock()
                scene, words = self._see(frame)
                self._leave(scene)
                now_s = self._clock()
                self._note(words, now_s - left_s, now_s - begun_s)
                left_s = now_s
        self._scenes.close()
        self._perception.close()

    def _see(self, frame: Frame) -> tuple[Scene, str]:
        try:
            return self._perception.see(frame), ""
        except Exception as failure:  # a thread's boundary: one bad frame must not blind the screen
            words = f"perception failed: {failure}"
            if words != self._status.words:
                log.exception("perception failed on frame %d", frame.index)
            return Scene(frame), words

    def _note(self, failed: str, interval_s: float, see_s: float) -> None:
        fps = 1 / max(interval_s, 1e-3)
        before = self._status
        if before.fps:
            fps = before.fps + _RATE_WEIGHT * (fps - before.fps)
            see_s = before.see_s + _RATE_WEIGHT * (see_s - before.see_s)
        self._status = PerceptionStatus(not failed, failed or self._fine, fps, see_s)
