"""The painter: layers in the order of make-up, and nothing over what stands before the face."""

from dataclasses import replace

import numpy as np
import pytest

from edge.scene import Cover, Face
from mirror_app import painter
from mirror_app.fit import fit
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
from models.results import U8
from tests.mirror_app.sitting import lips, portrait

RED = Layer("lipstick", "matte", ((38.0, 55.0, 30.0),))


def covered(face: Face, alpha: U8, confidence: float = 1.0) -> Face:
    """The face with its left half (in the picture) behind something."""
    x, y = face.landmarks_xyz[13, :2].tolist()
    return replace(face, cover=Cover(x - 200, y - 100, 200, 200, alpha, confidence))


def painted(face: Face, *layers: Layer) -> U8:
    image = portrait().frame.image_bgr.copy()
    painter.paint(image, face, layers, DAYLIGHT)
    return image


def test_paint_stays_behind_what_stands_before_the_face() -> None:
    face, bare = portrait().faces[0], portrait().frame.image_bgr
    half = covered(face, np.full((16, 16), 255, np.uint8))
    image, without = painted(half, RED), painted(face, RED)
    middle = int(face.landmarks_xyz[13, 0])
    assert (image[:, : middle - 1] == bare[:, : middle - 1]).all()
    assert (image[:, middle + 1 :] == without[:, middle + 1 :]).all()
    assert (without[:, : middle - 1] != bare[:, : middle - 1]).any()


def test_where_nothing_surely_stands_the_paint_shows() -> None:
    face = portrait().faces[0]
    nothing = covered(face, np.zeros((16, 16), np.uint8))
    assert (painted(nothing, RED) == painted(face, RED)).all()
    outside = replace(face, cover=Cover(-900, -900, 50, 50, np.full((4, 4), 255, np.uint8), 1.0))
    assert (painted(outside, RED) == painted(face, RED)).all()


def test_half_sure_is_half_painted() -> None:
    face, bare = portrait().faces[0], portrait().frame.image_bgr
    half = painted(covered(face, np.full((8, 8), 128, np.uint8)), RED)
    full = painted(face, RED)
    part = (lips(face) > 0) & (np.arange(bare.shape[1]) < face.landmarks_xyz[13, 0] - 2)
    share = (
        np.abs(half[part].astype(int) - bare[part]).sum() / np.abs(full[part].astype(int) - bare[part]).sum()
    )
    assert share == pytest.approx(0.5, abs=0.04)


def test_the_cover_is_mirrored_with_the_face() -> None:
    alpha = np.zeros((4, 4), np.uint8)
    alpha[:, 0] = 255  # the left quarter in the camera's picture
    face = replace(portrait().faces[0], cover=Cover(100, 50, 40, 80, alpha, 0.9))
    glass = fit((1920, 1080), (960, 540), (0.5, 0.5)).face(face).cover
    assert glass is not None
    assert (glass.x_px, glass.y_px, glass.width_px, glass.height_px) == (960 - 70, 25, 20, 40)
    assert (glass.alpha[:, 3] == 255).all()
    assert not glass.alpha[:, :3].any()
    assert glass.confidence == 0.9
