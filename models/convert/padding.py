"""TFLite's implicit padding as ONNX's explicit one."""

from collections.abc import Sequence

import tflite


def same_or_valid(
    size: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int], padding: int
) -> list[int]:
    """[top, left, bottom, right]; SAME puts the odd pixel at the end."""
    if padding == tflite.Padding.VALID:
        return [0, 0, 0, 0]
    begins, ends = [], []
    for n, k, stride, dilation in zip(size, kernel, strides, dilations, strict=True):
        total = max((-(-n // stride) - 1) * stride + (k - 1) * dilation + 1 - n, 0)
        begins.append(total // 2)
        ends.append(total - total // 2)
    return begins + ends
