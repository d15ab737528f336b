"""One model, ready to run: ONNX Runtime, warmed up, silent and without telemetry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from models import providers
from models.errors import ModelError
from models.providers import CPU, Runtime

Array = npt.NDArray[Any]

#: ONNX Runtime's level "error": its warnings about unused values are not for a shop's log.
_LOG_ERRORS = 3


class Session:
    """An ONNX model.

    runtime: what runs it, on how many cores. ModelError where the file is no model that this ONNX Runtime can
    load and run, or a provider is not there. One that is there but cannot start (no such device, a driver too
    old) leaves the work to the CPU: `runtime.announce` is told.
    """

    def __init__(self, path: Path, runtime: Runtime = CPU) -> None:
        onnxruntime.disable_telemetry_events()
        wanted = providers.chosen(runtime.providers)
        self._session, why = _started(path, runtime, wanted)
        #: What runs it, the preferred first: keys of `providers.PROVIDERS`.
        self.providers = providers.named(self._session.get_providers())
        if missing := [name for name in providers.named(wanted) if name not in self.providers]:
            runtime.announce(
                f"{path.stem} runs on {', '.join(self.providers)}: {', '.join(missing)} "
                f"could not be used ({why or 'ONNX Runtime left it out: is its driver installed?'})"
            )
        self.inputs: dict[str, tuple[int, ...]] = {i.name: tuple(i.shape) for i in self._session.get_inputs()}
        #: ONNX Runtime's name of each input's type, such as tensor(uint8).
        self.types: dict[str, str] = {i.name: i.type for i in self._session.get_inputs()}
        self.outputs: tuple[str, ...] = tuple(o.name for o in self._session.get_outputs())

    def run(self, feeds: Mapping[str, Array]) -> list[Array]:
        """The outputs, in the order of `outputs`."""
        results: list[Array] = self._session.run(self.outputs, feeds)
        return results


_DTYPES = {"tensor(uint8)": np.uint8, "tensor(float)": np.float32}


def _started(path: Path, runtime: Runtime, wanted: list[str]) -> tuple[Any, str]:
    """The session, and why it is one of the CPU alone where more was wanted."""
    try:
        return _inference(path, runtime, wanted), ""
    except Exception as wrong:  # ONNX Runtime's own exceptions share no base
        if wanted == wanted[-1:]:
            raise ModelError(
                f"{path} cannot be loaded: {_line(wrong)}. Run `vitrine models build --force`."
            ) from wrong
        session, _ = _started(path, runtime, wanted[-1:])
        return session, _line(wrong)


def _line(wrong: Exception) -> str:
    """ONNX Runtime's messages have lines; ours have one."""
    return " ".join(str(wrong).split())


def _inference(path: Path, runtime: Runtime, wanted: list[str]) -> Any:
    # ONNX Runtime's own fallback would print to the terminal and go on as if nothing were wrong.
    with_options = [(name, _provider_options(name, runtime)) for name in wanted]
    session = onnxruntime.InferenceSession(
        path.read_bytes(), _options(runtime, wanted), providers=with_options, enable_fallback=0
    )
    _warm_up(session)
    return session


def _warm_up(session: Any) -> None:
    """The first run allocates and picks kernels: do it before a shopper waits for it.

    It also finds the model or the driver that loads and cannot run. A model that others made may leave a size
    open or want another type: whoever knows it runs it first.
    """
    inputs = session.get_inputs()
    open_size = any(not isinstance(side, int) for each in inputs for side in each.shape)
    if not open_size and {each.type for each in inputs} <= _DTYPES.keys():
        session.run(None, {each.name: np.zeros(each.shape, _DTYPES[each.type]) for each in inputs})


def _provider_options(theirs: str, runtime: Runtime) -> dict[str, str]:
    if theirs == providers.PROVIDERS["openvino"]:
        # It has threads of its own, eight unless told, and prefers bfloat16 where the processor has it.
        return {"num_of_threads": str(runtime.threads), "precision": "FP32"}
    return {}


def _options(runtime: Runtime, wanted: list[str]) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = runtime.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _LOG_ERRORS
    # DirectML plans its memory itself and refuses a session that plans it too.
    options.enable_mem_pattern = providers.PROVIDERS["directml"] not in wanted
    # Waiting threads sleep instead of spinning: the other core belongs to capture, drawing and other screens.
    # Spinning gained a fifth on an idle machine with two threads, and lost as much on a busy one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
