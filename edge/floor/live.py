"""One counter's process: the loop around the journal, its live view and its health.

    CameraThread -> Latest[Frame] -> Journal -> outbox
                                        `-----> Pane (only while somebody watches)

All that counts is in the journal, as in a replay; here are clocks, queues and what happens when no frame
comes.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from cloud_api.contract.events import EventData
from edge.cameras.thread import CameraStatus
from edge.floor import picture
from edge.floor.journal import Entry, Journal
from edge.floor.panel import Words
from edge.health import Camera, FrameTimes, Health
from edge.latest import Latest
from edge.scene import Frame
from edge.view.pane import CameraState, Pane, Picture
from edge.view.source import described, is_real

log = logging.getLogger(__name__)

#: A camera silent for so long watches nobody.
_SILENT_S: Final = 2.0
_WAIT_S: Final = 0.1
#: A closed mailbox does not wait.
_REST_S: Final = 0.05

Record = Callable[[EventData, datetime], object]


class ZoneState(BaseModel):
    """Stays in a zone since the start, and how many are there now."""

    model_config = ConfigDict(frozen=True)

    dwells: int
    seconds: float
    present: int


class PictureState(BaseModel):
    """Where the camera's picture stands in the view, as shares of it, and how its pixels map to metres."""

    model_config = ConfigDict(frozen=True)

    left: float
    top: float
    right: float
    bottom: float
    #: The picture in which the four points are clicked.
    width_px: int
    height_px: int
    #: Row by row: clicked pixels to metres on the plan.
    homography: tuple[float, ...]


class CounterState(BaseModel):
    """`/state` of a counter."""

    model_config = ConfigDict(frozen=True)

    screen: str
    experience: Literal["counter"] = "counter"
    fps: float
    frames: int
    trouble: str | None
    lines: dict[str, dict[str, int]]
    zones: dict[str, ZoneState]
    occupancy: int
    #: How many are in view now.
    tracks: int
    real: bool
    #: What finds the people, by name and in words.
    detector: str
    detector_words: str
    camera: CameraState
    picture: PictureState


@dataclass(frozen=True, slots=True)
class Clocks:
    """monotonic: seconds that only grow. wall: aware date and time, which may jump."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)


class Counting:
    """The loop. record: puts an event into the outbox. camera: asked once a turn."""

    def __init__(
        self,
        journal: Journal,
        frames: Latest[Frame],
        camera: Callable[[], CameraStatus],
        record: Record,
        *,
        pane: Pane | None = None,
        health: Health | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._journal, self._frames, self._camera, self._record = journal, frames, camera, record
        self._pane, self._health, self._clocks = pane, health, clocks or Clocks()
        self._times = FrameTimes()
        self._trails = picture.Trails()
        #: The last frame, when it came, and its wall-clock time.
        self._frame: Frame | None = None
        self._heard_s = self._clocks.monotonic()
        self._heard_at = self._clocks.wall()
        self._watching = False
        self._real: bool | None = None
        self._stopping = False
        self._said = ""

    def stop(self) -> None:
        """End `run` after this turn; any thread, or a signal."""
        self._stopping = True

    def run(self) -> None:
        """Count until stopped; whatever is open is told at the end."""
        try:
            while not self._stopping:
                self.turn()
        finally:
            if self._frame is not None:
                self._tell(self._journal.close(self._frame.captured_s, self._heard_at))

    def turn(self) -> None:
        """One turn: wait for a frame (not long), count, show it to whoever watches."""
        frame = self._frames.take(_WAIT_S)
        began_s = self._clocks.monotonic()
        status = self._camera()
        if frame is not None:
            self._see(frame, status, began_s)
        elif self._watching and began_s - self._heard_s > _SILENT_S:
            self._lose()
        elif self._frames.closed:
            time.sleep(_REST_S)
        self._say(status)
        ended_s = self._clocks.monotonic()
        self._times.add(ended_s, ended_s - began_s, new_picture=frame is not None)
        self._offer(status, ended_s)
        self._tell_health(status, ended_s)

    def _see(self, frame: Frame, status: CameraStatus, now_s: float) -> None:
        self._frame, self._heard_s, self._heard_at = frame, now_s, self._clocks.wall()
        self._watching = True
        self._describe(status)
        self._tell(self._journal.see(frame, self._heard_at))
        self._trails.follow(self._journal.watch.counter.tracker.live)

    def _lose(self) -> None:
        """Nobody knows what happens before a camera that is silent."""
        assert self._frame is not None
        self._watching = False
        self._tell(self._journal.lost(self._frame.captured_s, self._heard_at))
        self._trails.follow(())

    def _describe(self, status: CameraStatus) -> None:
        """The plan, once, and again when a camera gives way to a drawing or the other way round."""
        real = is_real(status.source)
        if real is not self._real:
            self._real = real
            self._record(self._journal.described(real=real), self._heard_at)

    def _tell(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._record(entry.event, entry.time)

    def _tell_health(self, status: CameraStatus, now_s: float) -> None:
        if self._health is None:
            return
        camera = Camera(status.ok and self._journal.watch.condition.counts, status.dropped)
        if (make := self._health.due(now_s, self._times, camera)) is not None:
            self._record(make(), self._clocks.wall())

    def _say(self, status: CameraStatus) -> None:
        """Log what keeps it from counting, when it is news."""
        words = self._words(status)
        if words.condition != self._said:
            self._said = words.condition
            (log.info if words.ok or self._frame is None else log.warning)(
                "counter %s: %s", self._journal.name, words.condition
            )

    def _words(self, status: CameraStatus) -> Words:
        condition = self._journal.watch.condition
        watching = status.ok and self._watching
        words = condition.words if watching else status.words
        return Words(watching and condition.counts, words, described(status.source))

    def _offer(self, status: CameraStatus, now_s: float) -> None:
        if self._pane is None:
            return
        words = self._words(status)
        frame = self._frame if self._watching else None
        self._pane.picture.answer(
            lambda: Picture.of(picture.paint(frame, self._journal, self._trails, words))
        )
        self._pane.state.answer(lambda: self._state(words, status, now_s))
        self._pane.pointers(picture.SIZE_PX)  # nothing here can be touched

    def _state(self, words: Words, status: CameraStatus, now_s: float) -> CounterState:
        journal = self._journal
        zones = {
            name: ZoneState(dwells=each.dwells, seconds=each.seconds, present=each.present)
            for name, each in journal.zones.items()
        }
        return CounterState(
            screen=journal.name,
            fps=round(self._times.fps(now_s), 1),
            frames=self._times.pictures,
            trouble=None if words.ok else "camera",
            lines={name: {str(way): n for way, n in ways.items()} for name, ways in journal.lines.items()},
            zones=zones,
            occupancy=journal.inside,
            tracks=len(journal.watch.counter.tracker.live),
            real=is_real(status.source),
            detector=journal.detector.name,
            detector_words=journal.detector.words,
            camera=CameraState(ok=words.ok, words=words.condition, source=words.source),
            picture=self._place(),
        )

    def _place(self) -> PictureState:
        """Where a pointer has to be to mean a pixel of the camera."""
        view = self._journal.watch.counter.view
        where = picture.area(self._frame.size_px if self._frame is not None else view.size_px)
        width, height = picture.SIZE_PX
        return PictureState(
            left=where.x / width,
            top=where.y / height,
            right=where.right / width,
            bottom=where.bottom / height,
            width_px=view.size_px[0],
            height_px=view.size_px[1],
            homography=tuple(map(float, view.homography.ravel())),
        )
