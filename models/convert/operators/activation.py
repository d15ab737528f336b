"""Activations, alone or fused into another operator."""

from collections.abc import Callable

import numpy as np
import tflite

from models.convert.family import Family, lanes
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


def prelu(graph: Graph, *siblings: Operator) -> None:
    """PRelu as two depthwise 1x1 convolutions, exact for any slope a:

        y = x + s * relu(v * x)    with v = a - 1, s = 1 where a <= 1, and v = 1 - a, s = -1 where a > 1.

    ONNX Runtime's PRelu kernel is slow and breaks the blocked layout; here Relu fuses into the first
    convolution and the sum into the second.
    """
    x = graph.value(*(operator.inputs[0] for operator in siblings))
    channels = graph.shape(siblings[0].inputs[0])[3]
    slopes = [np.broadcast_to(graph.known(o.inputs[1]).reshape(-1), (channels,)) for o in siblings]
    slope = np.concatenate(slopes).reshape(-1, 1, 1, 1)
    inner = graph.weight(-np.abs(slope - 1))
    outer = graph.weight(np.where(slope > 1, -1, 1).astype(np.float32))
    bent = graph.emit("Relu", graph.emit("Conv", x, inner, group=slope.size))
    value = graph.emit("Add", graph.emit("Conv", bent, outer, group=slope.size), x)
    graph.define_lanes([operator.outputs[0] for operator in siblings], value)


def _plain(kind: str) -> Callable[[Graph, Operator], None]:
    def write(graph: Graph, operator: Operator) -> None:
        graph.define(operator.outputs[0], graph.emit(kind, graph.value(operator.inputs[0])))

    return write


OPERATORS = {
    "PRELU": Family(prelu, lanes()),
    "RELU": Family(_plain("Relu")),
    "LOGISTIC": Family(_plain("Sigmoid")),
    "HARD_SWISH": Family(_plain("HardSwish")),
}
