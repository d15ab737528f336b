"""A brand's theme file: worn by the whole screen, and refused where it could not be read."""

from pathlib import Path

import pygame
import pytest
from PIL import Image

from edge import config, failsafe
from edge.failsafe import Trouble
from edge.toml_file import ConfigError
from edge.ui import brand, fonts, text
from edge.ui.area import Area
from edge.ui.theme import ATELIER, VITRINE, Theme, colour
from edge.ui.typeset import Style
from edge.ui.widgets import Picture
from mirror_app.mirror import Mirror
from mirror_app.screens import _parts
from tests.mirror_app import touring

AREA = Area(10, 10, 300, 60)
GREEN = """
name = "Maison Verte"
[colours]
rouge = "#1F4E4A"
rouge_dark = "#163A37"
ink = "#2A3A38"
"""


def written(folder: Path, words: str) -> Path:
    path = folder / "brand.toml"
    path.write_text(words, encoding="utf-8")
    return path


def test_what_is_left_out_stays_as_it_is(tmp_path: Path) -> None:
    made = brand.load(written(tmp_path, GREEN))
    assert made.name == "Maison Verte"
    assert made.palette.rouge == colour("#1F4E4A")
    assert made.palette.paper == ATELIER.paper
    assert made.palette.hairline[:3] == colour("#2A3A38")[:3], "hairlines are ink"
    assert made.palette.veil[3] > ATELIER.veil[3], "lighter ink wants a denser veil"
    assert brand.load(written(tmp_path, "")) == VITRINE


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ('[colours]\nmist = "#B9B0A8"', r"colours\.mist on colours\.paper.*contrast of [12]\.\d\d:1"),
        ('[colours]\nrouge = "#F2B8C6"', r"colours\.white on colours\.rouge"),
        ('[colours]\nveil = "#C0B0A0"', "over a white picture"),
        ('[colours]\nink = "black"', r"colours\.ink"),
        ('[colours]\nrose = "#112233"', r"colours\.rose is not known; there are ink"),
        ('[fonts]\nslab = "a.otf"', r"fonts\.slab is not known; there are serif-light"),
        ('[fonts]\nserif = "missing.otf"', r"fonts\.serif missing\.otf"),
        ('logo = "missing.png"', "logo missing.png"),
        ('logo = "brand.toml"', "logo brand.toml is no picture"),
        ('[colours]\nmist = "#7A7169"', r"contrast of 4\.[0-4]\d:1, less than 4\.5:1"),
        ('name = ""', "name"),
        ('name = "MAISON ORÉE HAUTE PARFUMERIE DE"', "too long for its place .*give a logo"),
        ("shadow = 1", "shadow"),
    ],
)
def test_what_could_not_be_read_is_refused_with_its_place(tmp_path: Path, words: str, fault: str) -> None:
    path = written(tmp_path, words)
    with pytest.raises(ConfigError, match=fault) as raised:
        brand.load(path)
    assert str(path) in str(raised.value)


def test_a_broken_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.otf").write_bytes(b"\0" * 80)
    with pytest.raises(ConfigError, match=r"broken\.otf"):
        brand.load(written(tmp_path, '[fonts]\nserif = "broken.otf"'))


def test_the_brands_font_is_worn_and_taken_off_again(tmp_path: Path) -> None:
    other = fonts.packaged("sans-semibold").path
    (tmp_path / "house.otf").write_bytes(other.read_bytes())
    wide = text.size("Vitrine", Style("serif", 40))
    try:
        brand.wear(brand.load(written(tmp_path, '[fonts]\nserif = "house.otf"')))
        assert fonts.packaged("serif").path == tmp_path / "house.otf"
        assert fonts.chain("serif")[1].path.name == "SourceSerifPro-Regular.otf", "for what it lacks"
    finally:
        brand.wear(VITRINE)
    assert text.size("Vitrine", Style("serif", 40)) == wide


