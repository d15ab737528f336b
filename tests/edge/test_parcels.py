"""What is seen arrives in the other process as it was."""

import dataclasses
import pickle
from multiprocessing import Pipe
from typing import NamedTuple

import numpy as np
import pytest

from edge.parcels import Parcels
from edge.scene import Cover, Face, Hand
from models.providers import Runtime

_POINTS = np.arange(478 * 3, dtype=np.float32).reshape(478, 3)


def _sent(value: object) -> object:
    one, other = Pipe()
    with one, other:
        one.send_bytes(Parcels(Face, Cover, Hand).pack(value))
        return Parcels(Face, Cover, Hand).unpack(other.recv_bytes())


@pytest.mark.parametrize(
    "array",
    [
        _POINTS,
        np.asfortranarray(_POINTS),
        _POINTS[::2, :2],
        np.zeros((0, 3), np.uint8),
        np.array(3.5),
        np.array([True, False]),
        np.array([1, 2], ">i4"),
        np.array([None, "words"], object),
        np.array(["2026-11-22"], "datetime64[D]"),
        np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
    ],
    ids=lambda array: f"{array.dtype.str}{array.shape}",
)
def test_arrays(array: np.ndarray) -> None:
    """Whatever they hold and however they lie in memory."""
    arrived = _sent(array)

    assert isinstance(arrived, np.ndarray)
    assert arrived.dtype == array.dtype
    assert arrived.shape == array.shape
    assert np.array_equal(arrived, array)
    assert arrived.flags.writeable


def test_a_face_with_a_cover() -> None:
    """Every field, the frozen ones within it as well."""
    cover = Cover(1.0, 2.0, 30.0, 40.0, np.eye(4, dtype=np.uint8), 0.75)
    face = Face(7, _POINTS, 0.5, cover=cover)

    arrived = _sent(face)

    assert isinstance(arrived, Face)
    assert arrived.cover is not None
    assert np.array_equal(arrived.landmarks_xyz, face.landmarks_xyz)
    assert np.array_equal(arrived.cover.alpha, cover.alpha)
    rest = dataclasses.replace(arrived.cover, alpha=cover.alpha)
    assert rest == cover
    assert dataclasses.replace(arrived, landmarks_xyz=_POINTS, cover=cover) == face


class _Pair(NamedTuple):
    one: object
    other: object


@pytest.mark.parametrize(
    "value",
    [
        None,
        (),
        ((),),
        (1, 2.5, "words"),
        [(0, 1)],
        {"a": (1, 2)},
        _Pair((0,), 2),
        ValueError("so"),
        Runtime(),
    ],
    ids=repr,
)
def test_anything_else(value: object) -> None:
    """Tuples are what parcels are made of; whatever lies in other things passes untouched."""
    arrived = _sent((value, (value,)))

    assert isinstance(arrived, tuple)
    for one in (arrived[0], arrived[1][0]):
        assert type(one) is type(value)
        assert repr(one) == repr(value)


def test_what_cannot_be_sent_is_told() -> None:
    """Nothing arrives half."""
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        _sent(lambda: None)


def test_what_is_broken_is_refused_on_arrival() -> None:
    """The checks of the class itself hold: nothing is put together around them."""
    hand = Hand(1, np.zeros((21, 3), np.float32), 0.5, right=True)
    object.__setattr__(hand, "landmarks_xyz", np.zeros((20, 3), np.float32))

    with pytest.raises(ValueError, match="landmarks_xyz"):
        _sent(hand)
