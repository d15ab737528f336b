"""The moment between two screens: a short cross-fade, or a flash of white when a picture is taken."""

from typing import Final

import pygame

from .motion import ease_out, progress

#: Long enough to be seen as one movement, short enough not to wait for.
FADE_S: Final = 0.22
FLASH_S: Final = 0.35


class Fader:
    """Lays what was on the screen over what comes, ever thinner. Keeps nothing once the fade is over."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._duration_s = FADE_S
        self._white = False
        self._old: pygame.Surface | None = None

    @property
    def on(self) -> bool:
        """Whether a fade is under way."""
        return self._since_s is not None

    def start(self, now_s: float) -> None:
        """The next picture is another screen's."""
        self._since_s, self._duration_s, self._white, self._old = now_s, FADE_S, False, None

    def flash(self, now_s: float) -> None:
        """The same, out of white."""
        self._since_s, self._duration_s, self._white, self._old = now_s, FLASH_S, True, None

    def begin(self, screen: pygame.Surface) -> None:
        """Before anything is drawn: keep what the screen still shows."""
        if self._since_s is not None and self._old is None:
            self._old = pygame.Surface(screen.get_size(), depth=32)
            if self._white:
                self._old.fill((255, 255, 255))
            else:
                self._old.blit(screen, (0, 0))

    def blend(self, screen: pygame.Surface, now_s: float) -> None:
        """After everything is drawn."""
        if self._since_s is None or self._old is None:
            return
        share = ease_out(progress(now_s, self._since_s, self._duration_s))
        if share >= 1 or self._old.get_size() != screen.get_size():
            self._since_s = self._old = None
            return
        alpha = round(255 * (1 - share))
        self._old.set_alpha(alpha if alpha < 255 else None)  # SDL takes ten times as long to blend all of it
        screen.blit(self._old, (0, 0))
