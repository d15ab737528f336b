"""/staff: today's figures, orders to hand over, and the desk where a code is redeemed.

    GET  /staff                  the page of one store (?store=…); to the login without a session
    POST /staff/login            name and password, rate-limited
    POST /staff/logout
    POST /staff/orders/{id}      one tap: to=ready, to=collected
    POST /staff/redeem           a typed or scanned code, handed over exactly once

A form is answered by the page itself with what happened: sending it again says "already handed over".
"""

from dataclasses import replace
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cloud_api import auth, box_health, orders
from cloud_api.auth import Role, User
from cloud_api.contract.orders import ALPHABET, parse_code
from cloud_api.errors import Forbidden, Invalid, NotAuthenticated, NotFound, TooMany
from cloud_api.orders import Moved, OrderView
from cloud_api.pages import staff_view, words
from cloud_api.pages.bar import home
from cloud_api.pages.render import page
from cloud_api.pages.staff import Login, Said, Words
from cloud_api.service import Cloud, CloudDep

router = APIRouter(prefix="/staff", include_in_schema=False)

_LOGIN: Final = "/staff/login"
Text = Annotated[str, Form(max_length=300)]


@router.get("")
def show(request: Request, cloud: CloudDep, store: str | None = None) -> Response:
    """Today, in one store: the asked one, the person's own, or the first."""
    user = auth.user_or_none(request)
    if user is None:
        return _to(_LOGIN)
    return _page(request, cloud, auth.require(request, Role.STAFF), choose_store(cloud, user, store))


@router.get("/login")
def door(request: Request) -> Response:
    """Name and password; who has a session goes in."""
    user = auth.user_or_none(request)
    return _to(home(user)) if user else _door(Login())


@router.post("/login")
def login(request: Request, name: Text, password: Text) -> Response:
    """Begin a session. Never says which of the two was wrong."""
    auth.check_origin(request)
    reply = _to("/staff")
    try:
        user = auth.login(request, reply, name.strip(), password)
        reply.headers["Location"] = home(user)
    except TooMany as slow:
        wait = words.age(slow.retry_after_s + 59)
        refused = _door(Login(name, Words.too_often.format(wait=wait)), 429)
        refused.headers["Retry-After"] = str(slow.retry_after_s)
        return refused
    except NotAuthenticated:
        return _door(Login(name, Words.wrong), 401)
    return reply


@router.post("/logout")
def logout(request: Request, csrf: Text) -> Response:
    """End the session, here and in the browser."""
    if auth.user_or_none(request) is not None:
        auth.check_csrf(request, csrf)
    reply = _to(_LOGIN)
    auth.logout(request, reply)
    return reply


@router.post("/orders/{order}")
def move(
    request: Request,
    cloud: CloudDep,
    order: UUID,
    csrf: Text,
    store: Text,
    to: Annotated[Literal["ready", "collected"], Form()],
) -> Response:
    """One tap at an order of the list."""
    user = auth.user_or_none(request)
    if user is None:
        return _to(_LOGIN)
    _allow(request, csrf, store)
    step = orders.ready if to == "ready" else orders.redeem
    return _moved(request, cloud, user, step(cloud.db, store, order, user.name, cloud.now()))


@router.post("/redeem")
def redeem(request: Request, cloud: CloudDep, csrf: Text, store: Text, code: Text) -> Response:
    """Hand over by code: exactly once; a second try says when and by whom."""
    user = auth.user_or_none(request)
    if user is None:
        return _to(_LOGIN)
    _allow(request, csrf, store)
    try:
        found = orders.by_code(cloud.db, store, code)
    except Invalid as wrong:
        return _page(request, cloud, user, store, staff_view.bad_code(wrong.detail), 422, typed=code)
    if not found:
        return _page(request, cloud, user, store, staff_view.unknown_code(parse_code(code), store), 404)
    if sum(order.state in orders.OPEN for order in found) > 1:
        return _page(request, cloud, user, store, staff_view.same_code(found[0].code), 409)
    return _moved(request, cloud, user, _redeemed(cloud, user, found[0]))


@router.get("/redeem")
@router.get("/orders/{order}")
def back(order: str = "") -> Response:  # noqa: ARG001 - part of the address
    """The address that a browser without script is left at."""
    return _to("/staff")


def _redeemed(cloud: Cloud, user: User, order: OrderView) -> Moved:
    return orders.redeem(cloud.db, order.store, order.id, user.name, cloud.now())


def _allow(request: Request, csrf: str, store: str) -> None:
    auth.check_csrf(request, csrf)
    auth.require(request, Role.STAFF, store=store)


def choose_store(cloud: Cloud, user: User, asked: str | None) -> str:
    """The store to show; Forbidden for another's, NotFound where there is none at all."""
    if user.store is not None:
        if asked not in (None, user.store):
            raise Forbidden("wrong_store", f"Your account does not reach {asked}.")
        return user.store
    stores = box_health.store_names(cloud.db)
    if asked is not None and asked not in stores:
        raise NotFound("no_store", f"There is no store {asked}.")
    return asked or next(iter(stores), "")


def _moved(request: Request, cloud: Cloud, user: User, result: Moved) -> Response:
    said = staff_view.moved(result, cloud.now())
    return _page(request, cloud, user, result.order.store, said, 200 if result.ok else 409)


def _page(
    request: Request,
    cloud: Cloud,
    user: User,
    store: str,
    said: Said | None = None,
    status: int = 200,
    typed: str = "",
) -> Response:
    view = staff_view.today(cloud, user, store, auth.csrf_token(request))
    view = replace(view, said=said, typed=typed[:20])
    return page("staff.html", status, v=view, w=Words, alphabet=ALPHABET)


def _door(view: Login, status: int = 200) -> Response:
    return page("staff_login.html", status, v=view, w=Words)


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
