"""Eyes and drafts for a process of their own, one habit each; modules are found from there, closures not."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from edge.ahead import BEGIN, Table
from edge.ahead import Drafts as DraftsOfAnyKind
from edge.scene import Frame, Scene
from models.providers import Runtime
from models.results import U8

#: On this frame the habit shows.
FATAL = 2
#: So much of a sheet is drawn on.
DRAWN_BYTES = 5000
#: Longer than any test lets it wait.
PATIENT_S = 8.0
LATE_S = 0.3


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


class Drafts:
    """Draws the byte that it is wished, and the frame's number; its table tells the process."""

    def __init__(self) -> None:
        self._wished = 0

    def wish(self, what: object) -> None:
        assert isinstance(what, int)
        self._wished = what

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> Table | None:
        sheet[BEGIN : BEGIN + DRAWN_BYTES] = self._wished
        sheet[BEGIN] = scene.frame.index % 256
        return np.array([os.getpid(), self._wished], np.int64)


class Patient(Drafts):
    """Draws until somebody waits for it, at most for seconds; its table tells for how long, in ms."""

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> Table | None:
        begun_s = time.monotonic()
        while not awaited() and time.monotonic() < begun_s + PATIENT_S:
            time.sleep(0.002)
        return np.array([1000 * (time.monotonic() - begun_s)], np.int64)


class Idle(Drafts):
    """It never has anything."""

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> Table | None:
        return None


class Leisurely(Drafts):
    """It is long in the making."""

    def __init__(self) -> None:
        time.sleep(LATE_S)
        super().__init__()


class Late(Leisurely):
    """And when it is made nobody waits for it."""

    def wish(self, what: object) -> None:
        raise ValueError("nobody waits for this one")


class Unmade(Drafts):
    """It cannot be made."""

    def __init__(self) -> None:
        raise ValueError("no brush")


class Unwilling(Drafts):
    """It takes no wish."""

    def wish(self, what: object) -> None:
        raise ValueError("not that")


class Clumsy(Drafts):
    """It fails when it draws."""

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> Table | None:
        raise ValueError("spilt")


class Torn:
    """What can be packed and not unpacked."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return int, ("torn",)


def exact() -> DraftsOfAnyKind:
    """The mirror's drafts, and nothing remembers how it was lit: a grey level is a difference, too."""
    from mirror_app.drafts import Drafts as Things
    from mirror_app.things import texture

    texture._UNSEEN = -1.0  # type: ignore[misc]
    return Things()
