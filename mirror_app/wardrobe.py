"""What each person before the mirror wears, what they can undo, and for how long they wore it. Pure.

People are tracks: anonymous, forgotten when they leave. Of one effect a person wears one product: another
lipstick replaces the first, a blush comes beside it. Whoever is lost to the camera for a moment and found
again under a new number gets their things back, as long as it is clear whose they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mirror_app.catalog import Item
from mirror_app.layer import Layer

#: So long the things of somebody who is out of view are kept for them.
_KEEP_S: Final = 8.0
#: What the mirror showed before anybody touched it was tried by who keeps it on for so long after the touch.
_STAYED_S: Final = 3.0
#: Steps that can be undone.
_UNDO_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class Worn:
    """One product on a person. strength: 0..1, how much of it."""

    item: Item
    strength: float = 1.0

    @property
    def layer(self) -> Layer:
        """What it is on a face."""
        return self.item.layer_at(self.strength)


#: By effect: of each a person wears one.
Outfit = Mapping[str, Worn]
_BARE: Final[Outfit] = {}


@dataclass(slots=True)
class _Person:
    outfit: Outfit = field(default_factory=dict)
    seen_s: float = 0.0


class Wardrobe:
    """The outfits of the people in view.

    A person is the track of their face; None stands for whoever is addressed when nobody has been picked.
    """

    def __init__(self) -> None:
        self._people: dict[int, _Person] = {}
        #: What people put on who come, before anybody is in view or addressed.
        self._waiting: Outfit = _BARE
        self._undo: list[tuple[dict[int, Outfit], Outfit]] = []
        self._seconds: dict[str, float] = {}
        #: SKUs that the mirror put on them; nobody chose these.
        self._shown: set[str] = set()
        self._ticked_s: float | None = None
        self.picked: int | None = None

    # -- people -----------------------------------------------------------------------------------------

    def see(self, tracks: Iterable[int], now_s: float) -> None:
        """Who is in view, the nearest first."""
        in_view = list(tracks)
        for track in in_view:
            if track not in self._people:
                self._people[track] = _Person(self._left_behind(track, in_view, now_s))
            self._people[track].seen_s = now_s
        for track in [t for t, person in self._people.items() if now_s - person.seen_s > _KEEP_S]:
            del self._people[track]
        if self.picked not in self._people:
            self.picked = None
        if in_view and self._waiting:
            self._hand_over(in_view[0])

    def _hand_over(self, track: int) -> None:
        """What waited is theirs, and so are its steps."""
        self._people[track].outfit = {**self._waiting, **self._people[track].outfit}
        self._undo = [({track: waiting, **before}, _BARE) for before, waiting in self._undo]
        self._waiting = _BARE

    def _left_behind(self, track: int, in_view: list[int], now_s: float) -> Outfit:
        """The newcomer's: the things and steps of whoever has gone out of view, if that is one person."""
        away = [
            t for t, person in self._people.items() if t not in in_view and now_s - person.seen_s <= _KEEP_S
        ]
        if len(away) != 1:
            return {}
        if self.picked == away[0]:
            self.picked = None
        for before, _ in self._undo:
            if away[0] in before:
                before[track] = before.pop(away[0])
        return self._people.pop(away[0]).outfit

    def people(self, now_s: float) -> tuple[int, ...]:
        """Who is in view at this moment, in the order in which they came."""
        return tuple(sorted(t for t, person in self._people.items() if person.seen_s == now_s))

    def addressed(self) -> int | None:
        """Whose outfit a touch changes: who was picked, else who was here first, the nearest of them.

        None before anybody was in view.
        """
        if self.picked is not None:
            return self.picked
        latest = max((person.seen_s for person in self._people.values()), default=0.0)
        return next((t for t, person in self._people.items() if person.seen_s == latest), None)

    # -- outfits ----------------------------------------------------------------------------------------

    def outfit(self, person: int | None = None) -> Outfit:
        """What somebody wears; without a name, whoever is addressed."""
        who = self.addressed() if person is None else person
        if who is None:
            return self._waiting
        return self._people[who].outfit if who in self._people else _BARE

    def layers(self, person: int) -> tuple[Layer, ...]:
        """What somebody wears, for the glass."""
        return tuple(worn.layer for worn in self.outfit(person).values())

    def wears(self, item: Item, person: int | None = None) -> bool:
        """Whether somebody wears just this."""
        worn = self.outfit(person).get(item.product.effect)
        return worn is not None and worn.item.shade.sku == item.shade.sku

    def arrive(self, parts: Iterable[tuple[Item, float]]) -> None:
        """They come wearing what the mirror showed them: no step of theirs, and tried only if it stays on."""
        self._waiting = {item.product.effect: Worn(item, strength) for item, strength in parts}
        self._shown = _skus(self._waiting)

    def put_on(self, item: Item, strength: float = 1.0) -> None:
        """In place of what the same effect drew."""
        self._shown.discard(item.shade.sku)
        self._change({**self.outfit(), item.product.effect: Worn(item, strength)})

    def take_off(self, item: Item) -> None:
        """Only this."""
        if self.wears(item):
            self._change({k: worn for k, worn in self.outfit().items() if k != item.product.effect})

    def toggle(self, item: Item) -> None:
        """Put on, or take off what is on."""
        (self.take_off if self.wears(item) else self.put_on)(item)

    def put_on_look(self, parts: Iterable[tuple[Item, float]]) -> None:
        """A whole look in place of everything; parts: its products and how much of each."""
        look = {item.product.effect: Worn(item, strength) for item, strength in parts}
        self._shown -= _skus(look)
        self._change(look)

    def clear(self) -> None:
        """Everything off."""
        if self.outfit():
            self._change(_BARE)

    def give_to_all(self) -> None:
        """Everybody in view wears what the addressed person wears."""
        outfit = self.outfit()
        self._remember()
        for person in self._people.values():
            person.outfit = outfit

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back that somebody would see."""
        return any(self._shows(*step) for step in reversed(self._undo))

    def undo(self) -> None:
        """Take back the last step that shows; people who came since keep what they wear."""
        while self._undo:
            before, waiting = self._undo.pop()
            if not self._shows(before, waiting):
                continue
            self._waiting = waiting
            for track, outfit in before.items():
                if track in self._people:
                    self._people[track].outfit = outfit
            return

    def _shows(self, before: Mapping[int, Outfit], waiting: Outfit) -> bool:
        """Whether somebody who is here, or for whom it waits, would wear something else."""
        if not self._people:
            return waiting != self._waiting
        latest = max(person.seen_s for person in self._people.values())
        here = [(track, person.outfit) for track, person in self._people.items() if person.seen_s == latest]
        return any(before.get(track, outfit) != outfit for track, outfit in here)

    def _change(self, outfit: Outfit) -> None:
        self._remember()
        who = self.addressed()
        if who is None:
            self._waiting = outfit
        else:
            self._people[who].outfit = outfit

    def _remember(self) -> None:
        self._undo.append(({t: person.outfit for t, person in self._people.items()}, self._waiting))
        del self._undo[:-_UNDO_STEPS]

    # -- time -------------------------------------------------------------------------------------------

    def tick(self, now_s: float, *, live: bool) -> None:
        """Time passes; while the mirror is live, what somebody in view wears counts as worn."""
        step_s = 0.0 if self._ticked_s is None else max(now_s - self._ticked_s, 0.0)
        self._ticked_s = now_s
        if not live:
            return
        for sku in {worn.item.shade.sku for worn in self._all_worn(now_s)}:
            self._seconds[sku] = self._seconds.get(sku, 0.0) + step_s

    def tried(self, now_s: float, *, everything: bool = False) -> tuple[tuple[str, float], ...]:
        """SKUs that came off since the last call with the seconds they were worn, each once.

        everything: what is still on, too, because the visit is over.
        """
        on = set() if everything else {worn.item.shade.sku for worn in self._all_worn(now_s)}
        off = tuple((sku, seconds) for sku, seconds in self._seconds.items() if sku not in on)
        for sku, _ in off:
            del self._seconds[sku]
        return tuple((sku, s) for sku, s in off if sku not in self._shown or s >= _STAYED_S)

    def _all_worn(self, now_s: float) -> list[Worn]:
        kept = [person for person in self._people.values() if now_s - person.seen_s <= _KEEP_S]
        outfits = [person.outfit for person in kept] or [self._waiting]
        return [worn for outfit in outfits for worn in outfit.values()]


def _skus(outfit: Outfit) -> set[str]:
    return {worn.item.shade.sku for worn in outfit.values()}
