"""ADD, MUL and MEAN."""

from typing import Any

import numpy as np
import tflite

from models.convert.family import Family, lanes
from models.convert.graph import Graph, nchw_axis
from models.convert.operators.activation import fused
from models.convert.source import Operator


def add(graph: Graph, *siblings: Operator) -> None:
    """Sum of two values, with its fused activation."""
    _binary(graph, siblings, "Add", tflite.AddOptions)


def mul(graph: Graph, *siblings: Operator) -> None:
    """Product of two values, with its fused activation."""
    _binary(graph, siblings, "Mul", tflite.MulOptions)


def _binary(graph: Graph, siblings: tuple[Operator, ...], kind: str, table: Any) -> None:
    for operator in siblings:
        _lay_out(graph, operator)
    one, other = (graph.value(*tensors) for tensors in zip(*(o.inputs for o in siblings), strict=True))
    value = graph.emit(kind, one, other)
    value = fused(graph, value, siblings[0].options(table).FusedActivationFunction())
    graph.define_lanes([operator.outputs[0] for operator in siblings], value)


def _lay_out(graph: Graph, operator: Operator) -> None:
    """A value in a layout of its own passes it to the constant it meets and to the result."""
    one, other = operator.inputs
    layout = graph.layouts.get(one)
    if layout:
        graph.define(other, graph.weight(layout(graph.known(other))))
        graph.layouts[operator.outputs[0]] = layout


def mean(graph: Graph, operator: Operator) -> None:
    """Mean over axes; over the whole picture it is a pool, which stays in the blocked layout."""
    tensor, output = operator.inputs[0], operator.outputs[0]
    rank = len(graph.shape(tensor))
    axes = sorted(nchw_axis(int(axis), rank) for axis in np.ravel(graph.known(operator.inputs[1])))
    keep = bool(operator.options(tflite.ReducerOptions).KeepDims())
    if rank == 4 and axes == [2, 3]:
        value = graph.emit("GlobalAveragePool", graph.value(tensor))
        if not keep:
            value = graph.emit("Reshape", value, graph.ints(*graph.shape(output)))
        graph.define(output, value)
        return
    if rank == 4 and not keep:
        raise ValueError(f"mean over axes {axes} drops dimensions of a picture")
    graph.define(output, graph.emit("ReduceMean", graph.value(tensor), axes=axes, keepdims=int(keep)))


OPERATORS = {
    "ADD": Family(add, lanes("FusedActivationFunction", table=tflite.AddOptions)),
    "MUL": Family(mul, lanes("FusedActivationFunction", table=tflite.MulOptions)),
    "MEAN": Family(mean),
}
