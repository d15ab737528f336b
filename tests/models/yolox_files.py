"""Small ONNX files that look like a YOLOX, or nearly: their output stands in them, whatever the picture."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.results import F32


def rows(count: int, channels: int = 85) -> F32:
    """What a YOLOX gives for nothing: boxes of one cell, no scores."""
    return np.zeros((count, channels), np.float32)


def person(values: F32, row: int, xywh: tuple[float, float, float, float], score: float = 0.81) -> None:
    """Put somebody into a row, as it stands in the file."""
    values[row, :4] = xywh
    values[row, 4], values[row, 5] = score, 1.0


def file(
    path: Path,
    output: np.typing.NDArray[np.generic],
    shape: tuple[int | str, ...] = (1, 3, 64, 64),
    kind: int = TensorProto.FLOAT,
    more: Mapping[str, tuple[int, ...]] | None = None,
) -> Path:
    """A model that gives `output`, whole. more: further inputs."""
    inputs = [helper.make_tensor_value_info("images", kind, shape)]
    inputs += [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in (more or {}).items()]
    constant = helper.make_node("Constant", [], ["output"], value=numpy_helper.from_array(output))
    given = helper.make_tensor_value_info(
        "output", helper.np_dtype_to_tensor_dtype(output.dtype), output.shape
    )
    graph = helper.make_graph([constant], "fake", inputs, [given])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    return path


def of_nodes(
    path: Path,
    nodes: list[onnx.NodeProto],
    shape: tuple[int | str, ...],
    output: onnx.TypeProto | None = None,
) -> Path:
    """A model from `images`, float32 of this shape, to `output`, a float32 of the same one unless told."""
    given = helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)
    gives = output or given.type
    graph = helper.make_graph(nodes, "other", [given], [helper.make_value_info("output", gives)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    return path


def failing(path: Path, batch: int | str = 1) -> Path:
    """A model that loads, and fails whenever it is run."""
    five = numpy_helper.from_array(np.array([1, 5]), "five")
    nodes = [
        helper.make_node("Constant", [], ["five"], value=five),
        helper.make_node("Reshape", ["images", "five"], ["output"]),
    ]
    output = helper.make_tensor_type_proto(TensorProto.FLOAT, (1, 5))
    return of_nodes(path, nodes, (batch, 3, 64, 64), output)
