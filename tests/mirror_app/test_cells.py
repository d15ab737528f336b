"""Soft paint: what changes in the cells is what changes in the picture, however much, and nothing else."""

import numpy as np
import pytest

from mirror_app.effects._cells import Cells, box, scale, thinned
from models.results import U8

SIZE_PX = (96, 64)


def painted(bare: U8, cell_px: int, colour: int) -> U8:
    """A picture of which everything but a margin is painted in one grey."""
    image = bare.copy()
    around = box(0, 0, *SIZE_PX, cell_px, SIZE_PX)
    assert around is not None
    cells = Cells(around, cell_px, thinned(image, around, cell_px))
    cells.low_bgr[2:-2, 2:-2] = colour
    cells.lay(image)
    return image


@pytest.mark.parametrize("cell_px", [1, 3, 4, 5])
@pytest.mark.parametrize(("before", "after"), [(0, 255), (255, 0), (20, 190), (100, 101), (200, 60)])
def test_any_change_arrives_on_the_picture(cell_px: int, before: int, after: int) -> None:
    bare: U8 = np.full((*SIZE_PX[::-1], 3), before, np.uint8)
    image = painted(bare, cell_px, after)
    inside = slice(3 * cell_px, -3 * cell_px - cell_px)
    assert np.abs(image[inside, inside].astype(int) - after).max() <= 1
    assert (image[:cell_px] == before).all()
    assert (image[:, :cell_px] == before).all()


def test_what_is_finer_than_a_cell_stays() -> None:
    random = np.random.default_rng(3)
    bare = random.integers(90, 110, (*SIZE_PX[::-1], 3), np.uint8)
    image = bare.copy()
    cells = Cells((0, 0, *SIZE_PX), 4, thinned(image, (0, 0, *SIZE_PX), 4))
    cells.low_bgr[:] += np.uint8(30)
    cells.lay(image)
    assert (image == bare + 30).all()


def test_laid_twice_is_laid_once() -> None:
    image: U8 = np.full((*SIZE_PX[::-1], 3), 80, np.uint8)
    cells = Cells((0, 0, *SIZE_PX), 4, thinned(image, (0, 0, *SIZE_PX), 4))
    cells.low_bgr[4:8, 4:8] = 120
    cells.lay(image)
    before = image.copy()
    cells.lay(image)
    assert (image == before).all()


def test_cells_are_scaled_by_weight_and_factor() -> None:
    there: U8 = np.full((2, 2, 3), 100, np.uint8)
    weight = np.array(((0, 1), (0.5, 1)), np.float32)
    scale(there, weight, (0.5, -0.5, 9.0))
    assert there[0, 0].tolist() == [100, 100, 100]
    assert there[0, 1].tolist() == [150, 50, 255]
    assert there[1, 0].tolist() == [125, 75, 255]


@pytest.mark.parametrize("cell_px", [2, 3, 4, 5, 6, 7])
def test_cells_are_calmer_than_pixels(cell_px: int) -> None:
    random = np.random.default_rng(5)
    size = 40 * cell_px
    noisy = np.clip(np.rint(random.normal(120, 8, (size, size, 3))), 0, 255).astype(np.uint8)
    cells = thinned(noisy, (0, 0, size, size), cell_px)
    assert cells.shape == (40, 40, 3)
    assert cells.std() < 0.65 * noisy.std()
