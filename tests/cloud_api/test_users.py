"""People who log in: passwords, sessions, roles, and guessing that gets nowhere."""

import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import select, update

from cloud_api import users
from cloud_api.errors import Conflict, Invalid, NotAuthenticated, TooMany
from cloud_api.schema import sessions
from cloud_api.schema import users as rows
from cloud_api.service import Cloud
from cloud_api.users import Role, User

from .conftest import Clock

PASSWORD = "correct horse battery"


REAL_HASHER = users._hasher()


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 is slow on purpose; most tests ask what happens, not how slowly."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "_hasher", lambda: cheap)
    users._nobody.cache_clear()


def test_passwords_are_hashed_as_rfc_9106_recommends() -> None:
    assert REAL_HASHER.type is Type.ID
    assert REAL_HASHER.memory_cost >= 64 * 1024
    assert REAL_HASHER.time_cost >= 3


def add(cloud: Cloud, name: str = "noor", role: Role = Role.STAFF, store: str | None = "paris") -> User:
    return users.create(cloud.db, name, PASSWORD, cloud.now(), role=role, store=store)


def login(cloud: Cloud, name: str = "noor", password: str = PASSWORD, client: str = "a") -> str:
    return users.login(cloud, name, password, client, cloud.now())[1]


def test_a_session_is_the_person_until_it_ends(cloud: Cloud, clock: Clock) -> None:
    noor = add(cloud)
    token = login(cloud)
    assert users.of_session(cloud, token, clock()) == noor
    clock.pass_(hours=13)
    assert users.of_session(cloud, token, clock()) is None


def test_logging_out_ends_this_session_only(cloud: Cloud) -> None:
    noor = add(cloud)
    one, other = login(cloud), login(cloud)
    users.logout(cloud, one)
    assert users.of_session(cloud, one, cloud.now()) is None
    assert users.of_session(cloud, other, cloud.now()) == noor


def test_nobody_is_there_before_somebody_makes_them(cloud: Cloud) -> None:
    for name, password in (("admin", "admin"), ("admin", ""), ("root", "root")):
        with pytest.raises(NotAuthenticated):
            login(cloud, name, password, client=name + password)


@pytest.mark.parametrize(("name", "password"), [("noor", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_login_does_not_tell_what_was_wrong(cloud: Cloud, name: str, password: str) -> None:
    add(cloud)
    with pytest.raises(NotAuthenticated) as refused:
        login(cloud, name, password)
    assert refused.value.detail == "Name or password is wrong."


def test_guessing_is_slowed_down_and_others_are_not(cloud: Cloud, clock: Clock) -> None:
    noor = add(cloud)
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            login(cloud, password="wrong password", client="guesser")
    with pytest.raises(TooMany):
        login(cloud, client="guesser")
    assert users.of_session(cloud, login(cloud, client="till"), clock()) == noor
    clock.pass_(minutes=6)
    assert users.of_session(cloud, login(cloud, client="guesser"), clock()) == noor


def test_one_guesser_cannot_try_many_names(cloud: Cloud) -> None:
    for number in range(40):
        with pytest.raises(NotAuthenticated):
            login(cloud, f"name-{number}", "x", client="guesser")
    with pytest.raises(TooMany):
        login(cloud, "another", "x", client="guesser")


def test_success_forgives_the_typing_errors_before(cloud: Cloud) -> None:
    add(cloud)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotAuthenticated):
                login(cloud, password="wrong password")
        login(cloud)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_weak_password_is_refused(cloud: Cloud, password: str) -> None:
    with pytest.raises(Invalid, match="10 to 200"):
        users.create(cloud.db, "noor", password, cloud.now())


@pytest.mark.parametrize("name", ["", " noor", "noor\n", "a\0b", "x" * 65])
def test_an_odd_name_is_refused(cloud: Cloud, name: str) -> None:
    with pytest.raises(Invalid):
        users.create(cloud.db, name, PASSWORD, cloud.now())


def test_a_name_is_taken_once(cloud: Cloud) -> None:
    add(cloud)
    with pytest.raises(Conflict):
        users.create(cloud.db, "noor", "another password", cloud.now())
    login(cloud)


def test_a_new_password_ends_every_session(cloud: Cloud) -> None:
    add(cloud)
    token = login(cloud)
    users.set_password(cloud.db, "noor", "a better password")
    assert users.of_session(cloud, token, cloud.now()) is None
    with pytest.raises(NotAuthenticated):
        login(cloud)
    login(cloud, password="a better password")
    with pytest.raises(NotAuthenticated):
        users.set_password(cloud.db, "nobody", "a better password")


def test_who_was_disabled_is_out_at_once(cloud: Cloud) -> None:
    add(cloud)
    token = login(cloud)
    with cloud.db.write() as connection:
        connection.execute(update(rows).values(disabled_at=cloud.now()))
    assert users.of_session(cloud, token, cloud.now()) is None
    with pytest.raises(NotAuthenticated):
        login(cloud)


def test_nothing_that_logs_in_is_kept_in_clear(cloud: Cloud) -> None:
    add(cloud)
    token = login(cloud)
    with cloud.db.read() as connection:
        kept = repr([connection.execute(select(table)).all() for table in (rows, sessions)])
    assert "$argon2id$" in kept
    assert token not in kept
    assert PASSWORD not in kept


def test_roles_and_stores() -> None:
    staff = User("noor", Role.STAFF, "paris")
    admin = User("ilse", Role.ADMIN, None)
    assert (staff.may(Role.STAFF), staff.may(Role.MARKETING), admin.may(Role.MARKETING)) == (
        True,
        False,
        True,
    )
    assert (staff.sees("paris"), staff.sees("lyon"), admin.sees("lyon")) == (True, False, True)
