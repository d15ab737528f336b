"""Measures a screen: what overlaps, what is cut, what cannot be read. For tests and for pictures of screens.

Contrast is measured on pixels: the screen is drawn once with its words and once without; where they differ,
the words' own colour is compared with what is behind them (WCAG 2.2, relative luminance).
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pygame

from models.results import F32, U8

from . import lettering
from .area import Area
from .painter import Painter
from .theme import Colour, Theme, contrast, luminance
from .typeset import typeset
from .widgets import (
    Button,
    CheckBox,
    Chip,
    Control,
    Fade,
    Label,
    Tab,
    Tile,
    Tool,
    TouchArea,
    Widget,
    controls,
)

#: WCAG 2.2, 1.4.3, for text of any size.
LEAST_CONTRAST: Final = 4.5
#: Of the pixels that words change, the share that is surely inside a stroke and not at its edge.
_CORE: Final = 0.04
#: Background pixels darker or lighter than this share of all are glints, not the ground.
_WORST: Final = 0.05


def faults(widgets: tuple[Widget, ...], size_px: tuple[int, int], theme: Theme) -> list[str]:
    """What does not fit: cut words, controls that overlap, leave the screen or are too small for a finger,
    words that run into each other."""
    return [*_cut(widgets, theme), *_touching(widgets, size_px, theme), *_colliding(widgets)]


def faint(
    ground: pygame.Surface, widgets: tuple[Widget, ...], theme: Theme, least: float = LEAST_CONTRAST
) -> list[str]:
    """Words with less contrast than `least` to what is behind them. ground: the screen before the widgets."""
    with_words, without = _painted(ground, widgets, theme), _painted(ground, _silent(widgets), theme)
    found = []
    fades = [each.area for each in widgets if isinstance(each, Fade)]
    for each in widgets:
        fading = any(_meet(each.visible, fade) for fade in fades)
        words = "" if fading else _words_of(each)
        measured = _contrast(with_words, without, each.visible) if words else None
        if measured is not None and measured < least:
            found.append(f"contrast {measured:.1f}: {words}")
    return found


def _cut(widgets: tuple[Widget, ...], theme: Theme) -> Iterator[str]:
    for each in widgets:
        if isinstance(each, Label) and each.clip is None and not _fits(each):
            yield f"cut: {each.text}"
        elif isinstance(each, Button):
            block = lettering.of_button(each, theme).block
            if block.cut or block.height_px > each.area.h:
                yield f"cut: {each.label}"
        elif isinstance(each, Chip | Tool | Tab) and _set(each, theme).block.cut:
            yield f"cut: {each.label}"
        elif isinstance(each, CheckBox):
            needed = lettering.checkbox_height(each.title, each.detail, each.area.w, theme)
            title = typeset(each.title, lettering.checkbox_styles(theme)[0], each.area.w, 2)
            if needed > each.area.h or title.cut:
                yield f"cut: {each.title}"


def _set(widget: Chip | Tool | Tab, theme: Theme) -> lettering.Words:
    if isinstance(widget, Chip):
        return lettering.of_chip(widget, theme)
    return lettering.of_tool(widget, theme) if isinstance(widget, Tool) else lettering.of_tab(widget, theme)


def _fits(label: Label) -> bool:
    block = lettering.of_label(label).block
    return not block.cut and block.height_px <= label.area.h + label.style.size_px // 3


def _touching(widgets: tuple[Widget, ...], size_px: tuple[int, int], theme: Theme) -> Iterator[str]:
    screen = Area(0, 0, *size_px)
    tappable = [each for each in controls(widgets) if not isinstance(each, TouchArea)]
    for a, b in itertools.combinations(tappable, 2):
        if _meet(a.visible, b.visible):
            yield f"overlap: {a.name}, {b.name}"
    for each in tappable:
        if each.visible.common(screen) != each.visible:
            yield f"outside: {each.name}"
        if min(each.area.size) < theme.target_px:
            yield f"small: {each.name}"


def _colliding(widgets: tuple[Widget, ...]) -> Iterator[str]:
    """Words over other words, or over a control."""
    labels = [(each, _inked(each)) for each in widgets if isinstance(each, Label) and each.clip is None]
    for (a, first), (b, second) in itertools.combinations(labels, 2):
        if _meet(first, second):
            yield f"collide: {a.text!r}, {b.text!r}"
    for control in widgets:
        if isinstance(control, Control) and not isinstance(control, TouchArea) and control.clip is None:
            for label, ink in labels:
                if _meet(ink, control.area):
                    yield f"collide: {label.text!r}, {control.name}"


def _meet(a: Area, b: Area) -> bool:
    return min(a.common(b).size) > 0


def _inked(label: Label) -> Area:
    """Where a label's letters stand: without the space above and below them."""
    words = lettering.of_label(label)
    style, block = words.style, words.block
    slack_x, slack_y = label.area.w - block.width_px, label.area.h - block.height_px
    x = label.area.x + {"left": 0, "centre": slack_x // 2, "right": slack_x}[style.align]
    y = label.area.y + {"top": 0, "middle": slack_y // 2, "bottom": slack_y}[label.valign]
    air = max(0, style.line_px - round(1.1 * style.size_px)) // 2
    return Area(x, y + air, block.width_px, max(0, block.height_px - 2 * air))


def _words_of(widget: Widget) -> str:
    if isinstance(widget, Label):
        return widget.text
    if isinstance(widget, CheckBox):
        return widget.title
    if isinstance(widget, Control) and not widget.enabled:
        return ""  # WCAG 2.2, 1.4.3: what cannot be used is exempt
    return widget.label if isinstance(widget, Button | Chip | Tile | Tool | Tab) else ""


def _silent(widgets: tuple[Widget, ...]) -> tuple[Widget, ...]:
    return tuple(_without_words(each) for each in widgets)


def _without_words(widget: Widget) -> Widget:
    if isinstance(widget, Label):
        return replace(widget, text="")
    if isinstance(widget, CheckBox):
        return replace(widget, title="", detail="")
    return replace(widget, label="", icon=None) if isinstance(widget, Button) else _unlabelled(widget)


def _unlabelled(widget: Widget) -> Widget:
    return replace(widget, label="") if isinstance(widget, Chip | Tile | Tool | Tab) else widget


def _painted(ground: pygame.Surface, widgets: tuple[Widget, ...], theme: Theme) -> U8:
    surface = ground.copy()
    Painter(theme).draw(surface, widgets)
    return np.ascontiguousarray(pygame.surfarray.array3d(surface).swapaxes(0, 1))


def _contrast(with_words: U8, without: U8, area: Area) -> float | None:
    """The least contrast of the words in an area; None where there are none to be seen."""
    part = np.s_[max(0, area.y) : area.bottom, max(0, area.x) : area.right]
    shown, behind = with_words[part].reshape(-1, 3), without[part].reshape(-1, 3)
    change = np.abs(shown.astype(int) - behind).sum(axis=1)
    inked = np.flatnonzero(change > 24)
    if len(inked) < 8:
        return None
    core = inked[np.argsort(change[inked])[-max(4, round(_CORE * len(inked))) :]]
    ink: Colour = (*np.median(shown[core], axis=0).astype(int).tolist(), 255)
    grounds: F32 = luminance(behind[inked].astype(np.float32))
    low, high = np.quantile(grounds, (_WORST, 1 - _WORST))
    own = float(luminance(np.array(ink[:3], np.float32)))
    return min(contrast(own, float(low)), contrast(own, float(high)))
