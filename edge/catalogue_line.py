"""Fetches the store's catalogue from the cloud, when there is another one: a thread of the uplink's process.

    GET /v1/catalogue            the document          both with If-None-Match: mostly the answer is 304
    GET /v1/catalogue/stock      what can still be had
    GET /v1/catalogue/files/…    pictures that are not here yet, before the document is replaced

Whatever goes wrong, what is here stays and is offered.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from pydantic import ValidationError

from cloud_api.contract.catalogue import MAX_FILE_BYTES, Delivered, StockList
from edge import credential
from edge.catalogue import Cache
from edge.line import open_line
from edge.toml_file import ConfigError
from edge.uplink import pauses
from edge.uplink_loop import World

log = logging.getLogger(__name__)

#: How often the cloud is asked; a change of stock is on the screen this much later at most.
POLL_S: Final = 30.0
#: How soon a credential that has just come is used.
_NO_CREDENTIAL_S: Final = 2.0


class NotNow(Exception):  # noqa: N818 - read as a sentence where it is raised
    """The cloud cannot be reached or does not answer as it should; the message says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is new here: the document, the stock."""

    document: bool
    stock: bool


def fetch(client: httpx.Client, cache: Cache) -> Fetched:
    """Ask once and keep what is new. NotNow, and then everything is as before; OSError where the disk fails.

    client: has the cloud's base URL and the box's bearer token.
    """
    try:
        document, stock = _fetch_document(client, cache), _fetch_stock(client, cache)
    except httpx.HTTPError as failure:
        raise NotNow(f"no answer from {client.base_url}: {failure or type(failure).__name__}") from failure
    if document:
        cache.tidy()
    return Fetched(document, stock)


def keep(url: str, state_path: Path, world: World) -> None:
    """Fetch now and then until told to stop; says what changed and, once each, what is wrong."""
    cache, failing, waits_s = Cache(state_path), "", pauses(world.chance)
    wait_s = 0.0
    while not world.wait(wait_s):
        try:
            box = credential.load(state_path)
            wait_s = _NO_CREDENTIAL_S if box is None else POLL_S
            if box is None:
                continue
            with open_line(url, box) as client:
                told = fetch(client, cache)
        except ConfigError:
            wait_s = POLL_S  # the uplink has said it
        except (NotNow, OSError) as wrong:
            wait_s = max(POLL_S, next(waits_s))
            if str(wrong) != failing:
                log.warning("the catalogue stays as it is: %s", wrong)
            failing = str(wrong)
        else:
            failing, waits_s = "", pauses(world.chance)
            if told.document:
                log.info("another catalogue came from the cloud")


def _fetch_document(client: httpx.Client, cache: Cache) -> bool:
    answer = _get(client, "/v1/catalogue", cache.tag("catalogue"))
    if answer is None:
        return False
    try:
        document = Delivered.model_validate_json(answer.content)
    except ValidationError as wrong:
        raise NotNow(f"{answer.url} answered, but not as a Vitrine cloud does") from wrong
    for name, sha256 in document.files.items():
        if not cache.has(sha256, name):
            _fetch_file(client, cache, name, sha256)
    cache.keep_document(answer.content, answer.headers.get("ETag", ""))
    return True


def _fetch_stock(client: httpx.Client, cache: Cache) -> bool:
    answer = _get(client, "/v1/catalogue/stock", cache.tag("stock"))
    if answer is None:
        return False
    try:
        StockList.model_validate_json(answer.content)
    except ValidationError as wrong:
        raise NotNow(f"{answer.url} answered, but not as a Vitrine cloud does") from wrong
    cache.keep_stock(answer.content, answer.headers.get("ETag", ""))
    return True


def _fetch_file(client: httpx.Client, cache: Cache, name: str, sha256: str) -> None:
    """One picture or model. One that the cloud lost costs its product, not the catalogue."""
    answer = client.get(f"/v1/catalogue/files/{sha256}")
    if answer.status_code == httpx.codes.NOT_FOUND or len(answer.content) > MAX_FILE_BYTES:
        log.warning("the cloud does not have %s of the catalogue", name)
        return
    if not answer.is_success or not cache.keep_file(sha256, name, answer.content):
        raise NotNow(f"{name} of the catalogue did not arrive whole ({answer.status_code})")


def _get(client: httpx.Client, path: str, tag: str) -> httpx.Response | None:
    """The answer, or None where nothing is new or the cloud has nothing for this store."""
    answer = client.get(path, headers={"If-None-Match": tag} if tag else {})
    if answer.status_code in (httpx.codes.NOT_MODIFIED, httpx.codes.NOT_FOUND):
        return None
    if not answer.is_success:
        raise NotNow(f"{answer.url} answered {answer.status_code}")
    return answer
