"""The glass of whatever size the screen in front wants, who is in it, and the picture that is taken of it."""

from typing import Final

import numpy as np
import pygame

from edge.ahead import Wish
from edge.scene import Frame, Scene
from edge.ui.area import Area
from edge.ui.theme import Colour
from mirror_app.glass import Glass
from mirror_app.screens._room import Person
from mirror_app.screens._screen import Screen
from mirror_app.session import Shot, Visit
from models.results import F32

#: The top of the forehead and the chin in the face mesh; hair reaches this much higher, in faces.
_FOREHEAD, _CHIN = 10, 152
_HAIR: Final = 0.35


class Reflection:
    """What people see of themselves; holds their last picture, and one that comes, until `forget`."""

    def __init__(self) -> None:
        self._glass: Glass | None = None
        self._shows = False

    def forget(self) -> None:
        """Let go of the picture."""
        self._glass, self._shows = None, False

    def expect(self, frame: Frame) -> None:
        """A frame is being looked at: what can be done before it is known who is in it."""
        if self._glass is not None and self._shows:
            self._glass.expect(frame)

    def wish(self) -> Wish | None:
        """What may be drawn ahead of the next frames; any thread."""
        glass = self._glass
        return glass.wish if glass is not None and self._shows else None

    def show(
        self, surface: pygame.Surface, scene: Scene | None, screen: Screen, ground: Colour, now_s: float
    ) -> None:
        """Draw the live mirror where the screen in front has it; plain ground while there is no picture."""
        place = screen.glass()
        self._shows = place is not None and scene is not None
        if place is None:
            if self._glass is not None:
                self._glass.expect_nothing()
            return
        if scene is None:
            surface.fill(ground[:3], place)
            return
        if self._glass is None or self._glass.size_px != place.size:
            self._glass = Glass(place.size)
        tracks = [face.track for face in scene.faces]
        shown, split = screen.shown(tracks, now_s), screen.split(tracks, now_s)
        self._glass.show(_part(surface, place), scene, shown.worn, shown.light, split)

    @property
    def people(self) -> tuple[Person, ...]:
        """Who is in the glass, from left to right."""
        if self._glass is None:
            return ()
        width, height = self._glass.picture_px
        tops = [(face.track, *_crown(face.landmarks_xyz)) for face in self._glass.faces]
        people = (Person(track, x / width, y / height) for track, x, y in tops)
        return tuple(sorted(people, key=lambda person: person.x))

    def shot(self, visit: Visit) -> Shot | None:
        """The picture as it is seen now; None where none was seen yet."""
        if self._glass is None:
            return None
        focus = _bounds([face.landmarks_xyz for face in self._glass.faces])
        items = visit.items_of(face.track for face in self._glass.faces) or visit.items
        return Shot(self._glass.picture(), items, focus)


def _crown(landmarks: F32) -> tuple[float, float]:
    """About the top of a head with its hair, in pixels."""
    x, y = landmarks[_FOREHEAD, :2] - _HAIR * (landmarks[_CHIN, :2] - landmarks[_FOREHEAD, :2])
    return float(x), float(y)


def _part(surface: pygame.Surface, place: Area) -> pygame.Surface:
    return surface if place.size == surface.get_size() else surface.subsurface(place)


def _bounds(landmarks: list[F32]) -> tuple[float, float, float, float] | None:
    """The smallest box around all faces."""
    if not landmarks:
        return None
    points = np.concatenate([each[:, :2] for each in landmarks])
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    return left, top, right, bottom
