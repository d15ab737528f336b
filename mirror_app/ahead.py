"""Hats, glasses and earrings, drawn ahead in the process that sees (`edge.ahead`) while nobody waits for it.

    glass ── Wishes.note: who wears what, in what light, fitted how ─→ Errand ─→ Drafts, over there
    glass ←── Wishes.drawn: films to lay ←── a table of where they lie on the sheet ──┘

Things are laid on a picture and never look at it: what they look like follows from where a head is. They cost
most of all that is worn, and are the only part that another process can do.
"""

import itertools
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from edge.ahead import BEGIN, SHEET_BYTES, Sheet, Wish
from edge.scene import Face, Scene
from mirror_app import effects
from mirror_app.fit import Fit
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light
from mirror_app.subject import Subject, is_sound
from mirror_app.things.film import Film
from models.results import U8

#: A light that moved by less than this, of full, is the same: less than a grey level on a thing.
_UNSEEN: Final = 1 / 255
#: So many errands are remembered: more than frames are under way.
_REMEMBERED: Final = 16
#: Films begin at lines of memory.
_LINE_BYTES: Final = 64

#: Layers that were drawn, with their films.
Drawn = tuple[tuple[Layer, tuple[Film, ...]], ...]
#: A film on a sheet: its box, where its shares begin, where its colours do (0: none).
_Place = tuple[int, int, int, int, int, int]
#: The table of films: the errand's number, track, place in `Errand.things`, and a _Place; each a row.
_Table = npt.NDArray[np.int64]


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
        return all(_alike(light, lights[track]) for track, light in self.lights.items())


def _alike(one: Light, other: Light) -> bool:
    return all(abs(a - b) < _UNSEEN for a, b in zip(one.gain_bgr, other.gain_bgr, strict=True))


class Wishes:
    """This side: what is wished for the next frames, and what came of it."""

    #: Never the same again, so that what was drawn for one glass is not shown in the one that follows it.
    _numbers: Final = itertools.count(1)

    def __init__(self) -> None:
        self._errands: OrderedDict[int, Errand] = OrderedDict()
        #: For frames that come; None where nobody wears a thing.
        self.wish: Wish | None = None

    def note(self, fitted: Fit, worn: Mapping[int, Iterable[Layer]], lights: Mapping[int, Light]) -> None:
        """What was shown just now: the next frame will be much alike. worn: of faces in view, by track."""
        things = {track: kept for track, layers in worn.items() if (kept := _things(layers))}
        if not things:
            self.wish = None
            return
        last = next(reversed(self._errands.values()), None)
        if self.wish is not None and last is not None and last.alike(fitted, things, lights):
            return
        errand = Errand(next(self._numbers), fitted, things, {track: lights[track] for track in things})
        self._errands[errand.number] = errand
        while len(self._errands) > _REMEMBERED:
            self._errands.popitem(last=False)
        self.wish = Wish("mirror_app.ahead:Drafts", errand)

    def drawn(self, scene: Scene, fitted: Fit) -> Mapping[int, Drawn]:
        """What of a scene was drawn ahead, by track; nothing where the picture is fitted otherwise now."""
        sheet = scene.other(Sheet)
        if sheet is None:
            return {}
        rows: list[list[int]] = sheet.drawn.tolist()
        errand = self._errands.get(rows[0][0])
        if errand is None or errand.fitted != fitted:
            return {}
        found: dict[tuple[int, int], list[Film]] = {}
        for _, track, at, *place in rows:
            found.setdefault((track, at), []).append(_film(place, sheet.memory))
        drawn: dict[int, Drawn] = {}
        for (track, at), films in found.items():
            drawn[track] = (*drawn.get(track, ()), (errand.things[track][at], tuple(films)))
        return drawn


