"""The process that sees, over and over: one that is lost is followed by the next, after a pause."""

import time
from collections.abc import Callable
from typing import Final

from edge.perception_link import Link, LinkLost
from edge.perception_worker import Failed, Ready, Seen, Wanted
from models.errors import ModelError

#: Loading takes about a second; with a provider that compiles the models first, minutes.
_LOAD_S: Final = 300.0
#: A frame takes milliseconds: what has not answered after this never will.
_HANGS_S: Final = 10.0
#: Wait before starting it again: doubled at every failure up to the second figure.
_RETRY_S, _RETRY_MAX_S = 0.5, 30.0


class Life:
    """What `PerceptionProcess` asks. eyes: as there. The first process begins at once."""

    def __init__(self, eyes: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._eyes, self._clock = eyes, clock
        self._pause_s, self._due_s = _RETRY_S, 0.0
        self._loading: Link | None = Link(eyes)
        self._loading_s = clock()
        self._wanted: Wanted | None = None
        self._why = ""
        #: The one that sees; None while there is none.
        self.link: Link | None = None
        self.words = "perception works"

    def load(self, wanted: Wanted) -> None:
        """Say what to look for; whether that can be done is found by `begun`."""
        assert self._loading is not None
        self._wanted = wanted
        self._loading.load(wanted)

    def begun(self) -> None:
        """Wait for the first one; raises what loading raises, and ModelError where it dies of it."""
        assert self._loading is not None
        try:
            ready = self._loading.ready(_LOAD_S)
        except LinkLost as lost:
            raise ModelError(
                f"Perception cannot begin: {lost}. Is there memory left, and does `vitrine models check` "
                "find every model?"
            ) from lost
        self._welcome(self._loading, ready)

    def answer(self, asked: Link | None, since_s: float) -> Seen | Failed | None:
        """What the process that was asked has seen; None for nothing yet, Failed where it is gone."""
        if asked is None or asked is not self.link:
            if self.link is None:
                self._begin_again()
            return Failed(self._why, "")
        try:
            if not asked.arrived():
                hangs = self._clock() - since_s > _HANGS_S
                words = f"its process has not answered for {_HANGS_S:.0f} s"
                return self._lost(asked, words) if hangs else None
            seen = asked.answer()
        except LinkLost as lost:
            return self._lost(asked, str(lost))
        self._pause_s = _RETRY_S
        return seen

    def end(self) -> None:
        """End what runs."""
        for link in (self.link, self._loading):
            if link is not None:
                link.close()
        self.link = self._loading = None

    def _begin_again(self) -> None:
        """Begin the next one when it is due, and take it when it is ready; never waits for it."""
        now_s = self._clock()
        try:
            if self._loading is None:
                self._begin(now_s)
            elif self._loading.arrived():
                self._welcome(self._loading, self._loading.ready(0))
            elif now_s - self._loading_s > _LOAD_S:
                self._lost(self._loading, f"its process has not loaded the models within {_LOAD_S:.0f} s")
        except (
            Exception
        ) as wrong:  # the models may be gone by now, it died while it loaded, no memory is left
            self._lost(self._loading, str(wrong))

    def _begin(self, now_s: float) -> None:
        if now_s >= self._due_s and self._wanted is not None:
            self._loading, self._loading_s = Link(self._eyes), now_s
            self._loading.load(self._wanted)

    def _welcome(self, link: Link, ready: Ready) -> None:
        if self._wanted is not None:
            for notice in ready.notices:
                self._wanted.runtime.announce(notice)
        self.words = "; ".join(["perception works", *ready.notices])
        self.link, self._loading = link, None

    def _lost(self, link: Link | None, why: str) -> Failed:
        self.link = self._loading = None
        if link is not None:
            link.kill()
        self._why = f"{why}; it is started again"
        self._due_s = self._clock() + self._pause_s
        self._pause_s = min(2 * self._pause_s, _RETRY_MAX_S)
        return Failed(self._why, "")
