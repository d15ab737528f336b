"""MAX_POOL_2D and AVERAGE_POOL_2D."""

import tflite

from models.convert.family import Family, lanes
from models.convert.graph import Graph
from models.convert.operators.activation import fused
from models.convert.padding import same_or_valid
from models.convert.source import Operator


def max_pool(graph: Graph, *siblings: Operator) -> None:
    """Largest value of each window."""
    _pool(graph, siblings, "MaxPool")


def average_pool(graph: Graph, *siblings: Operator) -> None:
    """Mean of each window; padding does not count in it."""
    _pool(graph, siblings, "AveragePool")


def _pool(graph: Graph, siblings: tuple[Operator, ...], kind: str) -> None:
    options = siblings[0].options(tflite.Pool2DOptions)
    size = graph.shape(siblings[0].inputs[0])[1:3]
    kernel = (options.FilterHeight(), options.FilterWidth())
    value = graph.value(*(operator.inputs[0] for operator in siblings))
    if kind == "AveragePool" and kernel == size:
        value = graph.emit("GlobalAveragePool", value)
    else:
        strides = [options.StrideH(), options.StrideW()]
        pads = same_or_valid(size, kernel, strides, [1, 1], options.Padding())
        value = graph.emit(kind, value, kernel_shape=list(kernel), strides=strides, pads=pads)
    value = fused(graph, value, options.FusedActivationFunction())
    graph.define_lanes([operator.outputs[0] for operator in siblings], value)


_SAME = ("FilterHeight", "FilterWidth", "StrideH", "StrideW", "Padding", "FusedActivationFunction")
_ALIKE = lanes(*_SAME, table=tflite.Pool2DOptions)

OPERATORS = {"MAX_POOL_2D": Family(max_pool, _ALIKE), "AVERAGE_POOL_2D": Family(average_pool, _ALIKE)}
