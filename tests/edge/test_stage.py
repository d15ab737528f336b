"""The loop lives whatever an experience or a camera does, and every session that began is ended."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from cloud_api.contract.events import BoxHealth, MirrorSessionEnded, MirrorSessionStarted
from edge import config
from edge.cameras.thread import CameraStatus
from edge.display import Gathered, Memory, Window, open_display, visible
from edge.experience import Close, Pointer
from edge.health import Health
from edge.outbox import Backlog
from edge.stage import _Pace
from edge.toml_file import ConfigError

from .acting import Actor, Theatre, theatre

PAPER = (247, 243, 238)
PLAYING = (10, 200, 30)


def corner(stage: Theatre) -> tuple[int, int, int]:
    red, green, blue, _ = stage.display.surface.get_at((0, 0))
    return red, green, blue


def test_an_experience_is_entered_updated_with_the_newest_scene_and_drawn(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.picture()
        newest = t.picture()
        t.stage.turn()
        assert t.actor.calls == ["enter", "update", "draw"]
        assert t.actor.scenes == [newest]
        assert t.actor.inputs[0].size_px == (320, 240)
        assert corner(t) == PLAYING


def test_between_scenes_the_last_one_is_drawn_again(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        scene = t.picture()
        t.stage.turn()
        t.clock.now_s += 0.02
        t.stage.turn()
        assert t.actor.scenes == [scene, scene]


def test_pointers_of_display_and_live_view_reach_the_experience_in_pixels(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.display.next = Gathered((Pointer("down", 5, 6),), ("a",))
        t.pane.touch(Pointer("up", 1.0, 0.5))
        t.stage.turn()
        assert t.actor.inputs[0].pointers == (Pointer("down", 5, 6), Pointer("up", 319, 119.5))
        assert t.actor.inputs[0].keys == ("a",)


@pytest.mark.parametrize("fault", ["enter", "update", "draw"])
def test_a_raising_experience_brings_the_failsafe_screen_and_comes_back(
    tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with theatre(tmp_path, Actor(fault=fault)) as t:
        t.play(1.0)
        assert corner(t) == PAPER
        assert t.actor.calls.count(fault) == 1, "it must not be tried again at once"
        assert "exit stopped" in t.actor.calls
        assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1, "logged once"
        t.actor.fault = ""
        t.play(3.0)
        assert corner(t) == PLAYING


def test_an_experience_that_keeps_crashing_is_tried_less_and_less_often(tmp_path: Path) -> None:
    with theatre(tmp_path, Actor(fault="update")) as t:
        tries = []
        for _ in range(3):
            before = t.actor.calls.count("update")
            t.play(30)
            tries.append(t.actor.calls.count("update") - before)
        assert tries == [4, 1, 0], "pauses of 3, 6, 12, 24 and 48 seconds"
        t.actor.fault = ""
        t.play(60)
        assert corner(t) == PLAYING


def test_an_experience_whose_exit_fails_too_does_not_end_the_loop(tmp_path: Path) -> None:
    class Hopeless(Actor):
        def exit(self, now_s: float, reason: object) -> list[object]:  # type: ignore[override]
            raise RuntimeError("nor this")

    with theatre(tmp_path, Hopeless(fault="draw")) as t:
        t.play(1.0)
        assert corner(t) == PAPER


def test_a_lost_camera_ends_the_session_and_pictures_bring_the_experience_back(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.play(1.0)
        t.camera = CameraStatus(ok=False, words="webcam:0 was unplugged", source="webcam:0")
        t.play(2.0, pictures=False)
        assert corner(t) == PAPER
        assert t.actor.calls[-1] == "exit camera_lost"
        t.camera = CameraStatus(ok=True, words="the camera works", source="webcam:0")
        t.play(0.2)
        assert corner(t) == PLAYING
        assert t.actor.calls.count("enter") == 2
        begun, ended = MirrorSessionStarted.kind, MirrorSessionEnded.kind
        assert t.kinds() == [begun, ended, begun]


def test_shoppers_are_not_shown_what_staff_need(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A lost camera's words may hold a path: they are in the log and on /state, never on the screen."""
    screens = []
    for words in ("no video at /srv/clips/door.mp4: check the path", "webcam:0 was unplugged"):
        (tmp_path / words[:2]).mkdir()
        with theatre(tmp_path / words[:2]) as t:
            t.camera = CameraStatus(ok=False, words=words)
            t.play(5.0, pictures=False)
            assert corner(t) == PAPER
            screens.append(t.display.surface.get_buffer().raw)
            assert t.stage._state(t.camera, t.clock.now_s).camera.words == words
            said = [each.getMessage() for each in caplog.records]
            assert len([each for each in said if words in each]) == 1
    assert screens[0] == screens[1]


