"""People who log in: staff, marketing, admin; argon2 passwords, server-side sessions, no default password."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update

from . import limits
from .database import Database, add_missing
from .errors import Conflict, Invalid, NotAuthenticated
from .schema import sessions, users
from .service import Cloud
from .settings import Settings

SESSION_LIFE: Final = timedelta(hours=12)
MIN_PASSWORD: Final = 10
_MAX_PASSWORD: Final = 200
_MAX_NAME: Final = 64
_BY_NAME_AND_CLIENT: Final = limits.Limit("login", most=5, window_s=300)
_BY_CLIENT: Final = limits.Limit("login-client", most=40, window_s=300)
_BY_NAME: Final = limits.Limit("login-name", most=60, window_s=3600)


class Role(StrEnum):
    """What a person may do; an admin may do everything."""

    STAFF = "staff"
    MARKETING = "marketing"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """A person who logged in; `store` None reaches every store."""

    name: str
    role: Role
    store: str | None

    def may(self, *roles: Role) -> bool:
        """Whether the person has one of these roles."""
        return self.role is Role.ADMIN or self.role in roles

    def sees(self, store: str) -> bool:
        """Whether the person works in this store."""
        return self.store in (None, store)


def create(
    db: Database,
    name: str,
    password: str,
    now: datetime,
    *,
    role: Role = Role.ADMIN,
    store: str | None = None,
) -> User:
    """Add a person; Conflict where the name is taken, Invalid where name or password will not do."""
    if not name or len(name) > _MAX_NAME or not name.isprintable() or name != name.strip():
        raise Invalid("bad_name", f"A name has 1 to {_MAX_NAME} characters and no blank at either end.")
    row = {
        "name": name,
        "store": store,
        "role": role.value,
        "password_hash": _hasher().hash(_checked(password)),
        "created_at": now,
    }
    with db.write() as connection:
        if not add_missing(connection, users, [row]):
            raise Conflict("name_taken", f"There is a user {name!r} already.")
    return User(name, role, store)


def set_password(db: Database, name: str, password: str) -> None:
    """Change a password; every session of the person ends. NotAuthenticated where there is no such person."""
    hashed = _hasher().hash(_checked(password))
    with db.write() as connection:
        changed = connection.execute(update(users).where(users.c.name == name).values(password_hash=hashed))
        if not changed.rowcount:
            raise NotAuthenticated("no_user", f"There is no user {name!r}.")
        connection.execute(delete(sessions).where(sessions.c.name == name))


def login(cloud: Cloud, name: str, password: str, client: str, now: datetime) -> tuple[User, str]:
    """The person and the token of a new session. NotAuthenticated tells nobody which of the two was wrong."""
    name = name[:_MAX_NAME]
    both = f"{keyed(cloud.settings, 'login name', name)[:24]}:{client}"
    limits.hit(cloud.db, _BY_CLIENT, client, now)
    limits.hit(cloud.db, _BY_NAME, both.partition(":")[0], now)
    limits.hit(cloud.db, _BY_NAME_AND_CLIENT, both, now)
    with cloud.db.read() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
    known = row is not None and row.disabled_at is None
    if not _verify(row.password_hash if row is not None else _nobody(), password) or not known:
        raise NotAuthenticated("bad_login", "Name or password is wrong.")
    limits.forget(cloud.db, _BY_NAME_AND_CLIENT, both)
    assert row is not None
    return User(row.name, Role(row.role), row.store), _begin(cloud, row.name, now)


def of_session(cloud: Cloud, token: str, now: datetime) -> User | None:
    """The person of a session that has not ended."""
    query = (
        select(users.c.name, users.c.role, users.c.store)
        .join(sessions, sessions.c.name == users.c.name)
        .where(
            sessions.c.token_hash == keyed(cloud.settings, "session", token),
            sessions.c.expires_at > now,
            users.c.disabled_at.is_(None),
        )
    )
    with cloud.db.read() as connection:
        row = connection.execute(query).one_or_none()
    return User(row.name, Role(row.role), row.store) if row else None


def logout(cloud: Cloud, token: str) -> None:
    """End one session."""
    with cloud.db.write() as connection:
        ended = keyed(cloud.settings, "session", token)
        connection.execute(delete(sessions).where(sessions.c.token_hash == ended))


def csrf_token(settings: Settings, session_token: str) -> str:
    """Proof that a form was made for this session."""
    return keyed(settings, "csrf", session_token)


def keyed(settings: Settings, purpose: str, text: str) -> str:
    """HMAC-SHA-256 with a key of the server for that purpose, hexadecimal."""
    return hmac.new(settings.derive(purpose), text.encode(errors="replace"), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())


def _begin(cloud: Cloud, name: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    row = {"token_hash": keyed(cloud.settings, "session", token), "name": name}
    with cloud.db.write() as connection:
        add_missing(connection, sessions, [row | {"created_at": now, "expires_at": now + SESSION_LIFE}])
    return token


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password[:_MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def _checked(password: str) -> str:
    if not MIN_PASSWORD <= len(password) <= _MAX_PASSWORD:
        raise Invalid("bad_password", f"A password has {MIN_PASSWORD} to {_MAX_PASSWORD} characters.")
    return password


@cache
def _hasher() -> PasswordHasher:
    """argon2id with the library's defaults (RFC 9106, low-memory profile)."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password has: an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))
