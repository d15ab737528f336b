"""The ceiling camera's live view: its picture with who is where, lines and zones, and the figures beside it.

Drawn only while somebody watches. People are dots with a number that means nothing and is forgotten; the
trail is the last seconds of a way.

    ┌───────────────┬─────────┐
    │ picture       │ figures │
    │               │ plan    │
    └───────────────┴─────────┘
"""

import math
from collections import deque
from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
import pygame

from edge.floor import panel
from edge.floor.counter import Floor
from edge.floor.geometry import Point
from edge.floor.journal import Journal
from edge.floor.plan import F64, View
from edge.floor.tracks import Track
from edge.scene import Frame
from edge.ui import draw, text
from edge.ui.area import Area
from edge.ui.text import Style
from edge.ui.theme import ATELIER, Colour
from models.results import U8

SIZE_PX: Final = (1280, 720)
_PANEL_PX: Final = 348
_TRAIL_S: Final = 2.5
_DOT_PX: Final = 22
_TAG: Final = Style(size_px=15, colour=ATELIER.paper)
_WAITING: Final = "No picture yet"


class Trails:
    """The last seconds of everybody's way, on the plan; forgotten with the track."""

    def __init__(self) -> None:
        self.ways: dict[int, deque[tuple[float, float, float]]] = {}

    def follow(self, tracks: Iterable[Track]) -> None:
        """Take the tracks that are in view now."""
        live = {track.id: track for track in tracks}
        self.ways = {number: way for number, way in self.ways.items() if number in live}
        for number, track in live.items():
            way = self.ways.setdefault(number, deque())
            if not way or way[-1][0] < track.seen_s:
                way.append((track.seen_s, track.x_m, track.y_m))
            while way[-1][0] - way[0][0] > _TRAIL_S:
                way.popleft()


