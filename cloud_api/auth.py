"""Who asks: a box by its bearer token, a person by a server-side session, and what each may do.

auth.BoxDep                     parameter of a box route
auth.current_user(request)      the person, or NotAuthenticated; `user_or_none` for pages that redirect
auth.check_csrf(request, token) before a person's form changes anything
"""

from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.responses import Response

from . import credentials, users
from .credentials import Box
from .errors import Forbidden, NotAuthenticated
from .service import cloud_of
from .users import Role, User

#: Name of the session cookie; `__Host-` binds it to this very host, where cookies are Secure.
COOKIE: Final = "vitrine_session"


def current_box(request: Request) -> Box:
    """The box that sent this request; NotAuthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("no_token", "Send the box's credential as a bearer token.")
    cloud = cloud_of(request)
    return credentials.authenticate(cloud, token.strip(), cloud.now())


#: Parameter of a box route: `def take(box: BoxDep, …)`.
BoxDep = Annotated[Box, Depends(current_box)]


def user_or_none(request: Request) -> User | None:
    """The person whose session this is, or None."""
    cloud = cloud_of(request)
    token = request.cookies.get(cookie_name(request))
    return users.of_session(cloud, token, cloud.now()) if token else None


def current_user(request: Request) -> User:
    """The person whose session this is; NotAuthenticated."""
    user = user_or_none(request)
    if user is None:
        raise NotAuthenticated("no_session", "Please log in.")
    return user


def require(request: Request, *roles: Role, store: str | None = None) -> User:
    """The person, who has one of these roles (an admin has all) and works in `store`; else Forbidden."""
    user = current_user(request)
    if not user.may(*roles) or (store is not None and not user.sees(store)):
        raise Forbidden("not_yours", "Your account does not reach this.")
    return user


def login(request: Request, reply: Response, name: str, password: str) -> User:
    """Check name and password, begin a session, set its cookie on `reply`. NotAuthenticated, TooMany."""
    cloud = cloud_of(request)
    user, token = users.login(cloud, name, password, client(request), cloud.now())
    reply.set_cookie(
        cookie_name(request),
        token,
        max_age=int(users.SESSION_LIFE.total_seconds()),
        path="/",
        secure=cloud.settings.secure,
        httponly=True,
        samesite="strict",
    )
    return user


def logout(request: Request, reply: Response) -> None:
    """End the session, here and in the browser."""
    cloud = cloud_of(request)
    token = request.cookies.get(cookie_name(request))
    if token:
        users.logout(cloud, token)
    reply.delete_cookie(
        cookie_name(request), path="/", secure=cloud.settings.secure, httponly=True, samesite="strict"
    )


def csrf_token(request: Request) -> str:
    """What a form of this session carries in a hidden field; empty without a session."""
    token = request.cookies.get(cookie_name(request))
    return users.csrf_token(cloud_of(request).settings, token) if token else ""


def check_csrf(request: Request, sent: str) -> None:
    """Forbidden unless the form was made for this session and sent from this site."""
    check_origin(request)
    if not sent or not users.same(sent, csrf_token(request)):
        raise Forbidden("csrf", "This form is too old; please load the page again.")


def check_origin(request: Request) -> None:
    """Forbidden where a browser says that another site sent this: for forms without a session."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Forbidden("cross_site", "This form was sent from another site.")
        return
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if origin is not None and origin.partition("://")[2] != host:
        raise Forbidden("cross_site", "This form was sent from another site.")


def cookie_name(request: Request) -> str:
    """Name of the session cookie."""
    return f"__Host-{COOKIE}" if cloud_of(request).settings.secure else COOKIE


def client(request: Request) -> str:
    """What tries are counted by: a keyed hash of the address, which is not kept in clear."""
    cloud = cloud_of(request)
    return users.keyed(cloud.settings, "client", request.client.host if request.client else "")[:24]


__all__ = ["Box", "BoxDep", "Role", "User", "check_csrf", "csrf_token", "current_user", "login", "logout"]
