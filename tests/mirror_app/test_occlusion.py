"""Paint stays behind what comes before the face: the whole way from frame to painted picture."""

from dataclasses import replace

import numpy as np
import pytest

from edge.perception import Perception
from edge.scene import Frame
from mirror_app import painter
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
from tests.drawn import things
from tests.edge.covering import FPS, SIZE, bare
from tests.mirror_app.wearing import layer

pytestmark = pytest.mark.usefixtures("built_models")

#: A strong look: green where no face is, so that every painted pixel shows.
GREEN = (60.0, -55.0, 40.0)
EYES_AND_MOUTH: tuple[Layer, ...] = tuple(
    layer(name, tones=(GREEN,)) for name in ("eyeshadow", "eyeliner", "lipstick")
)
WHOLE_FACE = (*EYES_AND_MOUTH, *(layer(name, tones=(GREEN,)) for name in ("foundation", "blush")))
THINGS: dict[str, things.Thing] = {
    "bar": things.bar((170, 90, 40)),
    "upright bar": things.bar((40, 40, 45), upright=True),
    "hand": things.drawn_hand(),
    "dark hand": things.drawn_hand((60, 80, 120)),
    "microphone": things.microphone,
    "mask": things.mask(),
}
FRAMES, BEFORE = 28, 8


@pytest.mark.parametrize(("name", "moving"), [*((n, False) for n in THINGS), ("bar", True), ("hand", True)])
def test_nine_tenths_of_what_is_covered_stays_unpainted(name: str, moving: bool) -> None:
    """Of the painted pixels that a thing covers, from two frames after it came.

    A hand is of the colour of the face: over the cheek, in foundation, it is told from the face only once the
    hand itself has been found, so it is judged over mouth and eyes.
    """
    look = EYES_AND_MOUTH if "hand" in name else WHOLE_FACE
    perception = Perception(frozenset({"occlusion", "hands"}), 1)
    shares, painted_before = [], 0
    try:
        for k, (clean, points) in enumerate(bare(moving=moving)[:FRAMES]):
            image, truth = clean.copy(), np.zeros(SIZE[::-1], np.float32)
            if k >= BEFORE:
                truth = THINGS[name](image, points, (k - BEFORE) / (FRAMES - BEFORE - 1))
            faces = perception.see(Frame(image, k / FPS, k)).faces
            worn, would = image.copy(), clean.copy()
            for face in faces:
                painter.paint(worn, face, look, DAYLIGHT)
            changed = np.abs(worn.astype(int) - image).max(axis=2) > 1
            if k < BEFORE:
                painted_before = int(changed.sum())
                continue
            # What would be painted here were nothing in the way.
            for face in faces:
                painter.paint(would, replace(face, cover=None), look, DAYLIGHT)
            there = (np.abs(would.astype(int) - clean).max(axis=2) > 1) & (truth > 0.9)
            if k >= BEFORE + 2 and there.sum() > 0.02 * painted_before:
                shares.append(1 - (changed & there).sum() / there.sum())
    finally:
        perception.close()
    assert painted_before > 500
    assert len(shares) > 8
    assert np.mean(shares) >= 0.9
    assert np.median(shares) >= 0.9
