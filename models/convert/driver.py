"""Walks a TFLite model and lets each operator's family write its ONNX nodes.

A family is a module of `operators/` with `OPERATORS`, a table from an operator's name to how it is written;
dropping a file there is all it takes to add one.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

import onnx
from onnx import helper

from models.convert import operators
from models.convert.family import Family
from models.convert.graph import Graph
from models.convert.net import Net
from models.convert.passes import depth, fuse, grow, prune, resize, single, width
from models.convert.source import Operator, Source
from models.errors import ModelError
from models.weights import Weights

#: In this order: each may make room for the next.
PASSES = (prune, single, resize, depth, width, grow, fuse)


class ConversionError(ModelError):
    """A model that this converter cannot translate; names the model, the operator and its index."""


def families() -> Mapping[str, Family]:
    """Every operator that can be written."""
    table: dict[str, Family] = {}
    for module in pkgutil.iter_modules(operators.__path__):
        table.update(importlib.import_module(f"{operators.__name__}.{module.name}").OPERATORS)
    return table


def convert(data: bytes, weights: Weights) -> onnx.ModelProto:
    """Translate a TFLite model (its file's bytes) to ONNX.

    The result takes `image`, (1, 3, h, w) uint8, planes in the order BGR, and gives the source's outputs
    but the unused ones, under their own names, in their own shapes. ConversionError where an operator is
    unknown or used in an unknown way.
    """
    source = Source(data)
    name, table = weights.name, families()
    for operator in source.operators:
        if operator.kind not in table:
            known = ", ".join(sorted(table))
            raise ConversionError(
                f"{_where(name, operator)} is not known to this converter; it knows {known}."
            )
    outputs = [i for i in source.outputs if source.tensors[i].name not in weights.unused]
    graph = Graph(source, weights.picture)
    for rank in _ranks(_needed(source, outputs)):
        for siblings in _siblings(graph, rank, table):
            _write(graph, siblings, table, name)
    for tensor in outputs:
        _output(graph, tensor)
    model = improved(graph.model(name, outputs))
    onnx.checker.check_model(model)
    return model


def improved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model, quicker in ONNX Runtime: see `passes`."""
    net = Net(model)
    for each in PASSES:
        each.run(net)
        net.prune()
    return net.finish()


def _where(name: str, operator: Operator) -> str:
    return f"{name}: operator {operator.index} ({operator.kind})"


def _needed(source: Source, outputs: list[int]) -> list[Operator]:
    """The operators that some output depends on, in the source's order."""
    wanted, needed = set(outputs), []
    for operator in reversed(source.operators):
        if wanted.intersection(operator.outputs):
            wanted.update(operator.inputs)
            needed.append(operator)
    return needed[::-1]


def _ranks(operators: list[Operator]) -> list[list[Operator]]:
    """Operators by their distance from the input, constants' own first: those of one rank are independent."""
    distance: dict[int, int] = {}
    ranks: list[list[Operator]] = []
    for operator in operators:
        rank = max((distance[i] + 1 for i in operator.inputs if i in distance), default=0)
        distance.update(dict.fromkeys(operator.outputs, rank))
        while len(ranks) <= rank:
            ranks.append([])
        ranks[rank].append(operator)
    return ranks


def _siblings(graph: Graph, rank: list[Operator], table: Mapping[str, Family]) -> Iterator[list[Operator]]:
    """Operators of one rank, those together that their family can write together."""
    left = list(rank)
    while left:
        first = left[0]
        alike = table[first.kind].alike
        group = [o for o in left if o is first or (alike and o.kind == first.kind and alike(graph, first, o))]
        left = [o for o in left if o not in group]
        yield group


def _write(graph: Graph, siblings: list[Operator], table: Mapping[str, Family], name: str) -> None:
    try:
        table[siblings[0].kind].write(graph, *siblings)
    except (LookupError, ValueError) as wrong:
        where = _where(name, siblings[0])
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
