"""Thousands of products: a touch sets the words that are seen, not those of the whole catalogue."""

from functools import cache

import pytest

from edge.speech import PLAIN
from edge.ui import lettering, runs, text
from edge.ui.theme import Theme
from mirror_app.catalog import Catalog
from mirror_app.screens import _shelf
from mirror_app.screens._rail_layout import heading_style
from mirror_app.tour import Tour
from tests.mirror_app import touring

CATEGORIES = ("lips", "eyes", "cheeks", "face")
#: A screen full: chips, headings, shades, tools, in their sizes, and the letters that widths are made of.
MOST_LINES = 200


@cache
def large() -> Catalog:
    """5,000 products of 5 shades, the names all different."""
    made = touring.product("Velours")
    shade = made.shades[0]
    return touring.catalog_of(
        *(
            made.model_copy(
                update={
                    "id": f"p-{at}",
                    "name": f"Velours Nr. {at}",
                    "category": CATEGORIES[at % 4],
                    "shades": tuple(
                        shade.model_copy(update={"sku": f"S-{at}-{k}", "name": f"Rouge {at} {k}"})
                        for k in range(5)
                    ),
                }
            )
            for at in range(5000)
        )
    )


class Counting:
    """How many lines of text were set since the last step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[int] = []
        self._lines = 0
        real, step = runs.line_of, Tour.step

        def counted(*what: object) -> runs.Line:
            self._lines += 1
            return real(*what)  # type: ignore[arg-type]

        def stepped(tour: Tour, *what: object, **more: object) -> object:
            self._lines = 0
            made = step(tour, *what, **more)  # type: ignore[arg-type]
            self.steps.append(self._lines)
            return made

        monkeypatch.setattr(runs, "line_of", counted)
        monkeypatch.setattr(Tour, "step", stepped)


@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280)])
def test_no_step_sets_more_than_is_seen(size_px: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    text.forget()
    counting = Counting(monkeypatch)
    one = touring.tour(touring.mirror(large(), size_px), size_px=size_px)
    touring.go(one, "start", *(f"tab:{each}" for each in CATEGORIES), "language", "speak:ja")
    assert one.at == "try_on"
    assert max(counting.steps) > 20, "something was set at all"
    assert max(counting.steps) < MOST_LINES


@pytest.mark.parametrize(
    "words", ["Velours Poudré  ·  Matte  ·  €39.00", "AVATAR To Wa", "紅をさす", "ปากแดง", ""]
)
def test_a_width_without_setting_keeps_room_enough_and_not_much_more(words: str) -> None:
    theme = Theme.of((1920, 1080), 2.4)
    for style in (lettering.chip_style(theme), heading_style(theme)):
        real_px = text.size(words, style)[0]
        assert real_px - style.size_px // 4 <= lettering.about_px(words, style) <= 1.15 * real_px + 2


def test_a_catalogue_read_anew_is_not_compared_product_by_product() -> None:
    first = touring.catalog_of(touring.product("Velours"))
    again = touring.catalog_of(touring.product("Velours"))
    assert first == again
    assert _shelf.shelf(first, "lips", PLAIN) is _shelf.shelf(first, "lips", PLAIN)
    assert _shelf.shelf(again, "lips", PLAIN) is not _shelf.shelf(first, "lips", PLAIN)
