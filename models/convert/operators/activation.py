"""Activations, alone or fused into another operator."""

import numpy as np
import tflite

from models.convert.graph import Graph
from models.convert.source import Operator


def fused(graph: Graph, value: str, code: int) -> str:
    """Write the activation that an operator carries in its options; ValueError for an unknown one."""
    if code == tflite.ActivationFunctionType.NONE:
        return value
    if code == tflite.ActivationFunctionType.RELU:
        return graph.emit("Relu", value)
    if code == tflite.ActivationFunctionType.RELU6:
        return graph.emit("Clip", value, graph.scalar(0), graph.scalar(6))
    raise ValueError(f"fused activation {code}")


def prelu(graph: Graph, operator: Operator) -> None:
    """PRelu as two depthwise 1x1 convolutions, exact for any slope a:

        y = x + s * relu(v * x)    with v = a - 1, s = 1 where a <= 1, and v = 1 - a, s = -1 where a > 1.

    ONNX Runtime's PRelu kernel is slow and breaks the blocked layout; here Relu fuses into the first
    convolution and the sum into the second.
    """
    x = graph.value(operator.inputs[0])
    slope = graph.known(operator.inputs[1]).reshape(-1)
    channels = graph.shape(operator.inputs[0])[3]
    slope = np.broadcast_to(slope, (channels,))
    kernel = (-1, 1, 1, 1)
    inner = graph.weight(-np.abs(slope - 1).reshape(kernel))
    outer = graph.weight(np.where(slope > 1, -1, 1).astype(np.float32).reshape(kernel))
    bent = graph.emit("Relu", graph.emit("Conv", x, inner, group=channels))
    graph.define(operator.outputs[0], graph.emit("Add", graph.emit("Conv", bent, outer, group=channels), x))


def _plain(kind: str) -> object:
    def write(graph: Graph, operator: Operator) -> None:
        graph.define(operator.outputs[0], graph.emit(kind, graph.value(operator.inputs[0])))

    return write


OPERATORS = {
    "PRELU": prelu,
    "RELU": _plain("Relu"),
    "LOGISTIC": _plain("Sigmoid"),
    "HARD_SWISH": _plain("HardSwish"),
}
