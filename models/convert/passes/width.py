"""Pictures get as many channels as ONNX Runtime's vectors are wide, the further ones zero.

Its blocked layout wants multiples of 16 (of 8 without AVX-512). Convolutions fill up by themselves, but a
pool, a depthwise convolution or an input of another width leaves the layout, and a reordering costs more than
what is computed there.
"""

import numpy as np
import onnx

from models.convert.net import Net, attribute
from models.convert.source import Array

BLOCK = 16
#: Fewer channels are not worth it: the heads of a detector.
_LEAST = 8
#: What gives every channel by itself: its pictures have one width.
_CHANNELWISE = ("Add", "Clip", "MaxPool", "Relu", "Resize")


def run(net: Net) -> None:
    """Widen every picture between operators that allow it."""
    wide = {
        value
        for node in net.nodes
        for value in node.output
        if len(net.shape(value)) == 4 and net.shape(value)[1] % BLOCK and net.shape(value)[1] >= _LEAST
    }
    while refused := {value for value in wide if not _may(net, value, wide)}:
        wide -= refused
    widths = {value: wider(net.shape(value)[1]) for value in wide}
    for node in net.nodes:
        _widen(net, node, widths)
    net.forget()


def wider(channels: int) -> int:
    """The next multiple of the block."""
    return -(-channels // BLOCK) * BLOCK


def _may(net: Net, value: str, wide: set[str]) -> bool:
    maker, users = net.producer(value), net.users(value)
    if maker is None or not net.only_inside(value):
        return False
    return all(_takes(net, node, wide) for node in (maker, *users))


def _takes(net: Net, node: onnx.NodeProto, wide: set[str]) -> bool:
    if node.op_type == "Conv":
        groups = attribute(node, "group", 1)
        return groups == 1 or (is_depthwise(net, node) and {node.input[0], node.output[0]} <= wide)
    if node.op_type not in _CHANNELWISE:
        return False
    return {each for each in (*node.input, *node.output) if len(net.shape(each)) == 4} <= wide


def regroup(conv: onnx.NodeProto, channels: int) -> None:
    """A depthwise convolution has another number of channels now."""
    next(each for each in conv.attribute if each.name == "group").i = channels


def is_depthwise(net: Net, node: onnx.NodeProto) -> bool:
    """Whether every channel has a kernel of its own."""
    channels = {net.shape(node.input[0])[1], net.shape(node.output[0])[1]}
    return channels == {attribute(node, "group", 1)}


def _widen(net: Net, node: onnx.NodeProto, widths: dict[str, int]) -> None:
    out = widths.get(node.output[0])
    if node.op_type == "Resize" and out:
        sizes = net.known(node.input[3]).copy()
        sizes[1] = out
        node.input[3] = net.constant(sizes)
    if node.op_type != "Conv" or not (out or node.input[0] in widths):
        return
    kernel = net.known(node.input[1])
    if attribute(node, "group", 1) == 1:
        rows, columns = out or len(kernel), widths.get(node.input[0]) or kernel.shape[1]
        node.input[1] = net.constant(_extended(kernel, rows, columns))
    elif out:
        node.input[1] = net.constant(_filled(kernel, out))
        regroup(node, out)
    if len(node.input) > 2 and out:
        node.input[2] = net.constant(_filled(net.known(node.input[2]), out))


def _extended(kernel: Array, rows: int, columns: int) -> Array:
    """More outputs and inputs, of zero; what only adds channels goes on to hand on all there are."""
    if is_identity(kernel):
        return np.eye(rows, columns, dtype=kernel.dtype)[:, :, None, None]
    result = np.zeros((rows, columns, *kernel.shape[2:]), kernel.dtype)
    result[: kernel.shape[0], : kernel.shape[1]] = kernel
    return result


def _filled(values: Array, length: int) -> Array:
    return np.concatenate([values, np.zeros((length - len(values), *values.shape[1:]), values.dtype)])


def is_identity(kernel: Array) -> bool:
    """Whether a kernel hands on its inputs as they are, with zeros as further outputs."""
    return kernel.shape[2:] == (1, 1) and np.array_equal(
        kernel[:, :, 0, 0], np.eye(*kernel.shape[:2], dtype=kernel.dtype)
    )
