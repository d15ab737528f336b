"""The life of the uplink process: waits for a credential, steps, backs off, sounds the alarm when refused.

Everything it needs from the world (clock, chance, waiting) is an argument, so that a day of outage is
tested in milliseconds.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from cloud_api.contract.enrolment import Credential
from edge import credential
from edge.line import open_line
from edge.outbox import Backlog
from edge.toml_file import ConfigError
from edge.uplink import Later, Outcome, Refused, Sent, pauses, step

log = logging.getLogger(__name__)

#: How soon something new in the outbox is noticed.
IDLE_S: Final = 0.2
#: How often the credential file is looked at while there is none, or while it is refused.
CREDENTIAL_S: Final = 1.0
#: A refused credential is tried again now and then: the cloud may have been the one to be wrong.
REFUSED_S: Final = 300.0
LIMIT: Final = 500
_ALARM: Final = (
    "ALARM: %s refuses this box's credential (%s). Nothing is lost, nothing is sent. Make a code with "
    "`vitrine cloud box-code STORE BOX` and enrol again: vitrine enrol BOX.toml --code CODE"
)


@dataclass(frozen=True, slots=True)
class World:
    """What the loop takes from outside. wait(seconds) returns True when it is time to stop."""

    wait: Callable[[float], bool]
    now: Callable[[], datetime]
    chance: Callable[[], float]


def drain(url: str, state_path: Path, outbox: Backlog, world: World) -> None:
    """Send until told to stop. The outbox is kept whatever the cloud says."""
    tidied: datetime | None = None
    while not world.wait(0.0):
        if tidied is None or (world.now() - tidied).days:
            tidied = world.now()
            outbox.tidy(tidied)
        stamp = _stamp(state_path)
        box = _read(state_path)
        if box is None:
            log.info("waiting for a credential: vitrine enrol BOX.toml --code CODE")
            _await_change(state_path, stamp, None, world)
            continue
        with open_line(url, box) as client:
            refused = _drain_with(client, outbox, world)
        if refused is not None:
            log.error(_ALARM, url, refused.why)
            _await_change(state_path, stamp, REFUSED_S, world)


def _drain_with(client: httpx.Client, outbox: Backlog, world: World) -> Refused | None:
    """Step until stopped (None) or refused."""
    waits_s = pauses(world.chance)
    failing = ""
    while True:
        outcome = step(client, outbox, LIMIT, world.now())
        if isinstance(outcome, Refused):
            return outcome
        if not isinstance(outcome, Later):
            waits_s = pauses(world.chance)
            if failing:
                log.info("the uplink is back")
                failing = ""
        elif outcome.why != failing:
            failing = outcome.why
            log.warning("the uplink waits: %s", failing)
        if world.wait(_wait_s(outcome, waits_s)):
            return None


def _wait_s(outcome: Outcome, waits_s: Iterator[float]) -> float:
    if isinstance(outcome, Sent):
        return 0.0
    if isinstance(outcome, Later):
        return max(next(waits_s), outcome.after_s or 0.0)
    return IDLE_S


def _await_change(state_path: Path, stamp: int, longest_s: float | None, world: World) -> None:
    """Wait until the credential file is another, the time is over, or it is time to stop."""
    waited_s = 0.0
    while _stamp(state_path) == stamp and (longest_s is None or waited_s < longest_s):
        if world.wait(CREDENTIAL_S):
            return
        waited_s += CREDENTIAL_S


def _stamp(state_path: Path) -> int:
    """Changes whenever the credential file does; 0 while there is none."""
    try:
        return (state_path / credential.FILE_NAME).stat().st_mtime_ns
    except OSError:
        return 0


def _read(state_path: Path) -> Credential | None:
    try:
        return credential.load(state_path)
    except ConfigError as wrong:
        log.error("%s", wrong)  # noqa: TRY400 - a sentence for the installer, who needs no traceback
        return None
