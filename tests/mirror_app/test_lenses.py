"""Contact lenses: a print on the iris, as large as it says, under pupil, light and lids."""

import cv2
import numpy as np
import pytest

from edge.scene import Face
from mirror_app.effects import lenses
from models.results import U8
from tests.mirror_app import regions
from tests.mirror_app.eyes import blinking, near, sitter, size
from tests.mirror_app.regions import change
from tests.mirror_app.sitting import grown
from tests.mirror_app.wearing import BLUE, layer, worn


def eye(face: Face, image: U8, iris: float) -> U8:
    """The picture with drawn eyes: white, iris, pupil and a light in it."""
    drawn: U8 = image.copy()
    opening = regions.openings(face, size(image)) > 0
    drawn[opening] = (225, 225, 225)
    disc: U8 = np.zeros(image.shape[:2], np.uint8)
    for centre, edge in ((468, 469), (473, 474)):
        at = tuple(np.rint(face.landmarks_xyz[centre, :2] * 16).astype(int).tolist())
        radius = float(np.hypot(*(face.landmarks_xyz[edge, :2] - face.landmarks_xyz[centre, :2])))
        cv2.circle(disc, at, round(radius * 16), 1, -1, cv2.LINE_8, 4)
        cv2.circle(disc, at, round(radius * 0.25 * 16), 2, -1, cv2.LINE_8, 4)
        glint = (at[0] + round(radius * 8), at[1])
        cv2.circle(disc, glint, round(radius * 0.12 * 16), 3, -1, cv2.LINE_8, 4)
    for kind, colour in ((1, (iris * 0.5, iris * 0.8, iris)), (2, (12, 12, 12)), (3, (250, 250, 250))):
        drawn[(disc == kind) & opening] = colour
    return drawn


@pytest.mark.parametrize("pattern", ["natural", "solid", "ring"])
@pytest.mark.parametrize("finish", lenses.FINISHES)
def test_lenses_leave_pupil_light_and_white(finish: str, pattern: str) -> None:
    like, face = near()
    bare = eye(face, like, 70)
    changed = change(bare, worn(bare, face, layer("lenses", finish, (BLUE,), {"pattern": pattern})))
    pupil, light = (bare == 12).all(axis=2), (bare == 250).all(axis=2)
    white = grown(np.asarray((bare == 225).all(axis=2), np.uint8), -8) > 0
    iris = (bare[..., 2] == 70) & (bare[..., 1] == 56)
    assert np.quantile(changed[pupil], 0.9) <= 12
    assert np.median(changed[grown(np.asarray(light, np.uint8), -2) > 0]) <= 8
    assert np.quantile(changed[white], 0.9) <= 1
    assert np.quantile(changed[iris], 0.9) > 20


def test_lenses_are_as_large_as_they_say() -> None:
    like, face = near()
    bare = eye(face, like, 70)
    areas = []
    for diameter_mm in (11.0, 14.0):
        what = layer("lenses", "opaque", (BLUE,), {"diameter_mm": diameter_mm, "pattern": "solid"})
        areas.append(np.nonzero((change(bare, worn(bare, face, what)) > 20).any(axis=0))[0])
    widths = [each[each < bare.shape[1] // 2] for each in areas]
    ratio = float(np.ptp(widths[1]) / np.ptp(widths[0]))
    assert ratio == pytest.approx(14 / 11, rel=0.1)


def test_lenses_are_gone_in_a_blink() -> None:
    bare, face = sitter()
    assert (worn(bare, blinking(face, 1.0), layer("lenses", tones=(BLUE,))) == bare).all()
