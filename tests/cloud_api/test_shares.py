"""Shares: a picture arrives once, is found by its link, and is gone when its shopper says so."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from cloud_api import credentials, housekeeping, shares, uploads
from cloud_api.blobs import LocalBlobs
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.shares import Purpose, Share
from cloud_api.errors import Conflict, Gone, Invalid
from cloud_api.schema import consents, events
from cloud_api.schema import shares as rows
from cloud_api.service import Cloud
from cloud_api.shares import Resolved, ShareView, Standing
from cloud_api.uploads import Received

from .conftest import Clock, enrolled
from .things import picture, share, share_id, token

JPEG = picture()
HERE, NOT_YET, REVOKED, EXPIRED, FORGED = Standing


def receive(cloud: Cloud, mine: Share, jpeg: bytes = JPEG) -> Received:
    return uploads.receive(cloud, mine, "mirror-1", jpeg, cloud.now())


def resolve(cloud: Cloud, paris: Credential, mine: UUID) -> Resolved:
    return shares.resolve(cloud, token(mine, paris.share_secret), cloud.now())


def here(cloud: Cloud, paris: Credential, purposes: Sequence[Purpose] = (Purpose.PHONE,)) -> ShareView:
    mine = share(JPEG, purposes=purposes, at=cloud.now())
    receive(cloud, mine)
    found = resolve(cloud, paris, mine.id).share
    assert found is not None
    return found


def blobs(cloud: Cloud) -> list[str]:
    return list(cloud.blobs.keys())


def kinds(cloud: Cloud) -> list[str]:
    with cloud.db.read() as connection:
        return list(connection.scalars(select(events.c.type).order_by(events.c.id)))


def log(cloud: Cloud, mine: UUID) -> list[tuple[str, bool, str]]:
    query = select(consents.c.purpose, consents.c.granted, consents.c.actor)
    with cloud.db.read() as connection:
        found = connection.execute(query.where(consents.c.share == mine).order_by(consents.c.number))
        return [(row.purpose, row.granted, row.actor) for row in found]


def test_a_genuine_link_awaits_its_picture_and_then_shows_it(cloud: Cloud, paris: Credential) -> None:
    mine = share(JPEG)
    assert resolve(cloud, paris, mine.id).standing is NOT_YET
    assert receive(cloud, mine) == Received(HERE, created=True)
    found = resolve(cloud, paris, mine.id)
    assert (found.standing, found.store, found.box) == (HERE, "paris", "mirror-1")
    assert found.share is not None
    assert found.share.manifest == mine
    assert shares.picture(cloud, found.share) == JPEG


def test_an_upload_again_changes_nothing(cloud: Cloud, paris: Credential) -> None:
    mine = share(JPEG, purposes=(Purpose.PHONE, Purpose.SHOP))
    receive(cloud, mine)
    assert receive(cloud, mine) == Received(HERE, created=False)
    assert len(blobs(cloud)) == 1
    assert log(cloud, mine.id) == [("phone", True, "mirror-1"), ("shop", True, "mirror-1")]
    assert paris.store == "paris"


def test_uploads_at_once_are_one_share(cloud: Cloud, paris: Credential) -> None:
    mine = share(JPEG)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: receive(cloud, mine), range(8)))
    assert sum(reply.created for reply in replies) == 1
    assert resolve(cloud, paris, mine.id).standing is HERE
    assert len(blobs(cloud)) == 1


def test_one_id_with_another_content_is_a_conflict_and_leaves_the_first(
    cloud: Cloud, paris: Credential
) -> None:
    first = share(JPEG)
    receive(cloud, first)
    other_picture = picture(grey=200)
    other = share(other_picture).model_copy(update={"id": first.id})
    with pytest.raises(Conflict):
        receive(cloud, other, other_picture)
    with pytest.raises(Conflict):
        receive(cloud, first.model_copy(update={"language": "fr"}))
    with pytest.raises(Conflict):
        uploads.receive(cloud, first, "mirror-2", JPEG, cloud.now())
    found = resolve(cloud, paris, first.id).share
    assert found is not None
    assert shares.picture(cloud, found) == JPEG
    assert len(blobs(cloud)) == 1


@pytest.mark.parametrize(
    ("jpeg", "code"),
    [
        (picture(grey=91), "bad_hash"),
        (b"", "bad_hash"),
    ],
)
def test_a_picture_that_was_changed_on_the_way_is_refused(
    cloud: Cloud, paris: Credential, jpeg: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        receive(cloud, share(JPEG), jpeg)
    assert (refused.value.code, blobs(cloud), paris.box) == (code, [], "mirror-1")


@pytest.mark.parametrize(
    ("jpeg", "code"),
    [
        (b"", "bad_picture"),
        (b"<html>no picture</html>", "bad_picture"),
        (JPEG[:-40], "bad_picture"),
        (b"\xff\xd8\xff\xd9", "bad_picture"),
        (picture(64, 48), "bad_size"),
    ],
)
def test_what_is_no_such_picture_is_refused(cloud: Cloud, paris: Credential, jpeg: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        receive(cloud, share(jpeg), jpeg)
    assert (refused.value.code, blobs(cloud), paris.box) == (code, [], "mirror-1")


def test_a_forged_link_leads_nowhere(cloud: Cloud, paris: Credential) -> None:
    mine = share(JPEG)
    receive(cloud, mine)
    good = token(mine.id, paris.share_secret)
    other = enrolled(cloud, "lyon", "mirror-1")
    forged = [
        "",
        "x",
        "." * 40,
        "é" * 30,
        good + "x",
        good.replace(".mirror-1", ".mirror-2"),
        good.replace(".mirror-1", ""),
        ("B" if good[0] == "A" else "A") + good[1:],
        good[:30] + ("B" if good[30] == "A" else "A") + good[31:],
        token(mine.id, "00" * 32),
        token(mine.id, other.share_secret),
        token(mine.id, paris.share_secret, "mirror-2"),
        token(uuid4(), "00" * 32),
    ]
    for text in forged:
        assert shares.resolve(cloud, text, cloud.now()) == Resolved(FORGED), text
    assert shares.resolve(cloud, good, cloud.now()).standing is HERE


def test_boxes_of_one_name_in_two_stores_have_links_of_their_own(cloud: Cloud, paris: Credential) -> None:
    lyon = enrolled(cloud, "lyon", "mirror-1")
    found = shares.resolve(cloud, token(share_id(), lyon.share_secret), cloud.now())
    assert (found.standing, found.store) == (NOT_YET, "lyon")
    assert resolve(cloud, paris, share_id()).store == "paris"


def test_links_outlive_the_credential_of_their_box(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    credentials.revoke(cloud.db, "paris", "mirror-1", cloud.now())
    assert resolve(cloud, paris, mine.id).standing is HERE
    again = enrolled(cloud, "paris", "mirror-1")
    assert again.share_secret == paris.share_secret


def test_a_picture_that_never_comes_stops_being_awaited(
    cloud: Cloud, paris: Credential, clock: Clock
) -> None:
    mine = share_id(clock())
    clock.pass_(days=29)
    assert resolve(cloud, paris, mine).standing is NOT_YET
    clock.pass_(days=2)
    assert resolve(cloud, paris, mine).standing is EXPIRED


def test_revoking_deletes_the_picture_and_all_that_came_of_it(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris, (Purpose.PHONE, Purpose.SHOP))
    shares.revoke(cloud, resolve(cloud, paris, mine.id), cloud.now())
    found = resolve(cloud, paris, mine.id)
    assert (found.standing, found.share, blobs(cloud)) == (REVOKED, None, [])
    with cloud.db.read() as connection:
        row = connection.execute(select(rows).where(rows.c.id == mine.id)).one()
    assert (row.manifest, row.blob, row.shop) == (None, None, False)
    assert kinds(cloud) == ["vitrine.share.revoked.v1"]
    assert log(cloud, mine.id)[2:] == [("phone", False, "shopper"), ("shop", False, "shopper")]
    with pytest.raises(Gone):
        shares.picture(cloud, mine)


def test_revoking_twice_is_revoking_once(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    found = resolve(cloud, paris, mine.id)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: shares.revoke(cloud, found, cloud.now()), range(6)))
    assert kinds(cloud) == ["vitrine.share.revoked.v1"]


def test_a_picture_that_comes_after_its_revocation_is_thrown_away(cloud: Cloud, paris: Credential) -> None:
    mine = share(JPEG)
    shares.revoke(cloud, resolve(cloud, paris, mine.id), cloud.now())
    for _ in range(2):
        assert receive(cloud, mine) == Received(REVOKED, created=False)
    assert blobs(cloud) == []
    assert resolve(cloud, paris, mine.id).standing is REVOKED


def test_revoking_while_the_picture_arrives_leaves_no_picture(cloud: Cloud, paris: Credential) -> None:
    for _ in range(8):
        mine = share(JPEG)
        awaited = resolve(cloud, paris, mine.id)
        with ThreadPoolExecutor(3) as pool:
            uploads = [pool.submit(receive, cloud, mine) for _ in range(2)]
            pool.submit(shares.revoke, cloud, awaited, cloud.now()).result()
            for upload in uploads:
                upload.result()
        assert resolve(cloud, paris, mine.id).standing is REVOKED
    assert blobs(cloud) == []


def test_a_forged_link_revokes_nothing(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    with pytest.raises(Invalid):
        shares.revoke(cloud, Resolved(FORGED), cloud.now())
    assert resolve(cloud, paris, mine.id).standing is HERE


def test_a_share_expires_and_is_purged(cloud: Cloud, paris: Credential, clock: Clock) -> None:
    old = here(cloud, paris)
    clock.pass_(days=10)
    young = here(cloud, paris)
    clock.pass_(days=20)
    assert resolve(cloud, paris, old.id).standing is EXPIRED
    assert len(blobs(cloud)) == 2
    assert (housekeeping.purge(cloud, clock()), housekeeping.purge(cloud, clock())) == (1, 0)
    assert resolve(cloud, paris, young.id).standing is HERE
    assert blobs(cloud) == [shares.blob_key(young.manifest)]


def test_a_picture_that_comes_after_it_expired_is_thrown_away(
    cloud: Cloud, paris: Credential, clock: Clock
) -> None:
    mine = share(JPEG, days=1)
    clock.pass_(days=2)
    assert receive(cloud, mine) == Received(EXPIRED, created=False)
    assert receive(cloud, mine) == Received(EXPIRED, created=False)
    assert (blobs(cloud), resolve(cloud, paris, mine.id).standing) == ([], EXPIRED)


def test_a_deletion_that_was_cut_off_is_finished_by_the_purge(cloud: Cloud, paris: Credential) -> None:
    class Broken(LocalBlobs):
        def delete(self, key: str) -> None:
            raise OSError(f"no disk for {key}")

    mine = here(cloud, paris)
    broken = replace(cloud, blobs=Broken(cloud.settings.blob_dir))
    with pytest.raises(OSError, match="no disk"):
        shares.revoke(broken, resolve(cloud, paris, mine.id), cloud.now())
    assert resolve(cloud, paris, mine.id).standing is REVOKED
    assert len(blobs(cloud)) == 1
    assert housekeeping.purge(cloud, cloud.now()) == 1
    assert blobs(cloud) == []


def test_a_picture_without_a_row_is_swept_after_a_day(cloud: Cloud, paris: Credential, clock: Clock) -> None:
    kept, lost = here(cloud, paris), share(JPEG)
    cloud.blobs.put(shares.blob_key(lost), JPEG)
    for file in cloud.settings.blob_dir.glob("*/shares/*"):
        os.utime(file, (clock().timestamp(),) * 2)
    assert housekeeping.sweep(cloud, clock()) == 0
    clock.pass_(days=2)
    assert housekeeping.sweep(cloud, clock()) == 1
    assert blobs(cloud) == [shares.blob_key(kept.manifest)]


def test_what_happens_on_the_page_is_counted_and_recorded(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    shares.viewed(cloud, mine, cloud.now())
    shares.viewed(cloud, mine, cloud.now())
    shares.downloaded(cloud, mine, cloud.now())
    shares.forwarded(cloud, mine, cloud.now())
    found = resolve(cloud, paris, mine.id).share
    assert found is not None
    assert (found.views, found.downloads, found.forwards) == (2, 1, 1)
    assert sorted(kinds(cloud)) == [
        "vitrine.share.downloaded.v1",
        "vitrine.share.forwarded.v1",
        "vitrine.share.viewed.v1",
        "vitrine.share.viewed.v1",
    ]


def test_a_revoked_share_counts_nothing_more(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    shares.revoke(cloud, resolve(cloud, paris, mine.id), cloud.now())
    shares.viewed(cloud, mine, cloud.now())
    shares.set_shop(cloud, mine, granted=True, now=cloud.now())
    assert kinds(cloud) == ["vitrine.share.revoked.v1"]
    assert ("shop", True, "shopper") not in log(cloud, mine.id)


def test_the_shop_purpose_is_granted_and_withdrawn_and_logged(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    assert not mine.shop
    for granted in (True, True, False):
        shares.set_shop(cloud, mine, granted=granted, now=cloud.now())
        found = resolve(cloud, paris, mine.id).share
        assert found is not None
        assert found.shop is granted
    expected = [("phone", True, "mirror-1"), ("shop", True, "shopper"), ("shop", False, "shopper")]
    assert log(cloud, mine.id) == expected


def test_expiry_is_told_in_full(cloud: Cloud, paris: Credential) -> None:
    mine = here(cloud, paris)
    assert mine.expires_at - mine.manifest.created_at == timedelta(days=30)
