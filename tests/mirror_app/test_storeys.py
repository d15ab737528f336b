"""Storeys of a hat: what is drawn of it in two boxes is what would be drawn in one."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.head import Head
from mirror_app import catalog
from mirror_app.light import DAYLIGHT
from mirror_app.things import artwork, curtain, storeys
from mirror_app.things.curtain import Curtain
from mirror_app.things.head_shape import HeadShape
from mirror_app.things.sprite import Sprite
from tests.mirror_app.sitting import portrait

FEDORA = Path(catalog.__file__).parent.parent / "catalogues" / "artwork" / "felt-fedora.png"
SIZE_PX = (1280, 720)


def hat() -> Curtain:
    (hung,) = artwork.hat(FEDORA, 300.0, 0.8).curtains
    return hung


def held(turn: tuple[float, float, float]) -> Head:
    """The portrait's head, large, turned like this: radians about x, y, z."""
    head = portrait().faces[0].head
    assert head is not None
    rotation = cv2.Rodrigues(np.array(turn, np.float64))[0].astype(np.float32)
    return replace(head, rotation=rotation, px_per_mm=2.2, origin_px=np.array((640, 400, 0), np.float32))


def drawn(hung: Curtain, head: Head) -> Sprite:
    shape = HeadShape.of(replace(portrait().faces[0], head=head), head)
    sprite = curtain.draw(hung, head, head, SIZE_PX, DAYLIGHT, shape)
    assert sprite is not None
    return replace(sprite, bgra=sprite.bgra.copy())


@pytest.mark.parametrize(
    "turn", [(0, 0, 0), (0.1, 0.4, 0), (-0.3, -0.5, 0.2), (0, 0, 0.6), (0, 0, 1.5), (0, 0, 3.0), (0, 1.2, 0)]
)
def test_a_hat_in_two_boxes_is_the_hat_in_one(
    turn: tuple[float, float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = drawn(hat(), held(turn))
    monkeypatch.setattr(Curtain, "halves", None)
    whole = drawn(hat(), held(turn))
    assert cut.box_xyxy == whole.box_xyxy
    assert (cut.bgra == whole.bgra).all()


def test_beside_a_crown_nothing_is_drawn() -> None:
    crown, brim = drawn(hat(), held((0, 0.2, 0.05))).parts_xyxy
    assert crown[3] <= brim[1]
    assert crown[2] - crown[0] < 0.75 * (brim[2] - brim[0])


def test_two_boxes_have_no_pixel_in_common_and_hold_all() -> None:
    hung, head = hat(), held((0.1, 0.1, 0.15))
    sprite = drawn(hung, head)
    left, top, right, bottom = sprite.box_xyxy
    often = np.zeros((bottom - top, right - left), np.uint8)
    for x0, y0, x1, y1 in sprite.parts_xyxy:
        often[y0 - top : y1 - top, x0 - left : x1 - left] += 1
    assert len(sprite.parts_xyxy) == 2
    assert often.max() == 1
    assert not sprite.bgra[often == 0].any()


def test_what_fills_its_picture_is_not_cut() -> None:
    full = np.full((64, 64), 255, np.uint8)
    assert storeys.storeys(full, 17) is None
    assert storeys.storeys(full[:1], 17) is None
    narrow = full.copy()
    narrow[:40, 20:], narrow[:40, :4] = 0, 0
    pair = storeys.storeys(narrow, 17)
    assert pair is not None
    upper, lower = pair
    assert (upper.first, upper.last, lower.first, lower.last) == (0, 6, 0, 16)
    assert upper.bottom == pytest.approx(40 / 64, abs=0.04)


def test_a_small_hat_stays_whole() -> None:
    pair, whole = hat().halves, (0, 0, 60, 30)
    assert pair is not None
    rail: list[list[float]] = [[float(x), 0.0, 0.0] for x in np.linspace(0, 60, 17)]
    assert storeys.parts(pair, rail, (0.0, 30.0, 0.0), SIZE_PX, whole) == (whole,)
