"""What is stacked for speed stays apart: tiles lie in the picture and nothing of one is in the other."""

import numpy as np
import pytest

from mirror_app.effects import _curves, _film, _tiles
from models.results import F32

PICTURE = (200, 120)
ALL = slice(None)


def square(x: float, y: float, half: float) -> F32:
    left, top, right, bottom = x - half, y - half, x + half, y + half
    return np.array(((left, top), (right, top), (right, bottom), (left, bottom)), np.float32)


@pytest.mark.parametrize(
    "boxes",
    [
        ((10.2, 20.7, 40.1, 50.0), (100.0, 30.0, 120.0, 80.5)),
        ((-30.0, -10.0, 12.0, 14.0), (150.0, 100.0, 260.0, 190.0)),
        ((-90.0, 10.0, -50.0, 30.0), (20.0, 10.0, 60.0, 30.0)),
        ((-1e4, -1e4, 1e4, 1e4), (50.0, 50.0, 51.0, 51.0)),
    ],
)
def test_tiles_are_of_one_size_and_hold_what_is_in_the_picture(boxes: tuple[_tiles.Edges, ...]) -> None:
    tiles = _tiles.Tiles.around(boxes, PICTURE)
    assert len(tiles) == len(boxes)
    for (x, y), (left, top, right, bottom) in zip(tiles.corners_px, boxes, strict=True):
        assert x >= 0
        assert y >= 0
        assert x + tiles.width_px <= PICTURE[0]
        assert y + tiles.height_px <= PICTURE[1]
        for low, high, first, size, end in (
            (left, right, x, tiles.width_px, PICTURE[0]),
            (top, bottom, y, tiles.height_px, PICTURE[1]),
        ):
            if low < end and high > 0:
                assert first <= max(low, 0)
                assert first + size >= min(high, end)


def test_a_shape_covers_as_much_as_it_is_large_and_where_it_is() -> None:
    shapes = np.stack((square(50.3, 40.6, 10.25), square(140.75, 60.1, 10.25)))
    tiles = _tiles.Tiles.around(_tiles.around(shapes, 3), PICTURE)
    (covered,) = tiles.covered(shapes, (ALL,))
    for part, (x, y), centre in zip(
        tiles.parts(covered), tiles.corners_px, ((50.3, 40.6), (140.75, 60.1)), strict=True
    ):
        amount = np.asarray(part, float) / 255
        assert amount.sum() == pytest.approx(20.5**2, rel=0.03)
        across, down = np.arange(part.shape[1]) + x + 0.5, np.arange(part.shape[0]) + y + 0.5
        found = (amount.sum(axis=0) @ across / amount.sum(), amount.sum(axis=1) @ down / amount.sum())
        assert found == pytest.approx(centre, abs=0.15)


def test_a_shape_is_filled_in_the_same_place_however_finely() -> None:
    shapes = np.stack((square(50, 40, 10), square(140, 60, 10)))
    tiles = _tiles.Tiles.around(_tiles.around(shapes, 3), PICTURE)
    canvas, scale = tiles.canvas()
    stack = np.zeros((tiles.rows, tiles.width_px), np.uint8)
    for each in (canvas, stack):
        tiles.fill(each, _curves.fixed(shapes), ((ALL,),))
    assert scale > 1
    # Beyond its own edge OpenCV fills the pixels on which the edge lies.
    assert (stack >= _curves.averaged(canvas, scale)).all()
    assert 400 <= (stack > 0).sum() / len(tiles) <= 22**2


def test_what_the_edge_of_the_picture_cuts_off_is_not_in_the_other_tile() -> None:
    # The first hangs out of the picture below, the second stands free.
    shapes = np.stack((square(40, 118, 12), square(150, 60, 6)))
    tiles = _tiles.Tiles.around(_tiles.around(shapes, 3), PICTURE)
    first, second = (np.asarray(part) for part in tiles.parts(tiles.covered(shapes, (ALL,))[0]))
    assert (first[-1] > 0).any()
    assert second.astype(float).sum() / 255 == pytest.approx(144, rel=0.05)
    assert not second[0].any()


def test_layers_of_shapes_are_apart_and_what_overlaps_in_one_counts_once() -> None:
    large, small = (np.stack((square(50, 50, half), square(140, 50, half))) for half in (10, 4))
    tiles = _tiles.Tiles.around(_tiles.around(large, 3), PICTURE)
    both, alone = tiles.covered(
        np.concatenate((large, small), axis=1), (slice(4), slice(4, 8)), (slice(4, 8),)
    )
    assert (both == tiles.covered(large, (ALL,))[0]).all()
    assert (alone == tiles.covered(small, (ALL,))[0]).all()


def test_tiles_that_overlap_are_both_painted() -> None:
    # As on a head that leans: the corner of one tile lies on the other's paint.
    image = np.zeros((PICTURE[1], PICTURE[0], 3), np.uint8)
    shapes = np.stack((square(60, 40, 10), square(75, 55, 3)))
    tiles = _tiles.Tiles.around(_tiles.around(shapes, 8), PICTURE)
    (alpha,) = tiles.covered(shapes, (ALL,))
    film = np.full((*alpha.shape, 3), 200, np.uint8)
    _film.lay(tiles.views(image), film, alpha)
    assert (image[32:48, 52:68] == 200).all()
    assert (image[53:57, 73:77] == 200).all()
    flat = np.zeros_like(image)
    _film.lay_flat(tiles.views(flat), (200.0, 200.0, 200.0), alpha, (1.0, 1.0))
    assert (np.abs(flat.astype(int) - image) <= 1).all()


def test_each_tile_has_its_own_factor() -> None:
    tiles = _tiles.Tiles(((0, 0), (50, 0)), 4, 3)
    stack = np.full((tiles.rows, 4), 200, np.uint8)
    first, second = tiles.parts(tiles.scaled(stack, (1.0, 0.5)))
    assert (np.asarray(first) == 200).all()
    assert (np.asarray(second) == 100).all()
