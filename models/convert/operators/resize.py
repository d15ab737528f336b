"""RESIZE_BILINEAR in its three kinds."""

import tflite

from models.convert.family import Family
from models.convert.graph import Graph
from models.convert.source import Operator


def bilinear(graph: Graph, operator: Operator) -> None:
    """Half-pixel, align-corners or (neither) asymmetric coordinates."""
    options = operator.options(tflite.ResizeBilinearOptions)
    kind = "asymmetric"
    if options.HalfPixelCenters():
        kind = "half_pixel"
    elif options.AlignCorners():
        kind = "align_corners"
    batch, height, width, channels = graph.shape(operator.outputs[0])
    size = graph.ints(batch, channels, height, width)
    value = graph.emit(
        "Resize",
        graph.value(operator.inputs[0]),
        "",
        "",
        size,
        mode="linear",
        coordinate_transformation_mode=kind,
    )
    graph.define(operator.outputs[0], value)


OPERATORS = {"RESIZE_BILINEAR": Family(bilinear)}
