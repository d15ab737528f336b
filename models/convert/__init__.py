"""TFLite to ONNX, for the models of MediaPipe's wheel: one short file per operator family in `operators/`.

`convert(data, weights)` reads the flatbuffer (`source`), walks its operators in order and lets each
one's family write standard ONNX nodes (`graph`). Needs the `build` extra; nothing at run time imports it.
"""

from models.convert.driver import ConversionError, convert

__all__ = ["ConversionError", "convert"]
