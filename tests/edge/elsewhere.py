"""Eyes for a process of their own, each with one habit; modules can be found from there, closures cannot."""

import os
import time
from pathlib import Path

from edge.scene import Frame, Scene
from models.providers import Runtime

#: On this frame the habit shows.
FATAL = 2


class Eyes:
    """Sees nothing but its own process and how often it was told to forget."""

    def __init__(self, needs: frozenset[str], max_faces: int, runtime: Runtime, max_bodies: int) -> None:
        self.notices = [f"runs on {runtime.providers[0]}"]
        self._forgot = 0

    def see(self, frame: Frame) -> Scene:
        return Scene(frame, others=(os.getpid(), self._forgot))

    def forget(self) -> None:
        self._forgot += 1

    def close(self) -> None:
        pass


class Slow(Eyes):
    """It takes its time."""

    def see(self, frame: Frame) -> Scene:
        time.sleep(0.3)
        return super().see(frame)


class Dying(Eyes):
    """A native library that takes its process with it."""

    def see(self, frame: Frame) -> Scene:
        if frame.index == FATAL:
            os._exit(3)
        return super().see(frame)


class Hanging(Eyes):
    """A driver that never comes back."""

    def see(self, frame: Frame) -> Scene:
        if frame.index == FATAL:
            time.sleep(60)
        return super().see(frame)


class Stillborn(Eyes):
    """It dies while it loads."""

    def __init__(self, needs: frozenset[str], max_faces: int, runtime: Runtime, max_bodies: int) -> None:
        os._exit(4)


class Relapsing(Dying):
    """It loads once; whatever is begun after it died hangs while it loads."""

    def __init__(self, needs: frozenset[str], max_faces: int, runtime: Runtime, max_bodies: int) -> None:
        super().__init__(needs, max_faces, runtime, max_bodies)
        mark = Path(os.environ["VITRINE_TEST_MARK"])
        if mark.exists():
            time.sleep(60)
        mark.touch()
