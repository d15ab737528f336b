"""When the experience may run, and the calm screen that stands in for it when it may not.

camera gone     the experience's session is ended; it comes back with the first new picture
crash           the experience is started again after a pause that doubles while it keeps crashing
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pygame

from edge.speech import PLAIN, Speech, mark
from edge.ui import draw, text
from edge.ui.text import Style
from edge.ui.theme import VITRINE, Brand, Palette, Theme

TITLE: Final = mark("One moment, please")
LINE: Final = mark("This screen is getting ready and will be back by itself.")
CAMERA: Final = mark("It is waiting for its camera.")
CRASH: Final = mark("It is starting again.")

#: The ground of the screen, should nothing else work.
PAPER: Final = Palette().paper[:3]

#: Without a picture for this long, the camera is lost. A camera that gave pictures and says itself that it
#: has none any more is believed sooner; one that is still starting is waited for.
_SILENT_S: Final = 3.0
_SAID_S: Final = 1.0
#: Pause after a crash: doubles with each, and is forgotten after this long without one.
_FIRST_PAUSE_S: Final = 3.0
_LONGEST_PAUSE_S: Final = 60.0
_WELL_S: Final = 60.0


class Trouble(StrEnum):
    """Why the failsafe screen is on."""

    CAMERA = "camera"
    CRASH = "crash"


@dataclass(slots=True)
class Failsafe:
    """What is wrong now; told by the stage, asked by the stage. All times in monotonic seconds."""

    #: When the last picture came; before the first one, when waiting for it began.
    picture_s: float
    _seen: bool = False
    _pause_s: float = 0.0
    _crashed_s: float = -math.inf

    def picture(self, now_s: float) -> None:
        """A new camera picture came."""
        self.picture_s = now_s
        self._seen = True

    def crashed(self, now_s: float) -> None:
        """The experience raised an exception."""
        calm = now_s - self._crashed_s > _WELL_S + self._pause_s
        self._pause_s = _FIRST_PAUSE_S if calm else min(2 * self._pause_s, _LONGEST_PAUSE_S)
        self._crashed_s = now_s

    def trouble(self, now_s: float, *, camera_ok: bool) -> Trouble | None:
        """What keeps the experience from running now."""
        if now_s - self._crashed_s < self._pause_s:
            return Trouble.CRASH
        patience_s = _SAID_S if self._seen and not camera_ok else _SILENT_S
        return Trouble.CAMERA if now_s - self.picture_s > patience_s else None


def show(
    screen: pygame.Surface, trouble: Trouble, now_s: float, speech: Speech = PLAIN, brand: Brand = VITRINE
) -> None:
    """Draw the failsafe screen, in words for shoppers; what staff need is in the log and on `/state`."""
    theme = Theme.of(screen.get_size(), language=speech.code, brand=brand)
    colours = theme.palette
    screen.fill(colours.paper[:3])
    width, height = screen.get_size()
    room_px = width - 2 * theme.px(72)
    title = Style.of(theme, "serif", 64, colours.ink, leading=1.2, align="centre")
    line = Style.of(theme, "sans", 30, colours.mist, leading=1.5, align="centre")
    y = round(height * 0.40)
    y = _centred(screen, y, speech.say(TITLE), title, room_px) + theme.px(28)
    y = _centred(screen, y, speech.say(LINE), line, room_px) + theme.px(56)
    _breath(screen, y, theme, now_s)
    mark = Style.of(theme, "serif", 34, colours.ink, tracking_em=0.14)
    _centred(screen, theme.px(72), brand.name, mark, room_px)
    small = Style.of(theme, "sans", max(20, 14 / theme.scale), colours.mist, align="centre")
    reason = speech.say(CAMERA if trouble is Trouble.CAMERA else CRASH)
    _, tall = text.size(reason, small, room_px, 2)
    _centred(screen, height - theme.px(64) - tall, reason, small, room_px, 2)


def _centred(
    screen: pygame.Surface, y: int, words: str, style: Style, room_px: int, max_lines: int | None = None
) -> int:
    """Draw a text in the middle of the width; returns the y below it."""
    wide, tall = text.size(words, style, room_px, max_lines)
    text.blit(screen, ((screen.get_width() - wide) // 2, y), words, style, room_px, max_lines)
    return y + tall


def _breath(screen: pygame.Surface, y: int, theme: Theme, now_s: float) -> None:
    """A thin line that slowly widens and narrows: the screen is alive."""
    full_px, thick_px = theme.px(220), max(2, theme.px(3))
    share = 0.55 - 0.45 * math.cos(now_s * math.tau / 4.0)
    # Quantised, so that a day of waiting draws the same few cached shapes.
    lit_px = max(thick_px, round(full_px * share / 4) * 4)
    middle = screen.get_width() // 2
    draw.blit(
        screen,
        draw.panel((full_px, thick_px), theme.palette.hairline, thick_px // 2),
        (middle - full_px // 2, y),
    )
    draw.blit(
        screen, draw.panel((lit_px, thick_px), theme.palette.rouge, thick_px // 2), (middle - lit_px // 2, y)
    )
