"""What a model file wants to be fed, for people: read from the file itself."""

from pathlib import Path

import onnxruntime


def inputs(file: Path) -> tuple[str, ...]:
    """Each input as `name dtype shape`, such as `image uint8 1x3x192x192`; the file is a verified model."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # only to be read
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    return tuple(f"{i.name} {_dtype(i.type)} {'x'.join(map(str, i.shape))}" for i in session.get_inputs())


def _dtype(type_name: str) -> str:
    """`tensor(float)` of ONNX Runtime in NumPy's words."""
    name = type_name.removeprefix("tensor(").removesuffix(")")
    return {"float": "float32", "double": "float64"}.get(name, name)
