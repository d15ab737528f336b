"""The written ONNX graph, as the passes see it: who makes a value, who uses it, what shape it has."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper, shape_inference

from models.convert.source import Array


class Net:
    """A copy of a model that passes change; `finish` gives it, in order and without what nobody uses."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._model = onnx.ModelProto()
        self._model.CopyFrom(model)
        self.nodes: list[onnx.NodeProto] = list(self._model.graph.node)
        self._weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._outputs = {each.name for each in model.graph.output}
        self._made = 0
        self.prune()

    def shape(self, value: str) -> tuple[int, ...]:
        """Shape of a value; all are known, for the input's is. An input left out has none."""
        if not value:
            return ()
        if value in self._weights:
            return self._weights[value].shape
        if value not in self._shapes:
            graph = shape_inference.infer_shapes(self.finish(), strict_mode=True).graph
            for each in (*graph.value_info, *graph.input, *graph.output):
                self._shapes[each.name] = tuple(d.dim_value for d in each.type.tensor_type.shape.dim)
        return self._shapes[value]

    def weight(self, value: str) -> Array | None:
        """The numbers of a constant."""
        return self._weights.get(value)

    def known(self, value: str) -> Array:
        """Like `weight`, for what has to be one."""
        return self._weights[value]

    def producer(self, value: str) -> onnx.NodeProto | None:
        """The node that makes a value."""
        return next((node for node in self.nodes if value in node.output), None)

    def users(self, value: str) -> list[onnx.NodeProto]:
        """The nodes that take a value."""
        return [node for node in self.nodes if value in node.input]

    def only_user(self, value: str) -> onnx.NodeProto | None:
        """The one node that takes a value, if there is just one and the value is no output."""
        users = self.users(value)
        return users[0] if len(users) == 1 and value not in self._outputs else None

    def only_inside(self, value: str) -> bool:
        """Whether a value is none of the model's outputs."""
        return value not in self._outputs

    def forget(self) -> None:
        """Shapes have changed."""
        self._shapes = {}

    def constant(self, values: Array) -> str:
        """Add a constant and return its name; the same constant twice is one."""
        values = np.ascontiguousarray(values)
        for name, known in self._weights.items():
            if known.dtype == values.dtype and known.shape == values.shape and np.array_equal(known, values):
                return str(name)
        self._made += 1
        name = f"v{self._made}"
        self._weights[name] = values
        return name

    def ints(self, *values: int) -> str:
        """Add an int64 vector."""
        return self.constant(np.array(values, np.int64))

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node and return its output's name, which may be given."""
        self._made += 1
        output = output or f"{kind}_v{self._made}"
        self.nodes.append(
            helper.make_node(kind, list(inputs), [output], name=f"{kind}_v{self._made}", **attributes)
        )
        return output

    def drop(self, *nodes: onnx.NodeProto) -> None:
        """Take nodes out; their outputs' names are free again."""
        self.nodes = [node for node in self.nodes if all(node is not each for each in nodes)]
        self._shapes = {}

    def prune(self) -> None:
        """Put the nodes in order, without those that no output needs."""
        self.nodes = _in_order(self.nodes, self._outputs)

    def finish(self) -> onnx.ModelProto:
        """The model with its nodes in order; nodes and constants that no output needs are left out."""
        nodes = _in_order(self.nodes, self._outputs)
        used = {name for node in nodes for name in node.input}
        weights = [numpy_helper.from_array(v, k) for k, v in self._weights.items() if k in used]
        model = onnx.ModelProto()
        model.CopyFrom(self._model)
        del model.graph.node[:], model.graph.initializer[:], model.graph.value_info[:]
        model.graph.node.extend(nodes)
        model.graph.initializer.extend(weights)
        return model


def _in_order(nodes: Sequence[onnx.NodeProto], wanted: Iterable[str]) -> list[onnx.NodeProto]:
    """Those nodes that something wanted depends on, each after those it depends on."""
    makers = {name: node for node in nodes for name in node.output}
    done: set[str] = set()
    ordered: list[onnx.NodeProto] = []

    def visit(name: str) -> None:
        node = makers.get(name)
        if node is None or node.output[0] in done:
            return
        done.add(node.output[0])
        for each in node.input:
            visit(each)
        ordered.append(node)

    for name in sorted(wanted):
        visit(name)
    return ordered


def attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    """An attribute's value, text as str."""
    for each in node.attribute:
        if each.name == name:
            value = helper.get_attribute_value(each)
            return value.decode() if isinstance(value, bytes) else value
    return default


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """All of them."""
    return {each.name: attribute(node, each.name, None) for each in node.attribute}
