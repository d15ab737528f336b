"""The glass: what a shopper sees of themselves. Mirrored camera picture, effects, nothing else.

A frame is copied twice, no more: mirrored into the glass's own buffer, where the effects are drawn, and
from there into the screen. Where the screen has 32 bits a pixel (every window, and headless), the second
copy is one OpenCV conversion straight into the screen's memory: a quarter of the time of a blit. The UI
may redraw as often as it likes: a scene that is already in the buffer costs the second copy only.

    scene.frame ── cut, mirror, scale ──→ buffer ── effects ──→ buffer ── convert ──→ screen
"""

import math
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
import pygame
from cv2.typing import MatLike

from edge.scene import Face, Scene
from mirror_app import painter
from mirror_app.fit import Fit, fit, follow
from mirror_app.layer import Layer
from mirror_app.light import Lights
from models.results import U8

#: What each face wears, by its track.
Worn = Mapping[int, tuple[Layer, ...]]

#: Screens whose pixels are blue, green, red and one spare byte in memory.
_BGRX: Final = (0xFF0000, 0x00FF00, 0x0000FF)
#: Where the picture shrinks by more than this, linear interpolation would skip pixels.
_SHRINK: Final = 0.5


class Glass:
    """The mirrored, fitted camera picture with effects, of one size.

    Not thread-safe: the stage draws from one thread.
    """

    def __init__(self, size_px: tuple[int, int]) -> None:
        width, height = size_px
        if width < 1 or height < 1:
            raise ValueError(f"size_px: expected at least 1 x 1, got {width} x {height}")
        self.size_px = size_px
        self._buffer: U8 = np.zeros((height, width, 3), np.uint8)
        self._small: U8 = np.zeros((0, 0, 3), np.uint8)
        self._surface = pygame.image.frombuffer(self._buffer.data, size_px, "BGR")
        self._focus = (0.5, 0.5)
        self._scene: Scene | None = None
        self._worn: Worn = {}
        self._faces: tuple[Face, ...] = ()
        self._lights = Lights()

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces of the last scene in pixels of the glass; those whose landmarks are numbers."""
        return self._faces

    def show(self, screen: pygame.Surface, scene: Scene, worn: Worn) -> None:
        """Fill the screen with the scene. worn: what each face wears, by `Face.track`, drawn in order.

        screen: of the glass's size; a larger one is filled from its upper left corner.
        """
        if scene is not self._scene or worn != self._worn:
            self._render(scene, worn)
        self._put(screen)

    def picture(self) -> U8:
        """A copy of what the shopper sees, without UI: (h, w, 3) uint8, mirrored. Black before any scene."""
        return self._buffer.copy()

    def _render(self, scene: Scene, worn: Worn) -> None:
        fitted = self._fit(scene)
        self._mirror(scene.frame.image_bgr, fitted)
        self._faces = tuple(fitted.face(face) for face in _sound(scene.faces))
        wearing = [face for face in self._faces if worn.get(face.track)]
        # The light is measured before anything is drawn: paint is no skin.
        lights = self._lights.see(self._buffer, wearing, scene.frame.captured_s)
        for face in wearing:
            painter.paint(self._buffer, face, worn[face.track], lights[face.track])
        self._scene, self._worn = scene, dict(worn)

    def _fit(self, scene: Scene) -> Fit:
        """The window of this scene; where the picture must be cut it glides after the faces."""
        camera_px = scene.frame.size_px
        before = self._scene
        dt_s = math.inf if before is None else scene.frame.captured_s - before.frame.captured_s
        self._focus = follow(self._focus, _sound(scene.faces), camera_px, self.size_px, dt_s)
        return fit(camera_px, self.size_px, self._focus)

    def _mirror(self, image_bgr: U8, fitted: Fit) -> None:
        """Cut, mirror and scale into the buffer; mirroring where there are fewer pixels."""
        width, height = fitted.window_px
        window = image_bgr[fitted.y_px : fitted.y_px + height, fitted.x_px : fitted.x_px + width]
        if fitted.window_px == self.size_px:
            cv2.flip(window, 1, dst=self._buffer)
        elif width * height <= self._buffer.shape[0] * self._buffer.shape[1]:
            small = self._scratch((height, width))
            cv2.resize(cv2.flip(window, 1, dst=small), self.size_px, dst=self._buffer)
        else:
            small = self._scratch(self._buffer.shape[:2])
            method = cv2.INTER_AREA if self.size_px[0] < _SHRINK * width else cv2.INTER_LINEAR
            cv2.flip(cv2.resize(window, self.size_px, dst=small, interpolation=method), 1, dst=self._buffer)

    def _scratch(self, shape: tuple[int, ...]) -> U8:
        if self._small.shape[:2] != shape:
            self._small = np.empty((*shape, 3), np.uint8)
        return self._small

    def _put(self, screen: pygame.Surface) -> None:
        if _is_bgrx(screen) and screen.get_size() == self.size_px:
            # The view locks the surface; it goes before anybody else draws.
            cv2.cvtColor(self._buffer, cv2.COLOR_BGR2BGRA, dst=_pixels(screen))
        else:
            screen.blit(self._surface, (0, 0))


def _sound(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    return tuple(face for face in faces if np.isfinite(face.landmarks_xyz).all())


def _is_bgrx(screen: pygame.Surface) -> bool:
    return screen.get_bytesize() == 4 and screen.get_masks()[:3] == _BGRX


def _pixels(screen: pygame.Surface) -> MatLike:
    """The surface's own memory, (h, w, 4) uint8; the surface is locked while it lives."""
    return pygame.surfarray.pixels2d(screen).T.view(np.uint8).reshape(*screen.get_size()[::-1], 4)
