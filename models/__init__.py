"""ONNX models: built from MediaPipe's own weights; one model, one file; typed array results.

Imports nothing else of Vitrine.
"""
