"""The box's durable queue of what the cloud has not confirmed: one SQLite file per box.

Screens write (`Outbox`, one per screen process), the uplink drains (`Backlog`, one per box). A screen says
"ordered" or "saved" only after the row and its event are on disk together.

    file.py      the file: opening, one writer at a time, what happens to a damaged one
    budget.py    the disk budget: who may use how much, and how events are folded into a gap
    writing.py   Outbox: record, place, publish; one writer thread, many additions per fsync
    backlog.py   Backlog: what is next to send, what the cloud has confirmed, what is set aside
"""

from .backlog import Backlog, Batch, Lane, Parcel
from .file import FILE_NAME
from .writing import Outbox, OutboxFull

__all__ = ["FILE_NAME", "Backlog", "Batch", "Lane", "Outbox", "OutboxFull", "Parcel"]
