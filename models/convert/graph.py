"""The ONNX graph under construction, as the operator families see it.

Lanes: the attention mesh refines lips and eyes in branches of one shape. Such siblings are written as one
value that holds all of them side by side (as channels where it is a picture, along the first axis where it
is not) and one grouped convolution works on all: a third of the nodes, and fuller vectors.

Layout: a value of rank 4 is NCHW here (ONNX Runtime's blocked convolutions want it so) and NHWC in the
source; values of any other rank are as in the source. Constants keep the source's layout until they are
written as a weight.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.convert.source import Array, Source
from models.weights import Picture

#: Domain version that has every operator used here; GridSample needs 16.
OPSET = 17
#: ONNX file version that goes with it.
IR_VERSION = 8


@dataclass(frozen=True, slots=True)
class Padding:
    """Zeros around a picture that a following convolution can do itself.

    tensor: the picture without them. pads: top, left, bottom, right, pixels.
    """

    tensor: int
    pads: list[int]


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a tensor is: part `index` of `count` equal parts of an ONNX value."""

    value: str
    index: int = 0
    count: int = 1


class Graph:
    """Nodes and weights written so far, and which value or constant each source tensor became."""

    def __init__(self, source: Source, picture: Picture) -> None:
        self.source = source
        self.picture = picture
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}
        self._constants: dict[int, Array] = {}
        self._lanes: dict[int, Lane] = {}
        self._known: dict[tuple[object, ...], list[str]] = {}
        self._later: dict[int, Callable[[], str]] = {}
        self.paddings: dict[int, Padding] = {}
        #: How a constant that meets one of these tensors is laid out; `nchw` for all others.
        self.layouts: dict[int, Callable[[Array], Array]] = {}

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Shape in the source's layout."""
        return self.source.tensors[tensor].shape

    def constant(self, tensor: int) -> Array | None:
        """The tensor's values where they are known now, in the source's layout."""
        return self._constants.get(tensor, self.source.tensors[tensor].constant)

    def known(self, tensor: int) -> Array:
        """Like `constant`, for an input that has to be one; LookupError where it is not."""
        values = self.constant(tensor)
        if values is None:
            raise LookupError(f"input {self.source.tensors[tensor].name!r} is no constant")
        return values

    def fold(self, tensor: int, values: Array) -> None:
        """The tensor is a constant with these values; no node is written."""
        self._constants[tensor] = values

    def lane(self, tensor: int) -> Lane:
        """Where a tensor is; writes a constant or a postponed one when first asked."""
        if tensor not in self._lanes:
            if tensor in self._later:
                value = self._later.pop(tensor)()
            else:
                value = self.weight(nchw(self.known(tensor)))
            self._lanes[tensor] = Lane(value)
        return self._lanes[tensor]

    def value(self, *tensors: int) -> str:
        """Name of the ONNX value of a tensor, or of several of one shape side by side."""
        lanes = [self.lane(tensor) for tensor in tensors]
        first, axis = lanes[0], self._lane_axis(tensors[0])
        if all(lane == Lane(first.value, i, len(lanes)) for i, lane in enumerate(lanes)):
            return first.value
        if len(lanes) == 1:
            return self.emit_many("Split", [first.value], first.count, axis=axis)[first.index]
        if {lane.value for lane in lanes} == {first.value} and first.count > 1:
            width = self.shape(tensors[0])[3] if axis else self.shape(tensors[0])[0]
            rows = [lane.index * width + i for lane in lanes for i in range(width)]
            chosen = self.emit("Gather", first.value, self.ints(*rows), axis=axis)
            return self.blocked(chosen, len(rows)) if axis else chosen
        return self.emit("Concat", *(self.value(tensor) for tensor in tensors), axis=axis)

    def blocked(self, value: str, channels: int) -> str:
        """The same picture out of a convolution, so in the blocked layout: sums with it fuse."""
        ones = self.weight(np.ones((channels, 1, 1, 1), np.float32))
        return self.emit("Conv", value, ones, group=channels)

    def _lane_axis(self, tensor: int) -> int:
        return 1 if len(self.shape(tensor)) == 4 else 0

    def define(self, tensor: int, value: str) -> None:
        """The tensor is this ONNX value."""
        self._lanes[tensor] = Lane(value)

    def define_lanes(self, tensors: Sequence[int], value: str) -> None:
        """The tensors are this ONNX value's lanes."""
        for index, tensor in enumerate(tensors):
            self._lanes[tensor] = Lane(value, index, len(tensors))

    def postpone(self, tensor: int, write: Callable[[], str]) -> None:
        """Write the tensor's nodes only if somebody asks for its value."""
        self._later[tensor] = write

    def emit(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        return self.emit_many(kind, inputs, 1, **attributes)[0]

    def emit_many(self, kind: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        """Add a node and return its outputs' names; the same node twice is one."""
        key = (kind, tuple(inputs), outputs, repr(sorted(attributes.items())))
        if key not in self._known:
            self._known[key] = self._node(kind, inputs, outputs, attributes)
        return self._known[key]

    def _node(self, kind: str, inputs: Sequence[str], outputs: int, attributes: dict[str, Any]) -> list[str]:
        name = f"{kind}_{len(self.nodes)}"
        names = [name if i == 0 else f"{name}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=name, **attributes))
        return names

    def weight(self, values: Array) -> str:
        """Add a constant as it stands and return its name; the same constant twice is one."""
        values = np.ascontiguousarray(values)
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self._known:
            name = f"w{len(self.weights)}"
            self.weights[name] = numpy_helper.from_array(values, name)
            self._known[key] = [name]
        return self._known[key][0]

    def scalar(self, value: float) -> str:
        """Add a float32 number."""
        return self.weight(np.array(value, np.float32))

    def ints(self, *values: int) -> str:
        """Add an int64 vector, as shapes and axes are given."""
        return self.weight(np.array(values, np.int64))

    def model(self, name: str, wanted: Sequence[int]) -> onnx.ModelProto:
        """The finished model: `image` in, the wanted tensors under their own names and shapes out."""
        (tensor,) = self.source.inputs
        batch, height, width, channels = self.shape(tensor)
        image = (batch, channels, height, width)
        inputs = [helper.make_tensor_value_info("image", TensorProto.UINT8, image)]
        outputs = [
            helper.make_tensor_value_info(self.source.tensors[i].name, TensorProto.FLOAT, self.shape(i))
            for i in wanted
        ]
        graph = helper.make_graph(self.nodes, name, inputs, outputs, list(self.weights.values()))
        opsets = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="vitrine")


def nchw(values: Array) -> Array:
    """A constant of rank 4 from NHWC to NCHW; any other as it is."""
    return values.transpose(0, 3, 1, 2) if values.ndim == 4 else values


def nchw_axis(axis: int, rank: int) -> int:
    """Where an axis of the source's layout is here."""
    axis %= rank
    return (0, 2, 3, 1)[axis] if rank == 4 else axis