def area(camera_px: tuple[int, int]) -> Area:
    """Where a camera picture of this size stands in the view."""
    room = SIZE_PX[0] - _PANEL_PX, SIZE_PX[1]
    scale = min(room[0] / camera_px[0], room[1] / camera_px[1])
    width, height = round(camera_px[0] * scale), round(camera_px[1] * scale)
    return Area((room[0] - width) // 2, (room[1] - height) // 2, width, height)


def paint(frame: Frame | None, journal: Journal, trails: Trails, words: panel.Words) -> pygame.Surface:
    """The whole view as a new surface of SIZE_PX."""
    surface = pygame.Surface(SIZE_PX, depth=32)
    surface.fill(ATELIER.paper_2[:3])
    counter = journal.watch.counter
    if frame is None:
        style = Style(size_px=20, colour=ATELIER.mist)
        width, height = text.size(_WAITING, style)
        left = SIZE_PX[0] - _PANEL_PX
        text.blit(surface, ((left - width) // 2, (SIZE_PX[1] - height) // 2), _WAITING, style)
    else:
        _camera(surface, frame, counter.floor, counter.view, trails)
    where = Area(SIZE_PX[0] - _PANEL_PX, 0, _PANEL_PX, SIZE_PX[1])
    panel.paint(surface, where, journal, words)
    return surface


def _camera(surface: pygame.Surface, frame: Frame, floor: Floor, view: View, trails: Trails) -> None:
    """The picture and what is drawn over it; nothing over a picture that does not fit the four points."""
    where = area(frame.size_px)
    image = np.asarray(cv2.resize(frame.image_bgr, where.size, interpolation=cv2.INTER_AREA), np.uint8)
    if _fits(view, frame.size_px):
        overlay = _Overlay(image, view)
        overlay.zones(floor)
        overlay.lines(floor)
        overlay.trails(trails)
    surface.blit(pygame.image.frombuffer(image.tobytes(), where.size, "BGR"), where.xy)
    if _fits(view, frame.size_px):
        _labels(surface, where, floor, view, trails)


def _fits(view: View, size_px: tuple[int, int]) -> bool:
    try:
        view.check(size_px)
    except ValueError:
        return False
    return True


class _Overlay:
    """Draws shapes of the plan into a camera picture."""

    def __init__(self, image_bgr: U8, view: View) -> None:
        self._image, self._view = image_bgr, view
        self._size = image_bgr.shape[1], image_bgr.shape[0]

    def zones(self, floor: Floor) -> None:
        tint = self._image.copy()
        outlines = [self._px(np.array(zone.polygon_m)) for zone in floor.zones]
        cv2.fillPoly(tint, outlines, _bgr(ATELIER.paper))
        cv2.addWeighted(tint, 0.22, self._image, 0.78, 0, self._image)
        self._lines(outlines, ATELIER.paper, 2, closed=True)

    def lines(self, floor: Floor) -> None:
        drawn = [self._px(np.array([line.a_m, line.b_m])) for line in floor.lines]
        self._lines(drawn, ATELIER.ink, 7)
        self._lines(drawn, ATELIER.paper, 3)
        for line in floor.lines:
            self._arrow(_arrow(line.a_m, line.b_m, line.inside_m))

    def trails(self, trails: Trails) -> None:
        """The older, the thinner."""
        for way in trails.ways.values():
            points = self._px(np.array([(x, y) for _, x, y in way]))
            for at in range(1, len(points)):
                width = 1 + round(4 * at / len(points))
                self._lines([points[at - 1 : at + 1]], ATELIER.rouge, width)

    def _arrow(self, ends_m: tuple[Point, Point]) -> None:
        """Which way is in."""
        (ax, ay), (bx, by) = self._px(np.array(ends_m)) / 16
        ends = (round(ax), round(ay)), (round(bx), round(by))
        for colour, width in ((ATELIER.ink, 7), (ATELIER.paper, 3)):
            cv2.arrowedLine(self._image, *ends, _bgr(colour), width, cv2.LINE_AA, tipLength=0.35)

    def _lines(self, lines: list[np.ndarray], colour: Colour, width_px: int, *, closed: bool = False) -> None:
        cv2.polylines(self._image, lines, closed, _bgr(colour), width_px, cv2.LINE_AA, 4)

    def _px(self, points_m: F64) -> np.ndarray:
        """(n, 2) int32 in sixteenths of a pixel."""
        return np.rint(self._view.to_image(points_m, self._size) * 16).astype(np.int32)


def _labels(surface: pygame.Surface, where: Area, floor: Floor, view: View, trails: Trails) -> None:
    """Names of zones and lines, and everybody's dot."""

    def at(point_m: Point) -> tuple[int, int]:
        x, y = view.to_image(np.array([point_m]), where.size)[0]
        return where.x + round(x), where.y + round(y)

    for zone in floor.zones:
        corner = np.min([at(point) for point in zone.polygon_m], axis=0)
        half = text.size(panel.called(zone.name), _TAG)[0] // 2
        _tag(surface, where, (int(corner[0]) + half + 18, int(corner[1]) + 22), zone.name)
    for line in floor.lines:
        tail, head = map(at, _arrow(line.a_m, line.b_m, line.inside_m))
        length = max(1.0, math.dist(tail, head))
        beyond = (
            head[0] + round(34 * (head[0] - tail[0]) / length),
            head[1] + round(22 * (head[1] - tail[1]) / length),
        )
        _tag(surface, where, beyond, line.name)
    for number, way in trails.ways.items():
        _dot(surface, at(way[-1][1:]), number)


def _arrow(a_m: Point, b_m: Point, inside_m: Point) -> tuple[Point, Point]:
    """From the middle of a line inwards, a fifth of its length but at most 60 cm."""
    a, b, inside = map(np.array, (a_m, b_m, inside_m))
    along, middle = b - a, (a + b) / 2
    across = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    across = across if np.dot(across, inside - middle) > 0 else -across
    tip = middle + across * min(0.6, 0.2 * float(np.linalg.norm(along)))
    return (float(middle[0]), float(middle[1])), (float(tip[0]), float(tip[1]))


def _tag(surface: pygame.Surface, where: Area, centre: tuple[int, int], words: str) -> None:
    """A small label on a veil, kept within the picture."""
    style, words = _TAG, panel.called(words)
    width, height = text.size(words, style)
    x = min(max(centre[0] - width // 2, where.x + 10), where.x + where.w - width - 10)
    y = min(max(centre[1] - height // 2, where.y + 6), where.y + where.h - height - 6)
    draw.blit(surface, draw.panel((width + 16, height + 6), ATELIER.veil, 8), (x - 8, y - 3))
    text.blit(surface, (x, y), words, style)


def _dot(surface: pygame.Surface, centre: tuple[int, int], number: int) -> None:
    disc = draw.dot(_DOT_PX, ATELIER.rouge, ATELIER.white)
    draw.blit(surface, disc, (centre[0] - _DOT_PX // 2, centre[1] - _DOT_PX // 2))
    style = Style(size_px=11, colour=ATELIER.white)
    label = str(number % 100)
    width, height = text.size(label, style)
    text.blit(surface, (centre[0] - width // 2, centre[1] - height // 2), label, style)


def _bgr(colour: Colour) -> tuple[int, int, int]:
    return colour[2], colour[1], colour[0]
