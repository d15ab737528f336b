"""The glass: what a shopper sees of themselves. Mirrored camera picture, effects, nothing else.

A frame is copied twice, no more: mirrored into the glass's own buffer, where the effects are drawn, and
from there into the screen. The first copy needs no scene: it is made while perception still looks (`expect`).
Where the screen has 32 bits a pixel (every window, and headless), the second
copy is one OpenCV conversion straight into the screen's memory: a quarter of the time of a blit. The UI
may redraw as often as it likes: a scene that is already in the buffer costs the second copy only. On a
display with far more pixels than cameras have (4K) the buffer has half its size and the second copy doubles.

    scene.frame ── cut, mirror, scale ──→ bare ── effects, room light ──→ buffer ── convert ──→ screen

Split, the glass shows two things of one moment: to the left of the line one, to the right the other.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import pygame

from edge.ahead import Wish
from edge.scene import Face, Frame, Scene
from mirror_app import painter, room_light
from mirror_app.ahead import Drawn, Wishes
from mirror_app.enlarge import Doubler
from mirror_app.fit import Fit, fit, follow
from mirror_app.layer import Layer
from mirror_app.light import Light, Lights
from mirror_app.room_light import DAY, RoomLight
from mirror_app.subject import is_sound
from models.results import U8, HairMask

#: What each face wears, by its track.
Worn = Mapping[int, tuple[Layer, ...]]

#: Screens whose pixels are blue, green, red and one spare byte in memory.
_BGRX: Final = (0xFF0000, 0x00FF00, 0x0000FF)
#: Where the picture shrinks by more than this, linear interpolation would skip pixels.
_SHRINK: Final = 0.5
#: From so many pixels on a screen is doubled: above 2560 x 1440.
_DOUBLED_FROM_PX: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a scene. worn: by track. light: the room's."""

    worn: Worn
    light: RoomLight = DAY


@dataclass(frozen=True, slots=True)
class Split:
    """A second view of the same moment, to the right of a line. at: 0..1 of the glass's width."""

    at: float
    view: View


@dataclass(frozen=True, eq=False)
class _Ahead:
    """A frame that was mirrored before it was known who is in it. buffer_bgr: into this, fitted so."""

    frame: Frame
    fitted: Fit
    buffer_bgr: U8


@dataclass(frozen=True, eq=False)
class _Paint:
    """What all views of a moment are painted by. lights, drawn: by track; drawn: what was drawn ahead."""

    lights: Mapping[int, Light]
    hair: U8 | None
    drawn: Mapping[int, Drawn]


