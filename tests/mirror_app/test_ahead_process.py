"""A glass with the process that draws ahead for it: with it and without, the same pictures."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pygame
import pytest

from edge.ahead import Sheet, Wish
from edge.cameras.portrait import Portrait
from edge.perception_process import PerceptionProcess
from edge.scene import Face, Frame
from mirror_app.glass import Glass
from mirror_app.light import Light, Lights
from mirror_app.things import texture
from models import store
from models.results import U8
from tests.mirror_app.drafting import DIM, DROP, HAT, RED, SUN, errand_of


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """A light that stays: one that drifts may be off by less than a grey level."""
    see = Lights.see

    def same(lights: Lights, image_bgr: U8, faces: tuple[Face, ...], at_s: float) -> Mapping[int, Light]:
        see(lights, image_bgr, faces, at_s)
        return {face.track: DIM for face in faces}

    monkeypatch.setattr(Lights, "see", same)


FRAMES: Final = 60


def played(process: PerceptionProcess, frames: int) -> threading.Thread:
    """A clip of the portrait, put by a thread of its own as a camera's."""
    portrait = Portrait((640, 360), 30)

    def play() -> None:
        for k in range(frames):
            process.put_wait(Frame(portrait.render(k / 15), k / 30, k))
        process.close()

    camera = threading.Thread(target=play)
    camera.start()
    return camera


#: Each process remembers how its pictures were lit, and lights them anew from a difference of 1/255 on.
_LIT_OTHERWISE: Final = 3


@pytest.mark.parametrize(
    ("drafts", "differs"),
    [("mirror_app.drafts:Drafts", _LIT_OTHERWISE), ("tests.edge.elsewhere:exact", 0), (None, 0)],
    ids=["ahead", "exactly", "without"],
)
def test_a_glass_shows_the_same_whether_things_are_drawn_ahead_or_not(
    drafts: str | None, differs: int, steady: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.ensure()
    if differs == 0:
        monkeypatch.setattr(texture, "_UNSEEN", -1.0)
    size, layers = (640, 360), (RED, HAT, SUN, DROP)
    glass, plain, screen = Glass(size), Glass(size), pygame.Surface(size, depth=32)
    process = PerceptionProcess(lossless=True)
    process.load(frozenset({"faces"}), max_faces=1)
    if drafts is not None:
        process.wish = lambda: glass.wish and Wish(drafts, glass.wish.what)
    drawn = 0
    try:
        process.start()
        camera = played(process, FRAMES)
        for index in range(FRAMES):
            scene = process.take(20)
            assert scene is not None
            assert scene.frame.index == index
            worn = {face.track: layers for face in scene.faces}
            glass.show(screen, scene, worn)
            plain.show(screen, replace(scene, others=()), worn)
            apart = np.abs(glass.picture().astype(int) - plain.picture())
            assert apart.max() <= differs
            if scene.other(Sheet) is not None:
                drawn += bool(glass._wishes.drawn(scene, errand_of(glass).fitted, dict.fromkeys(worn, DIM)))
            time.sleep(0.03)
        camera.join(10)
    finally:
        process.stop()
    assert (drawn > 5) is (drafts is not None)
