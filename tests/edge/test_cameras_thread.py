"""The camera thread over a camera that is missing, pulled out, frozen or plugged in again; and over clips."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.cameras import thread, webcam
from edge.cameras.thread import CameraThread
from edge.config import Camera
from edge.latest import Latest
from edge.toml_file import ConfigError
from tests.edge.test_cameras import camera, write_video

if TYPE_CHECKING:
    from edge.scene import Frame
    from models.results import U8


class Device:
    """What OpenCV shows of a camera on a cable; `plugged` and `frozen` are the test's hands."""

    def __init__(self) -> None:
        self.plugged, self.frozen, self.opened = True, False, 0
        self.noise = np.random.default_rng(0)
        self.image = np.zeros((120, 160, 3), np.uint8)

    def __call__(self, *address: object) -> "Device":
        self.opened += self.plugged
        return self

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.plugged

    def grab(self) -> bool:
        time.sleep(0.002)
        return self.plugged

    def retrieve(self, image: "U8") -> "tuple[bool, U8]":
        if not self.frozen:
            self.image = self.noise.integers(0, 255, (120, 160, 3), np.uint8)
        return True, self.image

    def get(self, key: int) -> float:
        return (time.monotonic() - 0.01) * 1000

    def set(self, key: int, value: float) -> bool:
        return True

    def release(self) -> None:
        pass


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    """A camera at /dev/null (which exists), and a thread that does not make a test wait."""
    device = Device()
    monkeypatch.setattr(cv2, "VideoCapture", device)
    monkeypatch.setattr(thread, "_RETRY_S", 0.01)
    monkeypatch.setattr(thread, "_RETRY_MAX_S", 0.02)
    return device


WEBCAM = Camera(source="webcam:/dev/null")


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.005)


def test_camera_pulled_out_mid_run_comes_back(device: Device) -> None:
    out: Latest[Frame] = Latest()
    run = CameraThread(WEBCAM, out)
    run.start()
    until(lambda: run.status.ok, "the camera works")
    frame = out.take(5)
    assert frame is not None
    assert 0.005 < time.monotonic() - frame.captured_s < 1, "the driver's time, not the arrival's"
    device.plugged = False
    until(lambda: not run.status.ok, "the loss is seen")
    assert "/dev/null" in run.status.words
    assert run.is_alive()
    device.plugged = True
    until(lambda: run.status.ok, "the camera is back")
    until(lambda: run.status.fps > 0, "frames flow")
    assert device.opened == 2
    run.stop()
    assert not run.is_alive()


def test_no_camera_is_said_in_words_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "_RETRY_S", 0.01)
    out: Latest[Frame] = Latest()
    run = CameraThread(Camera(source="webcam:63"), out)
    run.start()
    until(lambda: "no camera at /dev/video63" in run.status.words, "the reason is shown")
    assert not run.status.ok
    assert run.is_alive()
    run.stop()
    assert not run.is_alive()


def test_frozen_picture_is_noticed(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webcam, "_FROZEN_S", 0.05)
    out: Latest[Frame] = Latest()
    run = CameraThread(WEBCAM, out)
    run.start()
    until(lambda: run.status.ok, "the camera works")
    device.frozen = True
    until(lambda: "frozen" in run.status.words, "the frozen picture is noticed")
    device.frozen = False
    until(lambda: run.status.ok, "it recovers")
    run.stop()


def test_driver_that_hangs_in_a_read_is_shown(device: Device) -> None:
    now_s = [100.0]
    out: Latest[Frame] = Latest()
    run = CameraThread(WEBCAM, out, clock=lambda: now_s[0])
    run.start()
    until(lambda: run.status.ok, "the camera works")
    run.stop()  # from here on nothing is heard, as from a driver that never returns
    now_s[0] += 3
    assert not run.status.ok
    assert "no picture for 3 s" in run.status.words


def test_crashing_driver_does_not_end_the_thread(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> bool:
        raise cv2.error("ioctl")

    out: Latest[Frame] = Latest()
    run = CameraThread(WEBCAM, out)
    monkeypatch.setattr(device, "grab", crash)
    run.start()
    until(lambda: "unexpected" in run.status.words, "the crash is shown")
    assert run.is_alive()
    monkeypatch.undo()
    run.stop()


def test_camera_plugged_in_late_replaces_its_stand_in(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "_PREFER_S", 0.02)
    device.plugged = False
    out: Latest[Frame] = Latest()
    run = CameraThread(Camera(source=("webcam:/dev/null", "portrait:"), width_px=160, height_px=120), out)
    run.start()
    until(lambda: run.status.source == "portrait:", "the stand-in plays")
    device.plugged = True
    until(lambda: run.status.source == "webcam:/dev/null", "the camera takes over")
    run.stop()


def test_live_source_drops_what_nobody_takes(device: Device) -> None:
    out: Latest[Frame] = Latest()
    run = CameraThread(WEBCAM, out)
    run.start()
    until(lambda: run.status.dropped >= 3, "frames are dropped")
    run.stop()


def test_clip_waits_for_a_slow_reader_and_ends(tmp_path: Path) -> None:
    write_video(tmp_path / "clip.avi", 12)
    out: Latest[Frame] = Latest()
    run = CameraThread(camera("file:clip.avi", tmp_path), out)
    run.start()
    indices = []
    while not out.finished:
        if (frame := out.take(5)) is not None:
            indices.append(frame.index)
            time.sleep(0.003)
    assert indices == list(range(12))
    until(lambda: not run.is_alive(), "the thread ends")
    assert run.status.ok
    assert run.status.words == "clip.avi has ended"
    assert run.status.dropped == 0


def test_stop_frees_a_clip_that_nobody_reads(tmp_path: Path) -> None:
    write_video(tmp_path / "clip.avi", 12)
    run = CameraThread(camera("file:clip.avi", tmp_path), Latest())
    run.start()
    until(lambda: run.status.ok, "the clip plays")
    run.stop()
    assert not run.is_alive()


def test_wrong_address_fails_at_start() -> None:
    with pytest.raises(ConfigError, match="begins with one of"):
        CameraThread(Camera(source="webcm:0"), Latest())
