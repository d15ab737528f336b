"""Camera sources: what they deliver, and what they say about input that is none."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from edge import cameras, plugins
from edge.cameras import CameraLost, Ended, Source, webcam
from edge.cameras.portrait import Portrait
from edge.config import Camera
from edge.scene import Frame
from edge.toml_file import ConfigError


def camera(source: str | tuple[str, ...], folder: Path = Path(), **more: object) -> Camera:
    return Camera.model_validate({"source": source, "base_dir": folder, **more})


def whole(source: Source) -> list[Frame]:
    """Every frame of a clip."""
    frames = []
    try:
        while (frame := source.read(1)) is not None:
            frames.append(frame)
    except Ended:
        return frames
    finally:
        source.close()
    raise AssertionError("the clip never ends")


def first(source: Source) -> Frame:
    frame = source.read(5)
    source.close()
    assert frame is not None
    return frame


def write_video(path: Path, frames: int, fps: float = 10.0) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (64, 48))
    for k in range(frames):
        writer.write(np.full((48, 64, 3), 20 * k, np.uint8))
    writer.release()


def write_animation(path: Path, durations_ms: list[int]) -> None:
    images = [Image.new("RGB", (32, 24), (10 * k, 0, 0)) for k in range(len(durations_ms))]
    images[0].save(path, save_all=True, append_images=images[1:], duration=durations_ms, loop=0)


# --- addresses


def test_every_kind_of_source_has_open() -> None:
    assert {"file", "portrait", "rtsp", "webcam"} <= set(cameras.schemes())
    for name in cameras.schemes():
        assert callable(plugins.load("edge.cameras", name).open)


@pytest.mark.parametrize(
    ("source", "hint"),
    [("webcm:0", "webcam:"), ("clip.mp4", "file:"), ("thread:", "portrait:"), ("portrait:?leaf=1", "leave")],
)
def test_wrong_address_names_the_valid_ones(source: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=hint) as wrong:
        cameras.open_source(camera(source))
    assert source in str(wrong.value)


def test_no_camera_says_where_it_looked() -> None:
    with pytest.raises(CameraLost, match=r"no camera at /dev/video63.*plugged in"):
        cameras.open_source(camera("webcam:63"))


def test_sources_are_tried_in_order() -> None:
    source, address = cameras.open_first(camera(("webcam:63", "portrait:"), width_px=320, height_px=180))
    assert address == "portrait:"
    assert first(source).size_px == (320, 180)


def test_all_sources_missing_says_why_for_each(tmp_path: Path) -> None:
    with pytest.raises(CameraLost) as lost:
        cameras.open_source(camera(("webcam:63", "file:none.mp4"), tmp_path))
    assert "/dev/video63" in str(lost.value)
    assert "none.mp4: there is no such file" in str(lost.value)


# --- clips


def test_video_gives_every_frame_with_its_own_time(tmp_path: Path) -> None:
    write_video(tmp_path / "clip.avi", 8)
    frames = whole(cameras.open_source(camera("file:clip.avi", tmp_path)))
    assert [frame.index for frame in frames] == list(range(8))
    assert [frame.captured_s for frame in frames] == pytest.approx([k / 10 for k in range(8)])
    assert [round(float(frame.image_bgr.mean()), -1) for frame in frames] == [20 * k for k in range(8)]


def test_real_video_has_its_frames(realdata: Path) -> None:
    source = cameras.open_source(camera("file:one-by-one.mp4", realdata / "footfall"))
    frames = [source.read(1) for _ in range(30)]
    source.close()
    assert [frame.captured_s for frame in frames if frame] == pytest.approx([k / 10 for k in range(30)])
    assert {frame.size_px for frame in frames if frame} == {(768, 432)}


def test_animation_keeps_its_own_durations(tmp_path: Path) -> None:
    write_animation(tmp_path / "clip.gif", [70, 250, 30, 40])
    frames = whole(cameras.open_source(camera("file:clip.gif", tmp_path)))
    assert [frame.captured_s for frame in frames] == pytest.approx([0, 0.07, 0.32, 0.35])


def test_clip_with_one_frame(tmp_path: Path) -> None:
    write_video(tmp_path / "one.avi", 1)
    (frame,) = whole(cameras.open_source(camera("file:one.avi", tmp_path)))
    assert frame.captured_s == 0


def test_times_always_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from edge.cameras import file

    stamps = [0.0, 0.1, 0.1, 0.05, float("nan"), 0.7]
    image = np.zeros((4, 4, 3), np.uint8)
    clip = file.Clip(tmp_path / "x", lambda path: iter([(image, stamp) for stamp in stamps]), 10)
    times = [frame.captured_s for frame in whole(clip)]
    assert times == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.7])


def test_live_clip_plays_at_its_pace_and_again(tmp_path: Path) -> None:
    write_animation(tmp_path / "clip.gif", [40, 40, 40])
    source = cameras.open_source(camera("file:clip.gif?live=1", tmp_path))
    assert source.live
    frames = [source.read(5) for _ in range(7)]
    source.close()
    shades = [int(frame.image_bgr[0, 0, 2]) for frame in frames if frame]
    assert shades == [0, 10, 20, 0, 10, 20, 0]
    times = [frame.captured_s for frame in frames if frame]
    assert np.diff(times) == pytest.approx(0.04, abs=0.065)
    assert min(np.diff(times)) > 0


@pytest.mark.parametrize("name", ["words.txt", "clip.mp4", "picture.png", "empty.gif"])
def test_file_that_is_no_video_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"" if name.startswith("empty") else b"This is no video.\n" * 200)
    with pytest.raises(CameraLost, match="neither a video nor a picture") as lost:
        cameras.open_source(camera(f"file:{name}", tmp_path))
    assert name in str(lost.value)


def test_cut_off_video_says_so(tmp_path: Path) -> None:
    write_video(tmp_path / "whole.avi", 8)
    (tmp_path / "cut.avi").write_bytes((tmp_path / "whole.avi").read_bytes()[:400])
    with pytest.raises(CameraLost, match=r"cut\.avi"):
        cameras.open_source(camera("file:cut.avi", tmp_path))


def test_cut_off_picture_says_so(tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 40).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:120])
    with pytest.raises(CameraLost, match=r"cut\.png"):
        cameras.open_source(camera("file:cut.png", tmp_path))


# --- pictures


def ramp() -> np.ndarray[tuple[int, int], np.dtype[np.uint16]]:
    return np.tile(np.linspace(0, 65535, 32).astype(np.uint16), (24, 1))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("grey16.png", lambda: ramp()),
        ("colour16.png", lambda: np.dstack([ramp()] * 3)),
        ("grey8.png", lambda: (ramp() >> 8).astype(np.uint8)),
        (
            "alpha8.png",
            lambda: np.dstack([*[(ramp() >> 8).astype(np.uint8)] * 3, np.full((24, 32), 255, np.uint8)]),
        ),
        ("grey16.tiff", lambda: ramp()),
    ],
)
def test_odd_pictures_become_8_bit_bgr(
    tmp_path: Path, name: str, make: Callable[[], np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]
) -> None:
    cv2.imwrite(str(tmp_path / name), make())
    image = first(cameras.open_source(camera(f"file:{name}", tmp_path))).image_bgr
    assert image.shape == (24, 32, 3)
    assert image.dtype.name == "uint8"
    assert np.abs(image.astype(int) - (ramp() >> 8)[..., None].astype(int)).max() <= 1


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))])
def test_exif_rotation_is_honoured(tmp_path: Path, orientation: int, corner: tuple[int, int]) -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:16, :16] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    image = first(cameras.open_source(camera("file:turned.jpg", tmp_path))).image_bgr
    assert image.shape[:2] == ((40, 80) if orientation in (1, 3) else (80, 40))
    assert image[corner].mean() > 200
    assert image.mean() < 40


def test_picture_repeats_like_a_camera(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "still.png"), np.zeros((8, 8, 3), np.uint8))
    source = cameras.open_source(camera("file:still.png", tmp_path, fps=50))
    assert source.live
    times = [frame.captured_s for frame in (source.read(5) for _ in range(4)) if frame]
    assert np.diff(times) == pytest.approx(0.02)


@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_camera_mounted_on_its_side(tmp_path: Path, turn: int, corner: tuple[int, int]) -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:16, :16] = 255
    cv2.imwrite(str(tmp_path / "side.png"), pixels)
    image = first(cameras.open_source(camera("file:side.png", tmp_path, rotate_deg=turn))).image_bgr
    assert image[corner].min() == 255
    assert int(image.sum()) == int(pixels.sum())


# --- the sample portrait


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (320, 240)])
def test_portrait_moves_and_repeats_exactly(size: tuple[int, int]) -> None:
    portrait = Portrait(size, 30)
    one, again, other = portrait.render(4.0), portrait.render(4.0), portrait.render(5.0)
    assert one.shape == (size[1], size[0], 3)
    assert np.array_equal(one, again)
    assert np.mean(cv2.absdiff(one, other)) > 0.5
    assert np.mean(cv2.absdiff(one, portrait.render(4.001))) < 0.2, "it moves smoothly"


def test_portrait_can_leave_and_come_back() -> None:
    portrait = Portrait((320, 180), 30)
    portrait.leaves = True
    suit = [_orange(portrait.render(time_s)) for time_s in (10.0, 23.0, 30.0)]
    assert suit[0] > 0.05
    assert suit[1] == 0
    assert suit[2] > 0.05


def _orange(image_bgr: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    blue, red = image_bgr[..., 0].astype(int), image_bgr[..., 2].astype(int)
    return float(np.mean(red - blue > 100))


def test_portrait_without_its_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CameraLost, match=r"vitrine\[demo\]"):
        cameras.open_source(camera("portrait:"))


# --- devices


def test_capture_time_is_the_drivers_where_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    monkeypatch.setattr("time.time", lambda: 1.7e9)
    assert webcam.capture_time(999.97) == pytest.approx(999.97)
    assert webcam.capture_time(1.7e9 - 0.05) == pytest.approx(999.95)
    assert webcam.capture_time(0.0) == 1000.0
    assert webcam.capture_time(2000.0) == 1000.0


def test_network_camera_that_is_not_there_keeps_its_password_secret() -> None:
    with pytest.raises(CameraLost, match=r"127\.0\.0\.1:9.*does not answer") as lost:
        cameras.open_source(camera("rtsp://user:secret@127.0.0.1:9/stream"))
    assert "secret" not in str(lost.value)
