"""A shopper who never tires: taps what is there to be tapped, by chance but always by the same one."""

import random
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pygame

    from edge.display import Gathered
    from edge.experience import Pointer
    from mirror_app.description import Description, Target

#: A finger comes so often, and draws a line in so many steps.
_TAP_S, _DRAG_STEPS = 0.6, 40
#: What is liked on the try-on screen, by the beginning of its name; anything else is `_SELDOM`.
_LIKED: Final = {
    "shade": 8,
    "tab": 8,
    "look": 2,
    "light": 3,
    "compare": 2,
    "kind": 3,
    "line": 4,
    "undo": 1,
    "bare": 1,
}
_SELDOM: Final = 0.2


class Shopper:
    """A display in memory with a finger before it. view: what is there to be tapped."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        from edge.display import Memory

        self._memory, self._size_px = Memory(size_px), size_px
        self._chance = random.Random(1)
        self._plan: list[Pointer] = []
        self._next_s = 0.0
        self.view: Callable[[], object] = lambda: None
        self.taps = self.away = 0
        self.worn: set[str] = set()
        self.screens: set[str] = set()
        self.tools: set[str] = set()

    @property
    def surface(self) -> "pygame.Surface":
        """What to draw on."""
        return self._memory.surface

    def gather(self, now_s: float) -> "Gathered":
        """The finger's next step."""
        from edge.display import Gathered

        if not self._plan and now_s >= self._next_s:
            self._next_s = now_s + _TAP_S
            self._plan = self._planned()
        step, self._plan = self._plan[:1], self._plan[1:]
        return Gathered(tuple(step))

    def flip(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to give back."""

    def _planned(self) -> "list[Pointer]":
        from edge.experience import Pointer
        from mirror_app.description import Description

        view = self.view()
        if not isinstance(view, Description):
            self.away += bool(self.screens)  # before its first picture nothing is on
            return []
        self.screens.add(view.screen)
        self.worn |= {view.worn} if view.worn else set()
        if not view.targets:
            return []
        name = self._chosen(view)
        self.taps += 1
        self.tools |= {name} if name.startswith(("light:", "kind:")) else set()
        path = _path(view.targets[name], self._size_px, draws=name == "line")
        kinds = ["down", *["move"] * (len(path) - 2), "up"]
        return [Pointer(kind, x, y) for kind, (x, y) in zip(kinds, path, strict=True)]

    def _chosen(self, view: "Description") -> str:
        """One of the controls: first of which kind, then which."""
        kinds: dict[str, list[str]] = defaultdict(list)
        for name in view.targets:
            kinds[name.partition(":")[0]].append(name)
        likes = _LIKED if view.screen == "try_on" else {}
        weights = [likes.get(kind, _SELDOM) for kind in kinds]
        (kind,) = self._chance.choices(list(kinds), weights)
        return self._chance.choice(kinds[kind])


def _path(target: "Target", size_px: tuple[int, int], *, draws: bool) -> list[tuple[float, float]]:
    """Where the finger goes down, along and up, in pixels."""
    width, height = size_px
    x, y = (target.x + target.w / 2) * width, (target.y + target.h / 2) * height
    if not draws:
        return [(x, y), (x, y)]
    there = [x + (width / 3 - x) * k / _DRAG_STEPS for k in range(_DRAG_STEPS)]
    return [(each, y) for each in (*there, *reversed(there))]
