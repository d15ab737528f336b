"""The gallery: a picture is there as long as its shopper allows it, and not a moment longer."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

from cloud_api import gallery, housekeeping, orders, shares, uploads
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.shares import Purpose, Share
from cloud_api.errors import Gone, Invalid, NotFound
from cloud_api.migrations.versions import m0002_second_light
from cloud_api.schema import gallery as rows_of_gallery
from cloud_api.schema import gallery_log
from cloud_api.service import Cloud

from . import things
from .conftest import START, Clock, enrolled

BOTH = (Purpose.PHONE, Purpose.SHOP)


def upload(
    cloud: Cloud, *purposes: Purpose, store: str = "paris", minute: int = 0, days: float = 30
) -> Share:
    jpeg = things.picture()
    at = START + timedelta(minutes=minute)
    share = things.share(jpeg, store=store, purposes=purposes or BOTH, at=at, days=days)
    uploads.receive(cloud, share, "mirror-1", jpeg, cloud.now())
    return share


def shown(cloud: Cloud, store: str | None = None, search: str = "", *, approved: bool = False) -> list[UUID]:
    return [
        each.share for each in gallery.page(cloud.db, cloud.now(), store, search, approved=approved).items
    ]


def resolved(cloud: Cloud, share: Share, box: Credential) -> shares.Resolved:
    return shares.resolve(cloud, things.token(share.id, box.share_secret), cloud.now())


def left(cloud: Cloud) -> int:
    with cloud.db.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(rows_of_gallery)) or 0


def test_only_pictures_that_the_shop_may_use_newest_first(cloud: Cloud, paris: Credential) -> None:
    upload(cloud, Purpose.PHONE)
    first, second = upload(cloud), upload(cloud, minute=5)
    assert shown(cloud) == [second.id, first.id]
    picture = gallery.find(cloud.db, first.id, START)
    assert (picture.views, picture.orders, picture.approved_by) == (0, 0, None)
    assert picture.products == first.products


def test_switch_on_the_phone_takes_it_out_with_its_approval(cloud: Cloud, paris: Credential) -> None:
    share = upload(cloud)
    gallery.approve(cloud.db, gallery.find(cloud.db, share.id, START), "max", START, approved=True)
    assert shown(cloud, approved=True) == [share.id]
    view = resolved(cloud, share, paris).share
    assert view is not None
    shares.set_shop(cloud, view, granted=False, now=START)
    assert (shown(cloud), left(cloud)) == ([], 0)
    shares.set_shop(cloud, view, granted=True, now=START)
    assert (shown(cloud), shown(cloud, approved=True)) == ([share.id], [])


def test_switched_on_later_it_comes_in(cloud: Cloud, paris: Credential, clock: Clock) -> None:
    share = upload(cloud, Purpose.PHONE)
    view = resolved(cloud, share, paris).share
    assert view is not None
    clock.pass_(minutes=9)
    shares.set_shop(cloud, view, granted=True, now=clock())
    rights = gallery.take_out(cloud.db, gallery.find(cloud.db, share.id, clock()), "max", clock())
    assert rights.consented_at == clock()
    assert rights.purposes == BOTH


def test_revoked_and_expired_pictures_are_gone(cloud: Cloud, paris: Credential, clock: Clock) -> None:
    revoked, expiring = upload(cloud), upload(cloud, days=1)
    shares.revoke(cloud, resolved(cloud, revoked, paris), START)
    assert shown(cloud) == [expiring.id]
    clock.pass_(days=2)
    assert shown(cloud) == [], "at once, before anything is cleaned up"
    housekeeping.clean(cloud, clock(), thorough=False)
    assert left(cloud) == 0


def test_withdrawn_while_somebody_holds_it(cloud: Cloud, paris: Credential) -> None:
    """Between the look and the tap: no approval, no download, no line in the log."""
    share = upload(cloud)
    held = gallery.find(cloud.db, share.id, START)
    shares.revoke(cloud, resolved(cloud, share, paris), START)
    with pytest.raises(Gone):
        gallery.take_out(cloud.db, held, "max", START)
    with pytest.raises(Gone):
        gallery.approve(cloud.db, held, "max", START, approved=True)
    with cloud.db.read() as connection:
        assert connection.execute(sa.select(gallery_log)).all() == []


def test_log_says_who_downloaded_what_and_whether_it_may_be_used(cloud: Cloud, paris: Credential) -> None:
    kept, withdrawn = upload(cloud), upload(cloud, minute=1)
    for share in (kept, withdrawn, kept):
        gallery.take_out(cloud.db, gallery.find(cloud.db, share.id, START), "max", START)
    shares.revoke(cloud, resolved(cloud, withdrawn, paris), START)
    lines = gallery.downloads(cloud.db, START)
    assert [(line.share, line.actor, line.allowed) for line in lines] == [
        (kept.id, "max", True),
        (withdrawn.id, "max", False),
        (kept.id, "max", True),
    ]
    assert gallery.downloads(cloud.db, START, before=lines[1].number) == lines[2:]
    assert gallery.downloads(cloud.db, START, "rome") == ()
    assert gallery.find(cloud.db, kept.id, START).downloads == 2


def test_approved_twice_is_written_down_once(cloud: Cloud, paris: Credential) -> None:
    share = upload(cloud)
    picture = gallery.find(cloud.db, share.id, START)
    for approved in (True, True, False, False, True):
        gallery.approve(cloud.db, picture, "max", START, approved=approved)
    assert gallery.find(cloud.db, share.id, START).approved_by == "max"
    with cloud.db.read() as connection:
        logged = list(connection.scalars(sa.select(gallery_log.c.action).order_by(gallery_log.c.number)))
    assert logged == ["approved", "unapproved", "approved"]


def test_another_stores_pictures_are_not_there(cloud: Cloud, paris: Credential) -> None:
    enrolled(cloud, "rome", "mirror-1")
    mine, theirs = upload(cloud), upload(cloud, store="rome", minute=1)
    assert shown(cloud) == [theirs.id, mine.id]
    assert shown(cloud, "paris") == [mine.id]
    with pytest.raises(NotFound):
        gallery.find(cloud.db, theirs.id, START, "paris")


def test_search_by_product_or_store(cloud: Cloud, paris: Credential) -> None:
    share = upload(cloud)
    for search in ("rouge", "ROUGE lip-02", "atelier", "par", "   "):
        assert shown(cloud, search=search) == [share.id], search
    for search in ("rouge rome", "%", "_", "purposes", "'; --", "x" * 500):
        assert shown(cloud, search=search) == [], search


def test_pages_end_where_the_next_begins(cloud: Cloud, paris: Credential) -> None:
    ids = [upload(cloud, minute=minute // 2).id for minute in range(7)]
    seen: list[UUID] = []
    after: str | None = None
    for _ in range(4):
        page = gallery.page(cloud.db, START, limit=3, after=after)
        seen += [each.share for each in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == sorted(ids)
    assert len(seen) == 7
    with pytest.raises(Invalid):
        gallery.page(cloud.db, START, after="nonsense")


def test_orders_from_the_picture_are_counted_without_cancelled_ones(cloud: Cloud, paris: Credential) -> None:
    share = upload(cloud)
    for _ in range(3):
        orders.place_from_share(cloud.db, share, [orders.Wanted("LIP-01")], uuid7(), START)
    cancelled = orders.of_share(cloud.db, share.id)[0]
    orders.cancel(cloud.db, "paris", cancelled.id, "mia", START)
    assert gallery.find(cloud.db, share.id, START).orders == 2


def test_pictures_from_before_the_gallery_enter_it(
    cloud: Cloud, paris: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the migration does with a database that has pictures already."""
    allowed, _ = upload(cloud), upload(cloud, Purpose.PHONE)
    with cloud.db.write() as connection:
        connection.execute(sa.delete(rows_of_gallery))
        monkeypatch.setattr(op, "get_bind", lambda: connection, raising=False)
        m0002_second_light._fill_gallery()
    assert shown(cloud, search="rouge paris") == [allowed.id]
