"""MAX_POOL_2D and AVERAGE_POOL_2D."""

import tflite

from models.convert.graph import Graph
from models.convert.operators.activation import fused
from models.convert.operators.conv import same_or_valid
from models.convert.source import Operator


def max_pool(graph: Graph, operator: Operator) -> None:
    """Largest value of each window."""
    _pool(graph, operator, "MaxPool")


def average_pool(graph: Graph, operator: Operator) -> None:
    """Mean of each window; padding does not count in it."""
    _pool(graph, operator, "AveragePool")


def _pool(graph: Graph, operator: Operator, kind: str) -> None:
    options = operator.options(tflite.Pool2DOptions)
    size = graph.shape(operator.inputs[0])[1:3]
    kernel = (options.FilterHeight(), options.FilterWidth())
    value = graph.value(operator.inputs[0])
    if kind == "AveragePool" and kernel == size:
        value = graph.emit("GlobalAveragePool", value)
    else:
        strides = [options.StrideH(), options.StrideW()]
        pads = same_or_valid(size, kernel, strides, [1, 1], options.Padding())
        value = graph.emit(kind, value, kernel_shape=list(kernel), strides=strides, pads=pads)
    graph.define(operator.outputs[0], fused(graph, value, options.FusedActivationFunction()))


OPERATORS = {"MAX_POOL_2D": max_pool, "AVERAGE_POOL_2D": average_pool}
