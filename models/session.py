"""One model, ready to run: ONNX Runtime on the CPU, warmed up, silent and without telemetry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.errors import ModelError

Array = npt.NDArray[Any]

#: ONNX Runtime's level "error": its warnings about unused values are not for a shop's log.
_LOG_ERRORS = 3


class Session:
    """An ONNX model.

    threads: how many cores one run may use. ModelError where the file is no model that this ONNX Runtime
    can load.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        onnxruntime.disable_telemetry_events()
        try:
            self._session = onnxruntime.InferenceSession(
                path.read_bytes(), _options(threads), providers=["CPUExecutionProvider"]
            )
        except Exception as wrong:  # ONNX Runtime's own exceptions share no base
            raise ModelError(
                f"{path} cannot be loaded: {wrong}. Run `vitrine models build --force`."
            ) from wrong
        self.inputs: dict[str, tuple[int, ...]] = {i.name: tuple(i.shape) for i in self._session.get_inputs()}
        self.outputs: tuple[str, ...] = tuple(o.name for o in self._session.get_outputs())
        self._warm_up()

    def run(self, feeds: Mapping[str, Array]) -> list[Array]:
        """The outputs, in the order of `outputs`."""
        results: list[Array] = self._session.run(None, feeds)
        return results

    def _warm_up(self) -> None:
        """The first run allocates and picks kernels: do it before a shopper waits for it."""
        self.run({i.name: np.zeros(i.shape, _DTYPES[i.type]) for i in self._session.get_inputs()})


_DTYPES = {"tensor(uint8)": np.uint8, "tensor(float)": np.float32}


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _LOG_ERRORS
    # Waiting threads sleep instead of spinning: the other core belongs to capture, drawing and other screens.
    # Spinning gained a fifth on an idle machine with two threads, and lost as much on a busy one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
