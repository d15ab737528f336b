"""Every effect is calm: while a head is still, paint moves no more than the camera's noise below it."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from edge.scene import Face
from models.results import U8
from tests.mirror_app.regions import change
from tests.mirror_app.sitting import portrait
from tests.mirror_app.wearing import BLUE, DARK, EVERY, PALE, close_up, layer, worn

#: Standard deviation of a camera's noise, grey levels, and pictures of the same moment.
NOISE, FRAMES = 3.0, 4


@cache
def sitter() -> tuple[Face, U8, tuple[U8, ...]]:
    """The face, the picture without noise, and pictures with."""
    scene, random = portrait(), np.random.default_rng(7)
    bare, face = close_up(scene.frame.image_bgr, scene.faces[0])
    noisy = (bare + random.normal(0, NOISE, bare.shape) for _ in range(FRAMES))
    return face, bare, tuple(np.clip(np.rint(each), 0, 255).astype(np.uint8) for each in noisy)


@pytest.mark.parametrize("tone", [DARK, PALE, BLUE], ids=["dark", "pale", "blue"])
@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_it_is_calm_while_the_head_is_still(name: str, finish: str, tone: tuple[float, float, float]) -> None:
    face, bare, noisy = sitter()
    what = layer(name, finish, (tone, DARK, PALE) if name == "eyeshadow" else (tone,))
    inside = change(bare, worn(bare, face, what)) > 2
    assert inside.sum() > 100
    assert moves([worn(each, face, what) for each in noisy], inside) <= 1.2 * moves(noisy, inside)


def moves(frames: "list[U8] | tuple[U8, ...]", inside: "np.typing.NDArray[np.bool_]") -> float:
    """Mean absolute change from picture to picture, grey levels."""
    return float(np.mean([np.abs(b[inside].astype(float) - a[inside]).mean() for a, b in pairwise(frames)]))
