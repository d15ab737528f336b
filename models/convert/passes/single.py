"""A convolution with one output is a depthwise one and a sum over the channels.

The blocked layout computes 16 outputs at least; of a 3x3 convolution 15 of 16 multiplications would be for
nothing.
"""

import numpy as np
import onnx

from models.convert.net import Net, attribute, attributes


def run(net: Net) -> None:
    """Look at every convolution."""
    for node in [node for node in net.nodes if node.op_type == "Conv"]:
        kernel = net.known(node.input[1])
        channels, size = kernel.shape[1], kernel.shape[2:]
        wide = np.prod(net.shape(node.output[0])) > np.prod(kernel.shape)
        if len(kernel) == 1 and channels > 1 and size != (1, 1) and wide and attribute(node, "group", 1) == 1:
            _split(net, node, channels)


def _split(net: Net, conv: onnx.NodeProto, channels: int) -> None:
    kernel = net.known(conv.input[1])
    net.drop(conv)
    more = attributes(conv) | {"group": channels}
    each = net.add("Conv", conv.input[0], net.constant(kernel.transpose(1, 0, 2, 3)), **more)
    ones = net.constant(np.ones((1, channels, 1, 1), np.float32))
    net.add("Conv", each, ones, *conv.input[2:], output=conv.output[0])
