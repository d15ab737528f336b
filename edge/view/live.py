"""The websocket of one watcher: JPEG pictures out, one per acknowledgement, and pointers in.

In come two JSON messages: `{"ack": true, "width": 682}` (the last picture is on the page, send the next one;
it is shown that many pixels wide, so there is no use in more, and without a width it comes whole) and
`{"pointer": "down" | "move" | "up", "x": 0..1, "y": 0..1}` as a share of the picture's width and height.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from edge.experience import Pointer
from edge.view.pane import Pane

#: More watchers than this are a mistake; each costs a copy and an encoding per picture.
MAX_WATCHERS: Final = 4
#: The next picture is asked for no sooner than this after the last was; with the stage's answer at its next
#: turn it makes about 25 a second at most.
_EVERY_S: Final = 0.03
#: A stage that starts or stalls is asked again and again; the page shows that it waits.
_ASK_S: Final = 1.0


class Ack(BaseModel):
    """The watcher has drawn the last picture."""

    model_config = ConfigDict(extra="forbid")

    ack: Literal[True]
    width: int | None = Field(default=None, ge=64, le=16384)


class Touch(BaseModel):
    """The watcher's finger or mouse."""

    model_config = ConfigDict(extra="forbid")

    pointer: Literal["down", "move", "up"]
    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


_MESSAGE: Final[TypeAdapter[Ack | Touch]] = TypeAdapter(Ack | Touch)


def live(pane: Pane) -> Callable[[WebSocket], Awaitable[None]]:
    """The endpoint of a pane."""
    watchers: set[WebSocket] = set()

    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        if len(watchers) >= MAX_WATCHERS:
            # After accepting: a page sees the code of a close, but not of a refusal.
            await websocket.close(1013, "too many watchers")
            return
        watchers.add(websocket)
        try:
            await _Watcher(websocket, pane).run()
        finally:
            watchers.discard(websocket)

    return endpoint


class _Watcher:
    """One connection; sending and hearing run side by side until either ends."""

    def __init__(self, websocket: WebSocket, pane: Pane) -> None:
        self._websocket, self._pane = websocket, pane
        self._drawn = asyncio.Event()
        self._drawn.set()
        self._width_px: int | None = None
        self._held: Touch | None = None
        # An own limiter, so that watchers never use up the threads of the other routes.
        self._threads = CapacityLimiter(1)

    async def run(self) -> None:
        sending = asyncio.create_task(self._send())
        try:
            with contextlib.suppress(WebSocketDisconnect):
                await self._hear()
        finally:
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await sending
            self._let_go()

    async def _send(self) -> None:
        clock = asyncio.get_running_loop().time
        due_s = 0.0
        while True:
            await self._drawn.wait()
            await asyncio.sleep(due_s - clock())
            due_s = clock() + _EVERY_S
            jpeg = await to_thread.run_sync(self._jpeg, limiter=self._threads)
            if jpeg is not None:
                self._drawn.clear()
                await self._websocket.send_bytes(jpeg)

    def _jpeg(self) -> bytes | None:
        picture = self._pane.picture.ask(_ASK_S)
        return None if picture is None else picture.jpeg(self._width_px)

    async def _hear(self) -> None:
        while True:
            try:
                message = _MESSAGE.validate_json(await self._websocket.receive_text())
            except (ValidationError, KeyError):
                # Not our page: nothing of it is believed, the connection ends.
                await self._websocket.close(1007, "not a message of the live view")
                return
            if isinstance(message, Ack):
                self._width_px = message.width
                self._drawn.set()
            else:
                self._touch(message)

    def _touch(self, touch: Touch) -> None:
        self._held = None if touch.pointer == "up" else touch if touch.pointer == "down" else self._held
        self._pane.touch(Pointer(touch.pointer, touch.x, touch.y))

    def _let_go(self) -> None:
        """A watcher who goes away with a finger down must not leave it there."""
        if self._held is not None:
            self._pane.touch(Pointer("up", self._held.x, self._held.y))
