"""The product card: the picture its brand took, and of a look every product."""

import time
from pathlib import Path

import pytest
from PIL import Image

from cloud_api.contract.events import ProductCardOpened
from edge.ui.widgets import Label, Picture
from mirror_app.tour import Tour
from tests.mirror_app import touring
from tests.mirror_app.touring import events, go, tour

SIZE = (1280, 720)
BLUE = (12, 40, 200)


def said(one: Tour) -> list[str]:
    return [each.text for each in one.mirror.showing(one.now_s)[0] if isinstance(each, Label)]


def pictures(one: Tour) -> list[Picture]:
    return [each for each in one.mirror.showing(one.now_s)[0] if isinstance(each, Picture)]


def card(picture: Path) -> Tour:
    """The card of a product with a picture; it has been looked at for as long as the picture takes."""
    product = touring.product("Velours").model_copy(update={"picture": picture})
    one = tour(touring.mirror(touring.catalog_of(product), SIZE), size_px=SIZE)
    go(one, "start", "bare", "shade:S-0-0", "product")
    until_s = time.monotonic() + 10
    while one.mirror._screen._pictured._coming is not None and time.monotonic() < until_s:  # type: ignore[attr-defined]
        one.wait(0.1)
        time.sleep(0.01)
    return one


def test_a_products_picture_is_shown_whole_and_forgotten_on_leaving(tmp_path: Path) -> None:
    Image.new("RGB", (1600, 800), BLUE).save(tmp_path / "velours.png")
    one = card(tmp_path / "velours.png")
    (picture,) = pictures(one)
    assert picture.area.w == pytest.approx(2 * picture.area.h, abs=2)
    assert picture.clip is not None
    assert one.screen.get_at(picture.visible.centre)[:3] == BLUE
    assert one.faults(contrast=False) == []
    left = one.mirror._screen._pictured  # type: ignore[attr-defined]
    go(one, "back")
    assert left.surface is None
    assert pictures(one) == []


@pytest.mark.parametrize("content", [b"", b"no picture", None])
def test_a_broken_picture_is_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "velours.png"
    if content is None:  # its head is whole, the rest is not
        Image.effect_noise((300, 300), 50).save(path)
        content = path.read_bytes()[:2000]
    path.write_bytes(content)
    one = card(path)
    assert one.at == "product"
    assert pictures(one) == []
    assert "x" in said(one), "its description is there all the same"


def test_the_card_of_a_look_lists_its_products_and_opens_each() -> None:
    one = tour(size_px=SIZE)
    look = one.mirror.catalog.looks[-1]
    items = [item for item, _ in one.mirror.catalog.worn_in(look)]
    go(one, "start", "bare", "tab:looks", f"look:{look.id}", "product")
    assert look.name_in("en") in said(one)
    for item in items:
        go(one, f"part:{item.shade.sku}")
        assert item.product.name_in("en") in said(one)
        assert one.faults(contrast=False) == []
        go(one, "back")
        assert one.at == "product", "back to the list"
    told = [event.sku for event in events(one, ProductCardOpened) if isinstance(event, ProductCardOpened)]
    assert told[-len(items) :] == [item.shade.sku for item in items]
    go(one, "back")
    assert one.at == "try_on"
