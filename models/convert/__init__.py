"""TFLite to ONNX: one short file per operator family."""
