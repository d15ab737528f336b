"""The camera thread: source -> `Inlet[Frame]`, for as long as the box runs.

It owns the source; others see frames in the mailbox and how it goes in `status`. Whatever happens to a
camera, this thread says it in words and tries again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from edge import cameras, pixels
from edge.cameras import CameraLost, Ended, Source
from edge.config import Camera
from edge.latest import Inlet
from edge.scene import Frame

log = logging.getLogger(__name__)

#: Wait before opening again: doubled at every failure up to the second figure.
_RETRY_S, _RETRY_MAX_S = 0.5, 8.0
#: A live camera silent for so long is shown as frozen, for so long again is closed and opened anew.
_SILENT_S, _DEAD_S = 2.0, 4.0
#: While a later address stands in, the first ones are tried again so often.
_PREFER_S: Final = 10.0
_READ_S: Final = 0.25
#: Frames that the rate is averaged over.
_RATE_FRAMES: Final = 60


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """How a camera is doing.

    ok: frames come, or a clip has been read to its end. words: for a person.
    fps: frames a second lately. dropped: frames nobody took in time. source: the address in use, or "".
    """

    ok: bool
    words: str
    fps: float = 0.0
    dropped: int = 0
    source: str = ""


class CameraThread(threading.Thread):
    """Reads one camera into a mailbox; a live one drops frames nobody takes, a clip waits.

    At the end of a clip the mailbox is closed. Raises ConfigError at once for an address of no known kind.
    """

    def __init__(
        self, camera: Camera, out: Inlet[Frame], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(name="camera", daemon=True)
        cameras.check(camera)
        self._camera, self._out, self._clock = camera, out, clock
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._now = CameraStatus(ok=False, words="the camera is starting")
        self._arrivals: deque[float] = deque(maxlen=_RATE_FRAMES)
        self._heard_s = clock()
        self._live = True

    @property
    def status(self) -> CameraStatus:
        """How it goes at this moment, even while the driver hangs in a read."""
        with self._lock:
            now = replace(self._now, dropped=self._out.overwritten)
            silent_s = self._clock() - self._heard_s
            if now.ok and self._live and silent_s > _SILENT_S:
                return replace(now, ok=False, words=f"the camera has sent no picture for {silent_s:.0f} s")
            return replace(now, fps=self._rate())

    def stop(self, timeout_s: float = 3.0) -> None:
        """Close the mailbox, let go of the camera and wait for the thread."""
        self._stopping.set()
        self._out.close()
        if self.ident is not None and threading.current_thread() is not self:
            self.join(timeout_s)

    def run(self) -> None:
        """Open, read until lost, wait, open again; until `stop` or the end of a clip."""
        retry_s, said = _RETRY_S, ""
        while not self._stopping.is_set():
            heard_s = self._heard_s
            try:
                self._play()
            except Ended as end:
                self._say(CameraStatus(ok=True, words=str(end)))
                self._out.close()
            except CameraLost as lost:
                said = self._failed(str(lost), said)
            except Exception:  # a thread's boundary: a driver may raise anything
                log.exception("camera %s", self._camera.source)
                said = self._failed("the camera failed in an unexpected way; see the log", said)
            if self._out.closed:
                return
            retry_s = _RETRY_S if self._heard_s > heard_s else min(2 * retry_s, _RETRY_MAX_S)
            self._stopping.wait(retry_s)

    def _failed(self, words: str, said: str) -> str:
        """Show why there is no picture; log it only when it is news."""
        pixels.forget()
        if words != said:
            log.warning("camera: %s", words)
        self._say(CameraStatus(ok=False, words=words))
        return words

    def _play(self) -> None:
        """One source from its opening until it is lost."""
        source, text = cameras.open_first(self._camera)
        self._live = source.live
        opened_s = heard_s = self._clock()
        try:
            while not self._stopping.is_set():
                frame = source.read(_READ_S)
                now_s = self._clock()
                if frame is not None:
                    heard_s = now_s
                    self._heard(text, now_s)
                    (self._out.put if source.live else self._out.put_wait)(frame)
                elif source.live and now_s - heard_s > _DEAD_S:
                    raise CameraLost(f"the camera has sent no picture for {_DEAD_S:.0f} s")
                if text != self._camera.sources[0] and now_s - opened_s > _PREFER_S:
                    opened_s = now_s
                    source, text = self._preferred(source, text)
        finally:
            source.close()

    def _preferred(self, source: Source, text: str) -> tuple[Source, str]:
        """An earlier address of the list if it answers by now, else what we have."""
        for better in self._camera.sources[: self._camera.sources.index(text)]:
            try:
                found = cameras.open_address(better, self._camera)
            except CameraLost:
                continue
            source.close()
            self._live = found.live
            return found, better
        return source, text

    def _heard(self, text: str, now_s: float) -> None:
        with self._lock:
            self._heard_s = now_s
            self._arrivals.append(now_s)
            self._now = CameraStatus(ok=True, words="the camera works", source=text)

    def _say(self, status: CameraStatus) -> None:
        with self._lock:
            self._now = status
            self._arrivals.clear()

    def _rate(self) -> float:
        if len(self._arrivals) < 2 or self._arrivals[-1] == self._arrivals[0]:
            return 0.0
        return (len(self._arrivals) - 1) / (self._arrivals[-1] - self._arrivals[0])
