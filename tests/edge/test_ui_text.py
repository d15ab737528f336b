"""Text: wraps where a reader expects it, falls back to fonts that have the glyphs, never lies about cuts."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image

from edge.ui import breaks, cmap, fonts, text
from edge.ui import typeset as typeset_module
from edge.ui.cache import SurfaceCache
from edge.ui.theme import ATELIER, Theme, colour
from edge.ui.typeset import Block, Style, typeset

PLAIN = Style("sans", 30)


def lines(block: Block) -> list[str]:
    return ["".join(run.text for run in line.runs) for line in block.lines]


def ink(surface: pygame.Surface) -> np.ndarray:
    return np.asarray(pygame.surfarray.array_alpha(surface).T)


def cjk() -> bool:
    return fonts.font_for("口", "sans") is not None


needs_cjk = pytest.mark.skipif("not cjk()", reason="no CJK font on this system")


@pytest.mark.parametrize(
    ("words", "width_px", "expected"),
    [
        ("one two three", None, ["one two three"]),
        ("one two three", 90, ["one", "two", "three"]),
        ("first\nsecond", None, ["first", "second"]),
        ("well-known", 100, ["well-", "known"]),
        ("to 22\u00a0May", 110, ["to", "22\u00a0May"]),
        ("", 100, [""]),
    ],
)
def test_lines_break_where_a_reader_expects(words: str, width_px: int | None, expected: list[str]) -> None:
    assert lines(typeset(words, PLAIN, width_px)) == expected


@needs_cjk
def test_chinese_breaks_anywhere_but_not_before_a_full_stop() -> None:
    for width_px in range(110, 240, 7):
        found = lines(typeset("这支口红的颜色很自然。适合日常（哑光）。", PLAIN, width_px))
        assert "".join(found) == "这支口红的颜色很自然。适合日常（哑光）。"
        assert not any(line[0] in "。）" for line in found)
        assert not any(line.endswith("（") for line in found)


@pytest.mark.parametrize(
    "words", ["a sentence that is too long for it", "Donaudampfschifffahrtsgesellschaft"]
)
def test_what_does_not_fit_ends_in_an_ellipsis_and_stays_inside(words: str) -> None:
    block = typeset(words, PLAIN, 160, 1)
    assert block.cut
    assert lines(block)[0].endswith("…")
    assert block.width_px <= 160
    assert not typeset("short", PLAIN, 160, 1).cut


@pytest.mark.parametrize("width_px", [40, 100, 333])
def test_no_line_is_wider_than_asked(width_px: int) -> None:
    words = "Maison Orée · Velours Poudré, a very long description of nothing in particular"
    assert typeset(words, PLAIN, width_px).width_px <= width_px


@needs_cjk
def test_one_text_in_several_scripts_is_drawn_by_several_fonts() -> None:
    runs = typeset("Rouge 口红 リップ 립스틱", PLAIN).lines[0].runs
    assert runs[0].font == fonts.packaged("sans")
    assert len({run.font for run in runs}) >= 2
    for run in runs:
        assert all(char.isspace() or run.font.covers(char) for char in run.text)


@needs_cjk
@pytest.mark.parametrize(("language", "name"), [("ja", "JP"), ("ko", "KR"), ("zh-Hans", "SC")])
def test_han_takes_the_forms_of_the_language(language: str, name: str) -> None:
    font = fonts.font_for("直", "sans", language)
    assert font is not None
    if font.path.suffix == ".ttc":
        assert (font.at(20).getname()[0] or "").endswith(name)


def test_missing_glyphs_are_named_once_and_left_out_of_the_drawing() -> None:
    private = "\U000f0000"
    assert fonts.missing(f"ab{private}c{private} \u200d") == private
    assert lines(typeset(f"ab{private}c", PLAIN)) == ["abc"]


def test_forgetting_closes_fonts() -> None:
    text.surface("Rouge", PLAIN)
    assert fonts._opened.cache_info().currsize > 0
    text.forget()
    assert fonts._opened.cache_info().currsize == 0


def test_a_file_that_is_no_font_says_so(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(b"\0" * 64)
    with pytest.raises(ValueError, match=r"broken\.ttf"):
        cmap.covered(path)
    assert not fonts.FontFile(path).covers("a")


def test_the_character_map_agrees_with_the_drawn_glyphs() -> None:
    font = fonts.packaged("serif")
    assert all(font.covers(char) for char in "AaÉéß€…")
    assert not font.covers("口")


def test_letter_spacing_and_alignment_move_the_ink() -> None:
    tight, loose = (
        text.size("Vitrine", Style("serif", 40)),
        text.size("Vitrine", Style("serif", 40, tracking_em=0.2)),
    )
    assert loose[0] == pytest.approx(tight[0] + 6 * 0.2 * 40, abs=4)
    left, right = (
        ink(text.surface("wide line\nx", Style("sans", 30, align=align))) for align in ("left", "right")
    )
    half = left.shape[0] // 2
    assert np.nonzero(left[half:].any(axis=0))[0].max() < np.nonzero(right[half:].any(axis=0))[0].min()


@pytest.mark.parametrize(
    ("face", "leading"),
    [("serif", 1.14), ("serif-light", 1.14), ("serif", 1.3), ("sans", 1.2), ("sans-semibold", 1.2)],
)
def test_neither_accents_nor_descenders_are_cut(face: fonts.Face, leading: float) -> None:
    words = "ÉÅgjpqyQÇ"
    tight = ink(text.surface(words, Style(face, 60, leading=leading)))
    roomy = ink(text.surface(words, Style(face, 60, leading=2.5)))
    assert tight.sum() >= 0.995 * roomy.sum()


def test_screen_and_card_show_the_same_text() -> None:
    style = Style("serif", 36, ATELIER.rouge)
    drawn = text.surface("Grenade", style)
    card = Image.new("RGB", drawn.get_size(), "white")
    assert text.paint(card, (0, 0), "Grenade", style) == drawn.get_size()
    screen = pygame.Surface(drawn.get_size(), depth=32)
    screen.fill((255, 255, 255))
    assert text.blit(screen, (0, 0), "Grenade", style) == drawn.get_size()
    shown = pygame.surfarray.array3d(screen).swapaxes(0, 1).astype(int)
    assert np.abs(shown - np.asarray(card).astype(int)).max() <= 2
    assert shown.min() < 100


def test_what_is_forgotten_is_in_no_cache() -> None:
    text.surface("7KQ-M4XC 8LR-N5YD", PLAIN, 120)
    assert typeset_module.set_line.cache_info().currsize > 0
    text.forget()
    caches = (typeset_module.typeset, typeset_module.set_line, breaks.pieces)
    assert [cache.cache_info().currsize for cache in caches] == [0, 0, 0]


def test_text_is_drawn_once_and_forgotten_on_request() -> None:
    first = text.surface("7KQ-M4XC", PLAIN)
    assert text.surface("7KQ-M4XC", PLAIN) is first
    text.forget()
    assert text.surface("7KQ-M4XC", PLAIN) is not first


def test_the_cache_stays_within_its_bounds() -> None:
    cache = SurfaceCache(max_bytes=10 * 100 * 100 * 4)
    for key in range(50):
        cache.get(key, lambda: pygame.Surface((100, 100), pygame.SRCALPHA))
    assert len(cache) == 10
    kept = cache.get(49, lambda: pygame.Surface((1, 1)))
    assert kept.get_size() == (100, 100)
    cache.fit((25, 20))
    assert len(cache) == 1, "a small screen keeps ten screens of its own size, and the last one drawn"


def test_the_theme_scales_with_the_short_side_and_keeps_targets_large() -> None:
    assert Theme.of((1920, 1080)).px(16) == Theme.of((1080, 1920)).px(16) == 16
    assert Theme.of((3840, 2160)).px(16) == 32
    assert Theme.of((320, 240), 0.5).target_px == 44
    assert Theme.of((1920, 1080), 6.0).target_px == 120
    with pytest.raises(ValueError, match="'#12' is no colour"):
        colour("#12")


def luminance(rgb: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    shares = [value / 255 for value in rgb[:3]]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text_on", "ground"),
    [
        (ATELIER.ink, ATELIER.paper),
        (ATELIER.mist, ATELIER.paper),
        (ATELIER.mist, ATELIER.paper_2),
        (ATELIER.mist, ATELIER.white),
        (ATELIER.brass, ATELIER.paper),
        (ATELIER.paper, ATELIER.ink),
        (ATELIER.white, ATELIER.rouge),
        (ATELIER.white, ATELIER.rouge_dark),
        (ATELIER.danger, ATELIER.paper),
        (ATELIER.positive, ATELIER.paper),
        # The veil over the brightest picture there is.
        (ATELIER.paper, tuple(0.66 * value + 0.34 * 255 for value in ATELIER.veil[:3])),
    ],
)
def test_text_contrasts_with_its_ground(text_on: tuple[float, ...], ground: tuple[float, ...]) -> None:
    light, dark = sorted((luminance(text_on), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


needs_thai = pytest.mark.skipif("fonts.font_for('ก', 'sans') is None", reason="no Thai font on this system")


@needs_thai
def test_thai_breaks_between_words_and_is_never_spaced_out() -> None:
    words = "แตะเฉดสีเพื่อลองทา"
    style = Style("sans", 40, language="th", tracking_em=0.2)
    block = typeset(words, style, 150)
    assert "".join(lines(block)) == words
    assert len(block.lines) > 1
    assert all(line[0] not in "ๆะาำิีึืุูั็่้๊๋์" for line in lines(block))
    assert [run.text for run in typeset("ที่", style).lines[0].runs] == ["ที่"]


@needs_thai
@pytest.mark.parametrize("face", ["serif", "sans", "sans-semibold"])
def test_thai_marks_are_not_cut(face: fonts.Face) -> None:
    words = "ปื้ฎูญุ ที่นี้"
    tight = ink(text.surface(words, Style(face, 60, leading=1.14, language="th")))
    roomy = ink(text.surface(words, Style(face, 60, leading=3.0, language="th")))
    assert tight.sum() >= 0.995 * roomy.sum()


@needs_cjk
def test_japanese_breaks_between_phrases() -> None:
    words = "お写真はこの画面の外に出ることはありません。"
    style = Style("sans", 30, language="ja")
    for width_px in range(200, 400, 20):
        found = lines(typeset(words, style, width_px))
        assert "".join(found) == words
        assert not any(line[0] in "はのにをがるんせ。" for line in found)


@needs_cjk
@pytest.mark.parametrize("language", ["ja", "zh-Hans", "ko", "en"])
@pytest.mark.parametrize(
    "words", ["「鏡」、々とー。（マット）％", "他说：「很好看。」（真的）…", "ッャュョァ、。々ー"]
)
def test_no_line_begins_or_ends_with_what_must_not(words: str, language: str) -> None:
    for width_px in range(124, 300, 9):
        found = lines(typeset(words, Style("sans", 30, language=language), width_px))
        assert "".join(found) == words
        assert not any(
            line[0] in "」、。）％：ー々…ャュョ" for line in found if len(line) > 1 or len(found) > 9
        )
        assert not any(line[-1] in "「（" for line in found if len(line) > 1)


@pytest.mark.parametrize(
    ("language", "words", "together"),
    [
        ("ja", "お写真は30日後に削除されます。", "30日"),
        ("ja", "10秒後に終わります。", "10秒"),
        ("zh-Hans", "照片将在 30 天后删除。", "30 天"),
        ("th", "รูปจะถูกลบหลัง 30 วัน และคุณลบเองก่อนได้", "30 วัน"),
        ("en", "写真は30日後に", "30日"),
    ],
)
def test_a_number_stays_with_its_unit(language: str, words: str, together: str) -> None:
    found = breaks.pieces(words, language)
    assert "".join(found) == words
    assert len(found) > 1
    assert any(together in piece for piece in found), found


def test_korean_breaks_between_words_only() -> None:
    words = "색상을 터치하면 발라 볼 수 있어요"
    for line in lines(typeset(words, Style("sans", 30, language="ko"), 200)):
        assert f" {line} " in f" {words} "


@pytest.mark.skipif("fonts.font_for('ש', 'sans') is None", reason="no Hebrew font on this system")
def test_a_name_that_runs_to_the_left_stays_whole_in_a_line_that_runs_to_the_right() -> None:
    runs = typeset("Rouge שפתון אדום · 39", PLAIN).lines[0].runs
    assert [run.text for run in runs] == ["Rouge ", "שפתון אדום", " · 39"]
    assert runs[0].x_px < runs[1].x_px < runs[2].x_px


@pytest.mark.parametrize("words", ["💄", "👩🏽‍🦱 Rouge", "🇫🇷", "a‍💋", "‮abc"])
def test_emoji_and_controls_neither_crash_nor_leave_boxes(words: str) -> None:
    block = typeset(words, PLAIN, 200)
    assert all(char.isspace() or run.font.covers(char) for run in block.lines[0].runs for char in run.text)
    text.surface(words, PLAIN, 200)


def test_a_rare_blank_is_drawn_as_a_plain_one() -> None:
    (run,) = typeset("1 239", PLAIN).lines[0].runs
    assert all(run.font.covers(char) for char in run.text)


@pytest.mark.parametrize(
    "words", ["Touch a shade to wear it. Touch it again to take it off.", "one two three four five a"]
)
def test_of_a_few_lines_the_last_is_not_left_with_one_short_word(words: str) -> None:
    whole = text.size(words, PLAIN)[0]
    for share in (0.7, 0.9, 0.97):
        block = typeset(words, PLAIN, round(whole * share))
        assert " ".join(lines(block)) == words
        assert len(block.lines) == 2
        assert block.lines[-1].width_px >= 0.25 * block.width_px


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("\U0010fffd Rouge", "Rouge"),
        ("Rouge \U0010fffd", "Rouge"),
        ("Rouge \U0010fffd Noir", "Rouge Noir"),
        ("Rouge  ·  Noir \U0010fffd\ufe0f", "Rouge  ·  Noir"),
        ("one\n\U0010fffd two", "one\ntwo"),
        ("\U0010fffd", ""),
    ],
)
def test_what_no_font_draws_leaves_no_blank(words: str, shown: str) -> None:
    assert "\n".join(lines(typeset(words, PLAIN))) == shown
    assert text.size(words, PLAIN) == text.size(shown, PLAIN)
