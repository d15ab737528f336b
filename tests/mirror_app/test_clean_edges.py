"""Every effect stays in its own part of the face: teeth, eyes and background are left as they are."""

from functools import cache
from pathlib import Path

import pytest

from edge.scene import Face
from mirror_app.layer import Layer
from models.results import U8
from tests.mirror_app import regions
from tests.mirror_app.sitting import clip, portrait, turned
from tests.mirror_app.wearing import BLUE, DARK, EVERY, close_up, layer, worn

#: Grey levels that count as unchanged.
SAME = 1


@cache
def sitter() -> tuple[tuple[U8, Face], ...]:
    scenes = (portrait(), turned(1.7), turned(3.1), turned(4.6))
    return tuple(close_up(scene.frame.image_bgr, scene.faces[0]) for scene in scenes)


@cache
def people(path: Path) -> tuple[tuple[U8, Face], ...]:
    return tuple(
        close_up(scene.frame.image_bgr, face) for scene in clip(path, every=6) for face in scene.faces
    )


@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_the_sitter(name: str, finish: str) -> None:
    assert_clean(name, finish, sitter())


@pytest.mark.realdata
@pytest.mark.parametrize("name_of_clip", ["head-pose-man", "head-pose-two"])
@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_real_people(realdata: Path, name: str, finish: str, name_of_clip: str) -> None:
    assert_clean(name, finish, people(realdata / "faces" / f"{name_of_clip}.gif"))


def assert_clean(name: str, finish: str, faces: tuple[tuple[U8, Face], ...]) -> None:
    shown = False
    for bare, face in faces:
        size = (bare.shape[1], bare.shape[0])
        changed = regions.change(bare, worn(bare, face, strong(name, finish)))
        assert changed[regions.allowed(name, face, size) == 0].max(initial=0) <= SAME
        assert changed[regions.spared(name, face, size) > 0].max(initial=0) <= SAME
        shown = shown or bool(changed.max() > 8)
    assert shown


def strong(name: str, finish: str) -> Layer:
    """As much of it as there is: what leaks, leaks then."""
    extremes: dict[str, dict[str, object]] = {
        "eyeliner": {"width_mm": 3.0, "wing": 1.0, "lower": 1.0},
        "mascara": {"length": 1.0, "volume": 1.0, "lower": 1.0},
        "brows": {"fill": 1.0},
        "lenses": {"diameter_mm": 14.5},
        "lip_liner": {"width_mm": 3.0},
    }
    tones = (BLUE, DARK, BLUE) if name == "eyeshadow" else (BLUE,)
    return layer(name, finish, tones, extremes.get(name))
