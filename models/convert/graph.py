"""The ONNX graph under construction, as the operator families see it.

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
    """Zeros around the picture that a following convolution can do itself. Pixels."""

    tensor: int
    top: int
    left: int
    bottom: int
    right: int


class Graph:
    """Nodes and weights written so far, and which value or constant each source tensor became."""

    def __init__(self, source: Source, picture: Picture) -> None:
        self.source = source
        self.picture = picture
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}
        self._constants: dict[int, Array] = {}
        self._values: dict[int, str] = {}
        self._later: dict[int, Callable[[], str]] = {}
        self.paddings: dict[int, Padding] = {}

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

    def value(self, tensor: int) -> str:
        """Name of the ONNX value of a tensor; writes a constant or a postponed one when first asked."""
        if tensor not in self._values:
            if tensor in self._later:
                self._values[tensor] = self._later.pop(tensor)()
            else:
                self._values[tensor] = self.weight(nchw(self.known(tensor)))
        return self._values[tensor]

    def define(self, tensor: int, value: str) -> None:
        """The tensor is this ONNX value."""
        self._values[tensor] = value

    def postpone(self, tensor: int, write: Callable[[], str]) -> None:
        """Write the tensor's nodes only if somebody asks for its value."""
        self._later[tensor] = write

    def emit(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        return self.emit_many(kind, inputs, 1, **attributes)[0]

    def emit_many(self, kind: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        """Add a node and return its outputs' names."""
        name = f"{kind}_{len(self.nodes)}"
        names = [name if i == 0 else f"{name}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=name, **attributes))
        return names

    def weight(self, values: Array) -> str:
        """Add a constant as it stands and return its name."""
        name = f"w{len(self.weights)}"
        self.weights[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def scalar(self, value: float) -> str:
        """Add a float32 number."""
        return self.weight(np.array(value, np.float32))

    def ints(self, *values: int) -> str:
        """Add an int64 vector, as shapes and axes are given."""
        return self.weight(np.array(values, np.int64))

    def model(self, name: str) -> onnx.ModelProto:
        """The finished model: `image` in, the source's outputs under their own names and shapes out."""
        (tensor,) = self.source.inputs
        inputs = [helper.make_tensor_value_info("image", TensorProto.UINT8, self.shape(tensor))]
        outputs = [
            helper.make_tensor_value_info(self.source.tensors[i].name, TensorProto.FLOAT, self.shape(i))
            for i in self.source.outputs
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
