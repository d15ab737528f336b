"""The cloud is gone for a while, or does not know the box any more: the screens go on, nothing is lost."""

import sys
from contextlib import closing

from cloud_api import credentials
from edge.outbox import FILE_NAME, Backlog

from . import ledger as ledgers
from .ledger import Ledger
from .processes import BOX, STORE, Store, wait_until
from .shopper import Shopper


def _add_load(store: Store, ledger: Ledger) -> None:
    store.add("load", (sys.executable, "-m", "tests.faults.load", str(store.box_file)), ledger.hear)


def _goes_on(ledger: Ledger, more: int) -> None:
    """The screens acknowledge so many more events."""
    before = len(ledger.events)
    wait_until(lambda: len(ledger.events) > before + more, "the screens go on")


def _all_arrived(store: Store, ledger: Ledger) -> None:
    store.processes["load"].end()
    store.await_empty_outbox()
    cloud = store.open_cloud()
    with closing(cloud.db):
        ledgers.check_events(cloud, ledger)
        ledgers.check_orders(cloud, ledger, Shopper(store.view_url))
        ledgers.check_shares(cloud, ledger, Shopper(store.view_url))


def test_a_cloud_that_comes_late_and_goes_away_gets_everything(store: Store) -> None:
    ledger = Ledger()
    store.add_uplink()
    _add_load(store, ledger)
    wait_until(lambda: "waiting for a credential" in store.log("uplink"), "the uplink waits")
    _goes_on(ledger, 20)
    assert len(store.log("uplink").splitlines()) == 1
    store.add_cloud()
    store.enrol()
    _goes_on(ledger, 20)
    store.processes["cloud"].kill()
    _goes_on(ledger, 40)
    assert store.processes["uplink"].runs
    store.processes["cloud"].start()
    store.await_cloud()
    _all_arrived(store, ledger)


def test_a_revoked_box_sounds_the_alarm_keeps_everything_and_recovers(store: Store) -> None:
    ledger = Ledger()
    store.add_cloud()
    store.enrol()
    store.add_uplink()
    _add_load(store, ledger)
    _goes_on(ledger, 20)
    cloud = store.open_cloud()
    with closing(cloud.db):
        credentials.revoke(cloud.db, STORE, BOX, cloud.now())
    wait_until(lambda: "ALARM" in store.log("uplink"), "the uplink sounds the alarm")
    with closing(Backlog(store.state / FILE_NAME)) as backlog:
        waiting = backlog.counts()["events"]
        _goes_on(ledger, 20)
        assert backlog.counts()["events"] >= waiting + 20
    store.enrol()
    _all_arrived(store, ledger)
