"""Third-party weights for a store that wants them: over HTTPS from a pinned address, or from a file.

What arrives is believed only when its SHA-256 is the one in models/weights.py. A broken line costs nothing:
the bytes are kept and the rest is asked for (HTTP range), in the same run or the next.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx

from models import store
from models.errors import ModelError
from models.files import sha256_of
from models.part import Part
from models.weights import Download

#: Called with how many bytes are here and how many there will be.
Progress = Callable[[int, int], None]

#: How often in a row a line may break without a byte arriving, and how long to wait after each.
_ATTEMPTS: Final = 5
_PAUSE_S: Final = 2.0
_TIMEOUT: Final = httpx.Timeout(30, connect=10)


def fetch(
    download: Download,
    progress: Progress | None = None,
    client: httpx.Client | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Path:
    """Bring a model into the cache and return its file; at once where it is there already.

    client: another one than `open_client()`; it is not closed. ModelError where it cannot be had; then the
    bytes that arrived are kept for the next time, unless they are the wrong ones.
    """
    target = store.file_of(download.name)
    if _is_there(download, target):
        return target
    try:
        with ExitStack() as stack:
            part = stack.enter_context(Part(target))
            line = client or stack.enter_context(open_client())
            _require_room(download, part)
            _complete(line, download, part, progress, pause)
            _accept(download, part)
    except OSError as wrong:
        raise store.cannot_write(target, wrong) from wrong
    return target


def adopt(download: Download, file: Path) -> Path:
    """Take a model from a file brought along; ModelError where it is another one or cannot be read."""
    try:
        found = sha256_of(file)
        if not download.knows(found):
            raise _another(download, str(file), found, "It was not taken.")
        return store.keep(download.name, file.read_bytes())
    except FileNotFoundError as wrong:
        raise ModelError(f"There is no file {file}.") from wrong
    except OSError as wrong:
        raise ModelError(f"{file} cannot be read: {wrong.strerror}.") from wrong


def open_client() -> httpx.Client:
    """A client that follows redirects, as release pages need, but never to an address without TLS."""
    return httpx.Client(follow_redirects=True, timeout=_TIMEOUT, event_hooks={"request": [_require_https]})


def _is_there(download: Download, target: Path) -> bool:
    return target.is_file() and download.knows(sha256_of(target))


def _require_https(request: httpx.Request) -> None:
    if request.url.scheme != "https":
        raise ModelError(f"{request.url} is not https; nothing was fetched from there.")


def _require_room(download: Download, part: Part) -> None:
    missing = download.bytes - part.size
    free = shutil.disk_usage(part.path.parent).free
    if free < missing:
        raise ModelError(
            f"{download.name} needs {_mb(missing)} more at {part.path.parent}, {_mb(free)} are free. Free "
            f"space there, or set {store.FOLDER_VARIABLE} to another folder."
        )


def _complete(
    client: httpx.Client,
    download: Download,
    part: Part,
    progress: Progress | None,
    pause: Callable[[float], None],
) -> None:
    """Ask for what is missing until everything is here."""
    fruitless = 0
    while part.size != download.bytes:
        before = part.size
        try:
            _ask(client, download, part, progress)
            why = "the server ended too early"
        except httpx.TransportError as failure:
            why = str(failure) or type(failure).__name__
            if isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout) and not part.size:
                raise _unreachable(download, why) from failure
        except httpx.RequestError as failure:  # redirected in a circle, or compressed beyond reading
            raise _unreachable(download, str(failure)) from failure
        if part.size == download.bytes:
            return
        fruitless = fruitless + 1 if part.size <= before else 0
        if fruitless == _ATTEMPTS:
            raise ModelError(
                f"{_host(download)}: the line broke after {_mb(part.size)} of {_mb(download.bytes)} ({why}). "
                f"What arrived is kept: `vitrine models pull {download.name}` goes on from there."
            )
        pause(_PAUSE_S)


def _ask(client: httpx.Client, download: Download, part: Part, progress: Progress | None) -> None:
    """One request, and as much of its answer as arrives."""
    # Compressed bytes could not be counted, so none are asked for.
    headers = {"Accept-Encoding": "identity"}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
        if part.tag:
            headers["If-Range"] = part.tag
    with client.stream("GET", download.url, headers=headers) as answer:
        if not _goes_on(answer, download, part):
            part.restart(_tag(answer))
        try:
            for data in answer.iter_bytes():
                part.append(data)
                if part.size > download.bytes:
                    raise _of_another_size(download, part, f"over {part.size:,}")
                if progress:
                    progress(part.size, download.bytes)
        finally:
            part.flush()


def _goes_on(answer: httpx.Response, download: Download, part: Part) -> bool:
    """Whether the answer continues the bytes that are here; False: it starts from the beginning."""
    if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise _of_another_size(download, part, f"not over {part.size:,}")
    if not answer.is_success:
        raise ModelError(
            f"{answer.url.host} answered {answer.status_code} {answer.reason_phrase} for {download.url}. "
            f"Try later, or {_by_hand(download)}"
        )
    unit, _, span = answer.headers.get("Content-Range", "").partition(" ")
    goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and unit == "bytes"
    goes_on = goes_on and span.startswith(f"{part.size}-")
    length = answer.headers.get("Content-Length", "")
    total = int(length) + (part.size if goes_on else 0) if length.isdecimal() else download.bytes
    if total != download.bytes:
        raise _of_another_size(download, part, f"{total:,}")
    return goes_on


def _tag(answer: httpx.Response) -> str:
    """The answer's ETag where it promises the same bytes; a weak one (`W/`) does not."""
    tag: str = answer.headers.get("ETag", "")
    return "" if tag.startswith("W/") else tag


def _accept(download: Download, part: Part) -> None:
    found = sha256_of(part.path)
    if found != download.sha256:
        part.discard()
        again = "If it comes so again, somebody on the way changes files or it was replaced: do not use it."
        raise _another(download, download.url, found, f"Nothing was kept. {again}")
    part.finish()


def _another(download: Download, place: str, found: str, then: str) -> ModelError:
    return ModelError(
        f"{place} is not the {download.name} that Vitrine knows: expected SHA-256 {download.sha256}, got "
        f"{found}. {then}"
    )


def _of_another_size(download: Download, part: Part, found: str) -> ModelError:
    part.discard()
    return ModelError(
        f"{download.url} is not the {download.name} that Vitrine knows: expected {download.bytes:,} bytes, "
        f"got {found}. Nothing was kept."
    )


def _unreachable(download: Download, why: str) -> ModelError:
    return ModelError(f"No way to {_host(download)}: {why}. Check the line, or {_by_hand(download)}")


def _by_hand(download: Download) -> str:
    return (
        f"fetch {download.url} on another computer and run "
        f"`vitrine models pull {download.name} --from FILE` here."
    )


def _host(download: Download) -> str:
    return httpx.URL(download.url).host


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
