"""Perception in a process of its own, for tests: begun, asked, and ended again."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from edge.perception_process import PerceptionProcess
from edge.perception_worker import EYES
from edge.scene import Frame, Scene
from models.providers import CPU, Runtime
from models.results import U8

NOTHING: frozenset[str] = frozenset()
COUNTING = "tests.edge.elsewhere:Eyes"
GREY: U8 = np.full((8, 8, 3), 96, np.uint8)


def frame(image_bgr: U8, index: int = 0) -> Frame:
    return Frame(image_bgr, index / 30, index)


class Running:
    """A process that sees, between a camera and a stage."""

    def __init__(self, run: PerceptionProcess) -> None:
        self.run = run

    def see(self, what: Frame) -> Scene:
        self.run.put_wait(what)
        scene = self.run.take(20)
        assert scene is not None
        assert scene.frame is what
        return scene

    def see_until(self, fine: Callable[[Scene], bool], first: int) -> Scene:
        """Frame after frame, as a camera sends them, until one is seen as it should be."""
        deadline, index = time.monotonic() + 30, first
        while time.monotonic() < deadline:
            scene = self.see(frame(GREY, index))
            if fine(scene):
                return scene
            index += 1
            time.sleep(0.02)
        raise AssertionError(f"never again: {self.words}")

    @property
    def words(self) -> str:
        return self.run.status.words


@contextmanager
def running(
    needs: frozenset[str] = NOTHING, eyes: str = EYES, runtime: Runtime = CPU, *, lossless: bool = False
) -> Iterator[Running]:
    run = PerceptionProcess(lossless=lossless, eyes=eyes)
    try:
        run.load(needs, runtime=runtime)
        run.start()
        yield Running(run)
    finally:
        run.stop()
    assert run.finished
    assert not [each for each in multiprocessing.active_children() if each.name == "perception"]
