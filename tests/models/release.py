"""A release page on the loopback address: real HTTPS that may cut, refuse or change what it serves."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx

#: Certificate and key of 127.0.0.1, made for these tests: nobody else trusts it.
PEM = Path(__file__).with_name("loopback.pem")


@dataclass
class Release:
    """What the server does. cuts: after how many bytes of the body each coming answer breaks off."""

    content: bytes
    etag: str = '"one"'
    ranges: bool = True
    status: int = 200
    cuts: list[int] = field(default_factory=list)
    redirect: str = ""
    says_length: bool = True
    #: Headers of every request that came.
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def served(release: Release) -> Iterator[str]:
    """Serve `release`; the address of its file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(release))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/yolox.onnx"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trust(client: httpx.Client) -> httpx.Client:
    """The same client (its hooks, its redirects), trusting the server's certificate and using no proxy."""
    context = ssl.create_default_context(cafile=str(PEM))
    trusting = httpx.Client(
        verify=context, trust_env=False, follow_redirects=client.follow_redirects, timeout=5
    )
    trusting.event_hooks = client.event_hooks
    client.close()
    return trusting


def _handler(release: Release) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            release.asked.append(dict(self.headers))
            self.close_connection = True
            if release.redirect and self.path == "/yolox.onnx":
                self._head(302, {"Location": release.redirect, "Content-Length": "0"})
            elif release.status != 200:
                self._head(release.status, {"Content-Length": "0"})
            else:
                self._serve(self._start())

        def _start(self) -> int:
            wanted = self.headers.get("Range")
            same = self.headers.get("If-Range", release.etag) == release.etag
            return int(wanted[6:-1]) if wanted and release.ranges and same else 0

        def _serve(self, start: int) -> None:
            body = release.content[start:]
            headers = {"ETag": release.etag} if release.etag else {}
            if release.says_length:
                headers["Content-Length"] = str(len(body))
            if start:
                size = len(release.content)
                headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
            self._head(206 if start else 200, {**headers, "Connection": "close"})
            self.wfile.write(body[: release.cuts.pop(0)] if release.cuts else body)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Quiet."""

    return Handler
