"""Pictures in memory that two processes share: found, used again, and without a name in any folder."""

import gc
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from edge import pixels

SHAPE = (6, 10, 3)


def _look(pipe: Connection) -> None:
    """The other process: sums of what lies at the places it is told."""
    while (place := pipe.recv()) is not None:
        pipe.send(int(pixels.at(place).sum()))


def test_another_process_sees_what_was_written() -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    other = context.Process(target=_look, args=(there,))
    other.start()
    picture = pixels.empty(SHAPE)
    for value in (1, 2, 7):
        picture[:] = value
        place, same = pixels.placed(picture)
        assert same is picture
        here.send(place)
        assert here.recv() == value * picture.size
    here.send(None)
    other.join(10)
    assert other.exitcode == 0


def test_a_picture_made_elsewhere_is_copied() -> None:
    picture = np.arange(180, dtype=np.uint8).reshape(SHAPE)
    place, copy = pixels.placed(picture)
    assert copy is not picture
    assert np.array_equal(pixels.at(place), picture)


@pytest.mark.parametrize("part", [(slice(None), slice(None, None, -1)), (slice(1, 4), slice(2, 5))])
def test_a_part_of_a_picture_is_copied(part: tuple[slice, ...]) -> None:
    whole = pixels.empty(SHAPE)
    whole[:] = np.arange(180, dtype=np.uint8).reshape(SHAPE)
    place, _held = pixels.placed(whole[part])
    assert np.array_equal(pixels.at(place), whole[part])


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has asked for memory yet."""
    monkeypatch.setattr(pixels, "_POOL", pixels.Pool())


def test_what_nobody_holds_is_used_again_and_what_somebody_holds_is_not(pool: None) -> None:
    first = pixels.empty(SHAPE)
    first[:] = 5
    part, place = first[2:], pixels.placed(first)[0]
    del first
    gc.collect()
    second = pixels.empty(SHAPE)
    assert pixels.placed(second)[0].serial != place.serial
    assert (part == 5).all()
    del part, second
    gc.collect()
    again = [pixels.empty(SHAPE), pixels.empty(SHAPE)]
    assert pixels.placed(again[0])[0].serial == place.serial, "what lies in the oldest is written over first"
    assert len({pixels.placed(each)[0].serial for each in again}) == 2


def test_when_nothing_more_is_to_be_seen_no_picture_stays(pool: None) -> None:
    picture = pixels.empty((300, 300, 3))
    file = pixels.placed(picture)[0].where
    del picture
    gc.collect()
    assert Path(file).exists()
    pixels.forget()
    gc.collect()
    assert not Path(file).exists() or "memfd" not in str(Path(file).readlink())


def test_a_larger_camera_gets_larger_memory() -> None:
    small = pixels.empty(SHAPE)
    del small
    large = pixels.empty((60, 100, 3))
    large[:] = 9
    assert (pixels.at(pixels.placed(large)[0]) == 9).all()


def test_the_reader_cannot_write() -> None:
    place, _held = pixels.placed(np.zeros(SHAPE, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        pixels.at(place)[0, 0] = 1


def test_nothing_of_it_has_a_name_in_a_folder() -> None:
    before = set(Path("/dev/shm").iterdir())
    held = pixels.empty((1080, 1920, 3))
    pixels.placed(held)
    assert set(Path("/dev/shm").iterdir()) == before
    assert "memfd:" in str(Path(pixels.placed(held)[0].where).readlink())


def test_who_hoards_pictures_is_told(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "_MOST_BYTES", 0)
    with pytest.raises(MemoryError, match="who keeps them"):
        pixels.placed(np.zeros((300, 300, 3), np.uint8))
    assert pixels.empty((300, 300, 3)).shape == (300, 300, 3)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(TypeError):
        pixels.placed(np.zeros(SHAPE, np.float32))
