"""Constants that are stored small: DEQUANTIZE (float16) and DENSIFY (sparse). Both fold away."""

from typing import Any

import numpy as np
import tflite

from models.convert.family import Family
from models.convert.graph import Graph
from models.convert.source import Array, Operator


def dequantize(graph: Graph, operator: Operator) -> None:
    """A float16 constant as float32."""
    values = graph.known(operator.inputs[0])
    if values.dtype != np.float16:
        raise ValueError(f"dequantizes {values.dtype}")
    graph.fold(operator.outputs[0], values.astype(np.float32))


def densify(graph: Graph, operator: Operator) -> None:
    """A sparse constant with its zeros written out."""
    tensor = graph.source.tensors[operator.inputs[0]]
    graph.fold(operator.outputs[0], dense(graph.known(operator.inputs[0]), tensor.shape, tensor.sparsity))


def dense(values: Array, shape: tuple[int, ...], sparsity: Any) -> Array:
    """Unpack TFLite's sparse format: dimensions in traversal order, each dense or compressed (CSR).

    Dimensions beyond the tensor's rank are blocks of the dimensions that BlockMap names.
    """
    order = sparsity.TraversalOrderAsNumpy().tolist()
    blocks = sparsity.BlockMapAsNumpy().tolist() if sparsity.BlockMapLength() else []
    levels = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    at = dict(zip(order, _places(levels), strict=True))
    index = [at[dimension] for dimension in range(len(shape))]
    for number, dimension in enumerate(blocks, start=len(shape)):
        size = levels[order.index(number)].DenseSize()
        index[dimension] = index[dimension] * size + at[number]
    result = np.zeros(shape, values.dtype)
    result[tuple(index)] = values
    return result


def _places(levels: list[Any]) -> list[Array]:
    """For every traversal dimension, the index of each stored value along it, in stored order."""
    positions: Array = np.zeros(1, np.int64)
    places: list[Array] = []
    for level in levels:
        if level.Format() == tflite.DimensionType.DENSE:
            size = level.DenseSize()
            counts = np.full(len(positions), size)
            starts, indices = positions * size, np.tile(np.arange(size), int(positions.max(initial=0)) + 1)
        else:
            segments = _vector(level.ArraySegments(), level.ArraySegmentsType())
            starts, counts = segments[positions], segments[positions + 1] - segments[positions]
            indices = _vector(level.ArrayIndices(), level.ArrayIndicesType())
        before = np.cumsum(counts) - counts
        positions = np.repeat(starts - before, counts) + np.arange(counts.sum())
        places = [np.repeat(place, counts) for place in places] + [indices[positions]]
    return places


def _vector(union: Any, kind: int) -> Array:
    table = {
        tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
        tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
        tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
    }[kind]()
    table.Init(union.Bytes, union.Pos)
    return np.array(table.ValuesAsNumpy(), np.int64)


OPERATORS = {"DEQUANTIZE": Family(dequantize), "DENSIFY": Family(densify)}
