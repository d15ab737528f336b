"""The attention mesh's three custom operators as standard ONNX ones (semantics of MediaPipe's version 2).

The mesh model first finds 468 points, then looks again, closely, at the lips and eyes: it cuts each out of
an early feature map by a matrix made of the points found, refines there, and puts the points back.
"""

import numpy as np

from models.convert.graph import Graph
from models.convert.source import Operator


def landmarks_to_matrix(graph: Graph, operator: Operator) -> None:
    """(1, n, 3) points -> (1, 4, 4) from a cut-out's pixels to the map's pixels.

    With a the angle from the left to the right landmark, and the subset's bounding box in the frame turned
    by -a: matrix = shift(centre) . rotate(a) . scale(scale * box / output) . shift(-output / 2).
    """
    options = operator.flexbuffer()
    if options["target_rotation_radians"]:
        raise ValueError("a target rotation")
    points = graph.value(operator.inputs[0])
    cosine, sine = _direction(graph, points, options["left_rotation_idx"], options["right_rotation_idx"])
    subset = graph.weight(np.array(options["subset_idxs"], np.int64).reshape(-1))
    chosen = graph.emit("Gather", points, subset, axis=1)  # (1, m, 3)
    x, y, _ = graph.emit_many("Split", [chosen, graph.ints(1, 1, 1)], 3, axis=2)
    # Turned by -a: (x cos + y sin, y cos - x sin).
    u = graph.emit("Add", graph.emit("Mul", x, cosine), graph.emit("Mul", y, sine))
    v = graph.emit("Sub", graph.emit("Mul", y, cosine), graph.emit("Mul", x, sine))
    size = (options["output_width"], options["output_height"])
    scale = (options["scale_x"], options["scale_y"])
    (u_mid, u_step), (v_mid, v_step) = (
        _middle_and_step(graph, axis, s / n) for axis, s, n in zip((u, v), scale, size, strict=True)
    )
    rows = [
        # x = cos * (u_mid + (i - n/2) u_step) - sin * (v_mid + (j - n/2) v_step)
        _row(graph, graph.emit("Mul", cosine, u_step), graph.emit("Neg", graph.emit("Mul", sine, v_step)),
             graph.emit("Sub", graph.emit("Mul", cosine, u_mid), graph.emit("Mul", sine, v_mid)), size),
        _row(graph, graph.emit("Mul", sine, u_step), graph.emit("Mul", cosine, v_step),
             graph.emit("Add", graph.emit("Mul", sine, u_mid), graph.emit("Mul", cosine, v_mid)), size),
    ]  # fmt: skip
    rest = graph.weight(np.array([[[0, 0, 1, 0], [0, 0, 0, 1]]], np.float32))
    graph.define(operator.outputs[0], graph.emit("Concat", *rows, rest, axis=1))


def _direction(graph: Graph, points: str, left: int, right: int) -> tuple[str, str]:
    """Cosine and sine of the angle from one landmark to another, each (1, 1, 1)."""
    ends = [graph.emit("Gather", points, graph.ints(i), axis=1) for i in (left, right)]
    x, y, _ = graph.emit_many("Split", [graph.emit("Sub", ends[1], ends[0]), graph.ints(1, 1, 1)], 3, axis=2)
    squares = graph.emit("Add", graph.emit("Mul", x, x), graph.emit("Mul", y, y))
    tiny = graph.scalar(1e-12)
    length = graph.emit("Sqrt", graph.emit("Add", squares, tiny))
    return graph.emit("Div", x, length), graph.emit("Div", y, length)


def _middle_and_step(graph: Graph, values: str, scale: float) -> tuple[str, str]:
    high = graph.emit("ReduceMax", values, axes=[1], keepdims=1)
    low = graph.emit("ReduceMin", values, axes=[1], keepdims=1)
    half = graph.scalar(0.5)
    middle = graph.emit("Mul", graph.emit("Add", high, low), half)
    return middle, graph.emit("Mul", graph.emit("Sub", high, low), graph.scalar(scale))


def _row(graph: Graph, a: str, b: str, middle: str, size: tuple[int, int]) -> str:
    """(1, 1, 4): a, b, 0, middle - a * width / 2 - b * height / 2."""
    half = [graph.scalar(n / 2) for n in size]
    shift = graph.emit("Sub", graph.emit("Sub", middle, graph.emit("Mul", a, half[0])),
                       graph.emit("Mul", b, half[1]))  # fmt: skip
    return graph.emit("Concat", a, b, graph.weight(np.zeros((1, 1, 1), np.float32)), shift, axis=2)


def transform_bilinear(graph: Graph, operator: Operator) -> None:
    """Cut (1, c, height, width) out of a map: bilinear at M . (x + 0.5, y + 0.5) - 0.5, zero outside.

    GridSample blends with zero for up to a pixel beyond the border; MediaPipe gives zero there. A coordinate
    beyond the border is therefore thrown far out.
    """
    options = operator.flexbuffer()
    out_height, out_width = options["output_height"], options["output_width"]
    _, height, width, _ = graph.shape(operator.inputs[0])
    rows, columns = np.mgrid[:out_height, :out_width]
    ones = np.ones(out_height * out_width)
    places = np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5, 0 * ones, ones]).astype(np.float32)
    top = graph.emit("Slice", graph.value(operator.inputs[1]), graph.ints(0), graph.ints(2), graph.ints(1))
    pixels = graph.emit("MatMul", top, graph.weight(places))  # (1, 2, n), still + 0.5
    # GridSample's align_corners: -1 is the first pixel's centre, 1 the last one's.
    step = np.array([2 / (width - 1), 2 / (height - 1)], np.float32).reshape(1, 2, 1)
    grid = graph.emit("Sub", graph.emit("Mul", pixels, graph.weight(step)), graph.weight(0.5 * step + 1))
    bounds = graph.scalar(-1), graph.scalar(1)
    beyond = graph.emit("Sub", grid, graph.emit("Clip", grid, *bounds))
    grid = graph.emit("Add", grid, graph.emit("Mul", beyond, graph.scalar(1e6)))
    grid = graph.emit("Reshape", graph.emit("Transpose", grid, perm=[0, 2, 1]),
                      graph.ints(1, out_height, out_width, 2))  # fmt: skip
    value = graph.emit("GridSample", graph.value(operator.inputs[0]), grid, align_corners=1, mode="bilinear")
    graph.define(operator.outputs[0], value)


def transform_points(graph: Graph, operator: Operator) -> None:
    """(1, n, 2) points of a cut-out back to the map: the matrix's 2x2 part and shift."""
    if operator.flexbuffer().get("dimensions", 2) != 2:
        raise ValueError("points with more than two dimensions")
    points, matrix = (graph.value(i) for i in operator.inputs)
    top = graph.emit("Slice", matrix, graph.ints(0), graph.ints(2), graph.ints(1))
    turn = graph.emit("Slice", top, graph.ints(0), graph.ints(2), graph.ints(2))
    shift = graph.emit("Slice", top, graph.ints(3), graph.ints(4), graph.ints(2))
    moved = graph.emit("MatMul", points, graph.emit("Transpose", turn, perm=[0, 2, 1]))
    graph.define(
        operator.outputs[0], graph.emit("Add", moved, graph.emit("Transpose", shift, perm=[0, 2, 1]))
    )


OPERATORS = {
    "Landmarks2TransformMatrix": landmarks_to_matrix,
    "TransformTensorBilinear": transform_bilinear,
    "TransformLandmarks": transform_points,
}
