"""Two soft sounds, for those who look away: one for each number of the countdown, one for the picture.

Off unless the box file turns them on. A box without a loudspeaker stays silent and says so once in the log.
"""

import logging
from typing import Final, Literal

import numpy as np
import pygame

log = logging.getLogger(__name__)

Name = Literal["tick", "shutter"]

_RATE_HZ: Final = 44_100
#: As loud as a wrist watch on a table beside one.
_VOLUME: Final = 0.25


class Sounds:
    """Plays them, where sound is on and can be heard."""

    def __init__(self, *, on: bool) -> None:
        self._played: dict[Name, pygame.mixer.Sound] = {}
        if not on:
            return
        try:
            pygame.mixer.init(_RATE_HZ, -16, 1)
            self._played = {"tick": _sound(_tick()), "shutter": _sound(_shutter())}
        except pygame.error as silent:
            log.warning("the mirror stays silent: %s", silent)

    def play(self, name: Name) -> None:
        """Begin a sound; nothing waits for it."""
        if (sound := self._played.get(name)) is not None:
            sound.play()


def _tick() -> np.ndarray:
    """A high, short, round tone; (n,) -1..1."""
    time_s = np.arange(round(0.09 * _RATE_HZ)) / _RATE_HZ
    return np.sin(2 * np.pi * 1046.5 * time_s) * np.exp(-time_s / 0.018)


def _shutter() -> np.ndarray:
    """Two small clicks, as of a curtain that opens and shuts; (n,) -1..1."""
    time_s = np.arange(round(0.16 * _RATE_HZ)) / _RATE_HZ
    noise = np.random.default_rng(7).uniform(-1, 1, len(time_s))
    second = np.clip(time_s - 0.07, 0, None)
    shape = np.exp(-time_s / 0.008) + (time_s >= 0.07) * 0.8 * np.exp(-second / 0.012)
    return np.convolve(noise * shape, np.ones(6) / 6, mode="same")


def _sound(wave: np.ndarray) -> pygame.mixer.Sound:
    """In as many channels as the loudspeaker has."""
    _, _, channels = pygame.mixer.get_init() or (0, 0, 1)
    samples = (wave * _VOLUME * 32767).astype(np.int16)
    return pygame.mixer.Sound(np.ascontiguousarray(np.repeat(samples[:, None], channels, axis=1)).tobytes())
