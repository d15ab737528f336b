"""The figures beside the ceiling camera's picture: inside, in and out, stays, heat on the plan."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import pygame

from edge.floor.counter import Floor
from edge.floor.journal import Journal, ZoneFigures
from edge.floor.lines import Way
from edge.floor.plan import F64
from edge.ui import draw, text
from edge.ui.area import Area
from edge.ui.text import Style
from edge.ui.theme import ATELIER, Colour
from models.results import U8

INSIDE: Final = "inside now"
IN: Final = "in"
OUT: Final = "out"
LINES: Final = "Since the start"
STAYS: Final = "{count} stays, {seconds:.0f} s each"
ONE_STAY: Final = "1 stay, {seconds:.0f} s"
NO_STAY: Final = "no stay yet"
HEAT: Final = "Where people were"
FOUND: Final = "People found by {detector}"

_MARGIN: Final = 28
_LABEL: Final = Style(size_px=13, colour=ATELIER.brass, tracking_em=0.06)
_NAME: Final = Style(size_px=17, colour=ATELIER.ink)
_QUIET: Final = Style(size_px=15, colour=ATELIER.mist)
_SMALL: Final = Style(size_px=13, colour=ATELIER.mist, leading=1.35)
_FIGURE: Final = Style("serif", 96, ATELIER.ink, leading=1.0)
_COUNT: Final = Style("serif", 22, ATELIER.ink, leading=1.0)
_MARK: Final = Style("serif", 20, ATELIER.ink, tracking_em=0.14)
#: Rows of lines or zones; a box with more shows the rest on the staff page.
_MOST_ROWS: Final = 4

#: Heat from nobody to most, blended over paper: hardly there, brass, rouge.
_RAMP: Final = ((0.0, ATELIER.paper_2), (0.35, (214, 178, 134, 255)), (1.0, ATELIER.rouge))


@dataclass(frozen=True, slots=True)
class Words:
    """What the view says of the camera. ok: whether it counts."""

    ok: bool
    condition: str
    source: str


def paint(surface: pygame.Surface, where: Area, journal: Journal, words: Words) -> None:
    """Draw the panel into its area."""
    surface.fill(ATELIER.paper[:3], where)
    surface.fill((218, 212, 205), (where.x, where.y, 1, where.h))
    left, width = where.x + _MARGIN, where.w - 2 * _MARGIN
    text.blit(surface, (left, where.y + 22), "Vitrine", _MARK)
    name_px = text.size(called(journal.name), _LABEL)[0]
    text.blit(surface, (left + width - name_px, where.y + 28), called(journal.name), _LABEL)
    y = where.y + 62 + _inside(surface, (left, where.y + 62), journal.inside)
    y = _lines(surface, Area(left, y + 10, width, 0), journal.lines)
    y = _zones(surface, Area(left, y + 12, width, 0), journal.zones)
    found = FOUND.format(detector=journal.detector.words)
    bottom = _foot(surface, Area(left, where.y, width, where.h - 20), words, found)
    room = Area(left, y + 14, width, bottom - y - 28)
    if room.h > 90:
        _plan(surface, room, journal.watch.counter.floor, journal.watch.counter.heat)


def _inside(surface: pygame.Surface, xy: tuple[int, int], inside: int) -> int:
    width, height = text.blit(surface, xy, str(inside), _FIGURE)
    text.blit(surface, (xy[0] + width + 14, xy[1] + height - 34), INSIDE, _QUIET)
    return height


def _lines(surface: pygame.Surface, where: Area, lines: dict[str, dict[Way, int]]) -> int:
    y = _heading(surface, where, LINES)
    for name, ways in list(lines.items())[:_MOST_ROWS]:
        text.blit(surface, (where.x, y + 3), called(name), _NAME, where.w - 150, 1)
        x = where.x + where.w
        for way, label in ((Way.OUT, OUT), (Way.IN, IN)):
            x -= text.size(label, _QUIET)[0]
            text.blit(surface, (x, y + 4), label, _QUIET)
            x -= text.size(str(ways[way]), _COUNT)[0] + 5
            text.blit(surface, (x, y + 4), str(ways[way]), _COUNT)
            x -= 16
        y += 30
    return y


def _zones(surface: pygame.Surface, where: Area, zones: dict[str, ZoneFigures]) -> int:
    y = where.y
    for name, figures in list(zones.items())[:_MOST_ROWS]:
        text.blit(surface, (where.x, y), called(name), _NAME, where.w - 150, 1)
        words = stays(figures)
        text.blit(surface, (where.x + where.w - text.size(words, _QUIET)[0], y + 1), words, _QUIET)
        y += 27
    return y


def called(name: str) -> str:
    """A name of the box file as people read it."""
    return name.replace("-", " ").capitalize()


def stays(figures: ZoneFigures) -> str:
    """A zone's stays in words."""
    if not figures.dwells:
        return NO_STAY
    words = ONE_STAY if figures.dwells == 1 else STAYS
    return words.format(count=figures.dwells, seconds=figures.seconds / figures.dwells)


