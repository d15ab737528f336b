"""Frame -> Scene: runs the models an experience needs.

Each kind of thing that is found and followed has a file of its own (`faces`, `bodies`, `hands`): detected,
then tracked from frame to frame. This file only asks those that an experience needs, in order. On a screen
it does so in a process of its own (`perception_process`).
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol, cast

from edge import plugins
from edge.bodies import Bodies
from edge.cover import Covers
from edge.faces import Faces
from edge.hands import Hands
from edge.scene import Frame, Scene
from edge.toml_file import ConfigError
from models.providers import CPU, Runtime
from models.results import U8

if TYPE_CHECKING:
    from collections.abc import Callable

#: What is found and followed here; every other need is the name of a model file.
FOLLOWED: Final = frozenset({"faces", "poses", "hands", "occlusion"})
#: One person's two.
_MAX_HANDS: Final = 2


class Model(Protocol):
    """What `open(runtime)` of a model file gives: it looks at one picture after the other.

    An experience that needs `segmenter` finds the result of models/segmenter.py in its scene.
    """

    def see(self, image_bgr: U8, time_s: float) -> object:
        """A typed value that nobody changes afterwards. image_bgr: (h, w, 3). time_s: of its capture."""


class Perception:
    """Turns frames into scenes, one after the other; needs nothing but the models.

    needs: names out of FOLLOWED (occlusion, what stands before faces, implies faces), or of files of models/
    that have `open`. max_faces: how many people are followed at most by their faces, max_bodies by their
    bodies. runtime: what runs the models.
    Raises ConfigError for an unknown need and models.errors.ModelError where a model is not built.
    """

    def __init__(
        self, needs: frozenset[str], max_faces: int = 2, runtime: Runtime = CPU, max_bodies: int = 1
    ) -> None:
        #: In words, where a provider could not be used and the CPU does its work.
        self.notices: list[str] = []
        self._announce = runtime.announce
        runtime = replace(runtime, announce=self._notice)
        self._others = tuple(_opened(name, runtime) for name in sorted(needs - FOLLOWED))
        self._faces = Faces(max_faces, runtime) if needs & {"faces", "occlusion"} else None
        self._covers = Covers() if "occlusion" in needs else None
        self._bodies = Bodies(max_bodies, runtime) if "poses" in needs else None
        self._hands = Hands(_MAX_HANDS, runtime) if "hands" in needs else None
        self._covered = False

    def see(self, frame: Frame) -> Scene:
        """The frame with everything found in it."""
        faces = self._faces.see(frame) if self._faces else ()
        poses = self._bodies.see(frame) if self._bodies else ()
        busy = self._faces is not None and self._faces.searching
        hands = self._hands.see(frame, busy=busy, likely=self._covered) if self._hands else ()
        others = tuple(model.see(frame.image_bgr, frame.captured_s) for model in self._others)
        if self._covers:
            faces = self._covers.see(frame, faces, hands, self._faces.close_ups if self._faces else {})
            self._covered = any(face.cover is not None for face in faces)
        return Scene(frame, faces, poses, hands, others)

    def forget(self) -> None:
        """Drop what was learned of how faces look: no frame has come for a while."""
        if self._faces:
            self._faces.forget()
        if self._covers:
            self._covers.forget()
        if self._hands:
            self._hands.forget()

    def close(self) -> None:
        """Let go of the worker threads."""
        if self._faces:
            self._faces.close()
        if self._bodies:
            self._bodies.close()
        if self._hands:
            self._hands.close()

    def _notice(self, words: str) -> None:
        self._announce(words)
        self.notices.append(words)


def _opened(name: str, runtime: Runtime) -> Model:
    """The model of that name; ConfigError lists what there is."""
    module = plugins.load("models", name) if name in plugins.names("models") else None
    if module is None or not hasattr(module, "open"):
        others = {each for each in plugins.names("models") if hasattr(plugins.load("models", each), "open")}
        raise ConfigError(f"perception knows no {name}; it knows {', '.join(sorted(FOLLOWED | others))}")
    return cast("Callable[[Runtime], Model]", module.open)(runtime)