class Glass:
    """The mirrored, fitted camera picture with effects, of one size.

    Not thread-safe, but for `wish`: the stage draws from one thread.
    """

    def __init__(self, size_px: tuple[int, int]) -> None:
        width, height = size_px
        if width < 1 or height < 1:
            raise ValueError(f"size_px: expected at least 1 x 1, got {width} x {height}")
        self.size_px = size_px
        doubled = width * height >= _DOUBLED_FROM_PX and width % 2 == height % 2 == 0
        self._work_px = (width // 2, height // 2) if doubled else size_px
        self._doubler = Doubler(self._work_px) if doubled else None
        shape = (self._work_px[1], self._work_px[0], 3)
        self._buffer: U8 = np.zeros(shape, np.uint8)
        self._spare: U8 | None = None
        self._ahead: _Ahead | None = None
        self._other: U8 = np.zeros((0, 0, 3), np.uint8)
        self._small: U8 = np.zeros((0, 0, 3), np.uint8)
        self._focus = (0.5, 0.5)
        self._scene: Scene | None = None
        self._shown: tuple[View, Split | None] | None = None
        self._faces: tuple[Face, ...] = ()
        self._lights = Lights()
        self._wishes = Wishes()

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces of the last scene in pixels of `picture`; those that are sound."""
        return self._faces

    @property
    def picture_px(self) -> tuple[int, int]:
        """Width and height of `picture`: the glass's, or half of it on very large screens."""
        return self._work_px

    def show(
        self,
        screen: pygame.Surface,
        scene: Scene,
        worn: Worn,
        light: RoomLight = DAY,
        split: Split | None = None,
    ) -> None:
        """Fill the screen with the scene. worn: what each face wears, by `Face.track`.

        screen: of the glass's size; a larger one is filled from its upper left corner.
        """
        wanted = (View(worn, light), split)
        if scene is not self._scene or wanted != self._shown:
            self._shown = None  # should this fail half-way, it is drawn anew
            self._render(scene, *wanted)
            self._shown = (View(dict(worn), light), split)
        self._put(screen)

    def expect(self, frame: Frame) -> None:
        """Mirror a frame while it is still looked at: `show` of its scene finds that done.

        Where the picture is cut its window may glide until then; so this is in vain now and then.
        """
        buffer = np.empty_like(self._buffer) if self._spare is None else self._spare
        self._spare = self._ahead = None
        fitted = fit(frame.size_px, self._work_px, self._focus)
        self._mirror(frame.image_bgr, fitted, buffer)
        self._spare, self._ahead = buffer, _Ahead(frame, fitted, buffer)

    def expect_nothing(self) -> None:
        """Let go of a frame that was expected: nobody will see it here."""
        self._spare = self._ahead = None

    @property
    def wish(self) -> Wish | None:
        """What may be drawn ahead of the next frames."""
        return self._wishes.wish

    def picture(self) -> U8:
        """A copy of what the shopper sees, without UI: (h, w, 3) uint8, mirrored. Black before any scene."""
        return self._buffer.copy()

    def _render(self, scene: Scene, view: View, split: Split | None) -> None:
        sound = tuple(face for face in scene.faces if is_sound(face))
        fitted = self._fit(scene, sound)
        ahead = self._ahead
        if ahead is not None and ahead.frame is scene.frame and ahead.fitted == fitted:
            self._buffer, self._spare, self._ahead = ahead.buffer_bgr, self._buffer, None
        else:
            self._mirror(scene.frame.image_bgr, fitted, self._buffer)
        self._faces = tuple(fitted.face(face) for face in sound)
        self._scene = scene
        views = [view, split.view] if split else [view]
        wearing = [face for face in self._faces if any(each.worn.get(face.track) for each in views)]
        # The light is measured before anything is drawn: paint is no skin.
        lights = self._lights.see(self._buffer, wearing, scene.frame.captured_s)
        found = scene.other(HairMask)
        hair = None if found is None else fitted.mask(found.alpha)
        paint = _Paint(lights, hair, self._wishes.drawn(scene, fitted, lights))
        worn = {face.track: _all_worn(views, face.track) for face in wearing}
        self._wishes.note(fitted, worn, lights)
        if split is None:
            self._show_view(self._buffer, view, paint, slice(None))
            return
        cut = round(min(max(split.at, 0.0), 1.0) * self._work_px[0])
        if self._other.shape != self._buffer.shape:
            self._other = np.empty_like(self._buffer)
        np.copyto(self._other, self._buffer)
        self._show_view(self._buffer, view, paint, slice(0, cut))
        self._show_view(self._other, split.view, paint, slice(cut, None))
        self._buffer[:, cut:] = self._other[:, cut:]

    def _show_view(self, image_bgr: U8, view: View, paint: "_Paint", columns: slice) -> None:
        """Paint a whole mirrored picture and light these columns of it."""
        for face in self._faces:
            if layers := view.worn.get(face.track):
                drawn = paint.drawn.get(face.track, ())
                painter.paint(image_bgr, face, layers, paint.lights[face.track], paint.hair, drawn)
        room_light.relight(image_bgr, self._faces, view.light, columns)

    def _fit(self, scene: Scene, faces: tuple[Face, ...]) -> Fit:
        """The window of this scene; where the picture must be cut it glides after the faces."""
        camera_px = scene.frame.size_px
        before = self._scene
        dt_s = math.inf if before is None else scene.frame.captured_s - before.frame.captured_s
        self._focus = follow(self._focus, faces, camera_px, self._work_px, dt_s)
        return fit(camera_px, self._work_px, self._focus)

    def _mirror(self, image_bgr: U8, fitted: Fit, buffer: U8) -> None:
        """Cut, mirror and scale into a buffer; mirroring where there are fewer pixels."""
        width, height = fitted.window_px
        window = image_bgr[fitted.y_px : fitted.y_px + height, fitted.x_px : fitted.x_px + width]
        if fitted.window_px == self._work_px:
            cv2.flip(window, 1, dst=buffer)
        elif width * height <= buffer.shape[0] * buffer.shape[1]:
            small = self._scratch((height, width))
            cv2.resize(cv2.flip(window, 1, dst=small), self._work_px, dst=buffer)
        else:
            small = self._scratch(buffer.shape[:2])
            method = cv2.INTER_AREA if self._work_px[0] < _SHRINK * width else cv2.INTER_LINEAR
            cv2.flip(cv2.resize(window, self._work_px, dst=small, interpolation=method), 1, dst=buffer)

    def _scratch(self, shape: tuple[int, ...]) -> U8:
        if self._small.shape[:2] != shape:
            self._small = np.empty((*shape, 3), np.uint8)
        return self._small

    def _put(self, screen: pygame.Surface) -> None:
        direct = _is_bgrx(screen) and screen.get_size() == self.size_px
        # The view locks the surface; it goes before anybody else draws.
        if direct and self._doubler:
            self._doubler.double(self._buffer, _pixels(screen))
        elif direct:
            cv2.cvtColor(self._buffer, cv2.COLOR_BGR2BGRA, dst=_pixels(screen))
        elif self._doubler:
            screen.blit(pygame.transform.smoothscale(self._surface(), self.size_px), (0, 0))
        else:
            screen.blit(self._surface(), (0, 0))

    def _surface(self) -> pygame.Surface:
        """The buffer, to be drawn by pygame."""
        return pygame.image.frombuffer(self._buffer.data, self._work_px, "BGR")


def _all_worn(views: list[View], track: int) -> Sequence[Layer]:
    """What somebody wears in any of the views."""
    worn = [view.worn.get(track, ()) for view in views]
    return worn[0] if len(worn) == 1 else [layer for layers in worn for layer in layers]


def _is_bgrx(screen: pygame.Surface) -> bool:
    return screen.get_bytesize() == 4 and screen.get_masks()[:3] == _BGRX


def _pixels(screen: pygame.Surface) -> U8:
    """The surface's own memory, (h, w, 4) uint8; the surface is locked while it lives."""
    return pygame.surfarray.pixels2d(screen).T.view(np.uint8).reshape(*screen.get_size()[::-1], 4)
