"""PAD: zeros around a picture or as further channels."""

import numpy as np

from models.convert.family import Family, lanes
from models.convert.graph import Graph, Padding
from models.convert.source import Operator


def pad(graph: Graph, *siblings: Operator) -> None:
    """Zeros around the picture wait for the convolution that follows; zeros as channels are a convolution.

    ONNX's Pad would leave the blocked layout; a 1x1 convolution with an identity stays in it and costs less.
    """
    first = siblings[0]
    (_, _), (top, bottom), (left, right), (front, channels) = graph.known(first.inputs[1]).tolist()
    if front or (channels and (top or bottom or left or right)):
        raise ValueError("pads channels and pixels at once")
    if channels:
        _channels(graph, siblings, channels)
        return
    for operator in siblings:
        _around(graph, operator, [top, left, bottom, right])


def _channels(graph: Graph, siblings: tuple[Operator, ...], channels: int) -> None:
    tensors = [operator.inputs[0] for operator in siblings]
    before = graph.shape(tensors[0])[3]
    identity = np.eye(before + channels, before, dtype=np.float32)[:, :, None, None]
    weights = graph.weight(np.concatenate([identity] * len(siblings)))
    value = graph.emit("Conv", graph.value(*tensors), weights, group=len(siblings))
    graph.define_lanes([operator.outputs[0] for operator in siblings], value)


def _around(graph: Graph, operator: Operator, pads: list[int]) -> None:
    tensor, output = operator.inputs[0], operator.outputs[0]
    graph.paddings[output] = Padding(tensor, pads)
    sizes = graph.ints(0, 0, *pads[:2], 0, 0, *pads[2:])
    graph.postpone(output, lambda: graph.emit("Pad", graph.value(tensor), sizes))


def _alike(graph: Graph, one: Operator, other: Operator) -> bool:
    same = np.array_equal(graph.known(one.inputs[1]), graph.known(other.inputs[1]))
    return same and lanes()(graph, one, other)


OPERATORS = {"PAD": Family(pad, _alike)}
