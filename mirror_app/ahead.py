"""Hats, glasses and earrings, drawn ahead in the process that sees (`edge.ahead`) while nobody waits for it.

    glass ── Wishes.note: who wears what, in what light, fitted how ─→ Errand ─→ Drafts, over there
    glass ←── Wishes.drawn: films to lay ←── a table of where they lie on the sheet ──┘

Things are laid on a picture and never look at it: what they look like follows from where a head is. They cost
most of all that is worn, and are the only part that another process can do.
"""

import itertools
import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from edge.ahead import BEGIN, SHEET_BYTES, Sheet, Table, Wish
from edge.scene import Face, Scene
from mirror_app import effects
from mirror_app.fit import Fit
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light
from mirror_app.subject import Subject, is_sound
from mirror_app.things.film import Film
from models.results import U8

log = logging.getLogger(__name__)

#: A light that moved by less than this, of full, is no new errand: less than a grey level on a thing. And one
#: that moved by more than that meanwhile is not that of the picture any more.
_UNSEEN, _STALE = 1 / 255, 2 / 255
#: So many errands are remembered: more than frames are under way.
_REMEMBERED: Final = 16
#: Films begin at lines of memory.
_LINE_BYTES: Final = 64

#: Layers that were drawn, with their films.
Drawn = tuple[tuple[Layer, tuple[Film, ...]], ...]
#: A film on a sheet: its box, where its shares begin, where its colours do (0: none).
_Place = tuple[int, int, int, int, int, int]
#: Of a thing that is out of sight. A row of the table that is sent: the errand's number, the track, which of
#: `Errand.things`, and a _Place.
_NOWHERE: Final[_Place] = (0, 0, 0, 0, 0, 0)


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
        self._errands: OrderedDict[int, Errand] = OrderedDict()
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
        while len(self._errands) > _REMEMBERED:
            self._errands.popitem(last=False)
        self.wish = Wish("mirror_app.ahead:Drafts", errand)

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


class Drafts:
    """Over there: implements `edge.ahead.Drafts`.

    A thing is drawn once beside the seeing before it is drawn ahead: its picture is read then.
    """

    def __init__(self) -> None:
        for name in effects.names():  # an errand's layers are of their classes
            effects.load(name)
        self._errand: Errand | None = None
        #: Whether a thing can be drawn.
        self._known: dict[tuple[object, ...], bool] = {}
        self._learning: threading.Thread | None = None

    def wish(self, what: object) -> None:
        """An Errand."""
        assert isinstance(what, Errand)
        self._errand = what

    def draw(self, scene: Scene, sheet: U8, awaited: Callable[[], bool]) -> Table | None:
        """Draw what there is time for; None where that is nothing."""
        errand = self._errand
        if errand is None:
            return None
        rows: list[tuple[int, ...]] = []
        free = BEGIN
        for face in scene.faces:
            # Not between two things of a face: whoever draws one needs the shape of its head.
            if awaited():
                break
            drawing: _Drawing | None = None
            for at, layer in enumerate(errand.things.get(face.track, ())):
                drawing = drawing or _Drawing.of(face, errand, sheet)
                if drawing is None or not self._knows(layer, face, errand):
                    continue
                if (places := drawing.of_layer(layer, free)) is not None:
                    rows += [(errand.number, face.track, at, *place) for place in places or (_NOWHERE,)]
                    free = drawing.free
        return np.array(rows, np.int64) if rows else None

    def _knows(self, layer: Layer, face: Face, errand: Errand) -> bool:
        """Whether its pictures are read; where they are not, that begins."""
        key = layer.effect, layer.parameters  # finishes share their pictures, which no two threads may use
        if key in self._known:
            return self._known[key]
        if self._learning is None or not self._learning.is_alive():
            self._learning = threading.Thread(
                target=self._learn, args=(key, layer, face, errand), name="pictures", daemon=True
            )
            self._learning.start()
        return False

    def _learn(self, key: tuple[object, ...], layer: Layer, face: Face, errand: Errand) -> None:
        try:
            drawing = _Drawing.of(face, errand, np.empty(SHEET_BYTES, np.uint8))
            if drawing is not None:
                drawing.of_layer(layer, BEGIN)
        except Exception:
            log.exception("%s is not drawn ahead", layer.effect)
            self._known[key] = False
        else:
            self._known[key] = True


def _address(picture: U8) -> int:
    address: int = picture.__array_interface__["data"][0]  # a fifth of the time of `ctypes.data`
    return address


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
        self._begin = _address(sheet)
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
        adds = 0 if film.adds_bgr is None else _address(film.adds_bgr) - self._begin
        self._places.append((*film.box_xyxy, _address(film.keeps_bgr) - self._begin, adds))

    def paper(self, name: str, shape: tuple[int, ...]) -> U8:  # noqa: ARG002 - each has a place of its own
        """The next free part of the sheet."""
        begin, size = self.free, math.prod(shape)
        if begin + size > len(self._sheet):
            raise _NoRoomError
        self.free = -(-(begin + size) // _LINE_BYTES) * _LINE_BYTES
        return self._sheet[begin : begin + size].reshape(shape)
