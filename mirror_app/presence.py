"""Whether the people of the visit are there: a face in view, or a hand on the screen.

Passers-by have faces, too. Whoever is in view and near when the mirror is touched belongs to the visit, by
the number of their track; a face under a new number follows one that was just lost in its place. While
nothing would be lost, any face as near as the shopper's may be the shopper's.
"""

from typing import Final

import numpy as np

from edge.experience import Inputs
from edge.scene import Face, Scene
from models.results import F32

#: A face is taken for gone after this, so that a blink of the detector is none.
_GONE_S: Final = 1.0
#: Of somebody whom the camera never saw (seated, very tall) only touches tell: they get more time.
_UNSEEN_S: Final = 20.0
#: A face at least this share of the shopper's size is as near as they are.
_NEAR: Final = 0.6
#: A lost face is found again under another number within this time, and within so many eye distances.
_FOLLOWS_S: Final = 2.0
_FOLLOWS: Final = 1.5


class Presence:
    """Notices who is there, in seconds. lost: the camera gives no picture."""

    def __init__(self, now_s: float) -> None:
        self.lost = False
        self._now_s = self._seen_s = self._touched_s = self._face_s = now_s
        self._faces: tuple[Face, ...] = ()
        #: The tracks of the visit, and the nearest of its faces when it was last seen.
        self._tracks: set[int] = set()
        self._last: Face | None = None
        self._face_seen = False

    def watch(
        self, scene: Scene | None, inputs: Inputs, now_s: float, *, touching: bool, private: bool = False
    ) -> None:
        """Take one moment in. touching: a finger rests on the screen. private: something would be lost."""
        self._now_s, self.lost = now_s, scene is None
        self._faces = nearest_first(scene)
        if self._faces:
            self._face_s, self._face_seen = now_s, True
        if inputs.pointers or inputs.keys or touching:
            self.act()
        ours = self._ours() or self._follower(private=private)
        if ours is not None:
            self._tracks.add(ours.track)
            self._seen_s, self._last = now_s, ours
        elif self._last is None and self._faces and not private:
            self._seen_s = now_s

    def begin(self) -> None:
        """Somebody began a visit: what was seen before does not count for them."""
        self._tracks, self._last = set(), None
        self.act()
        self.renew()

    def act(self) -> None:
        """Somebody did something: those who are near now belong to the visit."""
        self._touched_s = self._now_s
        near = [face for face in self._faces if _as_near(face, self._faces[0])]
        self._tracks.update(face.track for face in near)
        self._last = near[0] if near else self._last

    def renew(self) -> None:
        """Somebody is there for certain."""
        self._seen_s = self._touched_s = self._now_s

    @property
    def seen(self) -> bool:
        """Whether any face is in view."""
        return self._face_seen and self._now_s - self._face_s < _GONE_S

    def away(self, patience_s: float) -> bool:
        """Whether nobody of the visit was seen and nothing touched for this long."""
        if self._last is None:
            patience_s = max(patience_s, _UNSEEN_S)
        return self._now_s - max(self._seen_s, self._touched_s) >= patience_s

    def idle(self, idle_s: float) -> bool:
        """Whether nothing was touched for this long."""
        return self._now_s - self._touched_s >= idle_s

    def _ours(self) -> Face | None:
        """The nearest face of the visit."""
        return next((face for face in self._faces if face.track in self._tracks), None)

    def _follower(self, *, private: bool) -> Face | None:
        """Who may be one of the visit under a new number."""
        last = self._last
        if last is None:
            return None
        near = [face for face in self._faces if _as_near(face, last)]
        if private:
            lately = self._now_s - self._seen_s <= _FOLLOWS_S
            near = [face for face in near if lately and _as_near(last, face) and _beside(face, last)]
        return near[0] if near else None


def nearest_first(scene: Scene | None) -> tuple[Face, ...]:
    """The faces of a scene that are whole."""
    faces = [face for face in (scene.faces if scene else ()) if np.isfinite(face.landmarks_xyz).all()]
    return tuple(sorted(faces, key=lambda face: -face.eye_distance_px))


def _as_near(face: Face, than: Face) -> bool:
    return face.eye_distance_px >= _NEAR * than.eye_distance_px


def _beside(face: Face, last: Face) -> bool:
    """Whether two faces are in about the same place."""
    apart = float(np.hypot(*(_middle(face) - _middle(last))))
    return apart <= _FOLLOWS * last.eye_distance_px


def _middle(face: Face) -> F32:
    """The middle of a face, (2,) pixels."""
    return np.asarray(face.landmarks_xyz[:, :2].mean(axis=0), np.float32)
