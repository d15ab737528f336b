"""Channels that become pixels (DepthToSpace by 2) only to be looked at by every second pixel need not move.

A depthwise convolution of stride 2 on the enlarged picture is one of stride 1 on the channels before, with
the taps of each of the four phases, and the 1x1 convolution after it adds the phases up. And where they
become pixels at the very end, one transposition puts them in the source's order.
"""

import numpy as np
import onnx

from models.convert.net import Net, attribute, attributes
from models.convert.passes.pointwise import is_pointwise
from models.convert.source import Array


def run(net: Net) -> None:
    """Look at every DepthToSpace."""
    for node in [node for node in net.nodes if node.op_type == "DepthToSpace"]:
        if attribute(node, "blocksize", 0) != 2 or attribute(node, "mode", "DCR") != "DCR":
            continue
        users = net.users(node.output[0])
        if users and all(_halves(net, user) for user in users):
            for user in users:
                _in_phases(net, node, user)
        elif len(users) == 1 and users[0].op_type == "Transpose":
            _at_the_end(net, node, users[0])


def _halves(net: Net, node: onnx.NodeProto) -> bool:
    if node.op_type != "Conv" or attribute(node, "strides", []) != [2, 2]:
        return False
    kernel, after = net.weight(node.input[1]), net.only_user(node.output[0])
    depthwise = kernel is not None and kernel.shape[1:] == (1, 3, 3)
    return depthwise and after is not None and is_pointwise(net, after)


def _in_phases(net: Net, depth: onnx.NodeProto, conv: onnx.NodeProto) -> None:
    (mix,) = net.users(conv.output[0])
    kernel, bias = (net.known(each) for each in conv.input[1:])
    top, left = attribute(conv, "pads", [0, 0, 0, 0])[:2]
    net.drop(conv, mix)
    taps, zeros = net.constant(_phases(kernel, top, left)), np.zeros_like(bias)
    biases = net.constant(np.concatenate([bias, zeros, zeros, zeros]))
    value = net.add("Conv", depth.input[0], taps, biases, group=4 * len(bias), pads=[1, 1, 1, 1])
    four = net.constant(np.tile(net.known(mix.input[1]), (1, 4, 1, 1)))
    net.add("Conv", value, four, *mix.input[2:], output=mix.output[0], **attributes(mix))


def _phases(kernel: Array, top: int, left: int) -> Array:
    """(4 channels, 1, 3, 3) from (channels, 1, 3, 3): each tap at the pixel and the phase that it meets."""
    channels = len(kernel)
    result = np.zeros((4, channels, 1, 3, 3), kernel.dtype)
    for row in range(3):
        for column in range(3):
            (y, below), (x, right) = divmod(row - top, 2), divmod(column - left, 2)
            result[2 * below + right, :, :, y + 1, x + 1] = kernel[:, :, row, column]
    return result.reshape(4 * channels, 1, 3, 3)


def _at_the_end(net: Net, depth: onnx.NodeProto, transpose: onnx.NodeProto) -> None:
    if attribute(transpose, "perm", []) != [0, 2, 3, 1]:
        return
    _, channels, height, width = net.shape(depth.input[0])
    net.drop(transpose, depth)
    value = net.add("Transpose", depth.input[0], perm=[0, 2, 3, 1])
    value = net.add("Reshape", value, net.ints(height, width, 2, channels // 2))
    value = net.add("Transpose", value, perm=[0, 2, 1, 3])
    shape = net.ints(1, 2 * height, 2 * width, channels // 4)
    net.add("Reshape", value, shape, output=transpose.output[0])
