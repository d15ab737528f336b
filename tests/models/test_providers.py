"""Execution providers by configuration: chosen, refused with what is there, and never silently given up."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime
import pytest

from models import store
from models.errors import ModelError
from models.providers import Runtime, chosen, present
from models.session import Session

NAME = "face_detection_short_range"
CPU = "CPUExecutionProvider"


@pytest.fixture
def openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ONNX Runtime that says it was built with OpenVINO and CUDA; this one cannot start them."""
    names = ["OpenVINOExecutionProvider", "CUDAExecutionProvider", CPU]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: names)


def test_the_cpu_is_there_and_the_default(built_models: Path) -> None:
    assert "cpu" in present()
    session = Session(store.path(NAME))
    assert session.providers == ("cpu",)
    assert np.isfinite(session.run({"image": np.zeros((1, 3, 128, 128), np.uint8)})[0]).all()


@pytest.mark.parametrize("name", ["tpu", "CUDAExecutionProvider", ""])
def test_an_unknown_provider_is_answered_with_those_present(built_models: Path, name: str) -> None:
    with pytest.raises(ModelError, match=r"is unknown\. Present: cpu"):
        Session(store.path(NAME), Runtime(providers=(name,)))


@pytest.mark.usefixtures("openvino")
def test_a_provider_that_is_not_installed_is_answered_with_those_present() -> None:
    words = r"'coreml' is not in the installed ONNX Runtime\. Present: cpu, openvino, cuda\."
    with pytest.raises(ModelError, match=words):
        chosen(("coreml", "cpu"))


@pytest.mark.usefixtures("openvino")
@pytest.mark.parametrize(
    "names", [("openvino", "cuda"), ("openvino", "cpu", "cuda"), ("openvino", "cuda", "cpu")]
)
def test_the_cpu_always_comes_last(names: tuple[str, ...]) -> None:
    assert chosen(names) == ["OpenVINOExecutionProvider", "CUDAExecutionProvider", CPU]


@pytest.mark.usefixtures("openvino")
def test_a_provider_that_cannot_start_leaves_the_work_to_the_cpu_and_says_so(
    built_models: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """ONNX Runtime itself refuses here: the stand-in only says what is installed."""
    told: list[str] = []
    session = Session(store.path(NAME), Runtime(providers=("openvino", "cpu"), announce=told.append))
    assert session.providers == ("cpu",)
    (words,) = told
    assert words.startswith(f"{NAME} runs on cpu: openvino could not be used (")
    assert "Falling back" not in capfd.readouterr().out


@pytest.mark.usefixtures("openvino")
def test_a_provider_that_onnx_runtime_leaves_out_without_a_word_is_told_of(
    built_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it does where CUDA's libraries are missing: the session starts, on the CPU."""
    real, told = onnxruntime.InferenceSession, list[str]()

    def left_out(model: bytes, options: Any, providers: list[tuple[str, dict[str, str]]], **more: Any) -> Any:
        return real(model, options, providers=[CPU], **more)

    monkeypatch.setattr(onnxruntime, "InferenceSession", left_out)
    Session(store.path(NAME), Runtime(providers=("cuda",), announce=told.append))
    assert told == [
        f"{NAME} runs on cpu: cuda could not be used (ONNX Runtime left it out: is its driver installed?)"
    ]


@pytest.mark.usefixtures("openvino")
def test_a_provider_in_use_is_no_news(built_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, told = onnxruntime.InferenceSession, list[str]()

    class Accelerated:
        """A session that says it runs on what was asked for."""

        given: ClassVar[dict[str, dict[str, str]]] = {}

        def __init__(
            self, model: bytes, options: Any, providers: list[tuple[str, dict[str, str]]], **more: Any
        ) -> None:
            self._real = real(model, options, providers=[CPU], **more)
            self._providers = [name for name, _ in providers]
            Accelerated.given = dict(providers)

        def get_providers(self) -> list[str]:
            return self._providers

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    monkeypatch.setattr(onnxruntime, "InferenceSession", Accelerated)
    session = Session(store.path(NAME), Runtime(3, providers=("openvino",), announce=told.append))
    assert session.providers == ("openvino", "cpu")
    assert Accelerated.given["OpenVINOExecutionProvider"]["num_of_threads"] == "3"
    assert told == []


@pytest.mark.usefixtures("openvino")
def test_a_file_that_is_no_model_is_still_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.onnx"
    file.write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"broken\.onnx cannot be loaded"):
        Session(file, Runtime(providers=("openvino",)))
