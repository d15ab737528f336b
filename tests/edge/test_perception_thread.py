"""Perception on its own thread: every scene of a clip, failures that are survived and told."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from edge import perception
from edge.cameras.portrait import Portrait
from edge.latest import Latest
from edge.perception import PerceptionThread
from edge.scene import Frame, Scene
from models import store
from models.providers import Runtime
from models.results import U8

FACES = frozenset({"faces"})


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait((640, 360), 30)


def frame(image_bgr: U8, index: int = 0) -> Frame:
    return Frame(image_bgr, index / 30, index)


def test_thread_gives_every_scene_of_a_clip_and_ends(portrait: Portrait) -> None:
    frames: Latest[Frame] = Latest()
    scenes: Latest[Scene] = Latest()
    run = PerceptionThread(frames, scenes, FACES, lossless=True)
    run.start()
    got = []
    for k in range(5):
        frames.put_wait(frame(portrait.render(k / 30), k))
        scene = scenes.take(10)
        assert scene is not None
        got.append(scene.frame.index)
    frames.close()
    run.join(10)
    assert got == [0, 1, 2, 3, 4]
    assert scenes.finished
    assert run.status.ok
    assert run.status.fps > 0


def test_failure_on_a_frame_is_shown_logged_once_and_survived(
    portrait: Portrait, caplog: pytest.LogCaptureFixture
) -> None:
    frames: Latest[Frame] = Latest()
    scenes: Latest[Scene] = Latest()
    run = PerceptionThread(frames, scenes, FACES)
    run.start()
    good = frame(portrait.render(0))
    bad = replace(good, image_bgr=np.zeros((10, 10), np.uint8))
    words = []
    for each in (bad, bad, good):
        frames.put(each)
        scene = scenes.take(10)
        assert scene is not None
        deadline = time.monotonic() + 5
        while (run.status.ok is (each is bad)) and time.monotonic() < deadline:
            time.sleep(0.005)
        words.append((run.status.ok, len(scene.faces)))
    run.stop()
    assert words == [(False, 0), (False, 0), (True, 1)]
    assert len([record for record in caplog.records if record.name == perception.__name__]) == 1


def test_stop_ends_a_waiting_thread() -> None:
    run = PerceptionThread(Latest(), Latest(), FACES)
    run.start()
    run.stop()
    assert not run.is_alive()


def test_a_camera_that_goes_silent_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = threading.Event()
    monkeypatch.setattr(perception.Perception, "forget", lambda self: forgotten.set())
    frames: Latest[Frame] = Latest()
    scenes: Latest[Scene] = Latest()
    now_s = [0.0]
    run = PerceptionThread(frames, scenes, frozenset(), clock=lambda: now_s[0])
    run.start()
    frames.put_wait(Frame(np.zeros((8, 8, 3), np.uint8), 0.0, 0))
    assert scenes.take(10) is not None
    assert not forgotten.wait(0.4)
    now_s[0] = 1.1
    assert forgotten.wait(10)
    run.stop()


def test_a_provider_that_was_given_up_stands_in_the_status(
    built_models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """ONNX Runtime says that it has CUDA and cannot start it: told once for each model, in log and status."""
    names = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: names)
    frames: Latest[Frame] = Latest()
    scenes: Latest[Scene] = Latest()
    run = PerceptionThread(
        frames, scenes, frozenset({"segmenter"}), runtime=Runtime(providers=("cuda",)), lossless=True
    )
    run.start()
    frames.put_wait(Frame(np.zeros((8, 8, 3), np.uint8), 0.0, 0))
    assert scenes.take(10) is not None
    frames.put_wait(Frame(np.zeros((8, 8, 3), np.uint8), 0.1, 1))
    assert scenes.take(10) is not None
    words = run.status.words
    run.stop()
    assert run.status.ok
    assert words.startswith("perception works; selfie_segmentation runs on cpu: cuda could not be used")
    assert [record.levelname for record in caplog.records if "cuda" in record.message] == ["WARNING"]
