"""The loop of a counter: what it tells, what it does without frames, what nobody watching costs."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from cloud_api.contract.events import BoxHealth, EventData
from cloud_api.contract.floor import FloorDescribed, LineCrossed, OccupancyCounted
from edge.cameras.thread import CameraStatus
from edge.floor import picture
from edge.floor.live import Clocks, Counting
from edge.health import Health
from edge.latest import Latest
from edge.scene import Frame
from edge.view.pane import Pane
from tests.edge.floor.acting import BAR, NOON, Film, journal, walker

VISIT = walker((3.5, 7.4), (3.5, 4.4), (4.5, 4.4), (4.5, 7.4))


@dataclass
class Room:
    """A counter above a drawn shop, with clocks that go as told."""

    film: Film = field(default_factory=lambda: Film(VISIT))
    source: str = "synthetic:store"
    pane: Pane | None = None
    health: Health | None = None
    now_s: float = 0.0
    camera: CameraStatus | None = None
    told: list[tuple[EventData, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.frames: Latest[Frame] = Latest()
        self.counting = Counting(
            journal(zones=[BAR]),
            self.frames,
            lambda: self.camera or CameraStatus(ok=True, words="the camera works", source=self.source),
            lambda event, time: self.told.append((event, time)),
            pane=self.pane,
            health=self.health,
            clocks=Clocks(lambda: self.now_s, lambda: NOON + timedelta(seconds=self.now_s)),
        )

    def play(self, seconds: float, fps: float = 5.0) -> None:
        for frame in self.film.frames(seconds, fps, begin_s=self.now_s):
            self.now_s = frame.captured_s
            self.frames.put(frame)
            self.counting.turn()
        self.now_s += 1 / fps

    def kinds(self) -> list[type[EventData]]:
        return [type(event) for event, _ in self.told]


@pytest.mark.parametrize(("source", "real"), [("synthetic:store", False), ("rtsp://camera/1", True)])
def test_it_tells_the_plan_once_and_whether_it_is_real_and_then_who_crossed(source: str, real: bool) -> None:
    room = Room(source=source)
    room.play(10)
    assert room.kinds() == [FloorDescribed, LineCrossed, LineCrossed]
    described = room.told[0][0]
    assert isinstance(described, FloorDescribed)
    assert described.real is real
    assert all(NOON <= time <= NOON + timedelta(seconds=10) for _, time in room.told)


def test_the_end_tells_what_is_open() -> None:
    room = Room()
    room.play(5)
    room.counting.stop()
    room.counting.run()
    assert isinstance(room.told[-1][0], OccupancyCounted)
    assert room.told[-1][0].inside == 1


def test_a_camera_that_falls_silent_loses_everybody_and_nobody_leaves_by_it() -> None:
    pane = Pane()
    room = Room(pane=pane)
    room.play(4.5)
    assert ask(room, "state").tracks == 1
    room.camera = CameraStatus(ok=False, words="the camera has sent no picture for 3 s")
    room.now_s += 3
    room.counting.turn()
    state = ask(room, "state")
    assert (state.tracks, state.occupancy, state.trouble) == (0, 1, "camera")
    assert state.camera.words == "the camera has sent no picture for 3 s"
    assert room.kinds() == [FloorDescribed, LineCrossed]


def test_a_clip_that_has_ended_says_so_and_keeps_its_figures() -> None:
    room = Room(source="file:shop.mp4", pane=Pane())
    room.play(10)
    room.camera = CameraStatus(ok=True, words="shop.mp4 has ended")
    room.frames.close()
    room.now_s += 3
    room.counting.turn()
    state = ask(room, "state")
    assert (state.trouble, state.camera.words) == ("camera", "shop.mp4 has ended")
    assert state.lines == {"door": {"in": 1, "out": 1}}


def ask(room: Room, what: str) -> Any:
    """What a watcher gets: asked in a thread, answered at the next turn."""
    assert room.pane is not None
    asked = room.pane.state if what == "state" else room.pane.picture
    got: list[Any] = []
    watcher = threading.Thread(target=lambda: got.append(asked.ask(10.0)))
    watcher.start()
    while watcher.is_alive():
        room.counting.turn()
    watcher.join()
    return got[0]


def test_the_state_says_lines_zones_occupancy_and_where_the_picture_stands() -> None:
    room = Room(pane=Pane())
    room.play(10)
    state = ask(room, "state").model_dump(mode="json")
    assert (state["detector"], state["detector_words"]) == ("motion", "motion; low in crowds")
    assert state["lines"] == {"door": {"in": 1, "out": 1}}
    assert state["occupancy"] == 0
    assert state["zones"]["bar"]["dwells"] == 0
    assert state["camera"]["ok"] is True
    assert "Synthetic picture" in state["camera"]["source"]
    assert (state["picture"]["width_px"], state["picture"]["height_px"]) == (576, 504)
    assert len(state["picture"]["homography"]) == 9


def test_nothing_is_drawn_while_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    real = picture.paint

    def paint(*args: Any) -> Any:
        drawn.append(args)
        return real(*args)

    monkeypatch.setattr(picture, "paint", paint)
    room = Room(pane=Pane())
    room.play(3)
    assert drawn == []
    seen = ask(room, "picture").image_bgr()
    assert len(drawn) == 1
    assert seen.shape == (720, 1280, 3)


def test_once_a_minute_it_tells_its_health_and_a_moved_camera_is_not_well(tmp_path: Any) -> None:
    room = Room(health=Health("ceiling", tmp_path, lambda: 7, "1.0"))
    room.film = Film()
    room.play(3, fps=1)
    turned = [np.roll(frame.image_bgr, 90, 1) for frame in room.film.frames(1)]
    for second in range(3, 66):
        room.now_s = float(second)
        room.frames.put(Frame(np.asarray(np.roll(turned[second % 2], second % 3, 0)), room.now_s, second))
        room.counting.turn()
    (health,) = [event for event, _ in room.told if isinstance(event, BoxHealth)]
    assert health.screen == "ceiling"
    assert health.outbox_depth == 7
    assert health.camera_ok is False
    assert LineCrossed not in room.kinds()
