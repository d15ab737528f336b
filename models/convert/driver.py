"""Walks a TFLite model in order and lets each operator's family write its ONNX nodes.

A family is a module of `operators/` with `OPERATORS`, a table from the operator's name to a function
(graph, operator) -> None; dropping a file there is all it takes to add one.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping

import onnx
from onnx import helper

from models.convert import operators
from models.convert.graph import Graph
from models.convert.source import Operator, Source
from models.errors import ModelError
from models.weights import Picture

Write = Callable[[Graph, Operator], None]


class ConversionError(ModelError):
    """A model that this converter cannot translate; names the model, the operator and its index."""


def families() -> Mapping[str, Write]:
    """Every operator that some family can write."""
    table: dict[str, Write] = {}
    for module in pkgutil.iter_modules(operators.__path__):
        table.update(importlib.import_module(f"{operators.__name__}.{module.name}").OPERATORS)
    return table


def convert(data: bytes, name: str, picture: Picture) -> onnx.ModelProto:
    """Translate a TFLite model to ONNX.

    The result takes `image`, (1, h, w, 3) uint8 BGR, and gives the source's outputs under their own names,
    in their own shapes. ConversionError where an operator is unknown or used in an unknown way.
    """
    source = Source(data)
    graph = Graph(source, picture)
    table = families()
    for operator in source.operators:
        _write(graph, operator, table, name)
    for tensor in source.outputs:
        _output(graph, tensor)
    model = graph.model(name)
    onnx.checker.check_model(model)
    return model


def _write(graph: Graph, operator: Operator, table: Mapping[str, Write], name: str) -> None:
    where = f"{name}: operator {operator.index} ({operator.kind})"
    if operator.kind not in table:
        raise ConversionError(f"{where} is not known to this converter; it knows {', '.join(sorted(table))}.")
    try:
        table[operator.kind](graph, operator)
    except (LookupError, ValueError) as wrong:
        raise ConversionError(f"{where} is used in a way this converter does not know: {wrong}.") from wrong


def _output(graph: Graph, tensor: int) -> None:
    """Give an output its own name and, where it is a picture, the source's layout again."""
    value, shape = graph.value(tensor), graph.shape(tensor)
    if len(shape) == 4:
        flat = shape[3] == 1 or shape[1:3] == (1, 1)  # same order in memory: a view instead of a copy
        value = (
            graph.emit("Reshape", value, graph.ints(*shape))
            if flat
            else graph.emit("Transpose", value, perm=[0, 2, 3, 1])
        )
    name = graph.source.tensors[tensor].name
    graph.nodes.append(helper.make_node("Identity", [value], [name], name=f"output_{name}"))
