"""How what can be touched looks: each control is composed of its parts, one function each.

A new kind of control is a class in widgets.py, a member of `Control` and a function here. Nothing is
remembered: `looks` does that.
"""

from functools import singledispatch

import pygame

from . import draw, lettering, text
from . import skin as skins
from .skin import Colours, Skin
from .theme import Theme
from .widgets import Button, CheckBox, Chip, Grip, IconButton, Tab, Tile, Tool

#: What is composed here.
Control = Button | IconButton | Chip | Tile | Tool | Tab | Grip | CheckBox


@singledispatch
def composed(widget: Control, _skin: Skin) -> pygame.Surface:
    """A control as it looks, of its area's size, colours multiplied by alpha; TypeError for anything else."""
    raise TypeError(f"{type(widget).__name__} is no control: how it looks stands in looks.py")


@composed.register
def _(widget: Button, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    width, height = widget.area.size
    colours = skins.of_button(widget, skin)
    ground = _plate(widget.area.size, colours, theme, height // 2)
    side, gap = lettering.button_icon(widget, theme)
    label = text.surface(*lettering.of_button(widget, theme, colours.ink))
    x = (width - side - gap - label.get_width()) // 2
    if widget.icon:
        draw.blit(ground, draw.icon(widget.icon, side, colours.ink), (x, (height - side) // 2))
    draw.blit(ground, label, (x + side + gap, (height - label.get_height()) // 2))
    return ground


@composed.register
def _(widget: IconButton, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    side = min(widget.area.size)
    colours = skins.of_button(widget, skin)
    ground = _plate((side, side), colours, theme, side // 2)
    icon_px = round(side * 0.46)
    draw.blit(ground, draw.icon(widget.icon, icon_px, colours.ink), ((side - icon_px) // 2,) * 2)
    return ground


@composed.register
def _(widget: Chip, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    height = widget.area.h
    colours = skins.of_chip(widget, skin)
    ground = _plate(widget.area.size, colours, theme, height // 2)
    label = text.surface(*lettering.of_chip(widget, theme, colours.ink))
    _centre(ground, label, (height - label.get_height()) // 2)
    return ground


@composed.register
def _(widget: Tile, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    width, height = widget.area.size
    ground = pygame.Surface((width, height), pygame.SRCALPHA)
    if skin.pressed:
        draw.blit(ground, draw.panel((width, height), theme.palette.paper_2, theme.radius_px), (0, 0))
    side = lettering.tile_dot_px(width)
    _centre(ground, _disc(widget, theme, side), theme.px(6))
    label = text.surface(*lettering.of_tile(widget, theme))
    _centre(ground, label, theme.px(6) + side + theme.px(8))
    return ground


@composed.register
def _(widget: Tool, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    width, height = widget.area.size
    palette = theme.palette
    ground = pygame.Surface((width, height), pygame.SRCALPHA)
    if widget.chosen or skin.pressed:
        plate = draw.panel((width, height), palette.paper, theme.radius_px)
        draw.blit(ground, plate, (0, 0))
    ink = palette.ink if widget.chosen or skin.pressed else palette.paper
    if not widget.enabled:
        ink = (*ink[:3], 110)
    words = lettering.of_tool(widget, theme, ink)
    label, side = text.surface(*words), theme.px(36)
    top = (height - side - theme.px(4) - words.style.line_px) // 2
    _centre(ground, draw.icon(widget.icon, side, ink), top)
    _centre(ground, label, top + side + theme.px(4))
    return ground


@composed.register
def _(widget: Tab, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    width, height = widget.area.size
    palette = theme.palette
    ground = pygame.Surface((width, height), pygame.SRCALPHA)
    ink = palette.ink if widget.chosen or skin.pressed else palette.mist
    label = text.surface(*lettering.of_tab(widget, theme, ink))
    _centre(ground, label, (height - label.get_height()) // 2)
    if widget.chosen:
        thick = max(2, theme.px(3))
        line = draw.panel((label.get_width(), thick), palette.rouge, thick // 2)
        _centre(ground, line, height - theme.px(10))
    return ground


@composed.register
def _(widget: Grip, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    side = min(widget.area.size)
    palette = theme.palette
    fill = palette.paper_2 if skin.pressed else palette.paper
    ground = draw.panel((side, side), fill, side // 2, palette.hairline, theme.hairline_px).copy()
    icon = draw.icon("compare", round(side * 0.5), palette.ink)
    draw.blit(ground, icon, ((side - icon.get_width()) // 2,) * 2)
    return ground


@composed.register
def _(widget: CheckBox, skin: Skin) -> pygame.Surface:
    theme = skin.theme
    palette = theme.palette
    fill = palette.paper_2 if skin.pressed else palette.white
    outline = palette.rouge if widget.ticked else palette.hairline
    outline_px = theme.px(3) if widget.ticked else theme.hairline_px
    ground = draw.panel(widget.area.size, fill, theme.radius_px, outline, outline_px).copy()
    pad, side = theme.px(30), theme.px(54)
    draw.blit(ground, _box(widget, theme, side), (pad, pad))
    x = pad + side + theme.px(24)
    width = widget.area.w - x - pad
    title, detail = lettering.checkbox_styles(theme)
    y = pad + (side - title.line_px) // 2
    _, used = text.blit(ground, (x, y), widget.title, title, width, 2)
    text.blit(ground, (x, y + used + theme.px(8)), widget.detail, detail, width)
    return ground


def _centre(ground: pygame.Surface, drawn: pygame.Surface, y_px: int) -> None:
    """Lay something on a ground, in the middle of its width."""
    draw.blit(ground, drawn, ((ground.get_width() - drawn.get_width()) // 2, y_px))


def _plate(size_px: tuple[int, int], colours: Colours, theme: Theme, radius_px: int) -> pygame.Surface:
    outline_px = theme.hairline_px if colours.outline[3] else 0
    return draw.panel(size_px, colours.fill, radius_px, colours.outline, outline_px).copy()


def _disc(widget: Tile, theme: Theme, side_px: int) -> pygame.Surface:
    palette = theme.palette
    if widget.colour is None:
        ring, ring_px = (palette.ink, theme.px(3.5)) if widget.chosen else (draw.CLEAR, 0)
        ground = draw.dot(side_px, palette.paper, palette.hairline, ring, ring_px).copy()
        icon_px = round(side_px * 0.5)
        draw.blit(ground, draw.icon("bare", icon_px, palette.mist), ((side_px - icon_px) // 2,) * 2)
        return ground
    ring_px = theme.px(3.5) if widget.chosen else 0
    drawn = draw.dot(side_px, widget.colour, palette.hairline, palette.ink, ring_px, widget.more)
    if not widget.crossed:
        return drawn
    crossed = drawn.copy()
    draw.blit(crossed, draw.slash(side_px, palette.paper, palette.ink), (0, 0))
    return crossed


def _box(widget: CheckBox, theme: Theme, side_px: int) -> pygame.Surface:
    palette = theme.palette
    if not widget.ticked:
        return draw.panel((side_px, side_px), palette.white, theme.px(12), palette.ink, theme.px(2.5))
    ground = draw.panel((side_px, side_px), palette.rouge, theme.px(12)).copy()
    icon_px = round(side_px * 0.72)
    drawn = draw.icon("tick", icon_px, palette.white, 2.4)
    draw.blit(ground, drawn, ((side_px - icon_px) // 2,) * 2)
    return ground
