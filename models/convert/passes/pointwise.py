"""What several passes ask and say about 1x1 convolutions."""

import numpy as np
import onnx

from models.convert.net import Net, attribute


def is_pointwise(net: Net, node: onnx.NodeProto) -> bool:
    """Whether it mixes the channels of each pixel and nothing else."""
    if node.op_type != "Conv" or net.weight(node.input[1]) is None or attribute(node, "group", 1) != 1:
        return False
    plain = set(attribute(node, "strides", [1, 1])) == {1} and set(attribute(node, "pads", [0])) == {0}
    return plain and net.known(node.input[1]).shape[2:] == (1, 1)


def same(net: Net, value: str, channels: int, *, output: str = "") -> str:
    """The value itself out of a convolution: what follows (a sum, an activation) fuses into it."""
    ones = net.constant(np.ones((channels, 1, 1, 1), np.float32))
    return net.add("Conv", value, ones, output=output, group=channels)
