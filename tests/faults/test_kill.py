"""SIGKILL of mirror, load, uplink and cloud at 60 random moments while events, shares and orders flow.

And once of the uplink at the worst moment: the cloud has taken its events, the outbox does not know it yet.
Afterwards everything that a screen acknowledged is in the cloud, exactly once. `VITRINE_KILL_SEED` repeats
a run's choice of moments and victims.
"""
# ruff: noqa: T201 - a seed that nobody sees repeats nothing

import os
import random
import sys
import time
from typing import Final

from sqlalchemy import func, select

from cloud_api import schema
from models import store as models

from . import ledger as ledgers
from .ledger import Ledger
from .processes import BOX, Store, soon, wait_until
from .shopper import Shopper

#: A mirror needs some seconds to come back and to be used, the others are quicker.
VICTIMS: Final = ("mirror",) * 8 + ("load",) * 16 + ("uplink",) * 18 + ("cloud",) * 18
#: What the uplink says of a duplicate (edge/uplink.py).
ALREADY: Final = "events already"
#: Mean pause between two kills.
PAUSE_S: Final = 1.1


def test_nothing_acknowledged_is_lost_or_doubled(store: Store) -> None:
    seed = int(os.environ.get("VITRINE_KILL_SEED") or random.randrange(10**6))
    print(f"VITRINE_KILL_SEED={seed}")
    ledger, shopper = Ledger(), Shopper(store.view_url)
    models.ensure()
    _open(store, ledger)
    shopper.come()
    try:
        wait_until(lambda: bool(shopper.orders and ledger.orders and ledger.shares), "the store is busy")
        _kill_at_random(store, random.Random(seed))
        _kill_between_answer_and_confirmation(store)
        wait_until(lambda: bool(shopper.shares), "a share was made at the mirror")
    finally:
        shopper.leave()
    _close(store)
    assert ALREADY in store.log("uplink"), "the events of the last kill reached the cloud a second time"
    _check(store, ledger, shopper)


def _open(store: Store, ledger: Ledger) -> None:
    store.add_cloud()
    store.enrol()
    store.add_uplink()
    store.add("load", (sys.executable, "-m", "tests.faults.load", str(store.box_file)), ledger.hear)
    store.add_mirror()


def _kill_at_random(store: Store, chance: random.Random) -> None:
    victims = list(VICTIMS)
    chance.shuffle(victims)
    for name in victims:
        time.sleep(chance.uniform(0.2, 2 * PAUSE_S - 0.2))
        assert store.processes[name].runs, f"{name} ended by itself\n{store.logs()}"
        store.processes[name].kill()
        store.processes[name].start()


def _kill_between_answer_and_confirmation(store: Store) -> None:
    """While the test holds the outbox's lock, the uplink can send what it has taken up, not strike it out."""
    store.await_cloud()
    store.processes["uplink"].kill()  # it may have learned to wait for long
    store.processes["uplink"].start()
    cloud = store.open_cloud()
    newest = select(func.max(schema.events.c.sequence)).where(schema.events.c.box == BOX)

    def arrived(first: int) -> bool:
        with cloud.db.read() as connection:
            return (connection.execute(newest).scalar() or 0) >= first

    def caught() -> bool:
        before = store.taken_up()
        if not soon(lambda: store.taken_up() > before, 5.0, every_s=0.001):
            return False
        with store.locked_outbox() as outbox:
            (first,) = outbox.execute("SELECT min(sequence) FROM events").fetchone()
            if first is None or not soon(lambda: arrived(first), 5.0):
                return False
            store.processes["uplink"].kill()
            return True

    wait_until(caught, "the uplink waits to strike out what the cloud has")
    cloud.db.close()
    store.processes["uplink"].start()


def _close(store: Store) -> None:
    """The screens end as when a shop closes; uplink and cloud go on until all is sent."""
    for name in ("mirror", "load"):
        store.processes[name].end()
    store.await_cloud()
    store.await_empty_outbox()


def _check(store: Store, ledger: Ledger, shopper: Shopper) -> None:
    cloud = store.open_cloud()
    try:
        total = ledgers.check_events(cloud, ledger)
        ledgers.check_orders(cloud, ledger, shopper)
        ledgers.check_shares(cloud, ledger, shopper)
        ledgers.check_links(shopper)
    finally:
        cloud.db.close()
    print(
        f"{total} events, {len(ledger.orders)}+{len(shopper.orders)} orders and "
        f"{len(ledger.shares)}+{len(shopper.shares)} shares of load and mirror: each there once"
    )
    # So much flowed that the kills hit something.
    assert len(ledger.events) > 100
    assert len(ledger.orders) > 10
    assert len(ledger.shares) > 2
