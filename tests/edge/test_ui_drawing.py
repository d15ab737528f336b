"""Shapes and codes: smooth edges, whole modules, codes that a reader reads."""

import cv2
import numpy as np
import pygame
import pytest

from edge.ui import draw, qr
from edge.ui.area import Area
from edge.ui.fader import FADE_S, Fader
from edge.ui.painter import Painter
from edge.ui.theme import ATELIER, Theme
from edge.ui.typeset import Style
from edge.ui.widgets import Button, Fade, Label, Panel, Tile, Widget

LINK = "https://vitrine.example/s/AZr0123456789abcdefghijklmnopqrstuvwxyz.mirror-1"


def pixels(surface: pygame.Surface) -> np.ndarray:
    return np.ascontiguousarray(pygame.surfarray.array3d(surface).swapaxes(0, 1))


@pytest.mark.parametrize(("data", "side_px"), [(LINK, 200), (LINK, 517), ("7KQ-M4XC", 160)])
def test_a_code_is_read_back(data: str, side_px: int) -> None:
    drawn = pixels(qr.surface(data, side_px))
    assert max(drawn.shape[:2]) <= side_px
    assert cv2.QRCodeDetectorAruco().detectAndDecode(drawn)[0] == data


def test_a_code_has_whole_modules_and_a_quiet_zone() -> None:
    cells, image = qr.modules(LINK), np.asarray(qr.image(LINK, 500))
    side = image.shape[0] // len(cells)
    assert image.shape[0] == side * len(cells)
    assert len(np.unique(image.reshape(-1, 3), axis=0)) == 2
    assert (image[: 4 * side] == 255).all()


def test_a_code_that_cannot_fit_says_so() -> None:
    with pytest.raises(ValueError, match="does not fit into 20 px"):
        qr.image(LINK, 20)


def test_round_corners_are_smooth_and_empty_outside() -> None:
    alpha = pygame.surfarray.array_alpha(draw.panel((100, 60), ATELIER.rouge, 20))
    assert alpha[0, 0] == 0
    assert alpha[50, 30] == 255
    assert len(np.unique(alpha)) > 8  # an edge in steps, not in stairs


def test_premultiplied_shapes_have_no_halo() -> None:
    """A white disc on white leaves nothing to see, edges included."""
    screen = pygame.Surface((64, 64), depth=32)
    screen.fill((255, 255, 255))
    draw.blit(screen, draw.dot(60, (255, 255, 255, 255), draw.CLEAR), (2, 2))
    assert pixels(screen).min() >= 253


def painted(*widgets: Widget, pressed: str | None = None, focused: str | None = None) -> np.ndarray:
    screen = pygame.Surface((300, 200), depth=32)
    Painter(Theme.of((1920, 1080))).draw(screen, widgets, pressed, focused)
    return pixels(screen)


BUTTON = Button(area=Area(20, 20, 200, 80), name="keep", label="Keep it")


def test_a_button_answers_to_press_focus_and_being_disabled() -> None:
    plain = painted(BUTTON)
    looks = [
        painted(BUTTON, pressed="keep"),
        painted(BUTTON, focused="keep"),
        painted(Button(area=BUTTON.area, name="keep", label="Keep it", enabled=False)),
    ]
    assert all((look != plain).any() for look in looks)
    assert (painted(BUTTON, pressed="other") == plain).all()


def test_what_is_clipped_stays_in_its_window() -> None:
    window = Area(0, 0, 100, 200)
    ground = Panel(area=Area(0, 0, 300, 200), fill=ATELIER.paper)
    tile = Tile(area=Area(60, 20, 120, 150), clip=window, name="t", label="Grenade", colour=ATELIER.rouge)
    bare, shown = painted(ground), painted(ground, tile)
    assert (shown[:, :100] != bare[:, :100]).any()
    assert (shown[:, 100:] == bare[:, 100:]).all()


@pytest.mark.parametrize("edge", ["top", "bottom", "left", "right"])
def test_a_fade_is_full_at_its_edge_and_gone_at_the_other(edge: draw.Edge) -> None:
    ground = Panel(area=Area(0, 0, 300, 200), fill=ATELIER.ink)
    shown = painted(ground, Fade(area=Area(0, 0, 300, 200), fill=ATELIER.paper, edge=edge))
    line = shown[:, 100] if edge in ("top", "bottom") else shown[100]
    line = line if edge in ("top", "left") else line[::-1]
    assert np.abs(line[0].astype(int) - ATELIER.paper[:3]).max() < 3
    assert np.abs(line[-1].astype(int) - ATELIER.ink[:3]).max() < 3
    assert (np.diff(line.astype(int).sum(axis=1)) <= 0).all()


def test_a_label_stands_where_its_alignment_says() -> None:
    area = Area(0, 0, 300, 200)
    style = Style("sans", 30, ATELIER.paper, align="right")
    ink = painted(Label(area=area, text="x", style=style, valign="bottom")).max(axis=2)
    rows, columns = np.nonzero(ink > 100)
    assert rows.min() > 150
    assert columns.min() > 270


def test_a_fade_goes_from_the_old_picture_to_the_new_and_keeps_neither() -> None:
    screen, fader = pygame.Surface((32, 32), depth=32), Fader()
    screen.fill((200, 0, 0))
    fader.start(10.0)
    reds = []
    for now_s in (10.0, 10.0 + FADE_S / 3, 10.0 + FADE_S):
        fader.begin(screen)
        screen.fill((0, 0, 0))
        fader.blend(screen, now_s)
        reds.append(screen.get_at((5, 5))[0])
    assert reds[0] == 200
    assert 0 < reds[1] < 200
    assert reds[2] == 0
    assert not fader.on


def test_areas_are_cut_without_loss() -> None:
    area = Area(10, 20, 300, 200)
    left, rest = area.cut_left(100, 10)
    assert (left, rest) == (Area(10, 20, 100, 200), Area(120, 20, 190, 200))
    right, rest = area.cut_right(100, 10)
    assert (right, rest) == (Area(210, 20, 100, 200), Area(10, 20, 190, 200))
    assert area.cut_top(500)[1].h == 0
    first, *_, last = area.columns(3, 12)
    assert (first.x, last.right) == (10, 310)
    assert area.common(Area(400, 400, 10, 10)).size == (0, 0)