def _things(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    return tuple(layer for layer in layers if getattr(effects.load(layer.effect), "THING", False))


def _film(place: list[int], memory: U8) -> Film:
    x0, y0, x1, y1, keeps, adds = place
    shape = y1 - y0, x1 - x0, 3
    size = math.prod(shape)
    above = memory[adds : adds + size].reshape(shape) if adds else None
    return Film((x0, y0, x1, y1), memory[keeps : keeps + size].reshape(shape), above)


class Drafts:
    """Over there: implements `edge.ahead.Drafts`.

    A thing is drawn once beside the seeing before it is drawn ahead: its picture is read then.
    """

    def __init__(self) -> None:
        self._errand: Errand | None = None
        self._known: set[tuple[object, ...]] = set()
        self._learning: threading.Thread | None = None

    def wish(self, what: object) -> None:
        """An Errand."""
        assert isinstance(what, Errand)
        self._errand = what

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> _Table | None:
        """Draw what there is time for; None where that is nothing."""
        errand = self._errand
        if errand is None:
            return None
        rows: list[tuple[int, ...]] = []
        free = BEGIN
        for face in scene.faces:
            # All of a face or nothing: whoever draws a thing needs the shape of the head, which costs most.
            if awaited():
                break
            drawing: _Drawing | None = None
            for at, layer in enumerate(errand.things.get(face.track, ())):
                drawing = drawing or _Drawing.of(face, errand, sheet)
                if drawing is None or not self._knows(layer, face, errand):
                    continue
                if (places := drawing.of_layer(layer, free)) is not None:
                    rows += [(errand.number, face.track, at, *place) for place in places]
                    free = drawing.free
        return np.array(rows, np.int64) if rows else None

    def _knows(self, layer: Layer, face: Face, errand: Errand) -> bool:
        """Whether its pictures are read; where they are not, that begins."""
        key = layer.effect, layer.finish, layer.parameters
        if key in self._known:
            return True
        if self._learning is None or not self._learning.is_alive():
            self._learning = threading.Thread(
                target=self._learn, args=(key, layer, face, errand), daemon=True
            )
            self._learning.start()
        return False

    def _learn(self, key: tuple[object, ...], layer: Layer, face: Face, errand: Errand) -> None:
        try:
            drawing = _Drawing.of(face, errand, np.empty(SHEET_BYTES, np.uint8))
            if drawing is not None:
                drawing.of_layer(layer, BEGIN)
        finally:  # what cannot be drawn is told by the one who draws
            self._known.add(key)


class _NoRoomError(Exception):
    """The sheet is full."""


class _Drawing(Subject):
    """A face without a picture: what is laid on it lies on the sheet."""

    def __init__(self, face: Face, light: Light, size_px: tuple[int, int], sheet: U8) -> None:
        width, height = size_px
        nothing: U8 = np.broadcast_to(np.uint8(0), (height, width, 3))
        super().__init__(nothing, face, light)
        self._sheet = sheet
        self._places: list[_Place] = []
        #: Where the film begins that is being drawn, by what it is of.
        self._begins: dict[str, int] = {}
        #: Where nothing is drawn yet.
        self.free = BEGIN

    @classmethod
    def of(cls, face: Face, errand: Errand, sheet: U8) -> "_Drawing | None":
        """None for a face that nothing can be drawn on."""
        if not is_sound(face):
            return None
        # What stands before a face is put back by whoever paints it.
        fitted = errand.fitted.face(replace(face, cover=None))
        return cls(fitted, errand.lights.get(face.track, DAYLIGHT), errand.fitted.glass_px, sheet)

    def of_layer(self, layer: Layer, free: int) -> tuple[_Place, ...] | None:
        """Draw a layer onto the sheet from there on; None where it has no room."""
        self.free, self._places = free, []
        try:
            effects.load(layer.effect).apply(self, layer)
        except _NoRoomError:
            return None
        return tuple(self._places)

    def lay(self, film: Film) -> None:
        """Note where it lies."""
        adds = 0 if film.adds_bgr is None else self._begins["adds"]
        self._places.append((*film.box_xyxy, self._begins["keeps"], adds))

    def paper(self, name: str, shape: tuple[int, ...]) -> U8:
        """The next free part of the sheet."""
        begin, size = self.free, math.prod(shape)
        if begin + size > len(self._sheet):
            raise _NoRoomError
        self.free = -(-(begin + size) // _LINE_BYTES) * _LINE_BYTES
        self._begins[name] = begin
        return self._sheet[begin : begin + size].reshape(shape)
