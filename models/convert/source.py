"""Reading a TFLite flatbuffer into plain frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tflite
from flatbuffers import flexbuffers

Array = npt.NDArray[Any]

_DTYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
    tflite.TensorType.INT64: np.int64,
    tflite.TensorType.UINT8: np.uint8,
    tflite.TensorType.INT8: np.int8,
    tflite.TensorType.BOOL: np.bool_,
}
_KINDS = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the file: its name, its shape (NHWC where it is a picture), its values where constant.

    A sparse constant has its packed values in `constant` and the layout of them in `sparsity`.
    """

    name: str
    shape: tuple[int, ...]
    constant: Array | None
    sparsity: Any = None


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of the file; kind is the builtin's name (CONV_2D) or the custom operator's own."""

    index: int
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    raw: Any

    def options(self, table: Any) -> Any:
        """Its builtin options, read as the given class of the `tflite` package."""
        union = self.raw.BuiltinOptions()
        options = table()
        options.Init(union.Bytes, union.Pos)
        return options

    def flexbuffer(self) -> dict[str, Any]:
        """A custom operator's options; empty where the file gives none."""
        if not self.raw.CustomOptionsLength():
            return {}
        return dict(flexbuffers.Loads(bytes(self.raw.CustomOptionsAsNumpy())) or {})


class Source:
    """A TFLite model: `tensors`, `operators` in order of execution, indices of `inputs` and `outputs`."""

    def __init__(self, data: bytes) -> None:
        self._model = tflite.Model.GetRootAsModel(data, 0)
        graph = self._model.Subgraphs(0)
        self.tensors = tuple(self._tensor(graph.Tensors(i)) for i in range(graph.TensorsLength()))
        self.operators = tuple(self._operators(graph))
        self.inputs = tuple(int(i) for i in graph.InputsAsNumpy())
        self.outputs = tuple(int(i) for i in graph.OutputsAsNumpy())

    def _tensor(self, raw: Any) -> Tensor:
        shape = tuple(int(n) for n in raw.ShapeAsNumpy()) if raw.ShapeLength() else ()
        buffer = self._model.Buffers(raw.Buffer())
        if not buffer.DataLength():
            return Tensor(raw.Name().decode(), shape, None)
        values: Array = np.frombuffer(buffer.DataAsNumpy().tobytes(), _DTYPES[raw.Type()])
        sparsity = raw.Sparsity()
        return Tensor(raw.Name().decode(), shape, values if sparsity else values.reshape(shape), sparsity)

    def _operators(self, graph: Any) -> Iterator[Operator]:
        for index in range(graph.OperatorsLength()):
            raw = graph.Operators(index)
            code = self._model.OperatorCodes(raw.OpcodeIndex())
            kind = _KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            if kind == "CUSTOM":
                kind = code.CustomCode().decode()
            inputs = tuple(int(i) for i in raw.InputsAsNumpy() if i >= 0)
            yield Operator(index, kind, inputs, tuple(int(i) for i in raw.OutputsAsNumpy()), raw)
