"""Where a screen's picture goes: a window with its mouse and touch, or, without a display, memory alone.

stage -> Display.surface -> (window | memory) -> live view
"""

import logging
import os
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import pygame

from edge import config
from edge.experience import Pointer
from edge.toml_file import ConfigError

log = logging.getLogger(__name__)

#: Video drivers of SDL that nobody can see.
_UNSEEN: Final = frozenset({"dummy", "offscreen"})
#: The mouse arrow goes away when the mouse rests; on a touch screen it never shows.
_ARROW_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What people did at the display since the last call. closed: they asked to end (Ctrl+Q, its button)."""

    pointers: tuple[Pointer, ...] = ()
    keys: tuple[str, ...] = ()
    closed: bool = False


class Display(Protocol):
    """One display; only the main thread touches it."""

    @property
    def surface(self) -> pygame.Surface:
        """What to draw on now; ask again for every frame."""

    def gather(self, now_s: float) -> Gathered:
        """Everything that happened since the last call."""

    def flip(self) -> None:
        """Show what was drawn; waits for the display where it can (vsync)."""

    def close(self) -> None:
        """Give the display back."""


@dataclass(slots=True)
class Memory:
    """No window: a 32-bit surface (bytes B, G, R, X) that the live view looks at."""

    size_px: tuple[int, int]
    surface: pygame.Surface = field(init=False)

    def __post_init__(self) -> None:
        self.surface = pygame.Surface(self.size_px, 0, 32)

    def gather(self, now_s: float) -> Gathered:  # noqa: ARG002 - the protocol's signature
        """Nobody can touch memory; the live view brings its own pointers."""
        return Gathered()

    def flip(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to give back."""


class Window:
    """A window or the whole display, through SDL.

    Fullscreen takes the display's own size, so portrait follows from how the display is set up; a window has
    the size of the box file and is scaled by SDL when it is resized. pygame.error when SDL has no display.
    """

    def __init__(self, size_px: tuple[int, int], *, fullscreen: bool, title: str) -> None:
        pygame.display.init()
        pygame.display.set_caption(title)
        pygame.display.set_allow_screensaver(False)
        if fullscreen:
            size_px = pygame.display.get_desktop_sizes()[0]
        _set_mode(size_px, pygame.SCALED | (pygame.FULLSCREEN if fullscreen else pygame.RESIZABLE))
        self._touch = _Touch()
        self._arrow_until_s = 0.0

    @property
    def surface(self) -> pygame.Surface:
        """The window's surface, in the size it was opened with."""
        surface = pygame.display.get_surface()
        assert surface is not None, "the window was closed"
        return surface

    def gather(self, now_s: float) -> Gathered:
        """Pointers from mouse and first finger, keys, and whether to end."""
        pointers: list[Pointer] = []
        keys: list[str] = []
        closed = False
        for event in pygame.event.get():
            if event.type == pygame.QUIT or _quits(event):
                closed = True
            elif event.type == pygame.KEYDOWN:
                keys.append(pygame.key.name(event.key))
            elif pointer := self._touch.pointer(event, self.surface.get_size()):
                pointers.append(pointer)
            if event.type == pygame.MOUSEMOTION and not event.touch:
                self._arrow_until_s = now_s + _ARROW_S
        pygame.mouse.set_visible(now_s < self._arrow_until_s)
        return Gathered(tuple(pointers), tuple(keys), closed)

    def flip(self) -> None:
        """Show the surface."""
        pygame.display.flip()

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()


def _quits(event: pygame.Event) -> bool:
    """Ctrl+Q. Not Esc, which is the experience's way back; and no key alone, for shoppers may press any."""
    return event.type == pygame.KEYDOWN and event.key == pygame.K_q and bool(event.mod & pygame.KMOD_CTRL)


class _Touch:
    """Mouse and touch as one pointer: the first finger down leads until it lifts."""

    _MOUSE: Final = {
        pygame.MOUSEBUTTONDOWN: "down",
        pygame.MOUSEBUTTONUP: "up",
        pygame.MOUSEMOTION: "move",
    }
    _FINGER: Final = {pygame.FINGERDOWN: "down", pygame.FINGERUP: "up", pygame.FINGERMOTION: "move"}

    def __init__(self) -> None:
        self._leading: int | None = None

    def pointer(self, event: pygame.Event, size_px: tuple[int, int]) -> Pointer | None:
        """The event as a pointer; None when it is none, or of another finger or button."""
        # SDL repeats every touch as a mouse event, marked `touch`: taken once, as the finger.
        if kind := self._MOUSE.get(event.type):
            if event.touch or (kind != "move" and event.button != pygame.BUTTON_LEFT):
                return None
            return Pointer(kind, float(event.pos[0]), float(event.pos[1]))
        if kind := self._FINGER.get(event.type):
            return self._finger(kind, event, size_px)
        return None

    def _finger(self, kind: str, event: pygame.Event, size_px: tuple[int, int]) -> Pointer | None:
        if kind == "down" and self._leading is None:
            self._leading = event.finger_id
        if event.finger_id != self._leading:
            return None
        if kind == "up":
            self._leading = None
        return Pointer(kind, event.x * size_px[0], event.y * size_px[1])


def visible(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window has a chance of being seen: a display server, or SDL told to use a real driver."""
    if driver := environ.get("SDL_VIDEODRIVER"):
        return driver not in _UNSEEN
    if not platform.startswith("linux"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_display(screen: config.Screen, title: str = "Vitrine") -> Display:
    """Open what the box file asks for; `auto` is a window where one can be seen, else memory.

    ConfigError when a window is demanded and there is no display.
    """
    size_px = (screen.width_px, screen.height_px)
    if screen.display == "headless" or (screen.display == "auto" and not visible(os.environ)):
        return Memory(size_px)
    try:
        return Window(size_px, fullscreen=screen.fullscreen, title=title)
    except pygame.error as wrong:
        pygame.display.quit()
        if screen.display == "window":
            raise ConfigError(
                f"no window can be opened ({wrong}); start it inside a desktop session, "
                'or set display = "headless" and watch it on the live view (view_port)'
            ) from None
        log.warning("no window can be opened (%s); running headless", wrong)
        return Memory(size_px)


def _set_mode(size_px: tuple[int, int], flags: int) -> None:
    """Open with vsync; without it where the driver has none."""
    with warnings.catch_warnings(record=True) as slow:
        warnings.simplefilter("always")
        try:
            pygame.display.set_mode(size_px, flags, vsync=1)
        except pygame.error:
            pygame.display.set_mode(size_px, flags)
    for warning in slow:
        log.info("the display: %s", warning.message)
