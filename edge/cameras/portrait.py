"""`portrait:`: the sample face where there is no camera: NASA's portrait of an astronaut, moved.

The picture (Eileen Collins, public domain) is read from the scikit-image wheel. It turns, nods, tilts,
sways and comes nearer, smoothly and as a function of time alone. `portrait:?leave=1` makes it step out of
view now and then; `seed` gives other movements, `still=1` none. Only the photons are synthetic: everything
behind the lens is what a camera would meet.
"""

import importlib.util
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from edge.cameras import Address, CameraLost
from edge.cameras._motion import Pose, pose_at
from edge.cameras._pace import Pace
from edge.cameras._sitter import Sitter
from edge.config import Camera
from edge.scene import Frame
from models.results import U8

_DEFAULTS: Final = {"leave": 0.0, "seed": 0.0, "still": 0.0}


def open(address: Address, camera: Camera) -> "Portrait":  # noqa: A001 - the name every source file has
    """Set the scene at the camera's size; CameraLost where the scikit-image wheel is missing."""
    options = address.options(**_DEFAULTS)
    portrait = Portrait((camera.width_px, camera.height_px), camera.fps, int(options["seed"]))
    portrait.leaves, portrait.moves = bool(options["leave"]), not options["still"]
    return portrait


def photograph() -> U8:
    """The portrait, (512, 512, 3) uint8 BGR; CameraLost says how to get it."""
    found = importlib.util.find_spec("skimage")
    folders = found.submodule_search_locations if found else None
    image = cv2.imread(str(Path(next(iter(folders))) / "data" / "astronaut.png")) if folders else None
    if image is None:
        raise CameraLost("the sample portrait comes with scikit-image: install vitrine[demo]")
    return image.astype(np.uint8, copy=False)


class Portrait:
    """The sitter before the lens, rendered for any moment."""

    live = True

    def __init__(self, size_px: tuple[int, int], fps: float, seed: int = 0) -> None:
        self.leaves, self.moves = False, True
        self._sitter = Sitter(photograph(), size_px)
        self._seed, self._step_s = seed, 1 / fps
        self._pace, self._index = Pace(), 0
        self._begun_s: float | None = None

    def render(self, time_s: float) -> U8:
        """The picture at a moment, (h, w, 3) uint8 BGR; the same for the same time."""
        pose = pose_at(time_s, self._seed, leaves=self.leaves) if self.moves else Pose()
        return self._sitter.render(pose)

    def read(self, timeout_s: float) -> Frame | None:
        """The next picture at the camera's rate."""
        due_s = self._pace.wait(self._step_s, timeout_s)
        if due_s is None:
            return None
        self._begun_s = due_s if self._begun_s is None else self._begun_s
        self._index += 1
        return Frame(self.render(due_s - self._begun_s), due_s, self._index - 1)

    def close(self) -> None:
        """Nothing is held."""
