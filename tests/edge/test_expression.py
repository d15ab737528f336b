"""Blinks, open and pressed mouths: made ones on a head in any position, and real ones."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge.cameras.portrait import Portrait
from edge.expression import Expression, expression_of
from edge.head import head_of
from edge.perception import Perception
from edge.scene import Frame
from models import store
from models.results import F32
from tests.edge.test_head import turned
from tests.edge.test_perception import clip

FRAME = (1920, 1080)
RIGHT_LIDS = ((159, 145), (158, 153), (160, 144))
LEFT_LIDS = ((386, 374), (385, 380), (387, 373))
TURNS = [(0, 0, 0), (0.5, 0, 0), (-0.5, 0, 0), (0, 0.45, 0), (0, -0.45, 0), (0, 0, 0.7), (0.3, -0.3, 0.5)]


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


@pytest.fixture
def eyes() -> Iterator[Perception]:
    perception = Perception(frozenset({"faces"}), 2)
    yield perception
    perception.close()


@pytest.fixture(scope="module")
def smiling() -> F32:
    """The portrait's points: eyes open, teeth shown, facing the camera."""
    perception = Perception(frozenset({"faces"}), 1)
    (face,) = perception.see(Frame(Portrait(FRAME, 30).render(0), 0, 0)).faces
    perception.close()
    return face.landmarks_xyz


def does(landmarks: F32, turn: tuple[float, float, float] = (0, 0, 0)) -> Expression:
    """What the face does, seen on a head turned by so much."""
    middle = landmarks[:468].mean(axis=0)
    landmarks = ((landmarks - middle) @ turned(*turn).T + middle).astype(np.float32)
    head = head_of(landmarks, FRAME)
    assert head is not None
    return expression_of(landmarks, head)


def shut(landmarks: F32, lids: tuple[tuple[int, int], ...]) -> F32:
    """Upper lids brought down to the lower."""
    result = landmarks.copy()
    for upper, lower in lids:
        result[upper] = 0.9 * landmarks[lower] + 0.1 * landmarks[upper]
    return result


def mouth(landmarks: F32, gap_mm: float, red_mm: float) -> F32:
    """The middle of the mouth with that gap and that much red of each lip."""
    head = head_of(landmarks, FRAME)
    assert head is not None
    result = landmarks.copy()
    for index, mm in (
        (0, -gap_mm / 2 - red_mm),
        (13, -gap_mm / 2),
        (14, gap_mm / 2),
        (17, gap_mm / 2 + red_mm),
    ):
        result[index] = landmarks[13] + head.rotation[:, 1] * mm * head.px_per_mm
    return result


@pytest.mark.parametrize("turn", TURNS)
def test_eyes_however_the_head_is_turned(turn: tuple[float, float, float], smiling: F32) -> None:
    open_eyes = does(smiling, turn)
    assert max(open_eyes.blink_right, open_eyes.blink_left) < 0.1
    right, left = does(shut(smiling, RIGHT_LIDS), turn), does(shut(smiling, LEFT_LIDS), turn)
    assert (right.blink_right, left.blink_left) == (1, 1)
    assert max(right.blink_left, left.blink_right) < 0.1


@pytest.mark.parametrize("turn", TURNS)
def test_mouth_however_the_head_is_turned(turn: tuple[float, float, float], smiling: F32) -> None:
    rest, pressed = does(mouth(smiling, 0, 8), turn), does(mouth(smiling, 0, 2), turn)
    talking, wide = does(mouth(smiling, 10, 8), turn), does(mouth(smiling, 30, 8), turn)
    assert (rest.mouth_open, rest.lips_pressed) == (0, 0)
    assert pressed.mouth_open == 0
    assert pressed.lips_pressed > 0.95
    assert talking.mouth_open == pytest.approx(0.36, abs=0.08)
    assert (wide.mouth_open, wide.lips_pressed) == (1, 0)
    assert does(mouth(smiling, 10, 2), turn).lips_pressed == 0, "thin in speaking is not pressed"


def test_a_smile_is_open_and_neither_blink_nor_pressed(smiling: F32) -> None:
    smile = does(smiling)
    assert smile.mouth_open == pytest.approx(0.4, abs=0.12)
    assert smile.lips_pressed == 0


def test_on_a_head_turned_far_the_far_eye_does_what_the_near_one_does(smiling: F32) -> None:
    blinking = shut(smiling, RIGHT_LIDS)
    away, towards = does(blinking, (-0.95, 0, 0)), does(blinking, (0.95, 0, 0))
    assert away.blink_right == away.blink_left < 0.2
    assert towards.blink_right == towards.blink_left == 1


def test_a_flat_face_is_no_division_by_zero(smiling: F32) -> None:
    head = head_of(smiling, FRAME)
    assert head is not None
    nothing = expression_of(np.zeros((478, 3), np.float32), replace(head, px_per_mm=1.0))
    assert nothing == Expression(1, 1, 0, 1)


def test_real_blinks_and_smiles(realdata: Path, eyes: Perception) -> None:
    """The man smiles with his teeth shown and blinks at the end; in the other clip he blinks once, too."""
    blinks, open_s = [], []
    for frame in clip("head-pose-man.gif", realdata / "faces"):
        (face,) = eyes.see(frame).faces
        assert face.expression is not None
        blinks.append((face.expression.blink_right + face.expression.blink_left) / 2)
        open_s.append(face.expression.mouth_open)
    assert max(blinks[:58]) < 0.2
    assert max(blinks[58:]) > 0.75
    assert 0.5 < min(open_s[:58]) <= max(open_s) < 0.85


def test_a_real_blink_of_a_tilted_head(realdata: Path, eyes: Perception) -> None:
    blinks = []
    for frame in clip("head-pose-two.gif", realdata / "faces"):
        man = max(eyes.see(frame).faces, key=lambda face: float(face.landmarks_xyz[1, 0]))
        assert man.expression is not None
        blinks.append(min(man.expression.blink_right, man.expression.blink_left))
        assert man.expression.mouth_open < 0.3
    assert [k for k, blink in enumerate(blinks) if blink > 0.5] == [42, 43, 44]
