"""Enrolment: a code works once and for an hour; a credential speaks for one store until it is revoked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from cloud_api import credentials, housekeeping, rollups
from cloud_api.contract.enrolment import Credential
from cloud_api.credentials import Box
from cloud_api.errors import Forbidden, Invalid, NotAuthenticated, NotFound, Problem, TooMany
from cloud_api.schema import metadata
from cloud_api.service import Cloud
from cloud_api.settings import Settings

from .conftest import LINK, Clock, enrolled


def code(cloud: Cloud, box: str = "mirror-1") -> str:
    return credentials.make_code(cloud, "paris", box, cloud.now()).code


def test_a_code_becomes_a_credential(cloud: Cloud) -> None:
    credential = credentials.enrol(cloud, code(cloud), "me", cloud.now())
    assert (credential.store, credential.box, credential.link_url) == ("paris", "mirror-1", LINK)
    assert credentials.authenticate(cloud, credential.token, cloud.now()) == Box("paris", "mirror-1")
    assert len(bytes.fromhex(credential.share_secret)) == 32


def test_a_code_is_read_however_it_is_typed(cloud: Cloud) -> None:
    typed = f" {code(cloud).lower().replace('-', ' ')} "
    assert credentials.enrol(cloud, typed, "me", cloud.now()).box == "mirror-1"


def test_a_code_works_once_even_when_two_try_at_once(cloud: Cloud) -> None:
    mine = code(cloud)

    def enrol(who: int) -> Credential | None:
        try:
            return credentials.enrol(cloud, mine, str(who), cloud.now())
        except NotAuthenticated:
            return None

    with ThreadPoolExecutor(6) as pool:
        assert sum(credential is not None for credential in pool.map(enrol, range(6))) == 1


def test_a_code_lives_an_hour(cloud: Cloud, clock: Clock) -> None:
    mine = code(cloud)
    clock.pass_(minutes=61)
    with pytest.raises(NotAuthenticated):
        credentials.enrol(cloud, mine, "me", clock())


def test_guessing_is_slowed_down_by_who_guesses(cloud: Cloud, clock: Clock) -> None:
    for _ in range(10):
        with pytest.raises(NotAuthenticated):
            credentials.enrol(cloud, "2222-2222-2222", "guesser", clock())
    with pytest.raises(TooMany) as slow:
        credentials.enrol(cloud, code(cloud), "guesser", clock())
    assert 0 < slow.value.retry_after_s <= 600
    assert credentials.enrol(cloud, code(cloud), "installer", clock()).box == "mirror-1"
    clock.pass_(seconds=slow.value.retry_after_s)
    assert credentials.enrol(cloud, code(cloud), "guesser", clock()).box == "mirror-1"


@pytest.mark.parametrize("name", ["", "Paris", "a b", "../x", "-a", "x" * 65, "é"])
def test_a_name_that_would_not_do_in_an_address_is_refused(cloud: Cloud, name: str) -> None:
    with pytest.raises(Invalid, match="no name"):
        credentials.make_code(cloud, name, "mirror-1", cloud.now())
    with pytest.raises(Invalid, match="no name"):
        credentials.make_code(cloud, "paris", name, cloud.now())


def test_no_box_may_pose_as_the_cloud(cloud: Cloud) -> None:
    with pytest.raises(Invalid, match="own name"):
        credentials.make_code(cloud, "paris", "cloud", cloud.now())


def test_a_wrong_time_zone_is_refused(cloud: Cloud) -> None:
    with pytest.raises(Invalid, match="Europe/Paris"):
        credentials.make_code(cloud, "paris", "mirror-1", cloud.now(), zone="Paris")


def test_a_store_keeps_its_time_zone(cloud: Cloud) -> None:
    enrolled(cloud, "tokyo", "mirror-1", "Asia/Tokyo")
    made = credentials.make_code(cloud, "tokyo", "mirror-2", cloud.now())
    credentials.enrol(cloud, made.code, "me", cloud.now())
    assert rollups.today(cloud.db, "tokyo", cloud.now()).day.isoformat() == "2026-11-23"
    credentials.set_time_zone(cloud.db, "tokyo", "UTC", cloud.now())
    assert rollups.today(cloud.db, "tokyo", cloud.now()).day.isoformat() == "2026-11-22"


def test_enrolling_again_makes_the_old_credential_void(cloud: Cloud) -> None:
    old, new = enrolled(cloud, "paris", "mirror-1"), enrolled(cloud, "paris", "mirror-1")
    with pytest.raises(NotAuthenticated):
        credentials.authenticate(cloud, old.token, cloud.now())
    assert credentials.authenticate(cloud, new.token, cloud.now()).box == "mirror-1"


def test_a_revoked_credential_is_void_until_enrolled_again(cloud: Cloud) -> None:
    old = enrolled(cloud, "paris", "mirror-1")
    credentials.revoke(cloud.db, "paris", "mirror-1", cloud.now())
    with pytest.raises(NotAuthenticated):
        credentials.authenticate(cloud, old.token, cloud.now())
    new = enrolled(cloud, "paris", "mirror-1")
    assert credentials.authenticate(cloud, new.token, cloud.now()).box == "mirror-1"


def test_a_box_that_is_not_there_cannot_be_revoked(cloud: Cloud) -> None:
    with pytest.raises(NotFound):
        credentials.revoke(cloud.db, "paris", "mirror-9", cloud.now())


def test_a_box_speaks_for_its_own_store_only() -> None:
    credentials.own_store(Box("paris", "mirror-1"), "paris")
    with pytest.raises(Forbidden):
        credentials.own_store(Box("paris", "mirror-1"), "lyon")


def test_no_secret_is_kept_in_clear(cloud: Cloud) -> None:
    mine = code(cloud)
    credential = credentials.enrol(cloud, mine, "203.0.113.9", cloud.now())
    with cloud.db.read() as connection:
        kept = repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    for secret in (mine, mine.replace("-", ""), credential.token, credential.share_secret):
        assert secret not in kept


def test_another_secret_knows_nobody(cloud: Cloud, settings: Settings) -> None:
    token = enrolled(cloud, "paris", "mirror-1").token
    stranger = Cloud(settings.model_copy(update={"secret": b"x" * 32}), cloud.db, cloud.blobs, cloud.now)
    with pytest.raises(Problem):
        credentials.authenticate(stranger, token, cloud.now())


def test_what_has_served_its_time_is_cleaned_up(cloud: Cloud, clock: Clock) -> None:
    code(cloud)
    enrolled(cloud, "paris", "mirror-1")
    clock.pass_(hours=2)
    housekeeping.clean(cloud, clock(), thorough=True)
    with cloud.db.read() as connection:
        for table in ("box_codes", "attempts", "sessions"):
            assert connection.execute(select(metadata.tables[table])).all() == []
        assert len(connection.execute(select(metadata.tables["boxes"])).all()) == 1


def test_when_a_box_was_last_heard_is_kept(cloud: Cloud, clock: Clock) -> None:
    token = enrolled(cloud, "paris", "mirror-1").token
    seen = metadata.tables["boxes"].c.seen_at
    for _ in range(2):
        clock.pass_(minutes=5)
        credentials.authenticate(cloud, token, clock())
        with cloud.db.read() as connection:
            assert connection.scalar(select(seen)) == clock()
    clock.pass_(seconds=10)
    credentials.authenticate(cloud, token, clock())
    with cloud.db.read() as connection:
        assert connection.scalar(select(seen)) == clock() - timedelta(seconds=10)
