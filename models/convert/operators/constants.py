"""Constants that are stored small: DEQUANTIZE (float16) and DENSIFY (sparse). Both fold away."""

from collections.abc import Iterator
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
    metadata = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    block_sizes = {d: metadata[i].DenseSize() for i, d in enumerate(order) if d >= len(shape)}
    result = np.zeros(shape, values.dtype)
    for place, value in zip(_places(metadata), values, strict=True):
        at = dict(zip(order, place, strict=True))
        index = [at[d] for d in range(len(shape))]
        for b, d in enumerate(blocks):
            index[d] = index[d] * block_sizes[len(shape) + b] + at[len(shape) + b]
        result[tuple(index)] = value
    return result


def _places(metadata: list[Any], level: int = 0, parent: int = 0) -> Iterator[tuple[int, ...]]:
    """Indices of the stored values in the order they are stored, by traversal dimension."""
    if level == len(metadata):
        yield ()
        return
    dimension = metadata[level]
    if dimension.Format() == tflite.DimensionType.DENSE:
        size = dimension.DenseSize()
        entries = ((parent * size + i, i) for i in range(size))
    else:
        segments, indices = (
            _vector(dimension.ArraySegments(), dimension.ArraySegmentsType()),
            _vector(dimension.ArrayIndices(), dimension.ArrayIndicesType()),
        )
        entries = ((i, int(indices[i])) for i in range(int(segments[parent]), int(segments[parent + 1])))
    for position, index in entries:
        for rest in _places(metadata, level + 1, position):
            yield (index, *rest)


def _vector(union: Any, kind: int) -> Array:
    table = {
        tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
        tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
        tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
    }[kind]()
    table.Init(union.Bytes, union.Pos)
    return np.array(table.ValuesAsNumpy())


OPERATORS = {"DEQUANTIZE": Family(dequantize), "DENSIFY": Family(densify)}
