"""Convolutions: CONV_2D, DEPTHWISE_CONV_2D, MediaPipe's transposed convolution, FULLY_CONNECTED."""

from typing import Any

import numpy as np
import tflite

from models.convert.family import Family, lanes
from models.convert.graph import Graph, Lane
from models.convert.operators.activation import fused
from models.convert.padding import same_or_valid
from models.convert.source import Array, Operator


def conv(graph: Graph, *siblings: Operator) -> None:
    """Weights (out, h, w, in) become (out, in, h, w).

    Siblings are groups of one convolution, or, where they look at the same, more outputs of it.
    """
    weights = [graph.known(operator.inputs[1]).transpose(0, 3, 1, 2) for operator in siblings]
    groups = 1 if len({operator.inputs[0] for operator in siblings}) == 1 else len(siblings)
    _convolve(graph, siblings, weights, groups, tflite.Conv2DOptions)


def _among_lanes(lane: Lane, weights: Array) -> Array:
    """Weights that see nothing of the other lanes: cheaper than taking the lane out of the blocked layout."""
    before, after = lane.index * weights.shape[1], (lane.count - 1 - lane.index) * weights.shape[1]
    return np.pad(weights, ((0, 0), (before, after), (0, 0), (0, 0)))


def depthwise(graph: Graph, *siblings: Operator) -> None:
    """Weights (1, h, w, channels) become (channels, 1, h, w), one group per input channel."""
    weights = [graph.known(operator.inputs[1]).transpose(3, 0, 1, 2) for operator in siblings]
    groups = len(siblings) * graph.shape(siblings[0].inputs[0])[3]
    _convolve(graph, siblings, weights, groups, tflite.DepthwiseConv2DOptions)


def _convolve(
    graph: Graph, siblings: tuple[Operator, ...], weights: list[Array], groups: int, table: Any
) -> None:
    options = siblings[0].options(table)
    kernel = np.concatenate(weights)
    bias = np.concatenate([graph.known(operator.inputs[2]) for operator in siblings])
    strides = [options.StrideH(), options.StrideW()]
    dilations = [options.DilationHFactor(), options.DilationWFactor()]
    tensors = [operator.inputs[0] for operator in siblings][: 1 if groups == 1 else None]
    given = graph.paddings.get(tensors[0]) if options.Padding() == tflite.Padding.VALID else None
    if given is not None:
        tensors, pads = [given.tensor], given.pads
    else:
        size = graph.shape(tensors[0])[1:3]
        pads = same_or_valid(size, kernel.shape[2:], strides, dilations, options.Padding())
    if tensors[0] in graph.source.inputs:
        value, kernel, bias, pads = _picture(graph, kernel, bias, pads)
    elif groups == 1:
        lane = graph.lane(tensors[0])
        value, kernel = lane.value, _among_lanes(lane, kernel)
    else:
        value = graph.value(*tensors)
    attributes = {"strides": strides, "dilations": dilations, "pads": pads, "group": groups}
    value = graph.emit("Conv", value, graph.weight(kernel), graph.weight(bias), **attributes)
    value = fused(graph, value, options.FusedActivationFunction())
    graph.define_lanes([operator.outputs[0] for operator in siblings], value)


def _picture(
    graph: Graph, kernel: Array, bias: Array, pads: list[int]
) -> tuple[str, Array, Array, list[int]]:
    """The first convolution takes the uint8 BGR picture: normalisation and channel order go into its weights.

    Zero padding of the normalised picture is padding with -offset / scale of the raw one.
    """
    picture = graph.picture
    value = graph.emit("Cast", "image", to=1)
    if picture.offset and any(pads):
        border = graph.scalar(-picture.offset / picture.scale)
        value = graph.emit("Pad", value, graph.ints(0, 0, *pads[:2], 0, 0, *pads[2:]), border)
        pads = [0, 0, 0, 0]
    bias = bias + np.float32(picture.offset) * kernel.sum(axis=(1, 2, 3))
    return value, kernel[:, ::-1] * np.float32(picture.scale), bias, pads


def transposed(graph: Graph, operator: Operator) -> None:
    """MediaPipe's Convolution2DTransposeBias with kernel = stride: weights (out, h, w, in)."""
    weights = graph.known(operator.inputs[1]).transpose(3, 0, 1, 2)
    before, after = graph.shape(operator.inputs[0]), graph.shape(operator.outputs[0])
    strides = [after[1] // before[1], after[2] // before[2]]
    if tuple(strides) != weights.shape[2:]:
        raise ValueError(f"kernel {weights.shape[2:]} with stride {strides}")
    inputs = (
        graph.value(operator.inputs[0]),
        graph.weight(weights),
        graph.weight(graph.known(operator.inputs[2])),
    )
    graph.define(operator.outputs[0], graph.emit("ConvTranspose", *inputs, strides=strides))


def fully_connected(graph: Graph, operator: Operator) -> None:
    """y = x . weights' + bias, weights (out, in). Transposed here: ONNX Runtime would do it in every run."""
    options = operator.options(tflite.FullyConnectedOptions)
    weights, bias = (graph.known(i) for i in operator.inputs[1:])
    inputs = graph.value(operator.inputs[0]), graph.weight(weights.T), graph.weight(bias)
    value = graph.emit("Gemm", *inputs)
    graph.define(operator.outputs[0], fused(graph, value, options.FusedActivationFunction()))


_SAME = ("StrideH", "StrideW", "Padding", "DilationHFactor", "DilationWFactor", "FusedActivationFunction")

OPERATORS = {
    "CONV_2D": Family(conv, lanes(*_SAME, table=tflite.Conv2DOptions, shared=True)),
    "DEPTHWISE_CONV_2D": Family(depthwise, lanes(*_SAME, table=tflite.DepthwiseConv2DOptions)),
    "Convolution2DTransposeBias": Family(transposed),
    "FULLY_CONNECTED": Family(fully_connected),
}
