"""The live view of a counter, looked at by pixels: dots where people are, words of what is wrong."""

import numpy as np
import pygame
import pytest

from edge.floor import panel, picture
from edge.floor.journal import ZoneFigures
from edge.floor.panel import Words
from edge.scene import Frame
from edge.ui.theme import ATELIER
from tests.edge.floor.acting import BAR, HEIGHT_M, WIDTH_M, Film, journal, seen, walker

GOOD = Words(ok=True, condition="counting", source="Synthetic picture.")
LOST = Words(ok=False, condition="the camera has moved: click the four points again", source="A webcam.")


def near(pixel: tuple[int, ...], colour: tuple[int, ...], by: int = 40) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel[:3], colour[:3], strict=True))


def rgb(surface: pygame.Surface) -> np.ndarray:
    return np.asarray(pygame.surfarray.array3d(surface).transpose(1, 0, 2), int)


def test_a_dot_stands_where_somebody_stands() -> None:
    by, film, trails = journal(zones=[BAR]), Film(walker((3.5, 7.4), (3.5, 3.0))), picture.Trails()
    frames = list(film.frames(4))
    for frame in frames:
        seen(by.watch, [frame])
        trails.follow(by.watch.counter.tracker.live)
    shown = rgb(picture.paint(frames[-1], by, trails, GOOD))
    (track,) = by.watch.counter.tracker.live
    where = picture.area(frames[-1].size_px)
    x = where.x + round(track.x_m / WIDTH_M * where.w)
    y = where.y + round(track.y_m / HEIGHT_M * where.h)
    ring = shown[y - 8 : y + 9, x - 8 : x + 9].reshape(-1, 3)
    assert sum(near(tuple(pixel), ATELIER.rouge) for pixel in ring) > len(ring) / 3
    trail = shown[y + 30 : y + 80, x - 6 : x + 7].reshape(-1, 3)
    assert sum(near(tuple(pixel), ATELIER.rouge) for pixel in trail) > 40, "the way behind it"


def test_trails_are_forgotten_with_their_track_and_are_short() -> None:
    by, trails = journal(), picture.Trails()
    for frame in Film(walker((3.5, 7.4), (3.5, 3.0), (3.5, 7.6))).frames(12):
        seen(by.watch, [frame])
        trails.follow(by.watch.counter.tracker.live)
        assert all(way[-1][0] - way[0][0] <= 2.5 for way in trails.ways.values())
    assert trails.ways == {}


@pytest.mark.parametrize(("words", "colour"), [(GOOD, ATELIER.positive), (LOST, ATELIER.danger)])
def test_the_foot_says_in_colour_and_words_how_the_camera_does(words: Words, colour: tuple[int, ...]) -> None:
    shown = rgb(picture.paint(None, journal(), picture.Trails(), words))
    foot = shown[600:, 932:].reshape(-1, 3)
    assert sum(near(tuple(pixel), colour, 10) for pixel in foot) > 40


def test_a_picture_of_another_shape_is_shown_with_nothing_drawn_over_it() -> None:
    by = journal(zones=[BAR])
    grey = np.full((480, 640, 3), 128, np.uint8)
    seen(by.watch, [Frame(grey, 0.0, 0)])
    shown = rgb(picture.paint(Frame(grey, 0.0, 0), by, picture.Trails(), LOST))
    where = picture.area((640, 480))
    assert (shown[where.y + 2 : where.bottom - 2, where.x + 2 : where.right - 2] == 128).all()


@pytest.mark.parametrize("size_px", [(768, 432), (576, 504), (480, 1280), (3840, 2160)])
def test_every_camera_stands_whole_beside_the_figures(size_px: tuple[int, int]) -> None:
    where = picture.area(size_px)
    assert where.x >= 0
    assert where.y >= 0
    assert where.right <= picture.SIZE_PX[0] - 340
    assert where.bottom <= picture.SIZE_PX[1]
    assert where.w / where.h == pytest.approx(size_px[0] / size_px[1], rel=0.01)


def test_heat_is_warmest_where_somebody_stood_longest_and_plain_where_nobody_was() -> None:
    heat = np.zeros((28, 32))
    heat[6, 4], heat[20, 25] = 100.0, 9.0
    image = panel.heat_image(heat, (320, 280))
    long, short, never = image[65, 45], image[205, 255], image[140, 160]
    assert near(tuple(never), ATELIER.paper_2, 3)
    assert int(long[1]) < int(short[1]) < int(never[1])
    assert near(tuple(panel.heat_image(np.zeros((28, 32)), (320, 280))[10, 10]), ATELIER.paper_2, 1)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (ZoneFigures(), "no stay yet"),
        (ZoneFigures(1, 11.2), "1 stay, 11 s"),
        (ZoneFigures(4, 50.0), "4 stays, 12 s each"),
    ],
)
def test_stays_in_words(figures: ZoneFigures, words: str) -> None:
    assert panel.stays(figures) == words


def test_names_of_the_box_file_are_shown_as_people_write_them() -> None:
    assert panel.called("front-door") == "Front door"
