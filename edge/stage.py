"""The stage: one screen's display and loop, on the main thread.

    PerceptionProcess -> scene -> update -> requests -> dispatcher
                  -> draw -> window or live view

It reads the time and passes it down. It paints when a new scene comes, and in between so that animations
run at up to 60 pictures a second. Whatever an experience or a camera does, the loop lives: an exception or a
lost camera brings the failsafe screen, and the experience comes back by itself.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import pygame

from edge import config, failsafe, memory
from edge.cameras.thread import CameraStatus
from edge.dispatch import Dispatcher
from edge.display import Display, Gathered, open_display
from edge.experience import Close, Ending, Experience, Inputs, Record, Request
from edge.failsafe import Failsafe, Trouble
from edge.health import Camera, FrameTimes, Health
from edge.latest import Outlet
from edge.scene import Scene
from edge.speech import Speech
from edge.ui.brand import worn_brand
from edge.view.pane import CameraState, Pane, PerceptionState, State
from edge.view.source import described

log = logging.getLogger(__name__)

_TURN_S: Final = 1 / 60


class Stage:
    """One screen.

    name: of the screen in the box file. scenes: where perception leaves them. camera: asked once per turn.
    pane: where a live view meets it. perception: how it goes, for the live view. display: opened as
    `screen` says where none is given (ConfigError when it cannot be). clock: monotonic seconds.
    """

    def __init__(
        self,
        name: str,
        screen: config.Screen,
        experience: Experience,
        scenes: Outlet[Scene],
        camera: Callable[[], CameraStatus],
        dispatcher: Dispatcher,
        *,
        pane: Pane | None = None,
        health: Health | None = None,
        display: Display | None = None,
        perception: Callable[[], PerceptionState | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._screen = name, screen
        self._scenes, self._camera, self._dispatcher = scenes, camera, dispatcher
        self._pane, self._health, self._clock = pane, health, clock
        self._perception = perception
        self._display = display or open_display(screen, f"Vitrine · {name}")
        self._actor = _Actor(experience)
        self._failsafe = Failsafe(clock())
        self._speech, self._brand = Speech(screen.language), worn_brand(screen)
        self._trouble: Trouble | None = None
        self._times = FrameTimes()
        self._pace = _Pace()
        self._scene: Scene | None = None
        self._stopping = False

    def stop(self) -> None:
        """End `run` after this turn; any thread."""
        self._stopping = True

    def run(self) -> None:
        """Run until stopped: by Ctrl+Q, the window's close button, SIGINT, SIGTERM or stop().

        The experience's session is ended on every way out.
        """
        try:
            with _signals(self.stop):
                while not self._stopping:
                    self.turn()
        finally:
            self._send(self._actor.leave(self._clock(), "stopped"))
            self._display.close()

    def turn(self) -> None:
        """One turn of the loop: wait for a scene (not long), update, draw, show."""
        scene = self._scenes.take(self._pace.wait_s(self._clock()))
        if scene is None and self._scenes.closed:
            time.sleep(_TURN_S)  # a closed mailbox does not wait
        now_s = self._clock()
        if scene is not None:
            self._scene = scene
            self._failsafe.picture(now_s)
        gathered = self._gather(now_s)
        status = self._camera()
        self._play(gathered, status, now_s)
        painted_s = self._clock()
        self._pace.painted(now_s, painted_s)
        self._times.add(painted_s, painted_s - now_s, new_picture=scene is not None)
        if self._pane is not None:
            self._pane.offer(self._display.surface, lambda: self._state(status, painted_s))
        self._display.flip()
        self._tell_health(status, painted_s)

    @property
    def pictures(self) -> int:
        """Camera pictures shown since the start."""
        return self._times.pictures

    def view(self) -> object:
        """What the experience says of itself now; None where it does not, or is not on."""
        return self._actor.describe()

    def _gather(self, now_s: float) -> Gathered:
        """What people did, at the display and on the live view."""
        gathered = self._display.gather(now_s)
        if gathered.closed:
            self.stop()
        if self._pane is None:
            return gathered
        watched = self._pane.pointers(self._display.surface.get_size())
        return Gathered(gathered.pointers + watched, gathered.keys, gathered.closed)

    def _play(self, gathered: Gathered, status: CameraStatus, now_s: float) -> None:
        """The experience, or the failsafe screen where it cannot run."""
        surface = self._display.surface
        receipts = self._dispatcher.receipts()
        before, self._trouble = self._trouble, self._failsafe.trouble(now_s, camera_ok=status.ok)
        if self._trouble is not None and before is None:
            log.warning("screen %s: %s (%s)", self._name, self._trouble, status.words)
        if self._trouble is None:
            inputs = Inputs(surface.get_size(), gathered.pointers, gathered.keys, receipts)
            self._perform(surface, inputs, now_s)
        elif self._actor.on:
            ending: Ending = "camera_lost" if self._trouble is Trouble.CAMERA else "stopped"
            self._send(self._actor.leave(now_s, ending))
        if self._trouble is not None:
            self._scene = None  # nobody's picture is kept while nobody can see it
            self._stand_in(surface, self._trouble, now_s)

    def _perform(self, surface: pygame.Surface, inputs: Inputs, now_s: float) -> None:
        try:
            self._send(self._actor.update(self._scene, inputs, now_s))
            self._actor.draw(surface, self._scene, now_s)
        except Exception:
            log.exception("screen %s: the experience stopped by mistake and is started again", self._name)
            self._failsafe.crashed(now_s)
            self._trouble = Trouble.CRASH
            self._send(self._actor.leave(now_s, "stopped"))

    def _stand_in(self, surface: pygame.Surface, trouble: Trouble, now_s: float) -> None:
        """The failsafe screen; plain paper should even that not work."""
        try:
            failsafe.show(surface, trouble, now_s, self._speech, self._brand)
        except Exception:
            log.exception("screen %s: the failsafe screen could not be drawn", self._name)
            surface.fill(failsafe.PAPER)

    def _send(self, requests: Iterable[Request]) -> None:
        for request in requests:
            if isinstance(request, Close):
                self.stop()
            else:
                self._dispatcher.submit(request)

    def _tell_health(self, status: CameraStatus, now_s: float) -> None:
        if self._health is None:
            return
        camera = Camera(status.ok, status.dropped)
        if (make := self._health.due(now_s, self._times, camera)) is not None:
            self._dispatcher.later(lambda: Record(make()))

    def _state(self, status: CameraStatus, now_s: float) -> State:
        width_px, height_px = self._display.surface.get_size()
        return State(
            screen=self._name,
            experience=self._screen.experience,
            fps=round(self._times.fps(now_s), 1),
            frames=self._times.pictures,
            width_px=width_px,
            height_px=height_px,
            trouble=self._trouble,
            camera=CameraState(ok=status.ok, words=status.words, source=described(status.source)),
            perception=self._perception(),
            view=self.view(),
        )


class _Actor:
    """The experience with its entrances and exits: enter before the first update, exit once."""

    def __init__(self, experience: Experience) -> None:
        self._experience = experience
        self.on = False

    def update(self, scene: Scene | None, inputs: Inputs, now_s: float) -> tuple[Request, ...]:
        """Enter where it is not on, and advance."""
        if not self.on:
            self.on = True
            self._experience.enter(now_s)
            memory.settle()
        return tuple(self._experience.update(scene, inputs, now_s))

    def draw(self, surface: pygame.Surface, scene: Scene | None, now_s: float) -> None:
        """Draw the whole screen."""
        self._experience.draw(surface, scene, now_s)

    def leave(self, now_s: float, reason: Ending) -> tuple[Request, ...]:
        """Exit where it is on; an exit that fails is logged, for there is nothing else to be done."""
        if not self.on:
            return ()
        self.on = False
        try:
            return tuple(self._experience.exit(now_s, reason))
        except Exception:
            log.exception("the experience could not end its session")
            return ()

    def describe(self) -> object:
        """What it says of itself, if it does."""
        describe = getattr(self._experience, "describe", None)
        if describe is None or not self.on:
            return None
        try:
            return describe()
        except Exception:
            log.exception("the experience could not describe itself")
            return None


class _Pace:
    """When to paint without a new scene: 60 times a second, but never for more than half of the time, so
    that painting a slow screen does not starve perception."""

    def __init__(self) -> None:
        self._due_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """How long a scene may be waited for."""
        return min(max(0.0, self._due_s - now_s), 1.0)

    def painted(self, began_s: float, ended_s: float) -> None:
        """A turn's work was done."""
        cost_s = ended_s - began_s
        self._due_s = ended_s + max(_TURN_S - cost_s, cost_s)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGINT and SIGTERM end the loop; a second one acts as before. Main thread only, else nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in caught}

    def handle(number: int, _: FrameType | None) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stop()

    for number in caught:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, before[number])
