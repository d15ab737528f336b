"""ADD, MUL and MEAN."""

import tflite

from models.convert.graph import Graph, nchw_axis
from models.convert.operators.activation import fused
from models.convert.source import Operator


def add(graph: Graph, operator: Operator) -> None:
    """Sum of two values, with its fused activation."""
    value = graph.emit("Add", *(graph.value(i) for i in operator.inputs))
    code = operator.options(tflite.AddOptions).FusedActivationFunction()
    graph.define(operator.outputs[0], fused(graph, value, code))


def mul(graph: Graph, operator: Operator) -> None:
    """Product of two values, with its fused activation."""
    value = graph.emit("Mul", *(graph.value(i) for i in operator.inputs))
    code = operator.options(tflite.MulOptions).FusedActivationFunction()
    graph.define(operator.outputs[0], fused(graph, value, code))


def mean(graph: Graph, operator: Operator) -> None:
    """Mean over axes; over the whole picture it is a pool, which stays in the blocked layout."""
    tensor, output = operator.inputs[0], operator.outputs[0]
    rank = len(graph.shape(tensor))
    axes = sorted(nchw_axis(int(axis), rank) for axis in graph.known(operator.inputs[1]).reshape(-1))
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


OPERATORS = {"ADD": add, "MUL": mul, "MEAN": mean}
