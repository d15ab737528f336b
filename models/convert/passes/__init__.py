"""Rewritings of the finished graph that ONNX Runtime does not do itself: one idea, one file.

Each has `run(net)`. They keep what the graph computes, but for rounding.
"""
