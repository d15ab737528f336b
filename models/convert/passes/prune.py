"""Channels that carry nothing are left out.

Training silenced many: in the hand models up to half of a block's expanded channels have a kernel of zeros
only. Such a channel is relu(bias), for each picture; where that is zero the depthwise convolution after it
gives its own bias everywhere, and what the 1x1 convolution makes of that goes into that one's bias.
"""

from dataclasses import dataclass

import numpy as np
import onnx

from models.convert.net import Net, attribute
from models.convert.passes.pointwise import is_pointwise
from models.convert.passes.width import regroup, wider
from models.convert.source import Array


@dataclass(frozen=True, slots=True)
class Block:
    """convolution, activation, depthwise convolution, activation, and what mixes the channels."""

    expand: onnx.NodeProto
    first: onnx.NodeProto
    depthwise: onnx.NodeProto
    second: onnx.NodeProto
    mixers: list[onnx.NodeProto]


def run(net: Net) -> None:
    """Look at every depthwise convolution."""
    for node in [node for node in net.nodes if node.op_type == "Conv"]:
        block = _block(net, node)
        if block is not None:
            _prune(net, block)
    net.forget()


def _block(net: Net, node: onnx.NodeProto) -> Block | None:
    first, second = net.producer(node.input[0]), net.only_user(node.output[0])
    if first is None or second is None or attribute(node, "group", 1) != net.shape(node.output[0])[1]:
        return None
    if not {first.op_type, second.op_type} <= {"Clip", "Relu"} or net.only_user(first.output[0]) is not node:
        return None
    expand = net.producer(first.input[0])
    if expand is None or expand.op_type != "Conv" or net.only_user(expand.output[0]) is not first:
        return None
    mixers = _mixers(net, second.output[0])
    full = all(len(each.input) == 3 for each in (expand, node, *mixers))
    whole = attribute(expand, "group", 1) == 1
    return Block(expand, first, node, second, mixers) if mixers and full and whole else None


def _mixers(net: Net, value: str) -> list[onnx.NodeProto]:
    """All that take a value, where each weighs its channels: 1x1 convolutions, or Gemms of its mean."""
    users = net.users(value)
    if len(users) == 1 and users[0].op_type in ("GlobalAveragePool", "Reshape"):
        flat = users[0].op_type == "GlobalAveragePool" or net.shape(value)[2:] == (1, 1)
        return _mixers(net, users[0].output[0]) if flat and net.only_inside(value) else []
    known = all(is_pointwise(net, each) or each.op_type == "Gemm" for each in users)
    return users if known and net.only_inside(value) else []


def _prune(net: Net, block: Block) -> None:
    count = net.shape(block.first.output[0])[1]
    unused = ~np.any([_columns(net, mixer).any(axis=0) for mixer in block.mixers], axis=0)
    dead = np.flatnonzero(unused | _silent(net, block))
    # As many stay as fill whole vectors: the further ones cost nothing.
    dead = dead[: max(0, count - wider(count - len(dead)))]
    if not len(dead):
        return
    kept = np.setdiff1d(np.arange(count), dead)
    given = _activated(net, block.second, net.known(block.depthwise.input[2]))
    for mixer in block.mixers:
        constant = _columns(net, mixer)[:, dead] @ given[dead]
        mixer.input[1] = net.constant(net.known(mixer.input[1]).take(kept, axis=_axis(mixer)))
        mixer.input[2] = net.constant(net.known(mixer.input[2]) + constant)
    for conv in (block.expand, block.depthwise):
        for index in (1, 2):
            conv.input[index] = net.constant(net.known(conv.input[index])[kept])
    regroup(block.depthwise, len(kept))
    _reshape(net, block, len(kept))


def _silent(net: Net, block: Block) -> Array:
    """Which channels are zero for every picture when they reach the depthwise convolution."""
    kernel, bias = (net.known(each) for each in block.expand.input[1:])
    strongest = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
    return np.asarray(np.maximum(strongest, _activated(net, block.first, bias)) == 0)


def _axis(mixer: onnx.NodeProto) -> int:
    """Where the weights of what mixes channels have those channels."""
    return 0 if mixer.op_type == "Gemm" else 1


def _columns(net: Net, mixer: onnx.NodeProto) -> Array:
    """(out, in) weights of what mixes channels."""
    weights = net.known(mixer.input[1])
    return weights.T if mixer.op_type == "Gemm" else weights[:, :, 0, 0]


def _activated(net: Net, node: onnx.NodeProto, values: Array) -> Array:
    if node.op_type == "Relu":
        return np.maximum(values, 0)
    return np.clip(values, net.known(node.input[1]), net.known(node.input[2]))


def _reshape(net: Net, block: Block, channels: int) -> None:
    """What flattens the channels on their way has fewer to flatten."""
    for node in net.nodes:
        if node.op_type == "Reshape" and any(node.output[0] in mixer.input[:1] for mixer in block.mixers):
            node.input[1] = net.ints(1, channels)
