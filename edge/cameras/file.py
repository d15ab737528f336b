"""`file:clip.mp4`: a video, an animated GIF or a picture, relative to the box file's folder.

A clip is lossless: every frame with the clip's own time, then `Ended`. With `?live=1` it plays like a
camera instead, at its own pace, over and over. A picture always does, at the camera's rate.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, cast

import cv2
import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from edge import pixels
from edge.cameras import Address, CameraLost, Ended
from edge.cameras._pace import Pace
from edge.config import Camera
from edge.scene import Frame
from models.results import U8

#: Formats whose several images follow each other in time; the pages of a TIFF do not.
_MOVING: Final = {"GIF", "PNG", "WEBP"}
#: A GIF frame without a duration (or a nonsensical one) stays for 100 ms, as in browsers.
_GIF_STEP_S: Final = 0.1
#: FFmpeg renders text as teletype video: a name that is surely no video is not offered to it.
_TEXTS: Final = {".txt", ".toml", ".json", ".md", ".csv", ".ans", ".nfo", ".diz", ".xbin", ".log", ""}

#: One image and the seconds that it comes after the clip's begin.
Timed = tuple[U8, float]


def open(address: Address, camera: Camera) -> "Clip | Loop | Still":  # noqa: A001 - the name every source file has
    """Open a video, animation or picture; CameraLost where it is missing or none of them."""
    live = bool(address.options(live=0)["live"])
    path = camera.base_dir / address.rest
    if not path.is_file():
        raise CameraLost(f"{path}: there is no such file")
    try:
        if not _is_picture(path):
            frames = _video_frames
        elif _is_animation(path):
            frames = _animation_frames
        else:
            return Still(read_picture(path), camera.fps)
    except (OSError, Image.DecompressionBombError) as broken:
        raise CameraLost(f"{path}: cannot be read: {broken}") from None
    next(frames(path))  # a broken file is found here, not later
    return Loop(path, frames, camera.fps) if live else Clip(path, frames, camera.fps)


def read_picture(path: Path) -> U8:
    """A picture file as 8-bit BGR (h, w, 3), upright by its EXIF tag; 16-bit and grey ones are converted.

    Raises CameraLost where the file holds no picture.
    """
    try:
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    except cv2.error:  # larger than OpenCV allows
        image = None
    if image is not None:
        return cast("U8", image)
    try:
        with Image.open(path) as picture:
            return _bgr(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, Image.DecompressionBombError) as broken:
        raise CameraLost(f"{path}: no picture that can be read: {broken}") from None


class Clip:
    """A clip read frame by frame, with its own times; it waits for a slow reader."""

    live = False

    def __init__(self, path: Path, frames: Callable[[Path], Iterator[Timed]], fps: float) -> None:
        self._path, self._step_s = path, 1 / fps
        self._frames = frames(path)
        self._index, self._time_s = 0, -1.0

    def read(self, timeout_s: float) -> Frame | None:  # noqa: ARG002 - a file is always ready
        """The next frame; Ended behind the last one. Times always grow, whatever the container says."""
        try:
            image, time_s = next(self._frames)
        except StopIteration:
            raise Ended(f"{self._path.name} has ended") from None
        if not time_s > self._time_s:
            time_s = self._time_s + self._step_s if self._index else 0.0
        self._time_s, self._index = time_s, self._index + 1
        return Frame(image, time_s, self._index - 1)

    def close(self) -> None:
        """Close the file."""
        self._frames = iter(())


class Loop:
    """A clip that plays like a camera: at its own pace, from the begin again at its end."""

    live = True

    def __init__(self, path: Path, frames: Callable[[Path], Iterator[Timed]], fps: float) -> None:
        self._path, self._frames, self._fps = path, frames, fps
        self._clip, self._pace = Clip(path, frames, fps), Pace()
        self._next = self._clip.read(0)
        #: The one after it, read already.
        self._after: Frame | None = None
        self._index = 0

    def read(self, timeout_s: float) -> Frame | None:
        """The next frame at its moment, with that moment as its time."""
        frame = self._next
        assert frame is not None
        following = self._after or self._following()
        self._after = following
        step_s = following.captured_s - frame.captured_s
        due_s = self._pace.wait(step_s if step_s > 0 else 1 / self._fps, timeout_s)
        if due_s is None:
            return None
        self._next, self._after, self._index = following, None, self._index + 1
        return Frame(frame.image_bgr, due_s, self._index - 1)

    def _following(self) -> Frame:
        try:
            frame = self._clip.read(0)
        except Ended:
            self._clip = Clip(self._path, self._frames, self._fps)
            frame = self._clip.read(0)
        assert frame is not None
        return frame

    def close(self) -> None:
        """Close the file."""
        self._clip.close()


class Still:
    """A picture that stands before the lens."""

    live = True

    def __init__(self, image_bgr: U8, fps: float) -> None:
        self._image_bgr, self._step_s = image_bgr, 1 / fps
        self._pace, self._index = Pace(), 0

    def read(self, timeout_s: float) -> Frame | None:
        """The picture again, at the camera's rate."""
        due_s = self._pace.wait(self._step_s, timeout_s)
        if due_s is None:
            return None
        self._index += 1
        return Frame(self._image_bgr, due_s, self._index - 1)

    def close(self) -> None:
        """Nothing is held."""


def _is_picture(path: Path) -> bool:
    try:
        with Image.open(path):
            return True
    except UnidentifiedImageError:
        return False


def _is_animation(path: Path) -> bool:
    with Image.open(path) as picture:
        return picture.format in _MOVING and getattr(picture, "n_frames", 1) > 1


def _animation_frames(path: Path) -> Iterator[Timed]:
    """The images of an animation, each at the sum of the durations before it."""
    time_s = 0.0
    with Image.open(path) as picture:
        for image in ImageSequence.Iterator(picture):
            duration_ms = float(image.info.get("duration", 0))
            yield _bgr(image), time_s
            time_s += duration_ms / 1000 if duration_ms > 10 else _GIF_STEP_S


def _video_frames(path: Path) -> Iterator[Timed]:
    """The images of a video, each at the time that its container gives it."""
    if path.suffix.lower() in _TEXTS:
        raise CameraLost(f"{path}: neither a video nor a picture that can be read")
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not (capture.isOpened() and capture.grab()):
            raise CameraLost(f"{path}: neither a video nor a picture that can be read")
        more, shape = True, (1, 1, 3)  # into memory of the size of the frame before it is unpacked at once
        while more:
            good, image = capture.retrieve(pixels.empty(shape))
            if good and image is not None:
                shape = image.shape
                yield cast("U8", image), capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            more = capture.grab()
    finally:
        capture.release()


def _bgr(picture: Image.Image) -> U8:
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"), np.uint8)[:, :, ::-1])
