"""How an operator family tells the driver what it can write."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from models.convert.graph import Graph
from models.convert.source import Operator


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of operator.

    write: (graph, operator, ...) -> None; several operators only where `alike` says yes.
    alike: (graph, one, other) -> whether siblings at the same distance from the input go into one node.
    """

    write: Callable[..., None]
    alike: Callable[[Graph, Operator, Operator], bool] | None = None


def lanes(
    *options: str, table: Any = None, shared: bool = False
) -> Callable[[Graph, Operator, Operator], bool]:
    """An `alike`: some inputs are lanes of one value, shapes agree, and so do these options of the table.

    shared: both may also have the very same first input.
    """

    def alike(graph: Graph, one: Operator, other: Operator) -> bool:
        if shapes(graph, one) != shapes(graph, other):
            return False
        same = shared and one.inputs[0] == other.inputs[0]
        if not same and not any(map(partial(_neighbours, graph), one.inputs, other.inputs)):
            return False
        return all(getattr(one.options(table), o)() == getattr(other.options(table), o)() for o in options)

    return alike


def _neighbours(graph: Graph, one: int, other: int) -> bool:
    """Whether two tensors are lanes of one value."""
    if graph.constant(one) is not None or one in graph.source.inputs:
        return False
    mine, theirs = graph.lane(one), graph.lane(other)
    return mine.count > 1 and mine.value == theirs.value


def shapes(graph: Graph, operator: Operator) -> list[tuple[int, ...]]:
    """Shapes of every input and output."""
    return [graph.shape(tensor) for tensor in operator.inputs + operator.outputs]
