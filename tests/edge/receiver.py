"""A small real HTTP server that keeps what an uplink sends, and answers as told."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cloud_api.contract.orders import OrderState


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire; gzip is undone."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer: a status and a JSON value, or text as it is."""

    status: int
    body: object = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Receiver:
    """What came in, and the rule by which it is answered; None means: as a cloud does that is well."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    rule: Callable[[Asked], Answer | None] = lambda _: None

    def paths(self) -> list[str]:
        """Method and path of every request, in order."""
        return [f"{one.method} {one.path}" for one in self.asked]

    def events(self) -> list[dict[str, Any]]:
        """Every event that came in."""
        return [event for one in self.asked if one.path == "/v1/events" for event in json.loads(one.body)]

    def answer(self, asked: Asked) -> Answer:
        """By the rule, else as the contract says."""
        self.asked.append(asked)
        return self.rule(asked) or well(asked)


def well(asked: Asked) -> Answer:
    """The answer of a cloud that takes everything."""
    if asked.path == "/v1/events":
        events = json.loads(asked.body)
        reply = {
            "accepted": len(events),
            "duplicates": 0,
            "rejected": [],
            "ack_through": events[-1]["sequence"],
        }
        return Answer(200, reply)
    if asked.path.startswith("/v1/orders/"):
        return Answer(200, {"id": asked.path.split("/")[-1], "state": OrderState.ALLOCATED, "detail": ""})
    return Answer(201, {"id": asked.path.split("/")[-1], "state": "available"})


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve on a free port of the loopback address."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One segment per answer: with Nagle's algorithm each would wait for the client's delayed ACK.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            answer = receiver.answer(Asked(self.command, self.path, body, dict(self.headers)))
            content = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        do_PUT = do_POST = do_GET = _any  # noqa: N815 - named by the library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
