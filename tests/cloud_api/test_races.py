"""Results of the arena: claimed once, under a made-up name, by whoever scans first."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from starlette.exceptions import HTTPException
from uuid_utils.compat import uuid7

from cloud_api import ingest, nicknames, races
from cloud_api.contract import links
from cloud_api.contract.enrolment import Credential
from cloud_api.credentials import Box
from cloud_api.errors import Conflict, Gone, Invalid, NotFound
from cloud_api.races import Standing
from cloud_api.service import Cloud

from . import things
from .conftest import START, Clock, enrolled
from .floor_things import finished, happened, minutes


def token(claim: UUID, box: Credential, kind: links.Kind = links.Kind.CLAIM) -> str:
    return links.token(kind, claim, box.box, bytes.fromhex(box.share_secret))


def ready(cloud: Cloud, box: Credential, points: int = 500) -> tuple[str, tuple[str, ...]]:
    """A result that waits to be claimed: its token and the names it is offered."""
    claim = uuid7()
    happened(cloud, finished(claim, points))
    link = token(claim, box)
    race = races.resolve(cloud, link, cloud.now()).race
    assert race is not None
    return link, races.names_for(cloud, race, 0)


def refusal(work: object) -> str:
    """The code of what a call is refused with."""
    assert callable(work)
    with pytest.raises(HTTPException) as told:
        work()
    return str(getattr(told.value, "code", ""))


def test_link_is_genuine_before_its_result_arrives(cloud: Cloud, paris: Credential) -> None:
    claim = things.share_id()
    link = token(claim, paris)
    assert races.resolve(cloud, link, START).standing is Standing.NOT_YET
    assert races.resolve(cloud, link, START + timedelta(days=8)).standing is Standing.EXPIRED
    happened(cloud, finished(claim, points=77))
    found = races.resolve(cloud, link, START)
    assert found.standing is Standing.OPEN
    assert found.race is not None
    assert found.race.points == 77


def test_forged_links_and_links_of_another_kind_lead_nowhere(cloud: Cloud, paris: Credential) -> None:
    claim = uuid7()
    happened(cloud, finished(claim))
    link = token(claim, paris)
    tampered = ("A" if link[0] != "A" else "B") + link[1:]
    other_box = enrolled(cloud, "paris", "arena-2")
    forged = [
        tampered,
        token(claim, paris, links.Kind.SHARE),
        token(claim, other_box)[: -len("arena-2")] + "mirror-1",
        "",
        "é.mirror-1",
        link.split(".")[0],
        "<script>.mirror-1",
    ]
    assert {races.resolve(cloud, each, START).standing for each in forged} == {Standing.FORGED}
    assert races.resolve(cloud, token(claim, other_box), START).standing is Standing.NOT_YET


def test_claimed_once_and_seen_again_by_the_same_phone(cloud: Cloud, paris: Credential) -> None:
    link, names = ready(cloud, paris)
    mine, other = races.new_key(), races.new_key()
    assert races.claim(cloud, link, names[0], mine, START).nickname == names[0]
    assert races.claim(cloud, link, names[1], mine, START).nickname == names[0], (
        "a second tap is the same claim"
    )
    assert refusal(lambda: races.claim(cloud, link, names[1], other, START)) == "claimed"
    assert races.of_key(cloud, link, mine, START).nickname == names[0]
    assert refusal(lambda: races.of_key(cloud, link, other, START)) == "claimed"
    assert races.resolve(cloud, link, START).standing is Standing.CLAIMED


def test_names_not_offered_and_keys_not_ours_are_refused(cloud: Cloud, paris: Credential) -> None:
    link, names = ready(cloud, paris)
    for name in (
        "<b>Velvet Heron</b>",
        "",
        names[0].lower(),
        "'; DROP TABLE races; --",
        "\x00",
        "Not Offered",
    ):
        with pytest.raises(Invalid, match="one of these"):
            races.claim(cloud, link, name, races.new_key(), START)
    for key in ("", "short", "x" * 23, "é" * 22, "a/../../" + "x" * 14, "\r\n" + "x" * 20):
        with pytest.raises(Invalid, match="load the page again"):
            races.claim(cloud, link, names[0], key, START)
    assert races.resolve(cloud, link, START).standing is Standing.OPEN


def test_expired_missing_and_forged_results_are_not_claimed(cloud: Cloud, paris: Credential) -> None:
    link, names = ready(cloud, paris)
    key, late = races.new_key(), START + timedelta(days=7, seconds=1)
    with pytest.raises(Gone):
        races.claim(cloud, link, names[0], key, late)
    for nowhere in (token(uuid7(), paris), "nonsense"):
        with pytest.raises(NotFound):
            races.claim(cloud, nowhere, names[0], key, START)
    assert races.resolve(cloud, link, START).standing is Standing.OPEN


def test_who_scans_together_is_claimed_by_one(cloud: Cloud, paris: Credential) -> None:
    link, names = ready(cloud, paris)
    keys = [races.new_key() for _ in range(6)]

    def attempt(key: str) -> str | None:
        try:
            return races.claim(cloud, link, names[0], key, START).nickname
        except Conflict as late:
            return late.code

    with ThreadPoolExecutor(6) as pool:
        became = list(pool.map(attempt, keys))
        again = set(pool.map(attempt, [keys[became.index(names[0])]] * 6))
    assert Counter(became) == {names[0]: 1, "claimed": 5}
    assert again == {names[0]}


def test_name_is_taken_once_a_day(cloud: Cloud, paris: Credential) -> None:
    """Two phones were shown the same name: the second one chooses again."""
    first, names = ready(cloud, paris)
    races.claim(cloud, first, names[0], races.new_key(), START)
    secret = cloud.settings.derive("nicknames")
    claim = next(claim for claim in iter(uuid4, None) if names[0] in nicknames.every(secret, claim))
    happened(cloud, finished(claim))
    second = token(claim, paris)
    assert refusal(lambda: races.claim(cloud, second, names[0], races.new_key(), START)) == "taken"
    race = races.resolve(cloud, second, START).race
    assert race is not None
    every = [name for page in range(nicknames.PAGES) for name in races.names_for(cloud, race, page)]
    assert names[0] not in every
    assert len(every) == nicknames.PAGES * nicknames.PER_PAGE - 1


def test_second_result_of_one_claim_changes_nothing(cloud: Cloud, paris: Credential) -> None:
    claim = uuid7()
    happened(cloud, finished(claim, points=100), finished(claim, points=900))
    happened(cloud, finished(claim, points=999))
    race = races.resolve(cloud, token(claim, paris), START).race
    assert race is not None
    assert race.points == 100


def test_board_is_of_the_stores_day_best_first(cloud: Cloud, paris: Credential, clock: Clock) -> None:
    happened(cloud, finished(points=300), finished(points=900))
    happened(cloud, finished(points=900, rank=10**12), time=START - minutes(5))
    happened(cloud, finished(points=5000), time=START - timedelta(days=1))
    board = races.board(cloud.db, "paris", clock())
    assert [(each.place, each.race.points) for each in board] == [(1, 900), (1, 900), (3, 300)]
    assert board[0].race.finished_at < board[1].race.finished_at
    assert races.place_of(cloud.db, board[2].race) == (3, 3)
    clock.pass_(hours=2)
    assert races.board(cloud.db, "paris", clock()) == ()
    with pytest.raises(NotFound):
        races.board(cloud.db, "nowhere", clock())


def test_claim_of_another_stores_box_of_that_name_stays_apart(cloud: Cloud, paris: Credential) -> None:
    rome = enrolled(cloud, "rome", paris.box)
    claim = uuid7()
    happened(cloud, finished(claim, points=5))
    assert races.resolve(cloud, token(claim, rome), START).standing is Standing.NOT_YET
    batch = [things.event(1, finished(claim, points=9)) | {"source": "/stores/rome/boxes/mirror-1"}]
    assert ingest.take(cloud.db, Box("rome", "mirror-1"), batch, START).accepted == 1
    found = races.resolve(cloud, token(claim, rome), START)
    assert found.race is not None
    assert (found.store, found.race.points) == ("rome", 9)


def test_names_are_pleasant_to_offer() -> None:
    """Every page: six names, no word twice on it, none on two pages; another claim is offered others."""
    claim, secret = uuid4(), b"0123456789abcdef"
    pages = [nicknames.offers(secret, claim, page) for page in range(nicknames.PAGES)]
    for names in pages:
        assert len({word for name in names for word in name.split()}) == 2 * len(names) == 12
    assert len({name for names in pages for name in names}) == nicknames.PAGES * nicknames.PER_PAGE
    assert nicknames.offers(secret, claim, nicknames.PAGES) == pages[0]
    assert nicknames.offers(b"another secret..", claim, 0) != pages[0]
    assert nicknames.offers(secret, uuid4(), 0) != pages[0]
