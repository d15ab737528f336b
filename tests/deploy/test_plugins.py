"""One file is all it takes: each kind of file is dropped into place, and the product finds it and it works.

Into place means: into a folder that the package looks through as well, for the time of one test. Everything
from there on is the product's own loading; nothing is registered, and nothing stays behind.
"""

import importlib
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pygame
import pytest

from cloud_api.contract.arena import RaceFinished
from deploy.cli import screen
from edge import cameras, config, perception
from edge.experience import OfferClaim
from edge.gait import Gait
from edge.latest import Latest
from edge.scene import Frame, Scene
from gamification.arena import Arena
from gamification.tour import Tour
from mirror_app import catalog, effects
from mirror_app.glass import Glass
from tests.cloud_api.open_store import open_store
from tests.mirror_app.sitting import portrait

Drop = Callable[[str, str, str], None]
RED_BGR = (20, 20, 200)


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drop]:
    """`drop(package, name, source)`: the file is there until the test ends."""
    dropped: list[str] = []

    def put(package: str, name: str, source: str) -> None:
        folder = tmp_path / package
        folder.mkdir()
        (folder / f"{name}.py").write_text(textwrap.dedent(source))
        module = importlib.import_module(package)
        monkeypatch.setattr(module, "__path__", [*module.__path__, str(folder)])
        importlib.invalidate_caches()
        dropped.append(f"{package}.{name}")

    yield put
    for name in dropped:
        package, _, module = name.rpartition(".")
        sys.modules.pop(name, None)
        vars(sys.modules[package]).pop(module, None)
    effects.load.cache_clear()


def test_a_game(drop: Drop, tmp_path: Path) -> None:
    drop(
        "gamification.games",
        "hop",
        """
        from gamification.games import Result

        def build():
            return Hop()

        class Hop:
            name, title = "hop", "Eight steps"

            def begin(self, now_s, best):
                return Round(now_s)

            def points(self, result, rank):
                return 7 * result.count

        class Round:
            def __init__(self, now_s):
                self.began_s, self.steps = now_s, 0

            def count(self, steps, now_s):
                self.steps = min(8, self.steps + steps)

            def left_s(self, now_s):
                return 60.0 if self.steps < 8 else 0.0

            def share(self):
                return self.steps / 8

            def ghost(self, now_s):
                return -1.0

            def lead(self, now_s):
                return 0

            def result(self, now_s):
                seconds = now_s - self.began_s
                return Result(self.steps, seconds, ((seconds, self.steps),))
        """,
    )
    path = tmp_path / "box.toml"
    path.write_text(
        'store = "s"\nbox = "b"\nstate_dir = "state"\n[cloud]\nurl = "http://127.0.0.1:9"\n'
        '[cameras.floor]\nsource = "synthetic:walker"\n'
        '[screens.arena]\nexperience = "arena"\ncamera = "floor"\ngame = "hop"\n'
        "width_px = 640\nheight_px = 360\n"
    )
    box = config.load(path)
    box.state_path.mkdir()
    arena = screen.build(box.screens["arena"], box)
    assert isinstance(arena, Arena)
    tour = Tour(arena, (640, 360))
    tour.gait = Gait(cadence_hz=2.0, lift_m=0.17)
    tour.until("race", 20)
    assert arena.view().title == "Eight steps"
    tour.until("result", 20)
    (finished,) = [asked.event for asked in tour.requests if isinstance(asked, OfferClaim)]
    assert isinstance(finished, RaceFinished)
    assert (finished.game, finished.steps, finished.points) == ("hop", 8, 56)


