"""The box routes over real HTTP, on both databases: what a box meets, and what a stranger meets."""

import gzip
import json
import socket
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cloud_api import credentials, migrations, stock
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.events import sequence
from cloud_api.contract.orders import Order
from cloud_api.contract.shares import Share
from cloud_api.service import Cloud

from . import things
from .conftest import bearer, enrolled

JPEG = things.picture()


@pytest.fixture
def box(http: httpx.Client, paris: Credential) -> httpx.Client:
    """A client that carries the credential of paris/mirror-1."""
    http.headers.update(bearer(paris))
    return http


def put_order(client: httpx.Client, one: Order, **headers: str) -> httpx.Response:
    body = one.model_dump_json()
    return client.put(
        f"/v1/orders/{one.id}", content=body, headers={"Content-Type": "application/json"} | headers
    )


def put_share(client: httpx.Client, mine: Share, jpeg: bytes = JPEG, **parts: Any) -> httpx.Response:
    manifest = (None, mine.model_dump_json().encode(), "application/json")
    files = {"manifest": manifest, "picture": ("card.jpg", jpeg, "image/jpeg")} | parts
    return client.put(f"/v1/shares/{mine.id}", files={name: part for name, part in files.items() if part})


def test_alive_and_ready(http: httpx.Client) -> None:
    assert http.get("/healthz").json() == {"status": "ok"}
    assert http.get("/readyz").json() == {"status": "ok", "revision": migrations.newest()}


def test_a_code_is_exchanged_over_the_line(http: httpx.Client, cloud: Cloud) -> None:
    code = credentials.make_code(cloud, "paris", "mirror-1", cloud.now()).code
    credential = Credential.model_validate(http.post("/v1/enrol", json={"code": code}).json())
    assert http.post("/v1/events", json=[], headers=bearer(credential)).status_code == 200
    again = http.post("/v1/enrol", json={"code": code})
    assert (again.status_code, again.json()["code"]) == (401, "bad_code")
    assert again.headers["content-type"] == "application/problem+json"
    assert http.post("/v1/enrol", json={"code": "x"}).status_code == 422


def test_events_plain_and_zipped(box: httpx.Client) -> None:
    batch = [things.event(number) for number in range(1, 4)]
    zipped = gzip.compress(json.dumps(batch).encode())
    first = box.post("/v1/events", content=zipped, headers={"Content-Encoding": "gzip"})
    assert first.json() == {
        "accepted": 3,
        "duplicates": 0,
        "rejected": [],
        "ack_through": sequence(3),
    }
    assert box.post("/v1/events", json=batch).json()["duplicates"] == 3


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"no json", {}, 422),
        (b"{}", {}, 422),
        (b"[]", {"Content-Encoding": "gzip"}, 422),
        (b"[]", {"Content-Encoding": "br"}, 422),
        (gzip.compress(bytes(5_000_000)), {"Content-Encoding": "gzip"}, 413),
        (b"[" + b" " * 4_000_000 + b"]", {}, 413),
        (json.dumps([0] * 501).encode(), {}, 413),
    ],
)
def test_a_body_that_is_no_batch(
    box: httpx.Client, content: bytes, headers: dict[str, str], status: int
) -> None:
    assert box.post("/v1/events", content=content, headers=headers).status_code == status


def test_a_body_that_grows_beyond_the_limit_is_stopped_while_it_arrives(box: httpx.Client) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        for _ in range(400):
            sent += 1
            yield b" " * 100_000

    try:
        status = box.post("/v1/events", content=endless()).status_code
    except httpx.TransportError:
        status = 413  # the server hung up on us, as it may
    assert status == 413
    order_body = b'{"code":"' + b"x" * 300_000 + b'"}'
    assert box.post("/v1/enrol", content=iter([order_body])).status_code == 413


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer \xe9"])
def test_without_a_credential_nothing_is_taken(http: httpx.Client, header: str | None) -> None:
    one, mine = things.order(), things.share(JPEG)
    if header is not None:
        http.headers.update([(b"Authorization", header.encode("latin-1"))])
    assert http.post("/v1/events", json=[]).status_code == 401
    assert put_order(http, one).status_code == 401
    refused = put_share(http, mine)
    assert (refused.status_code, refused.json()["status"]) == (401, 401)


def test_a_revoked_box_is_locked_out(box: httpx.Client, cloud: Cloud) -> None:
    assert box.post("/v1/events", json=[]).status_code == 200
    credentials.revoke(cloud.db, "paris", "mirror-1", cloud.now())
    assert box.post("/v1/events", json=[]).status_code == 401


