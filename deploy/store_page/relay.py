"""Passes one live view on to a page of another port: pictures one way, touches the other.

Nothing is kept or read here; the live view itself checks every message and says how fast it goes.
"""

import asyncio
import contextlib
from typing import Final

import httpx
from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from deploy.loopback import PLAIN

#: A picture of the largest screen is smaller.
_MAX_BYTES: Final = 16 * 2**20
_OPEN_S: Final = 5.0
_STATE_S: Final = 6.0
#: The live view is not there: "bad gateway", RFC 6455's registry of close codes.
NOT_THERE: Final = 1014
_STARTING: Final = "This live view is starting or has stopped. Try again in a moment."


async def pictures(websocket: WebSocket, port: int) -> None:
    """Join a watcher with the live view on a port until either goes."""
    await websocket.accept()
    try:
        far = await connect(
            f"ws://127.0.0.1:{port}/live",
            max_size=_MAX_BYTES,
            compression=None,
            open_timeout=_OPEN_S,
            close_timeout=1,
            proxy=None,
        )
    except (OSError, InvalidHandshake):
        await websocket.close(NOT_THERE, "the live view is not there")
        return
    async with far:
        await _join(websocket, far)


async def _join(near: WebSocket, far: ClientConnection) -> None:
    ways = {asyncio.create_task(_out(far, near)), asyncio.create_task(_in(near, far))}
    _, running = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in running:
        way.cancel()
    await asyncio.gather(*ways, return_exceptions=True)


async def _out(far: ClientConnection, near: WebSocket) -> None:
    """Pictures to the page; the way the live view ends the connection goes on to it too."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        try:
            while True:
                await near.send_bytes(await far.recv(decode=False))
        except ConnectionClosed as ended:
            received = ended.rcvd
            await near.close(received.code if received else NOT_THERE, received.reason if received else "")


async def _in(near: WebSocket, far: ClientConnection) -> None:
    with contextlib.suppress(WebSocketDisconnect, ConnectionClosed, KeyError):
        while True:
            await far.send(await near.receive_text())


async def state(port: int) -> Response:
    """What the live view on a port says of itself; 503 where it says nothing."""
    try:
        async with httpx.AsyncClient(timeout=_STATE_S, trust_env=False, verify=PLAIN) as client:
            said = await client.get(f"http://127.0.0.1:{port}/state")
    except httpx.HTTPError:
        return PlainTextResponse(_STARTING, status_code=503)
    kind = said.headers.get("content-type", "text/plain")
    return Response(said.content, said.status_code, media_type=kind)
