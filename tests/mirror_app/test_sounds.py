"""Sounds: off unless turned on; one for each number, one for the picture; silence where nothing can play."""

import logging

import pygame
import pytest

from mirror_app import sounds
from mirror_app.mirror import Mirror
from mirror_app.sounds import Sounds
from mirror_app.tour import Tour
from tests.mirror_app import touring
from tests.mirror_app.touring import go

SIZE = (960, 540)


@pytest.fixture(autouse=True)
def _no_loudspeaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")


@pytest.mark.parametrize("on", [True, False])
def test_the_countdown_and_the_picture_are_heard_where_sound_is_on(
    monkeypatch: pytest.MonkeyPatch, *, on: bool
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(Sounds, "play", lambda self, name: heard.append(name) if self._played else None)
    made = Mirror(touring.demo(), touring.screen(SIZE, sound=on), "shop")
    one = Tour(made, SIZE, touring.somebody, touring.on_disk, step_s=0.1)
    go(one, "start", "pose")
    one.wait(3.4)
    assert heard == (["tick", "tick", "tick", "shutter"] if on else [])


def test_both_are_short_soft_and_end_in_silence() -> None:
    for wave in (sounds._tick(), sounds._shutter()):
        assert 0.3 < abs(wave).max() <= 2
        assert abs(wave[-50:]).max() < 0.02
        assert len(wave) < 0.2 * 44_100


def test_they_can_be_played() -> None:
    made = Sounds(on=True)
    assert set(made._played) == {"tick", "shutter"}
    made.play("tick")
    pygame.mixer.quit()


def test_without_a_loudspeaker_it_is_said_once_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def deaf(*_: object) -> None:
        raise pygame.error("no audio device")

    monkeypatch.setattr(pygame.mixer, "init", deaf)
    with caplog.at_level(logging.WARNING):
        Sounds(on=True).play("shutter")
    assert [record.message for record in caplog.records] == ["the mirror stays silent: no audio device"]