def test_an_order_is_placed_repeated_and_contradicted(box: httpx.Client) -> None:
    one = things.order()
    placed = put_order(box, one)
    assert (placed.status_code, placed.json()["state"]) == (201, "allocated")
    again = put_order(box, one)
    assert (again.status_code, again.json()) == (200, placed.json())
    other = one.model_copy(update={"lines": things.order("LIP-02").lines})
    contradicted = put_order(box, other)
    assert (contradicted.status_code, contradicted.json()["code"]) == (409, "idempotency_conflict")


def test_a_sold_out_order_is_taken_and_answered(box: httpx.Client, cloud: Cloud) -> None:
    stock.set_on_hand(cloud.db, "paris", "LIP-01", 0)
    one = things.order()
    reply = put_order(box, one)
    assert (reply.status_code, reply.json()["state"]) == (201, "rejected_stock")


def test_what_is_no_order(box: httpx.Client) -> None:
    one = things.order()
    body = one.model_dump(mode="json")
    wrong = [body | {"code": "234-5678"}, body | {"lines": []}, body | {"discount": 90}]
    bodies: list[object] = [*wrong, [], None]
    for one_body in bodies:
        assert box.put(f"/v1/orders/{one.id}", json=one_body).status_code == 422
    assert box.put(f"/v1/orders/{uuid4()}", json=body).status_code == 422
    assert box.put("/v1/orders/nonsense", json=body).status_code == 422


def test_another_stores_order_and_share_are_forbidden(box: httpx.Client, cloud: Cloud) -> None:
    lyon = bearer(enrolled(cloud, "lyon", "mirror-1"))
    one, mine = things.order(), things.share(JPEG)
    refused = put_order(box, one, **lyon)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_store")
    box.headers.update(lyon)
    assert put_share(box, mine).status_code == 403
    assert list(cloud.blobs.keys()) == []


def test_a_share_arrives_once(box: httpx.Client, paris: Credential) -> None:
    mine = things.share(JPEG)
    first, again = put_share(box, mine), put_share(box, mine)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {"id": str(mine.id), "state": "here"}
    page = box.get(f"/s/{things.token(mine.id, paris.share_secret)}/picture.jpg")
    assert (page.status_code, page.content) == (200, JPEG)


def test_what_is_no_share(box: httpx.Client, cloud: Cloud) -> None:
    mine = things.share(JPEG)
    manifest = mine.model_dump(mode="json")
    wrong: list[dict[str, Any]] = [
        {"picture": None},
        {"manifest": None},
        {"manifest": (None, b"{}", "application/json")},
        {"manifest": (None, b"\xff", "application/json")},
        {"manifest": (None, json.dumps(manifest | {"purposes": []}).encode(), "application/json")},
        {"manifest": (None, json.dumps(manifest | {"id": str(uuid4())}).encode(), "application/json")},
        {"picture": ("card.jpg", JPEG[:-9], "image/jpeg")},
    ]
    for parts in wrong:
        assert put_share(box, mine, **parts).status_code in (400, 422), parts
    for content, kind in ((b"junk", "multipart/form-data; boundary=x"), (b"{}", "application/json")):
        reply = box.put(f"/v1/shares/{mine.id}", content=content, headers={"Content-Type": kind})
        assert reply.status_code in (400, 422)
    huge = put_share(box, mine, picture=("card.jpg", bytes(4_100_000), "image/jpeg"))
    assert huge.status_code == 413
    assert list(cloud.blobs.keys()) == []


def test_a_large_manifest_is_refused(box: httpx.Client) -> None:
    mine = things.share(JPEG)
    for name in (None, "manifest.json"):
        refused = put_share(box, mine, manifest=(name, b" " * 70_000, "application/json"))
        assert refused.status_code in (400, 413)


def test_a_request_cut_off_halfway_is_taken_by_nobody(box: httpx.Client, cloud: Cloud) -> None:
    batch = json.dumps([things.event(1)]).encode()
    head = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: {box.headers['authorization']}\r\n"
    address = (box.base_url.host, box.base_url.port)
    with socket.create_connection(address) as line:
        line.sendall(f"{head}Content-Length: {len(batch)}\r\n\r\n".encode() + batch[:-20])
    assert box.post("/v1/events", content=batch).json()["accepted"] == 1
    assert cloud.now() is not None
