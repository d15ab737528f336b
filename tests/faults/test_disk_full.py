"""A disk that is really full: the kernel refuses the write, in a process of its own."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from edge.outbox import FILE_NAME, Backlog
from tests.conftest import ROOT

#: Places orders until the disk is full, then once more with room again; prints what became of each.
_SCREEN = """
import resource, signal, sys
from pathlib import Path
from edge.outbox import Outbox, OutboxFull
from tests.edge.outbox_makers import BOX, NOON, STORE, order, placed

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
outbox = Outbox(Path(sys.argv[1]), STORE, BOX, 10**9)

def place():
    bought = order()
    failure = outbox.place(bought, placed(bought), NOON).exception(20)
    assert failure is None or isinstance(failure, OutboxFull), repr(failure)
    print(bought.id, "refused: " + str(failure) if failure else "taken", flush=True)
    return failure is None

place()
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, unlimited[1]))
while place():
    pass
assert not place()
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
assert place()
outbox.close()
"""


def test_orders_are_refused_in_words_and_those_taken_are_all_there(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    done = subprocess.run(
        [sys.executable, "-c", _SCREEN, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    taken = {key for key, words in told.items() if words == "taken"}
    assert len(told) - len(taken) == 2
    assert "staff" in next(words for words in told.values() if words != "taken")
    assert "cannot be written" in done.stderr
    assert len(taken) > 20
    with closing(Backlog(path)) as backlog:
        assert backlog.counts()["events"] == len(taken)
        found = set()
        while parcel := backlog.parcel("orders"):
            found.add(parcel.id)
            backlog.delivered(parcel)
    assert found == taken
    assert not list(tmp_path.glob("*.damaged-*"))
