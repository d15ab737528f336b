"""Convolutions: CONV_2D, DEPTHWISE_CONV_2D, MediaPipe's transposed convolution, FULLY_CONNECTED."""

from typing import Any

import numpy as np
import tflite

from models.convert.graph import Graph, Padding
from models.convert.operators.activation import fused
from models.convert.source import Array, Operator


def conv(graph: Graph, operator: Operator) -> None:
    """Weights (out, h, w, in) become (out, in, h, w)."""
    weights = graph.known(operator.inputs[1]).transpose(0, 3, 1, 2)
    _convolve(graph, operator, weights, 1, operator.options(tflite.Conv2DOptions))


def depthwise(graph: Graph, operator: Operator) -> None:
    """Weights (1, h, w, channels) become (channels, 1, h, w), one group per input channel."""
    weights = graph.known(operator.inputs[1]).transpose(3, 0, 1, 2)
    groups = graph.shape(operator.inputs[0])[3]
    _convolve(graph, operator, weights, groups, operator.options(tflite.DepthwiseConv2DOptions))


def _convolve(graph: Graph, operator: Operator, weights: Array, groups: int, options: Any) -> None:
    tensor = operator.inputs[0]
    strides = [options.StrideH(), options.StrideW()]
    dilations = [options.DilationHFactor(), options.DilationWFactor()]
    given = graph.paddings.get(tensor) if options.Padding() == tflite.Padding.VALID else None
    if given is not None:
        tensor, pads = given.tensor, [given.top, given.left, given.bottom, given.right]
    else:
        pads = same_or_valid(
            graph.shape(tensor)[1:3], weights.shape[2:], strides, dilations, options.Padding()
        )
    bias = graph.known(operator.inputs[2])
    if tensor in graph.source.inputs:
        value, weights, bias, pads = _picture(graph, weights, bias, pads)
    else:
        value = graph.value(tensor)
    value = graph.emit(
        "Conv",
        value,
        graph.weight(weights),
        graph.weight(bias),
        strides=strides,
        dilations=dilations,
        pads=pads,
        group=groups,
        kernel_shape=list(weights.shape[2:]),
    )
    graph.define(operator.outputs[0], fused(graph, value, options.FusedActivationFunction()))


def _picture(
    graph: Graph, weights: Array, bias: Array, pads: list[int]
) -> tuple[str, Array, Array, list[int]]:
    """The first convolution takes the uint8 BGR picture: normalisation and channel order go into its weights.

    Zero padding of the normalised picture is padding with -offset / scale of the raw one.
    """
    picture = graph.picture
    value = graph.emit("Cast", graph.emit("Transpose", "image", perm=[0, 3, 1, 2]), to=1)
    if picture.offset and any(pads):
        border = graph.scalar(-picture.offset / picture.scale)
        value = graph.emit("Pad", value, graph.ints(0, 0, *pads[:2], 0, 0, *pads[2:]), border)
        pads = [0, 0, 0, 0]
    bias = bias + np.float32(picture.offset) * weights.sum(axis=(1, 2, 3))
    return value, weights[:, ::-1] * np.float32(picture.scale), bias, pads


def same_or_valid(
    size: tuple[int, ...], kernel: tuple[int, ...], strides: list[int], dilations: list[int], padding: int
) -> list[int]:
    """TFLite's padding as ONNX begins and ends: SAME puts the odd pixel at the end."""
    if padding == tflite.Padding.VALID:
        return [0, 0, 0, 0]
    begins, ends = [], []
    for n, k, stride, dilation in zip(size, kernel, strides, dilations, strict=True):
        total = max((-(-n // stride) - 1) * stride + (k - 1) * dilation + 1 - n, 0)
        begins.append(total // 2)
        ends.append(total - total // 2)
    return begins + ends


def transposed(graph: Graph, operator: Operator) -> None:
    """MediaPipe's Convolution2DTransposeBias, kernel and stride 2: weights (out, h, w, in)."""
    weights = graph.known(operator.inputs[1]).transpose(3, 0, 1, 2)
    before, after = graph.shape(operator.inputs[0]), graph.shape(operator.outputs[0])
    strides = [after[1] // before[1], after[2] // before[2]]
    if tuple(strides) != weights.shape[2:]:
        raise ValueError(f"kernel {weights.shape[2:]} with stride {strides}")
    bias = graph.weight(graph.known(operator.inputs[2]))
    value = graph.value(operator.inputs[0])
    graph.define(
        operator.outputs[0], graph.emit("ConvTranspose", value, graph.weight(weights), bias, strides=strides)
    )


def fully_connected(graph: Graph, operator: Operator) -> None:
    """y = x . weights' + bias, weights (out, in)."""
    options = operator.options(tflite.FullyConnectedOptions)
    weights, bias = (graph.weight(graph.known(i)) for i in operator.inputs[1:])
    value = graph.emit("Gemm", graph.value(operator.inputs[0]), weights, bias, transB=1)
    graph.define(operator.outputs[0], fused(graph, value, options.FusedActivationFunction()))


def pad(graph: Graph, operator: Operator) -> None:
    """Zeros around the picture wait for the convolution that follows; zeros as channels are a convolution.

    ONNX's Pad would leave the blocked layout; a 1x1 convolution with an identity stays in it and costs less.
    """
    tensor, output = operator.inputs[0], operator.outputs[0]
    (_, _), (top, bottom), (left, right), (front, channels) = graph.known(operator.inputs[1]).tolist()
    if channels or front:
        if top or bottom or left or right or front:
            raise ValueError("pads channels and pixels at once")
        before = graph.shape(tensor)[3]
        identity = np.eye(before + channels, before, dtype=np.float32)[:, :, None, None]
        graph.define(output, graph.emit("Conv", graph.value(tensor), graph.weight(identity)))
        return
    graph.paddings[output] = Padding(tensor, top, left, bottom, right)
    pads = graph.ints(0, 0, top, left, 0, 0, bottom, right)
    graph.postpone(output, lambda: graph.emit("Pad", graph.value(tensor), pads))


OPERATORS = {
    "CONV_2D": conv,
    "DEPTHWISE_CONV_2D": depthwise,
    "Convolution2DTransposeBias": transposed,
    "FULLY_CONNECTED": fully_connected,
    "PAD": pad,
}
