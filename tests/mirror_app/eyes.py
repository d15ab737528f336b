"""The sitter near and far, with eyes shut or head turned: what eye make-up is tried on."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from edge.scene import Face
from models.results import U8
from tests.mirror_app.sitting import moved, portrait
from tests.mirror_app.wearing import close_up

#: Upper lid and lower lid of both eyes, from the outer to the inner corner.
UPPER = ((246, 161, 160, 159, 158, 157, 173), (466, 388, 387, 386, 385, 384, 398))
LOWER = ((7, 163, 144, 145, 153, 154, 155), (249, 390, 373, 374, 380, 381, 382))


@cache
def sitter() -> tuple[U8, Face]:
    scene = portrait()
    return close_up(scene.frame.image_bgr, scene.faces[0])


@cache
def near() -> tuple[U8, Face]:
    """The sitter three times as large."""
    bare, face = sitter()
    return np.asarray(cv2.resize(bare, None, fx=3, fy=3), np.uint8), moved(face, scale=3)


def size(image: U8) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def skin(like: U8, tone: str) -> U8:
    image: U8 = np.empty_like(like)
    image[:] = [int(tone[k : k + 2], 16) for k in (4, 2, 0)]
    return image


def blinking(face: Face, shut: float) -> Face:
    """The face with its eyes shut so far, 0..1."""
    points = face.landmarks_xyz.copy()
    for upper, lower in zip(UPPER, LOWER, strict=True):
        points[list(upper)] = (1 - shut) * points[list(upper)] + shut * points[list(lower)]
    return replace(face, landmarks_xyz=points)


def rotated(face: Face, degrees: float) -> Face:
    """The head turned about the vertical, as the mesh sees it."""
    angle = np.deg2rad(degrees)
    turn = np.array(
        ((np.cos(angle), 0, np.sin(angle)), (0, 1, 0), (-np.sin(angle), 0, np.cos(angle))), np.float32
    )
    middle = face.landmarks_xyz.mean(axis=0)
    return replace(face, landmarks_xyz=(face.landmarks_xyz - middle) @ turn.T + middle)
