"""The attention mesh's three custom operators as standard ONNX ones (semantics of MediaPipe's version 2).

The mesh model first finds 468 points, then looks again, closely, at the lips and eyes: it cuts each out of
an early feature map by a matrix made of the points found, refines there, and puts the points back.

The source's matrix is (1, 4, 4), from a cut-out's pixels to the map's. Only six of its numbers ever differ
from an identity's; here it is (1, 3, 2), so that (x, y, 1) . matrix is the place in the map.

Measured on two busy cores of an AMD EPYC, one thread, alternating, best of 400 runs of the whole model: each
operator alone, with one GridSample per part, 2.56 ms; siblings as lanes (see graph.py) 1.98; four gathered
rows per point instead of GridSample's 0.14 ms per part 1.81; sums as a product instead of ReduceSum 1.54.
The 468-point mesh alone takes 1.03. Its 1x1 convolutions already run at the core's peak (49 GMAC/s), so what
is left is PRelu's memory traffic (a fifth) and the refinement. Two threads gained nothing (1.79 ms).
"""

import numpy as np

from models.convert.family import Family, shapes
from models.convert.graph import Graph
from models.convert.source import Array, Operator

#: Columns of the source's matrix for x, y and 1, and its rows that give x and y.
_COLUMNS, _ROWS = [0, 1, 3], [0, 1]
#: No direction is shorter than this: a mesh of nonsense must not divide by zero.
_TINY = 1e-6


def landmarks_to_matrix(graph: Graph, *siblings: Operator) -> None:
    """(1, n, 3) points -> the matrix of each part.

    With a the angle from the left to the right landmark, and the subset's bounding box in the frame turned
    by -a: matrix = shift(centre) . rotate(a) . scale(scale * box / output) . shift(-output / 2).
    """
    options = [operator.flexbuffer() for operator in siblings]
    if any(o["target_rotation_radians"] for o in options):
        raise ValueError("a target rotation")
    points = graph.emit("Reshape", graph.value(siblings[0].inputs[0]), graph.ints(-1, 3))
    ends = [[o["left_rotation_idx"], o["right_rotation_idx"]] for o in options]
    rotate, turned_back = _rotations(graph, points, ends)
    longest = max(len(o["subset_idxs"]) for o in options)
    subsets = [
        [*o["subset_idxs"], *o["subset_idxs"][:1] * (longest - len(o["subset_idxs"]))] for o in options
    ]
    chosen = graph.emit("Gather", points, graph.weight(np.array(subsets, np.int64)), axis=0)
    upright = graph.emit("MatMul", chosen, turned_back)
    high = graph.emit("ReduceMax", upright, axes=[1], keepdims=1)
    low = graph.emit("ReduceMin", upright, axes=[1], keepdims=1)
    of_high, of_low = (np.stack(side) for side in zip(*(_place(o) for o in options), strict=True))
    upright_matrix = graph.emit(
        "Add",
        graph.emit("Mul", high, graph.weight(of_high)),
        graph.emit("Mul", low, graph.weight(of_low)),
    )
    outputs = [operator.outputs[0] for operator in siblings]
    graph.define_lanes(outputs, graph.emit("MatMul", upright_matrix, rotate))
    graph.layouts.update(dict.fromkeys(outputs, _matrix))


def _rotations(graph: Graph, points: str, ends: list[list[int]]) -> tuple[str, str]:
    """Per part: (2, 2) from its upright frame to the picture's, and (3, 2), of x, y, z, back."""
    pick = np.zeros((len(ends), 468), np.float32)
    for row, (left, right) in zip(pick, ends, strict=True):
        row[[left, right]] = -1, 1
    along = graph.emit("MatMul", graph.weight(pick), points)  # (parts, 3)
    # Of the direction (c, s, z): c, s, -s, c | c, -s, s, c, 0, 0; its L2 norm is twice the direction's.
    of_cosine = [1, 0, 0, 1, 1, 0, 0, 1, 0, 0]
    of_sine = [0, 1, -1, 0, 0, -1, 1, 0, 0, 0]
    both = graph.emit("MatMul", along, graph.weight(np.array([of_cosine, of_sine, [0] * 10], np.float32)))
    norm = graph.emit("Max", graph.emit("ReduceL2", both, axes=[1], keepdims=1), graph.scalar(_TINY))
    half = graph.emit("Div", both, norm)  # half of cosine and sine; `_place` makes up for it
    forth, back = graph.emit_many("Split", [half, graph.ints(4, 6)], 2, axis=1)
    return graph.emit("Reshape", forth, graph.ints(-1, 2, 2)), graph.emit(
        "Reshape", back, graph.ints(-1, 3, 2)
    )


def _place(options: dict[str, float]) -> tuple[Array, Array]:
    """What the box's high and low corner, each (1, 2), give to the upright matrix (3, 2), times 4."""
    size = np.array([options["output_width"], options["output_height"]], np.float64)
    scale = np.array([options["scale_x"], options["scale_y"]]) / size
    of_box = np.vstack([np.diag(scale), -scale * size / 2])
    of_centre = np.vstack([np.zeros((2, 2)), [1, 1]])
    return (
        (4 * (of_centre / 2 + of_box)).astype(np.float32),
        (4 * (of_centre / 2 - of_box)).astype(np.float32),
    )


def _matrix(values: Array) -> Array:
    """The kept numbers of (1, 4, 4) as (1, 3, 2)."""
    return values[:, _ROWS][:, :, _COLUMNS].transpose(0, 2, 1)


