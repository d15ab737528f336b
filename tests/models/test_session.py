"""One model, loaded: its shapes, threads, and a file that is none."""

from pathlib import Path

import numpy as np
import pytest

from models import store
from models.errors import ModelError
from models.providers import Runtime
from models.session import Session
from tests.models.yolox_files import failing

NAME = "face_detection_short_range"


def test_tells_its_inputs_and_outputs(built_models: Path) -> None:
    session = Session(store.path(NAME))
    assert session.inputs == {"image": (1, 3, 128, 128)}
    assert session.outputs == ("regressors", "classificators")


def test_threads_do_not_change_the_result(built_models: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (1, 3, 128, 128), dtype=np.uint8)
    one, two = (Session(store.path(NAME), Runtime(threads)).run({"image": image}) for threads in (1, 2))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"no model"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.onnx"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.onnx cannot be loaded"):
        Session(file)


def test_a_model_that_loads_and_cannot_run_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = failing(tmp_path / "fails.onnx")
    with pytest.raises(ModelError, match=r"fails\.onnx cannot be loaded: .*Reshape.*models build --force"):
        Session(path)
