"""A 1x1 convolution after an enlargement is done before it, on a quarter of the pixels.

Both are linear, and bilinear weights sum to one, so that the bias passes too.
"""

import numpy as np
import onnx

from models.convert.net import Net, attribute, attributes
from models.convert.passes.pointwise import is_pointwise, same


def run(net: Net) -> None:
    """Swap wherever it is so."""
    for conv in [node for node in net.nodes if is_pointwise(net, node)]:
        resize = net.producer(conv.input[0])
        if resize is not None and resize.op_type == "Resize" and net.only_user(resize.output[0]) is conv:
            _swap(net, resize, conv)


def _swap(net: Net, resize: onnx.NodeProto, conv: onnx.NodeProto) -> None:
    if attribute(resize, "mode", "nearest") != "linear":
        return
    sizes = net.known(resize.input[3]).copy()
    if np.prod(sizes) <= np.prod(net.shape(resize.input[0])):
        return
    sizes[1] = net.shape(conv.output[0])[1]
    net.drop(resize, conv)
    small = net.add("Conv", resize.input[0], *conv.input[1:], **attributes(conv))
    large = net.add("Resize", small, "", "", net.constant(sizes), **attributes(resize))
    same(net, large, int(sizes[1]), output=conv.output[0])
