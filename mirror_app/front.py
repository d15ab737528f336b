"""The screen in front, and the one that waits behind a prompt."""

import functools
from typing import Final, cast

from edge import plugins
from mirror_app.screens._room import Room
from mirror_app.screens._screen import Screen, Shop
from mirror_app.session import Visit

_PACKAGE: Final = "mirror_app.screens"
#: Prompts: what was open waits behind them, until a touch brings it back.
_PROMPTS: Final = frozenset({"still_there", "staff"})


class Front:
    """One screen by its file's name; `open` comes before everything else."""

    name: str
    screen: Screen

    def __init__(self) -> None:
        self.name = ""
        self._behind: tuple[str, Screen] | None = None

    @property
    def prompts(self) -> bool:
        """Whether a prompt is in front."""
        return self.name in _PROMPTS

    def open(self, name: str, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        """Another screen, or the same anew; of a visit the one before is closed, or waits."""
        if visit is not None and name in _PROMPTS and not self.prompts:
            self._behind = self.name, self.screen
        if visit is not None and name != self.name:
            self.screen.close(now_s)
        self.name, self.screen = name, _view(name)(shop, visit, room, now_s)

    def resume(self) -> bool:
        """Back to what waits; False where nothing does."""
        if self._behind is None:
            return False
        (self.name, self.screen), self._behind = self._behind, None
        return True

    def forget(self) -> None:
        """Nothing waits any more."""
        self._behind = None

    def rearrange(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        """What waits is made anew, for a room of another size."""
        if self._behind is not None:
            name = self._behind[0]
            self._behind = name, _view(name)(shop, visit, room, now_s)


@functools.cache
def _view(name: str) -> type[Screen]:
    return cast("type[Screen]", plugins.load(_PACKAGE, name).View)