def test_an_effect(drop: Drop, tmp_path: Path) -> None:
    drop(
        "mirror_app.effects",
        "dot",
        """
        from mirror_app.layer import Parameters as Parameters

        FINISHES, ORDER = frozenset({"plain"}), 45

        def apply(subject, layer):
            x, y = subject.xy[1].astype(int)
            subject.image_bgr[y - 5 : y + 5, x - 5 : x + 5] = (0, 255, 0)
        """,
    )
    path = tmp_path / "catalogue.toml"
    path.write_text(
        """
        [[products]]
        id = "dot"
        brand = "Maison Orée"
        name = "Dot"
        category = "face"
        effect = "dot"
        finish = "plain"
        price = { amount = 100, currency = "EUR" }
        description = "A green dot on the nose."
        shades = [{ sku = "DOT-1", name = "Green", lab = [88.0, -86.0, 83.0], coverage = 1.0 }]
        """
    )
    item = catalog.load(path).find("DOT-1")
    scene, surface = portrait(), pygame.Surface((1920, 1080), depth=32)
    before, after = (_shown(surface, scene, worn) for worn in ((), (item,)))
    assert ((before != after).any(axis=2)).sum() == 100
    assert (after[(before != after).any(axis=2)] == (0, 255, 0)).all()


def _shown(surface: pygame.Surface, scene: Scene, worn: tuple[catalog.Item, ...]) -> "np.ndarray":
    Glass((1920, 1080)).show(surface, scene, {scene.faces[0].track: tuple(item.layer for item in worn)})
    return pygame.surfarray.array3d(surface)


def test_a_camera_source(drop: Drop, tmp_path: Path) -> None:
    drop(
        "edge.cameras",
        "signal",
        """
        import numpy as np
        from edge.scene import Frame

        class Signal:
            live = False

            def __init__(self, camera, red):
                self.image = np.full((camera.height_px, camera.width_px, 3), (20, 20, red), np.uint8)

            def read(self, timeout_s):
                return Frame(self.image, 0.0, 0)

            def close(self):
                pass

        def open(address, camera):
            return Signal(camera, address.options(red=1)["red"])
        """,
    )
    from edge.cameras.thread import CameraThread

    path = tmp_path / "box.toml"
    path.write_text(
        'store = "s"\nbox = "b"\n[cloud]\nurl = "http://127.0.0.1:9"\n'
        '[cameras.lamp]\nsource = "signal:?red=200"\nwidth_px = 320\nheight_px = 240\n'
    )
    camera = config.load(path).cameras["lamp"]
    cameras.check(camera)
    frames: Latest[Frame] = Latest()
    thread = CameraThread(camera, frames)
    thread.start()
    frame = frames.take(10.0)
    thread.stop()
    assert frame is not None
    assert frame.size_px == (320, 240)
    assert (frame.image_bgr == RED_BGR).all()


def test_a_model(drop: Drop) -> None:
    drop(
        "models",
        "daylight",
        """
        from dataclasses import dataclass

        @dataclass(frozen=True)
        class Daylight:
            level: float

        class Model:
            def see(self, image_bgr, time_s):
                return Daylight(float(image_bgr.mean()))

        def open(runtime):
            return Model()
        """,
    )
    eyes = perception.Perception(frozenset({"daylight"}))
    scene = eyes.see(Frame(np.full((4, 6, 3), 96, np.uint8), 0.0, 0))
    eyes.close()
    found = scene.other(importlib.import_module("models.daylight").Daylight)
    assert found is not None
    assert found.level == 96


def test_a_route(drop: Drop, tmp_path: Path) -> None:
    drop(
        "cloud_api.routes",
        "weather",
        """
        from fastapi import APIRouter

        router = APIRouter()

        @router.get("/weather")
        def weather() -> dict[str, str]:
            return {"weather": "fair"}
        """,
    )
    with open_store(tmp_path / "cloud") as store:
        assert httpx.get(f"{store.url}/weather", trust_env=False).json() == {"weather": "fair"}


def test_nothing_stays_behind() -> None:
    from cloud_api import app
    from edge import plugins

    kinds = ("mirror_app.effects", "edge.cameras", "models", "cloud_api.routes", "gamification.games")
    names = {name for package in kinds for name in plugins.names(package)}
    assert not names & {"dot", "signal", "daylight", "weather", "hop"}
    assert list(app.routers())
