"""Draws things ahead, in the process that sees: what `mirror_app.ahead` wishes, as films on a sheet."""

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from edge import pixels
from edge.ahead import BEGIN, SHEET_BYTES, Table
from edge.scene import Face, Scene
from mirror_app import effects
from mirror_app.ahead import NOWHERE, Errand, Place
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light
from mirror_app.subject import Subject, is_sound
from mirror_app.things.film import Film
from models.results import U8

log = logging.getLogger(__name__)

#: Films begin at lines of memory.
_LINE_BYTES: Final = 64


class Drafts:
    """Implements `edge.ahead.Drafts`.

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
                    rows += [(errand.number, face.track, at, *place) for place in places or (NOWHERE,)]
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


class _NoRoomError(Exception):
    """The sheet is full."""


class _Drawing(Subject):
    """A face without a picture: what is laid on it lies on the sheet."""

    def __init__(self, face: Face, light: Light, size_px: tuple[int, int], sheet: U8) -> None:
        width, height = size_px
        nothing: U8 = np.broadcast_to(np.uint8(0), (height, width, 3))
        super().__init__(nothing, face, light)
        self._sheet = sheet
        self._places: list[Place] = []
        self._begin = pixels.address(sheet)
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

    def of_layer(self, layer: Layer, free: int) -> tuple[Place, ...] | None:
        """Draw a layer onto the sheet from there on; None where it has no room."""
        self.free, self._places = free, []
        try:
            effects.load(layer.effect).apply(self, layer)
        except _NoRoomError:
            return None
        return tuple(self._places)

    def lay(self, film: Film) -> None:
        """Note where it lies."""
        adds = 0 if film.adds_bgr is None else pixels.address(film.adds_bgr) - self._begin
        self._places.append((*film.box_xyxy, pixels.address(film.keeps_bgr) - self._begin, adds))

    def paper(self, name: str, shape: tuple[int, ...]) -> U8:  # noqa: ARG002 - each has a place of its own
        """The next free part of the sheet."""
        begin, size = self.free, math.prod(shape)
        if begin + size > len(self._sheet):
            raise _NoRoomError
        self.free = -(-(begin + size) // _LINE_BYTES) * _LINE_BYTES
        return self._sheet[begin : begin + size].reshape(shape)