def test_a_logo_stands_where_the_name_would(tmp_path: Path) -> None:
    Image.new("RGBA", (400, 100), (16, 32, 30, 255)).save(tmp_path / "logo.png")
    made = brand.load(written(tmp_path, 'logo = "logo.png"'))
    theme = Theme.of((1280, 720), brand=made)
    mark = _parts.wordmark(theme, AREA, "left")
    assert isinstance(mark, Picture)
    assert mark.area.w == pytest.approx(4 * mark.area.h, abs=3)


def test_a_logo_of_too_many_pixels_is_refused_in_words(tmp_path: Path) -> None:
    for side_px in (5000, 14200):  # the second is more than Pillow itself opens
        Image.new("1", (side_px, side_px)).save(tmp_path / "logo.png")
        with pytest.raises(ConfigError, match=r"logo\.png has more than 16 million pixels"):
            brand.load(written(tmp_path, 'logo = "logo.png"'))


@pytest.mark.parametrize(
    ("colour_rgba", "fault"),
    [
        ((255, 255, 255, 255), r"hardly be seen on colours\.paper: its contrast is 1\.\d\d:1"),
        ((0, 0, 0, 0), "transparent all over"),
    ],
)
def test_a_logo_that_paper_hides_is_refused(
    tmp_path: Path, colour_rgba: tuple[int, int, int, int], fault: str
) -> None:
    Image.new("RGBA", (400, 100), colour_rgba).save(tmp_path / "logo.png")
    with pytest.raises(ConfigError, match=fault):
        brand.load(written(tmp_path, 'logo = "logo.png"'))


def test_dark_letters_on_a_white_plate_are_a_logo(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 100), (255, 255, 255))
    image.paste((27, 23, 20), (40, 40, 140, 60))
    image.save(tmp_path / "logo.png")
    assert brand.load(written(tmp_path, 'logo = "logo.png"')).logo == tmp_path / "logo.png"


@pytest.mark.parametrize("size_px", [(1280, 720), (1080, 1920)])
def test_the_longest_name_is_neither_cut_nor_run_into(tmp_path: Path, size_px: tuple[int, int]) -> None:
    screen = touring.screen(size_px, theme=str(written(tmp_path, 'name = "MAISON ORÉE PARIS"')))
    one = touring.hasty(screen)
    assert one.faults(contrast=False) == []
    touring.go(one, "start")
    assert one.faults(contrast=False) == []


def test_the_whole_mirror_and_its_failsafe_wear_it(tmp_path: Path) -> None:
    screen = touring.screen((640, 360), theme=str(written(tmp_path, GREEN)))
    mirror = Mirror(touring.demo(), screen, "shop")
    widgets, theme = mirror.showing(0.0)
    assert theme.palette.rouge == colour("#1F4E4A")
    assert "Maison Verte" in [getattr(each, "text", "") for each in widgets]
    surface = pygame.Surface((640, 360), depth=32)
    failsafe.show(surface, Trouble.CAMERA, 1.0, brand=brand.worn_brand(screen))
    shown = pygame.surfarray.array3d(surface).reshape(-1, 3)
    assert (shown == (0x1F, 0x4E, 0x4A)).all(axis=1).any()


def test_a_wrong_theme_ends_the_start_with_words(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(
        'store = "s"\nbox = "b"\n[cloud]\nurl = "http://127.0.0.1:1"\n[cameras.c]\nsource = "portrait:"\n'
        '[screens.m]\nexperience = "mirror"\ncamera = "c"\ntheme = "brand.toml"\n'
    )
    screen = config.load(path).screens["m"]
    assert screen.theme == str(tmp_path / "brand.toml")
    with pytest.raises(ConfigError, match=r"brand\.toml"):
        Mirror(touring.demo(), screen, "shop")


def test_a_theme_file_is_read_once_for_all_who_ask(tmp_path: Path) -> None:
    screen = config.Screen(camera="front", experience="mirror", theme=str(written(tmp_path, 'name = "ONCE"')))
    try:
        first = brand.worn_brand(screen)
        assert first.name == "ONCE"
        assert brand.worn_brand(screen) is first
    finally:
        brand.wear(VITRINE)
