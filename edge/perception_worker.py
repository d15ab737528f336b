"""The other end of `perception_process`: sees frame after frame in a process of its own.

It ends when it is told to, and with whoever started it, however that one ends.
"""

import contextlib
import pkgutil
import select
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final, Protocol

import cv2

from edge import memory, pixels
from edge.ahead import Helper, Table
from edge.expression import Expression
from edge.head import Head
from edge.parcels import Parcels
from edge.scene import Cover, Face, Frame, Hand, Pose, Scene
from models.providers import Runtime

if TYPE_CHECKING:
    from collections.abc import Callable

#: After so long without a frame nothing is kept of how faces look, whether the camera comes back or not.
SILENCE_S: Final = 1.0


class Eyes(Protocol):
    """What sees: `edge.perception.Perception`."""

    notices: list[str]

    def see(self, frame: Frame) -> Scene:
        """The frame with everything found in it."""

    def forget(self) -> None:
        """Drop what was learned of how faces look."""

    def close(self) -> None:
        """Let go of worker threads."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for, as for `Perception`."""

    needs: frozenset[str]
    max_faces: int
    max_bodies: int
    runtime: Runtime


@dataclass(frozen=True, slots=True)
class Ready:
    """Models are loaded. notices: of `Perception`."""

    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """See the picture that lies there: a `Frame`. sheet: to draw ahead on; None where nothing is wished."""

    place: pixels.Place
    captured_s: float
    index: int
    drawn: bool
    sheet: pixels.Place | None = None


@dataclass(frozen=True, slots=True)
class Wished:
    """A Wish of `edge.ahead`. parcel: its `what`, pickled; empty where nothing is wished any more."""

    drafts: str
    parcel: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """All of a scene but its frame. took_s: seconds it took to see. ahead: what lies on the frame's sheet."""

    faces: tuple[Face, ...]
    poses: tuple[Pose, ...]
    hands: tuple[Hand, ...]
    others: tuple[object, ...]
    took_s: float
    ahead: Table | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Seeing went wrong. words: for a person. trace: for the log."""

    words: str
    trace: str


#: What sees, unless another is asked for: only the other process imports it, with all the models' libraries.
EYES: Final = "edge.perception:Perception"
#: Says that nothing more is to be seen.
STOP: Final = None
#: How all that passes through the pipe is packed, at both ends.
PARCELS: Final = Parcels(Look, Wished, pixels.Place, Seen, Face, Head, Expression, Cover, Pose, Hand)


class Coming:
    """Whether something can be received; `Connection.poll` makes a selector every time, for 40 µs.

    For one thread: another that waits for the same pipe has one of its own.
    """

    def __init__(self, pipe: Connection) -> None:
        self._poll = select.poll()
        self._poll.register(pipe.fileno(), select.POLLIN)

    def within(self, patience_s: float) -> bool:
        """Wait so long; also True where the other end is gone."""
        return bool(self._poll.poll(1000 * patience_s))


def serve(pipe: Connection, eyes: str) -> None:
    """Answer what comes through the pipe until STOP, or until the other end is gone.

    A Wanted is answered by Ready, or the exception that came of loading; then each Look by Seen or Failed.
    What is Wished is not answered.
    eyes: `module:name` of what makes Eyes.
    """
    cv2.setNumThreads(1)
    with contextlib.suppress(EOFError, ConnectionError):
        make: Callable[[frozenset[str], int, Runtime, int], Eyes] = pkgutil.resolve_name(eyes)
        if (wanted := received(pipe)) is STOP:
            return
        try:
            seeing = make(wanted.needs, wanted.max_faces, wanted.runtime, wanted.max_bodies)
        except Exception as wrong:  # a process's boundary: whoever waits is told
            send(pipe, wrong)
            return
        memory.settle()
        send(pipe, Ready(tuple(seeing.notices)))
        coming, helper = Coming(pipe), Helper()
        while True:
            if not coming.within(SILENCE_S):
                seeing.forget()
                pixels.forget()
            elif (asked := received(pipe)) is STOP:
                break
            elif isinstance(asked, Wished):
                if asked.parcel:
                    helper.wish(asked.drafts, asked.parcel)
                else:
                    helper.forget()
                    pixels.forget()
            else:
                send(pipe, _answer(seeing, asked, helper))
        seeing.close()


def send(pipe: Connection, value: object) -> None:
    """Pack it and send it to the other end."""
    pipe.send_bytes(PARCELS.pack(value))


def received(pipe: Connection) -> Any:
    """Wait for what the other end sends."""
    return PARCELS.unpack(pipe.recv_bytes())


def _answer(eyes: Eyes, look: Look, helper: Helper) -> Seen | Failed:
    begun_s = time.perf_counter()
    try:
        scene = eyes.see(Frame(pixels.at(look.place), look.captured_s, look.index, look.drawn))
    except Exception as wrong:  # a process's boundary: one bad frame must not blind the screen
        return Failed(str(wrong), traceback.format_exc())
    took_s = time.perf_counter() - begun_s
    ahead = None if look.sheet is None else helper.draw(scene, look.sheet)
    return Seen(scene.faces, scene.poses, scene.hands, scene.others, took_s, ahead)
