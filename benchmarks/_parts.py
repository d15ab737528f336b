"""What several benchmarks share: a count on the command line, and MediaPipe's FaceMesh as the named peer."""

import argparse
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.scene import Frame
    from models.results import U8


def count(text: str) -> int:
    """A number that something can be measured with."""
    if (number := int(text)) < 2:
        raise argparse.ArgumentTypeError("at least 2")
    return number


class FaceMesh:
    """FaceMesh(refine_landmarks=True) with room for so many people. missed: faces in view and not found."""

    def __init__(self, people: int = 1) -> None:
        from edge.toml_file import ConfigError

        try:
            import mediapipe
        except ImportError:
            raise ConfigError(
                "MediaPipe, which this compares with, is missing: install vitrine[build] "
                "(x86-64 Linux, Python 3.11 or 3.12)"
            ) from None
        self._mesh = mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=people, refine_landmarks=True)
        self._people, self.missed = people, 0

    def follow(self, frames: "list[Frame]") -> float:
        """Seconds per frame in `process` alone."""
        took_s = 0.0
        for frame in frames:
            image_rgb: U8 = frame.image_bgr[:, :, ::-1].copy()
            begun_s = time.perf_counter()
            found = self._mesh.process(image_rgb)
            took_s += time.perf_counter() - begun_s
            self.missed += self._people - len(found.multi_face_landmarks or ())
        return took_s / len(frames)

    def close(self) -> None:
        """Let go of its graph."""
        self._mesh.close()
