"""What runs the models: ONNX Runtime's execution providers by short names, and how many cores.

A box file names the providers in order of preference; `Runtime` carries them, with the thread count, to every
model's `Session`. The CPU always comes last: what a provider cannot do, or all where it cannot start, is done
there, and whoever gave the `Runtime` is told.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from models.errors import ModelError

log = logging.getLogger(__name__)

Provider = Literal["cpu", "openvino", "cuda", "tensorrt", "coreml", "directml"]

#: ONNX Runtime's own names.
PROVIDERS: Final[dict[str, str]] = {
    "cpu": "CPUExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}


@dataclass(frozen=True, slots=True)
class Runtime:
    """How to run a model.

    threads: how many cores one run may use. providers: keys of PROVIDERS, the preferred first. announce: told
    in words, once for each model, where a provider could not be used and the CPU does its work.
    """

    threads: int = 1
    providers: tuple[str, ...] = ("cpu",)
    announce: Callable[[str], None] = field(default=log.warning, compare=False)


#: One core and nothing else.
CPU: Final = Runtime()


def present() -> tuple[str, ...]:
    """Those that the installed ONNX Runtime was built with."""
    import onnxruntime  # not before it is needed: a box file's names are checked without it

    available = onnxruntime.get_available_providers()
    return tuple(name for name, theirs in PROVIDERS.items() if theirs in available)


def chosen(names: tuple[str, ...]) -> list[str]:
    """ONNX Runtime's names, the CPU last; ModelError where one is unknown or not installed."""
    there = present()
    for name in names:
        if name not in there:
            why = "is not in the installed ONNX Runtime" if name in PROVIDERS else "is unknown"
            raise ModelError(
                f"The execution provider {name!r} {why}. Present: {', '.join(there)}. Choose of these, "
                f"or install the ONNX Runtime with the one wanted; known: {', '.join(PROVIDERS)}."
            )
    return [*dict.fromkeys(PROVIDERS[name] for name in names if name != "cpu"), PROVIDERS["cpu"]]


def named(theirs: list[str]) -> tuple[str, ...]:
    """ONNX Runtime's names as ours."""
    ours = {value: key for key, value in PROVIDERS.items()}
    return tuple(ours.get(name, name) for name in theirs)
