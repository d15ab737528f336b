"""Whether somebody is there: a face in view, or a hand on the screen; and since when not."""

from typing import Final

from edge.experience import Inputs
from edge.scene import Scene

#: A face is taken for gone after this, so that a blink of the detector is none.
_GONE_S: Final = 1.0
#: Of somebody whom the camera never saw (seated, very tall) only touches tell: they get more time.
_UNSEEN_S: Final = 20.0


class Presence:
    """Notices who is there, in seconds. lost: the camera gives no picture."""

    def __init__(self, now_s: float) -> None:
        self.lost = False
        self._now_s = self._seen_s = self._touched_s = now_s
        self._ever_seen = False

    def watch(self, scene: Scene | None, inputs: Inputs, now_s: float, *, touching: bool) -> None:
        """Take one moment in. touching: a finger rests on the screen."""
        self._now_s, self.lost = now_s, scene is None
        if scene is not None and scene.faces:
            self._seen_s, self._ever_seen = now_s, True
        if inputs.pointers or inputs.keys or touching:
            self._touched_s = now_s

    def begin(self) -> None:
        """Somebody began a visit: what was seen before does not count for them."""
        self._ever_seen = self.seen
        self.renew()

    def renew(self) -> None:
        """Somebody is there for certain."""
        self._seen_s = self._touched_s = self._now_s

    @property
    def seen(self) -> bool:
        """Whether a face is in view."""
        return self._ever_seen and self._now_s - self._seen_s < _GONE_S

    def away(self, patience_s: float) -> bool:
        """Whether nobody was seen and nothing touched for this long."""
        if not self._ever_seen:
            patience_s = max(patience_s, _UNSEEN_S)
        return self._now_s - max(self._seen_s, self._touched_s) >= patience_s

    def idle(self, idle_s: float) -> bool:
        """Whether nothing was touched for this long."""
        return self._now_s - self._touched_s >= idle_s