def test_a_camera_that_says_it_works_but_gives_nothing_is_lost_too(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.play(1.0)
        t.play(2.5, pictures=False)
        assert corner(t) == PLAYING
        t.play(1.0, pictures=False)
        assert corner(t) == PAPER


def test_a_camera_that_is_still_starting_is_waited_for(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.camera = CameraStatus(ok=False, words="the camera is starting")
        t.play(2.0, pictures=False)
        assert corner(t) == PLAYING
        assert t.actor.scenes[-1] is None
        t.play(2.0, pictures=False)
        assert corner(t) == PAPER


def test_nobody_is_kept_in_memory_once_the_camera_is_lost(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.play(1.0)
        t.play(5.0, pictures=False)
        assert t.stage._scene is None


def test_closing_ends_the_session_on_disk_and_closes_the_display(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.picture()
        t.display.next = Gathered(closed=True)
        t.stage.run()
        assert t.actor.calls[-1] == "exit stopped"
        assert t.display.closed
        assert t.kinds() == [MirrorSessionStarted.kind, MirrorSessionEnded.kind]


def test_an_experience_may_ask_to_close_its_screen(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.picture()
        t.actor.asks.append(Close())
        t.stage.run()
        assert t.actor.calls[-1] == "exit stopped"
        assert t.display.closed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with theatre(tmp_path) as t:
        sender = threading.Timer(0.15, os.kill, (os.getpid(), number))
        sender.start()
        t.picture()
        t.stage.run()
        sender.join()
        assert t.actor.calls[-1] == "exit stopped"
    assert signal.getsignal(number) is before


def test_closed_scenes_do_not_end_the_loop(tmp_path: Path) -> None:
    with theatre(tmp_path) as t:
        t.picture()
        t.stage.turn()
        t.scenes.close()
        t.play(4.0, pictures=False)
        assert corner(t) == PAPER


def test_box_health_once_a_minute(tmp_path: Path) -> None:
    health = Health("mirror", tmp_path, lambda: 12, "0.1.0")
    with theatre(tmp_path, health=health) as t:
        t.camera = CameraStatus(ok=True, words="", dropped=40)
        t.play(61.0)
        t.camera = CameraStatus(ok=True, words="", dropped=45)
        t.play(61.0)
        t.dispatcher.close()
        t.outbox.close()
        batch = Backlog(t.path).batch(100)
        assert batch is not None
        from cloud_api.contract.events import Event

        events = [Event.model_validate_json(body).data for body in batch.bodies]
        told = [data for data in events if isinstance(data, BoxHealth)]
        assert [data.dropped_frames for data in told] == [40, 5]
        assert told[0].fps == pytest.approx(10, abs=0.6)
        assert told[0].outbox_depth == 12
        assert told[0].disk_free_mb > 0


def test_the_loop_never_paints_more_than_half_of_the_time_between_scenes() -> None:
    pace = _Pace()
    pace.painted(10.0, 10.004)
    assert pace.wait_s(10.004) == pytest.approx(1 / 60 - 0.004)
    pace.painted(10.0, 10.05)
    assert pace.wait_s(10.05) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("environ", "platform", "seen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "SDL_VIDEODRIVER": "dummy"}, "linux", False),
        ({"SDL_VIDEODRIVER": "kmsdrm"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_whether_a_window_can_be_seen(environ: dict[str, str], platform: str, seen: bool) -> None:
    assert visible(environ, platform) is seen


def test_without_a_display_auto_is_headless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    screen = config.Screen(experience="mirror", camera="main", width_px=720, height_px=1280)
    display = open_display(screen)
    assert isinstance(display, Memory)
    assert display.surface.get_size() == (720, 1280)
    assert not pygame.display.get_init()


def event(kind: int, **values: object) -> None:
    pygame.event.post(pygame.Event(kind, values))


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A real SDL window on SDL's driver without a screen."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    made = Window((300, 200), fullscreen=False, title="test")
    made.gather(0.0)
    yield made
    made.close()


def test_the_first_finger_leads_and_the_mouse_event_of_a_touch_is_not_a_second_one(window: Window) -> None:
    event(pygame.FINGERDOWN, finger_id=5, x=0.5, y=0.5, touch_id=1)
    event(pygame.MOUSEBUTTONDOWN, pos=(150, 100), button=1, touch=True)
    event(pygame.FINGERDOWN, finger_id=6, x=0.1, y=0.1, touch_id=1)
    event(pygame.FINGERMOTION, finger_id=6, x=0.2, y=0.1, touch_id=1)
    event(pygame.FINGERMOTION, finger_id=5, x=0.6, y=0.5, touch_id=1)
    event(pygame.FINGERUP, finger_id=6, x=0.2, y=0.1, touch_id=1)
    event(pygame.FINGERUP, finger_id=5, x=0.6, y=0.5, touch_id=1)
    pointers = window.gather(1.0).pointers
    assert pointers == (Pointer("down", 150, 100), Pointer("move", 180, 100), Pointer("up", 180, 100))


def test_only_the_left_button_presses(window: Window) -> None:
    event(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=3, touch=False)
    event(pygame.MOUSEBUTTONDOWN, pos=(10, 20), button=1, touch=False)
    event(pygame.MOUSEMOTION, pos=(11, 21), rel=(1, 1), buttons=(1, 0, 0), touch=False)
    event(pygame.MOUSEBUTTONUP, pos=(11, 21), button=1, touch=False)
    kinds = [(p.kind, p.x_px, p.y_px) for p in window.gather(1.0).pointers]
    assert kinds == [("down", 10, 20), ("move", 11, 21), ("up", 11, 21)]


def test_keys_are_named_and_escape_is_left_to_the_experience(window: Window) -> None:
    for key, name in ((pygame.K_RETURN, "return"), (pygame.K_ESCAPE, "escape"), (pygame.K_q, "q")):
        event(pygame.KEYDOWN, key=key, mod=pygame.KMOD_NONE)
        assert window.gather(1.0) == Gathered(keys=(name,))


def test_ctrl_q_or_the_close_button_end_it(window: Window) -> None:
    event(pygame.KEYDOWN, key=pygame.K_q, mod=pygame.KMOD_LCTRL)
    assert window.gather(1.1).closed
    event(pygame.QUIT)
    assert window.gather(1.2).closed


def test_the_mouse_arrow_hides_when_the_mouse_rests(window: Window) -> None:
    event(pygame.MOUSEMOTION, pos=(11, 21), rel=(1, 1), buttons=(0, 0, 0), touch=False)
    window.gather(1.0)
    assert pygame.mouse.get_visible()
    window.gather(5.0)
    assert not pygame.mouse.get_visible()


def test_a_window_that_cannot_be_opened_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":987")
    screen = config.Screen(experience="mirror", camera="main", display="window")
    with pytest.raises(ConfigError, match='display = "headless"'):
        open_display(screen)
