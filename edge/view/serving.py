"""A web server for pages on the loopback address, in a thread: the live view's, and the demo's store page."""

import ipaddress
import logging
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

log = logging.getLogger(__name__)


class Serving:
    """Serves an application until closed.

    make: builds it for the port that it will have. ValueError where `host` is not a loopback address: the
    camera never leaves the computer this way. OSError where the port is taken.
    """

    def __init__(
        self, name: str, make: Callable[[int], Starlette], port: int, host: str = "127.0.0.1"
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"{name} listens on the loopback address only, not on {host}")
        self._name = name
        self._socket = _bound(host, port)
        #: The port listened on: the one asked for, or a free one for 0.
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(_settings(make(self.port)))
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        """End every connection and the thread."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except Exception:
            log.exception("%s stopped; everything else goes on without it", self._name)


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        # A restarted screen takes its port back at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        # From here on a page may ask; it waits until the server answers.
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _settings(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws_max_size=4096,
        ws_max_queue=64,
        # JPEG does not get smaller.
        ws_per_message_deflate=False,
    )