def _heading(surface: pygame.Surface, where: Area, words: str) -> int:
    surface.fill((218, 212, 205), (where.x, where.y, where.w, 1))
    text.blit(surface, (where.x, where.y + 10), words, _LABEL)
    return where.y + 36


def _foot(surface: pygame.Surface, where: Area, words: Words, found: str) -> int:
    """How the camera does, what it shows and what looks at it, from the bottom upwards; returns where it
    begins."""
    y = where.y + where.h
    for line in (words.source, found):
        y -= text.size(line, _SMALL, where.w)[1]
        text.blit(surface, (where.x, y), line, _SMALL, where.w)
    colour = ATELIER.positive if words.ok else ATELIER.danger
    style = Style(size_px=15, colour=colour)
    y -= text.size(words.condition, style, where.w - 18)[1] + 8
    draw.blit(surface, draw.dot(9, colour, colour), (where.x, y + 6))
    text.blit(surface, (where.x + 18, y), words.condition, style, where.w - 18)
    return y


def _plan(surface: pygame.Surface, where: Area, floor: Floor, heat: F64) -> None:
    """The plan with its heat, as large as the room allows."""
    y = _heading(surface, where, HEAT)
    room = where.y + where.h - y
    scale = min(where.w / floor.width_m, room / floor.height_m)
    size = round(floor.width_m * scale), round(floor.height_m * scale)
    image = heat_image(heat, size)
    for zone in floor.zones:
        outline = np.rint(np.array(zone.polygon_m) * scale * 16).astype(np.int32)
        cv2.polylines(
            image, [outline], isClosed=True, color=ATELIER.ink[:3], thickness=1, lineType=cv2.LINE_AA, shift=4
        )
    for line in floor.lines:
        ends = np.rint(np.array([line.a_m, line.b_m]) * scale * 16).astype(np.int32)
        cv2.polylines(
            image, [ends], isClosed=False, color=ATELIER.ink[:3], thickness=3, lineType=cv2.LINE_AA, shift=4
        )
    surface.blit(pygame.image.frombuffer(image.tobytes(), size, "RGB"), (where.x, y))


def heat_image(heat: F64, size_px: tuple[int, int]) -> U8:
    """Person-seconds as colours: (h, w, 3) uint8, RGB. The root lets a walk show beside a stay."""
    most = float(heat.max())
    share = np.sqrt(heat / most) if most > 0 else heat
    smooth = cv2.resize(share.astype(np.float32), size_px, interpolation=cv2.INTER_CUBIC)
    smooth = np.clip(cv2.GaussianBlur(smooth, (0, 0), max(1.0, size_px[0] / heat.shape[1] / 3)), 0, 1)
    stops = [stop for stop, _ in _RAMP]
    channels = [np.interp(smooth, stops, _channel(at)) for at in range(3)]
    return np.ascontiguousarray(np.stack(channels, axis=2).round().astype(np.uint8))


def _channel(at: int) -> list[int]:
    colours: list[Colour] = [colour for _, colour in _RAMP]
    return [colour[at] for colour in colours]
