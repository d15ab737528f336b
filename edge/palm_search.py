"""How palms are looked for: at once, or beside the next frames, which do not wait for it.

frame   n       n+1      n+2      n+3      n+4      n+5
        begin ───────────────────────────────────→  palms of frame n
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from edge.scene import Frame
from models.palm_detector import PalmDetector
from models.providers import Runtime
from models.results import Detections

if TYPE_CHECKING:
    from collections.abc import Callable

#: What was begun is due so many frames later, whether the computer is quick or slow: the same clip gives the
#: same hands. A sixth of a second: a hand that goes no further meanwhile than 0.85 of its palm's width is met
#: where the palm was. A clip that is seen as quickly as can be would wait after three frames (10 ms). Of a
#: camera of fewer frames it is due sooner: in the first one that is so many seconds later.
FRAMES: Final = 5
_DUE_S: Final = 0.15


class PalmSearch:
    """Looks for palms. runtime: what runs the model."""

    def __init__(self, runtime: Runtime) -> None:
        self._detector = PalmDetector(runtime)
        self._pool = ThreadPoolExecutor(1, "palms") if (os.cpu_count() or 1) > 1 else None
        self._finds: Callable[[], Detections] | None = None
        self._left, self._begun_s = 0, 0.0

    def at_once(self, frame: Frame) -> Detections:
        """The palms of a frame."""
        return self._detector.detect(frame.image_bgr)

    def begin(self, frame: Frame) -> None:
        """Look beside the next frames. The picture is read now: its memory may hold another one by then."""
        look = self._detector.look(frame.image_bgr)
        self._finds, self._left = self._pool.submit(look).result if self._pool else look, FRAMES
        self._begun_s = frame.captured_s

    @property
    def under_way(self) -> bool:
        """Whether what was begun is still to come."""
        return self._finds is not None

    def next_frame(self, time_s: float) -> Detections | None:
        """Another frame has come, of that time: the palms that were looked for, once, when they are due."""
        self._left -= 1
        early = self._left > 0 and time_s - self._begun_s < _DUE_S
        if early or self._finds is None:
            return None
        finds, self._finds = self._finds, None
        return finds()

    def forget(self) -> None:
        """Drop what is under way."""
        self._finds = None

    def close(self) -> None:
        """Let go of the worker thread."""
        if self._pool:
            self._pool.shutdown()
