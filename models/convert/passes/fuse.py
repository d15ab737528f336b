"""Sums and Clips that follow no convolution get one, so that they fuse and stay in the blocked layout.

ONNX Runtime fuses a sum into a convolution and Clip into the same, but Clip after a sum leaves the layout
(two reorderings), and a sum of its own takes twice as long as a depthwise 1x1 convolution that adds.
"""

import onnx

from models.convert.net import Net
from models.convert.passes.pointwise import same


def run(net: Net) -> None:
    """Look at every sum and every Clip of pictures."""
    for node in [node for node in net.nodes if node.op_type in ("Add", "Clip")]:
        if not _lonely(net, node):
            continue
        node.input[0] = same(net, node.input[0], net.shape(node.output[0])[1])


def _lonely(net: Net, node: onnx.NodeProto) -> bool:
    """Whether it is of pictures, and none of them comes straight out of a convolution."""
    pictures = node.input if node.op_type == "Add" else node.input[:1]
    shape = net.shape(node.output[0])
    alike = all(net.weight(each) is None and net.shape(each) == shape for each in pictures)
    return len(shape) == 4 and alike and not any(_made_by_conv(net, each) for each in pictures)


def _made_by_conv(net: Net, value: str) -> bool:
    maker = net.producer(value)
    return maker is not None and maker.op_type == "Conv" and net.only_user(value) is not None
