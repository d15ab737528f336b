"""What the phone page of a result and the board of the day say: views and, in one place, their words."""

from dataclasses import dataclass
from typing import Final

from .share import Note


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board; `name` None: nobody has claimed it."""

    place: int
    name: str | None
    steps: str
    points: str
    own: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One result in words."""

    steps: str
    counts: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """The page that claims: the result, names to choose from."""

    path: str
    result: Result
    names: tuple[str, ...]
    #: Address of the next names.
    others: str
    #: What makes sending it twice one claim, and shows the result again.
    key: str
    until: str
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The page of whoever claimed it."""

    name: str
    result: Result
    board: tuple[Row, ...]
    board_path: str


@dataclass(frozen=True, slots=True)
class Board:
    """The best of a store's day."""

    store: str
    day: str
    rows: tuple[Row, ...]


class Words:
    """Every text of these pages."""

    title: Final = "Your result"
    steps: Final = "{count} steps"
    step: Final = "1 step"
    seconds: Final = "in {count} seconds"
    rank: Final = "Rank of the day"
    rank_of: Final = "{place} of {count}"
    points: Final = "Points"
    choose: Final = "Choose your name"
    choose_note: Final = "It stands on today’s board. Made up, so nobody knows it is you."
    others: Final = "Other names"
    claim: Final = "Take this name"
    until: Final = "Yours to claim until"
    hello: Final = "You are"
    keep: Final = "Keep this page: it is the only way back to your result."
    board: Final = "Today’s best"
    board_all: Final = "See the whole board"
    board_empty: Final = "Nobody has raced yet today."
    board_empty_text: Final = "Step in front of the arena and be the first."
    place: Final = "Place"
    name: Final = "Name"
    unclaimed: Final = "not claimed"
    own: Final = "you"
    privacy: Final = "No account, no cookies, no picture, no face recognition."
    not_offered: Final = "Please choose one of these names."
    taken: Final = "Somebody has just taken this name. Please choose another."


ON_ITS_WAY: Final = Note(
    title="Your result is on its way",
    text="The arena is still sending it. This page looks again by itself; you can also come back later.",
    mark="way",
    again_s=4,
)
CLAIMED: Final = Note(
    title="Already claimed",
    text="Another phone was first. If it was yours, open the page it was shown; else race again.",
    mark="gone",
)
EXPIRED: Final = Note(
    title="This result has expired",
    text="A result waits seven days for its owner. Come and race again.",
    mark="time",
)
FORGED: Final = Note(
    title="Nothing here",
    text="This link is not complete. Scan the code on the arena’s screen again.",
    mark="none",
)