def transform_bilinear(graph: Graph, *siblings: Operator) -> None:
    """Cut each part out of one map: bilinear at M . (x + 0.5, y + 0.5) - 0.5, zero outside.

    Four pixels are gathered for every place, times their weights, and summed.
    """
    options = siblings[0].flexbuffer()
    height, width = options["output_height"], options["output_width"]
    _, rows, columns, channels = graph.shape(siblings[0].inputs[0])
    parts, size = len(siblings), height * width
    at = _places(graph, graph.value(*(operator.inputs[1] for operator in siblings)), height, width)
    index, weight = _neighbours(graph, at, parts * size, rows, columns)
    pixels = graph.emit("Transpose", graph.value(siblings[0].inputs[0]), perm=[0, 2, 3, 1])
    pixels = graph.emit("Reshape", pixels, graph.ints(rows * columns, channels))
    four = graph.emit("Gather", pixels, index, axis=0)  # (4, points, channels)
    # Products with ones spread the weights over the channels and sum the four: broadcasting and ReduceSum
    # take five times as long.
    weights = graph.emit("MatMul", weight, graph.weight(np.ones((1, channels), np.float32)))
    four = graph.emit("Reshape", graph.emit("Mul", four, weights), graph.ints(4, -1))
    mixed = graph.emit("MatMul", graph.weight(np.ones((1, 4), np.float32)), four)
    mixed = graph.emit("Reshape", mixed, graph.ints(parts, size, channels))
    mixed = graph.emit("Transpose", mixed, perm=[0, 2, 1])
    value = graph.emit("Reshape", mixed, graph.ints(1, parts * channels, height, width))
    value = graph.blocked(value, parts * channels)
    graph.define_lanes([operator.outputs[0] for operator in siblings], value)


def _places(graph: Graph, matrices: str, height: int, width: int) -> str:
    """(2, parts * height * width): x and y in the map of every pixel of the cut-outs."""
    y, x = (axis.ravel() + 0.5 for axis in np.mgrid[:height, :width])
    pixels = graph.weight(np.stack([x, y, np.ones(height * width)])[None].astype(np.float32))
    at = graph.emit("MatMul", graph.emit("Transpose", matrices, perm=[0, 2, 1]), pixels)
    at = graph.emit("Reshape", graph.emit("Transpose", at, perm=[1, 0, 2]), graph.ints(2, -1))
    return graph.emit("Sub", at, graph.scalar(0.5))


def _neighbours(graph: Graph, at: str, points: int, rows: int, columns: int) -> tuple[str, str]:
    """Of places (2, points): the four pixels around each (4, points), and their weights (4, points, 1).

    A place beyond the outermost pixels' centres weighs nothing (ONNX's GridSample would blend it with zero).
    """
    if rows != columns:
        raise ValueError("a map that is not square")
    corner = graph.emit("Clip", graph.emit("Floor", at), graph.scalar(0), graph.scalar(columns - 2))
    first = graph.emit("MatMul", graph.weight(np.array([[1, columns]], np.float32)), corner)
    # As float32 an index of a map is exact; one product and sum give all four.
    offsets = graph.weight(np.array([[0], [1], [columns], [columns + 1]], np.float32))
    index = graph.emit("Cast", graph.emit("Add", first, offsets), to=6)
    far = graph.emit("Sub", at, corner)
    inside = graph.emit("Equal", graph.emit("Clip", far, graph.scalar(0), graph.scalar(1)), far)
    mask = graph.emit("Cast", inside, to=1)
    far = graph.emit("Mul", far, mask)
    near = graph.emit("Sub", mask, far)
    pairs = graph.emit("Concat", near, far, axis=0)  # near x, near y, far x, far y
    across = graph.emit("Gather", pairs, graph.ints(0, 2, 0, 2), axis=0)
    down = graph.emit("Gather", pairs, graph.ints(1, 1, 3, 3), axis=0)
    weight = graph.emit("Mul", across, down)
    return index, graph.emit("Reshape", weight, graph.ints(4, points, 1))


def transform_points(graph: Graph, operator: Operator) -> None:
    """(1, n, 2) points of a cut-out back to the map."""
    if operator.flexbuffer().get("dimensions", 2) != 2:
        raise ValueError("points with more than two dimensions")
    points, matrix = (graph.value(i) for i in operator.inputs)
    turn, shift = graph.emit_many("Split", [matrix, graph.ints(2, 1)], 2, axis=1)
    graph.define(operator.outputs[0], graph.emit("Add", graph.emit("MatMul", points, turn), shift))


def _same_points(graph: Graph, one: Operator, other: Operator) -> bool:
    size = ("output_width", "output_height")
    return graph.lane(one.inputs[0]) == graph.lane(other.inputs[0]) and all(
        one.flexbuffer()[key] == other.flexbuffer()[key] for key in size
    )


def _same_map(graph: Graph, one: Operator, other: Operator) -> bool:
    return (
        one.inputs[0] == other.inputs[0]
        and one.flexbuffer() == other.flexbuffer()
        and graph.lane(one.inputs[1]).value == graph.lane(other.inputs[1]).value
        and shapes(graph, one) == shapes(graph, other)
    )


OPERATORS = {
    "Landmarks2TransformMatrix": Family(landmarks_to_matrix, _same_points),
    "TransformTensorBilinear": Family(transform_bilinear, _same_map),
    "TransformLandmarks": Family(transform_points),
}
