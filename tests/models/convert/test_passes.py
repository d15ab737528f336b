"""Rewritings of the finished graph: the same numbers, and what they are there to save is gone."""

from collections import Counter
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper, shape_inference

from models.convert.driver import improved
from models.convert.graph import IR_VERSION, OPSET
from models.convert.source import Array

RNG = np.random.default_rng(4)


class Sketch:
    """A graph under a test's hands: an input `x`, nodes, an output `y`."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, values: Array) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def conv(self, value: str, kernel: Array, bias: Array | None = None, **attributes: Any) -> str:
        weights = [self.constant(each.astype(np.float32)) for each in (kernel, bias) if each is not None]
        return self.node("Conv", value, *weights, **attributes)

    def model(self) -> onnx.ModelProto:
        given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)]
        wanted = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
        graph = helper.make_graph(self.nodes, "sketch", given, wanted, self.weights)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        return shape_inference.infer_shapes(model, strict_mode=True)


def both(sketch: Sketch) -> tuple[onnx.ModelProto, Counter[str]]:
    """The improved model, after it has given the same numbers as the sketch, and how often it has what."""
    before = sketch.model()
    after = improved(before)
    onnx.checker.check_model(after)
    picture = RNG.normal(0, 2, sketch.shape).astype(np.float32)
    ours, theirs = (_run(model, picture) for model in (after, before))
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=2e-5 * float(np.abs(theirs).max()))
    return after, Counter(node.op_type for node in after.graph.node)


def _run(model: onnx.ModelProto, picture: Array) -> Array:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": picture})[0])


def _shapes(model: onnx.ModelProto) -> list[tuple[int, ...]]:
    return [tuple(each.dims) for each in model.graph.initializer]


def _random(*shape: int) -> Array:
    return RNG.normal(0, 0.5, shape)


def test_a_1x1_convolution_is_done_before_the_enlargement() -> None:
    sketch = Sketch(1, 16, 5, 6)
    large = sketch.node(
        "Resize",
        "x",
        "",
        "",
        sketch.constant(np.array([1, 16, 10, 12])),
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )
    mixed = sketch.conv(large, _random(32, 16, 1, 1), _random(32))
    limits = [sketch.constant(np.array(0, np.float32)), sketch.constant(np.array(6, np.float32))]
    sketch.node("Clip", mixed, *limits, output="y")
    model, counts = both(sketch)
    order = [node.op_type for node in model.graph.node]
    assert order == ["Conv", "Resize", "Conv", "Clip"]  # the second only carries the Clip
    assert counts["Resize"] == 1


def test_a_reduction_stays_before_its_convolution() -> None:
    sketch = Sketch(1, 16, 10, 12)
    small = sketch.node("Resize", "x", "", "", sketch.constant(np.array([1, 16, 5, 6])), mode="linear")
    sketch.nodes[-1].attribute.append(helper.make_attribute("coordinate_transformation_mode", "half_pixel"))
    sketch.nodes.append(
        helper.make_node("Conv", [small, sketch.constant(_random(32, 16, 1, 1).astype(np.float32))], ["y"])
    )
    model, _ = both(sketch)
    assert [node.op_type for node in model.graph.node] == ["Resize", "Conv"]


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize(("few", "many"), [(16, 48), (32, 32), (20, 28), (28, 42)])
def test_a_sum_with_fewer_channels_needs_no_identity(few: int, many: int, *, relu: bool) -> None:
    sketch = Sketch(1, 3, 9, 9)
    start = sketch.node("Relu", sketch.conv("x", _random(few, 3, 3, 3), _random(few)))
    wide = sketch.conv(start, np.eye(many, few)[:, :, None, None])
    value = sketch.node("Add", sketch.conv(start, _random(many, few, 1, 1), _random(many)), wide)
    value = sketch.node("Relu", value) if relu else value
    last = sketch.constant(_random(4, many, 1, 1).astype(np.float32))
    sketch.nodes.append(helper.make_node("Conv", [value, last], ["y"]))
    model, counts = both(sketch)
    crosses = -(-few // 16) != -(-many // 16)
    assert counts["Conv"] == (4 if crosses else 3)  # start, the sum's in one part or two, the last
    assert counts["Concat"] == crosses
    kernels = [shape for shape in _shapes(model) if len(shape) == 4]
    assert all(shape[0] % 16 == 0 or shape[0] == 4 for shape in kernels)


def test_pictures_are_whole_vectors_between_operators_that_allow_it() -> None:
    sketch = Sketch(1, 3, 8, 8)
    start = sketch.conv("x", _random(28, 3, 3, 3), _random(28), pads=[1, 1, 1, 1])
    pooled = sketch.node("MaxPool", start, kernel_shape=[2, 2], strides=[2, 2])
    each = sketch.conv(pooled, _random(28, 1, 3, 3), _random(28), group=28, pads=[1, 1, 1, 1])
    sketch.node("Transpose", sketch.conv(each, _random(6, 28, 1, 1)), output="y", perm=[0, 2, 3, 1])
    model, _ = both(sketch)
    assert sorted(s for s in _shapes(model) if len(s) == 4) == [
        (6, 32, 1, 1),
        (32, 1, 3, 3),
        (32, 3, 3, 3),
    ]


def test_a_picture_that_goes_out_keeps_its_channels() -> None:
    sketch = Sketch(1, 3, 8, 8)
    sketch.node("Relu", sketch.conv("x", _random(28, 3, 3, 3)), output="y")
    model, _ = both(sketch)
    assert _shapes(model) == [(28, 3, 3, 3)]


@pytest.mark.parametrize("pads", [[0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 1, 1]])
def test_channels_need_not_become_pixels_for_every_second_pixel(pads: list[int]) -> None:
    sketch = Sketch(1, 64, 6, 5)
    large = sketch.node("DepthToSpace", "x", blocksize=2, mode="DCR")
    half = sketch.conv(large, _random(16, 1, 3, 3), _random(16), group=16, pads=pads, strides=[2, 2])
    weights = [sketch.constant(each.astype(np.float32)) for each in (_random(8, 16, 1, 1), _random(8))]
    sketch.nodes.append(helper.make_node("Conv", [half, *weights], ["y"]))
    _, counts = both(sketch)
    assert counts["DepthToSpace"] == 0


def test_channels_become_pixels_at_the_end_by_transposition() -> None:
    sketch = Sketch(1, 24, 3, 5)
    large = sketch.node("DepthToSpace", "x", blocksize=2, mode="DCR")
    sketch.node("Transpose", large, output="y", perm=[0, 2, 3, 1])
    _, counts = both(sketch)
    assert counts["DepthToSpace"] == 0


def _block(silent: int, *, bias: float, mean: bool) -> Sketch:
    """48 expanded channels, some with a kernel of zeros, and a depthwise convolution that pads."""
    sketch = Sketch(1, 8, 6, 6)
    kernel, biases = _random(48, 8, 1, 1), np.full(48, 0.3)
    kernel[:silent], biases[:silent] = 0, bias
    limits = [sketch.constant(np.array(0, np.float32)), sketch.constant(np.array(6, np.float32))]
    first = sketch.node("Clip", sketch.conv("x", kernel, biases), *limits)
    each = sketch.conv(first, _random(48, 1, 3, 3), _random(48), group=48, pads=[1, 1, 1, 1])
    second = sketch.node("Clip", each, *limits)
    if mean:
        flat = sketch.node(
            "Reshape", sketch.node("GlobalAveragePool", second), sketch.constant(np.array([1, 48]))
        )
        weights = [sketch.constant(each.astype(np.float32)) for each in (_random(48, 5), _random(5))]
        sketch.nodes.append(helper.make_node("Gemm", [flat, *weights], ["y"]))
    else:
        weights = [sketch.constant(each.astype(np.float32)) for each in (_random(5, 48, 1, 1), _random(5))]
        sketch.nodes.append(helper.make_node("Conv", [second, *weights], ["y"]))
    return sketch


@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize(
    ("silent", "bias", "left"),
    [
        (20, -0.5, 32),  # as many stay as fill whole vectors
        (33, -0.5, 16),
        (15, -0.5, 48),
        (20, 0.5, 48),  # not zero: at the border the padding can be told from them
        (0, 0.0, 48),
    ],
)
def test_silent_channels_are_left_out(silent: int, bias: float, left: int, *, mean: bool) -> None:
    model, _ = both(_block(silent, bias=bias, mean=mean))
    depthwise = [shape for shape in _shapes(model) if shape[1:] == (1, 3, 3)]
    assert depthwise == [(left, 1, 3, 3)]


def test_a_sum_and_a_clip_without_a_convolution_get_one() -> None:
    sketch = Sketch(1, 16, 4, 4)
    one = sketch.node("Relu", sketch.conv("x", _random(32, 16, 1, 1)))
    other = sketch.node("Relu", sketch.conv("x", _random(32, 16, 1, 1)))
    limits = [sketch.constant(np.array(0, np.float32)), sketch.constant(np.array(6, np.float32))]
    sketch.node("Clip", sketch.node("Add", one, other), *limits, output="y")
    _, counts = both(sketch)
    assert counts == {"Conv": 4, "Relu": 2, "Add": 1, "Clip": 1}


def test_what_nobody_uses_is_left_out() -> None:
    sketch = Sketch(1, 16, 4, 4)
    sketch.node("Sigmoid", "x")
    sketch.node("Relu", "x", output="y")
    _, counts = both(sketch)
    assert counts == {"Relu": 1}


def test_one_output_is_a_sum_over_the_channels() -> None:
    sketch = Sketch(1, 16, 40, 41)
    weights = [sketch.constant(each.astype(np.float32)) for each in (_random(1, 16, 3, 3), _random(1))]
    sketch.nodes.append(helper.make_node("Conv", ["x", *weights], ["y"], pads=[1, 1, 1, 1], strides=[2, 2]))
    model, counts = both(sketch)
    assert counts == {"Conv": 2}
    assert (16, 1, 3, 3) in _shapes(model)
