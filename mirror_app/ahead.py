"""Hats, glasses and earrings, drawn ahead in the process that sees (`edge.ahead`) while nobody waits for it.

    glass ── Wishes.note: who wears what, in what light, fitted how ─→ Errand ─→ mirror_app.drafts, over there
    glass ←── Wishes.drawn: films to lay ←── a table of where they lie on the sheet ──┘

Things are laid on a picture and never look at it: what they look like follows from where a head is. They cost
most of all that is worn, and are the only part that another process can do.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from edge.ahead import Sheet, Wish
from edge.scene import Scene
from mirror_app import effects
from mirror_app.fit import Fit
from mirror_app.layer import Layer
from mirror_app.light import Light
from mirror_app.things.film import Film
from models.results import U8

#: A light that moved by less than this, of full, is no new errand: less than a grey level on a thing. And one
#: that moved by more than that meanwhile is not that of the picture any more.
_UNSEEN, _STALE = 1 / 255, 2 / 255
#: So many errands are remembered: more than frames are under way.
_REMEMBERED: Final = 16
#: Layers that were drawn, with their films.
Drawn = tuple[tuple[Layer, tuple[Film, ...]], ...]
#: A film on a sheet: its box, where its shares begin, where its colours do (0: none).
Place = tuple[int, int, int, int, int, int]
#: Of a thing that is out of sight. A row of the table that is sent: the errand's number, the track, which of
#: `Errand.things`, and a Place.
NOWHERE: Final[Place] = (0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Errand:
    """What is to be drawn. number: no other errand has it. things: layers by track. lights: by track."""

    number: int
    fitted: Fit
    things: Mapping[int, tuple[Layer, ...]]
    lights: Mapping[int, Light]

    def alike(
        self, fitted: Fit, things: Mapping[int, tuple[Layer, ...]], lights: Mapping[int, Light]
    ) -> bool:
        """Whether one would draw the same again."""
        if fitted != self.fitted or things != self.things:
            return False
        return all(_apart(light, lights[track]) < _UNSEEN for track, light in self.lights.items())


def _apart(one: Light, other: Light) -> float:
    return max(abs(a - b) for a, b in zip(one.gain_bgr, other.gain_bgr, strict=True))


class Wishes:
    """This side: what is wished for the next frames, and what came of it."""

    #: Never the same again, so that what was drawn for one glass is not shown in the one that follows it.
    _numbers: Final = itertools.count(1)

    def __init__(self) -> None:
        self._errands: dict[int, Errand] = {}
        self._fitted: Fit | None = None
        #: What was worn by each face last, and what of it are things: the same for hundreds of frames.
        self._worn: dict[int, tuple[Sequence[Layer], tuple[Layer, ...]]] = {}
        #: For frames that come; None where nobody wears a thing.
        self.wish: Wish | None = None

    def note(self, fitted: Fit, worn: Mapping[int, Sequence[Layer]], lights: Mapping[int, Light]) -> None:
        """What was shown just now: the next frame will be much alike. worn: of faces in view, by track."""
        before = self._worn
        self._worn = {
            track: was if (was := before.get(track)) and was[0] is layers else (layers, _things(layers))
            for track, layers in worn.items()
        }
        things = {track: own for track, (_, own) in self._worn.items() if own}
        still, self._fitted = fitted == self._fitted, fitted
        if not things:
            self.wish = None
            return
        if not still:  # while the window glides, all would be in vain
            things = {}
        last = next(reversed(self._errands.values()), None)
        if self.wish is not None and last is not None and last.alike(fitted, things, lights):
            return
        errand = Errand(next(self._numbers), fitted, things, {track: lights[track] for track in things})
        self._errands[errand.number] = errand
        if len(self._errands) > _REMEMBERED:
            del self._errands[next(iter(self._errands))]
        self.wish = Wish("mirror_app.drafts:Drafts", errand)

    def drawn(self, scene: Scene, fitted: Fit, lights: Mapping[int, Light]) -> Mapping[int, Drawn]:
        """What of a scene was drawn ahead, by track; only what would be drawn alike now."""
        sheet = scene.other(Sheet)
        if sheet is None or not len(sheet.drawn):
            return {}
        rows: list[list[int]] = sheet.drawn.tolist()
        errand = self._errands.get(rows[0][0])
        if errand is None or errand.fitted != fitted:
            return {}
        fresh = {
            track
            for track, light in lights.items()
            if track in errand.lights and _apart(errand.lights[track], light) < _STALE
        }
        found: dict[tuple[int, int], list[Film]] = {}
        for _, track, at, *place in rows:
            if track in fresh:
                films = found.setdefault((track, at), [])
                if place[2]:  # else it is out of sight
                    films.append(_film(place, sheet.memory))
        drawn: dict[int, Drawn] = {}
        for (track, at), films in found.items():
            drawn[track] = (*drawn.get(track, ()), (errand.things[track][at], tuple(films)))
        return drawn


def _things(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Those that can be drawn ahead, each once."""
    things: list[Layer] = []
    for layer in layers:
        if getattr(effects.load(layer.effect), "THING", False) and layer not in things:
            things.append(layer)
    return tuple(things)


def _film(place: list[int], memory: U8) -> Film:
    x0, y0, x1, y1, keeps, adds = place
    shape = y1 - y0, x1 - x0, 3
    size = shape[0] * shape[1] * 3
    above = memory[adds : adds + size].reshape(shape) if adds else None
    return Film((x0, y0, x1, y1), memory[keeps : keeps + size].reshape(shape), above)
