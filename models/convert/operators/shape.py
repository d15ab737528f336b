"""Operators that only move values: RESHAPE, CONCATENATION, STRIDED_SLICE, DEPTH_TO_SPACE."""

import numpy as np
import tflite

from models.convert.family import Family
from models.convert.graph import Graph, nchw_axis
from models.convert.operators.activation import fused
from models.convert.source import Operator


def reshape(graph: Graph, operator: Operator) -> None:
    """Reshape in the source's order: a picture goes back to NHWC first, unless it is one pixel."""
    tensor, output = operator.inputs[0], operator.outputs[0]
    before, after = graph.shape(tensor), graph.shape(output)
    value = graph.value(tensor)
    if len(before) == 4 and before[1:3] != (1, 1) and before[3] != 1:
        value = graph.emit("Transpose", value, perm=[0, 2, 3, 1])
    if len(after) == 4 and after[1:3] != (1, 1):
        raise ValueError(f"reshapes {before} to the picture {after}")
    if len(after) == 4:
        after = (after[0], after[3], 1, 1)
    graph.define(output, graph.emit("Reshape", value, graph.ints(*after)))


def concatenate(graph: Graph, operator: Operator) -> None:
    """Values side by side along one axis."""
    options = operator.options(tflite.ConcatenationOptions)
    axis = nchw_axis(options.Axis(), len(graph.shape(operator.outputs[0])))
    value = graph.emit("Concat", *(graph.value(i) for i in operator.inputs), axis=axis)
    graph.define(operator.outputs[0], fused(graph, value, options.FusedActivationFunction()))


def strided_slice(graph: Graph, operator: Operator) -> None:
    """Part of each axis; the whole of all of them is the value itself."""
    tensor, output = operator.inputs[0], operator.outputs[0]
    options = operator.options(tflite.StridedSliceOptions)
    if options.EllipsisMask() or options.NewAxisMask() or options.ShrinkAxisMask():
        raise ValueError("slices with an ellipsis, a new or a dropped axis")
    shape = graph.shape(tensor)
    if graph.shape(output) == shape:
        graph.define(output, graph.value(tensor))
        return
    begins, ends, steps = (np.array(graph.known(i)).tolist() for i in operator.inputs[1:])
    axes = [nchw_axis(i, len(shape)) for i in range(len(shape))]
    begins = [0 if options.BeginMask() >> i & 1 else n for i, n in enumerate(begins)]
    ends = [shape[i] if options.EndMask() >> i & 1 else n for i, n in enumerate(ends)]
    names = [graph.ints(*values) for values in (begins, ends, axes, steps)]
    graph.define(output, graph.emit("Slice", graph.value(tensor), *names))


def depth_to_space(graph: Graph, operator: Operator) -> None:
    """Channels to pixels; the source's order of channels is (row, column, depth)."""
    block = operator.options(tflite.DepthToSpaceOptions).BlockSize()
    value = graph.emit("DepthToSpace", graph.value(operator.inputs[0]), blocksize=block, mode="DCR")
    graph.define(operator.outputs[0], value)


OPERATORS = {
    "RESHAPE": Family(reshape),
    "CONCATENATION": Family(concatenate),
    "STRIDED_SLICE": Family(strided_slice),
    "DEPTH_TO_SPACE": Family(depth_to_space),
}
