"""A sum with a picture of fewer channels: only the channels that both have are added.

The source pads the picture with zeros first, and the family of PAD writes that as a convolution with an
identity: as dear as the convolution that it is added to. Here the other side's convolution is cut in two, the
second part is not added to anything, and both are joined.
"""

import onnx

from models.convert.net import Net, attributes
from models.convert.passes.width import BLOCK, is_identity


def run(net: Net) -> None:
    """Look at every sum."""
    for add in [node for node in net.nodes if node.op_type == "Add"]:
        for index in (0, 1):
            pad, other = net.producer(add.input[index]), net.producer(add.input[1 - index])
            if pad is not None and other is not None and _pads(net, pad) and _plain(net, other):
                _replace(net, add, pad, other)
                break


def _pads(net: Net, node: onnx.NodeProto) -> bool:
    if node.op_type != "Conv" or len(node.input) > 2 or net.only_user(node.output[0]) is None:
        return False
    kernel = net.weight(node.input[1])
    return kernel is not None and is_identity(kernel) and kernel.shape[1] % BLOCK == 0


def _plain(net: Net, node: onnx.NodeProto) -> bool:
    one_group = all(each.name != "group" or each.i == 1 for each in node.attribute)
    return node.op_type == "Conv" and one_group and net.only_user(node.output[0]) is not None


def _replace(net: Net, add: onnx.NodeProto, pad: onnx.NodeProto, conv: onnx.NodeProto) -> None:
    few, many = net.shape(pad.input[0])[1], net.shape(pad.output[0])[1]
    if few == many:
        net.drop(add, pad)
        net.add("Add", conv.output[0], pad.input[0], output=add.output[0])
        return
    parts = [_part(net, conv, slice(0, few)), _part(net, conv, slice(few, many))]
    parts[0] = net.add("Add", parts[0], pad.input[0])
    last = add
    relu = net.only_user(add.output[0])
    if relu is not None and relu.op_type == "Relu":  # fuses only right behind its convolution
        parts, last = [net.add("Relu", part) for part in parts], relu
    net.drop(add, pad, conv, last)
    net.add("Concat", *parts, output=last.output[0], axis=1)


def _part(net: Net, conv: onnx.NodeProto, rows: slice) -> str:
    weights = [net.constant(net.known(each)[rows]) for each in conv.input[1:]]
    return net.add("Conv", conv.input[0], *weights, **attributes(conv))
