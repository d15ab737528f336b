"""Every arena screen in every shape: nothing is cut, nothing overlaps, everything can be read from afar."""

import itertools

import pytest

from edge.ui.typeset import typeset
from edge.ui.widgets import Label, Picture
from gamification import screens
from gamification.screens import result
from gamification.screens.sheet import Sheet
from gamification.view import View

SIZES = [(1920, 1080), (1080, 1920), (1280, 720), (3840, 2160), (1024, 768)]
LINK = "https://share.example/c/" + "A" * 38 + ".front-of-shop"
VIEWS = {
    "attract": View(),
    "attract-best": View(seen=True, best=188, of=12),
    "walking": View("walking", seen=True, steps=1234, cadence=168, rank=111, until_race=0.4),
    "walking-away": View("walking", steps=8, drawn=True),
    "countdown": View("countdown", number=3, best=188),
    "race": View("race", seen=True, steps=188, left_s=60, share=1, ghost=0.5, lead=104),
    "race-first": View("race", seen=True, left_s=9.5),
    "result": View("result", steps=188, rank=111, of=128, points=238, link=LINK),
    "result-failed": View(
        "result", steps=188, of=3, failed="Results cannot be taken along. Please ask our staff."
    ),
    "result-saving": View("result", steps=0, of=1, drawn=True),
}


@pytest.mark.parametrize("size_px", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_texts_are_whole_apart_and_on_the_screen(view: View, size_px: tuple[int, int]) -> None:
    sheet = Sheet.of(size_px, 1.0)
    labels = [each for each in screens.widgets(sheet, view, 0.0) if isinstance(each, Label)]
    for label in labels:
        block = typeset(label.text, label.style, label.area.w, label.max_lines)
        assert not block.cut, label.text
        assert block.height_px <= label.area.h + 1, label.text
        assert label.area.common(sheet.screen) == label.area, label.text
        assert label.style.size_px >= min(size_px) / 50, label.text
    for one, other in itertools.combinations(labels, 2):
        assert min(one.area.common(other.area).size) <= 0, (one.text, other.text)


@pytest.mark.parametrize("size_px", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_code_is_there_only_with_its_link(size_px: tuple[int, int]) -> None:
    sheet = Sheet.of(size_px, 1.0)
    pictures = {
        name: [each for each in result.widgets(sheet, VIEWS[name], 0.0) if isinstance(each, Picture)]
        for name in ("result", "result-failed", "result-saving")
    }
    assert [len(found) for found in pictures.values()] == [1, 0, 0]
    (code,) = pictures["result"]
    assert min(code.area.size) > min(size_px) / 3
