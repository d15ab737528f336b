"""How an operator family tells the driver what it can write."""

from collections.abc import Callable
from dataclasses import dataclass
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


def lanes(*options: str, table: Any = None) -> Callable[[Graph, Operator, Operator], bool]:
    """An `alike`: first inputs are lanes of one value, shapes agree, and so do these options of the table."""

    def alike(graph: Graph, one: Operator, other: Operator) -> bool:
        mine, theirs = graph.lane(one.inputs[0]), graph.lane(other.inputs[0])
        if mine.count == 1 or mine.value != theirs.value or shapes(graph, one) != shapes(graph, other):
            return False
        return all(getattr(one.options(table), o)() == getattr(other.options(table), o)() for o in options)

    return alike


def shapes(graph: Graph, operator: Operator) -> list[tuple[int, ...]]:
    """Shapes of every input and output."""
    return [graph.shape(tensor) for tensor in operator.inputs + operator.outputs]
