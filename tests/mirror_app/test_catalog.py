"""The catalogue: the one that comes with Vitrine, and every way to write one wrongly."""

from collections import Counter
from pathlib import Path

import pytest

from edge.config import ConfigError
from mirror_app import catalog
from mirror_app.catalog import UnknownSku

PRODUCT = """
[[products]]
id = "rouge"
brand = "House"
name = "Rouge"
category = "lips"
effect = "lipstick"
finish = "matte"
price = { amount = 2900, currency = "EUR" }
description = "Red."
shades = [{ sku = "R-1", name = "One", lab = [40.0, 50.0, 30.0], coverage = 0.9 }]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_demo_has_something_for_everyone() -> None:
    demo = catalog.load("demo")
    finishes = Counter(item.product.finish for item in demo.items)
    assert min(finishes[finish] for finish in ("matte", "satin", "gloss")) >= 4
    assert len(demo.items) >= 12
    names = " ".join(product.name for product in demo.products)
    assert "朱颜" in names
    assert "é" in names


def test_a_sku_gives_product_and_shade_as_they_stand_on_the_screen() -> None:
    item = catalog.load("demo").find("MO-VP-130")
    snapshot = item.snapshot()
    assert (snapshot.name, snapshot.shade) == ("Velours Poudré", "Rouge Orée")
    assert str(snapshot.price) == "39.00 EUR"
    assert snapshot.swatch == item.shade.swatch


def test_a_swatch_comes_from_the_measured_colour(tmp_path: Path) -> None:
    grey = PRODUCT.replace("[40.0, 50.0, 30.0]", "[53.585, 0.0, 0.0]")
    assert catalog.load(written(tmp_path, grey)).items[0].shade.swatch == "#808080"


@pytest.mark.parametrize(
    ("was", "wrong", "words"),
    [
        ("coverage = 0.9", "covrage = 0.9", ("unknown key", "covrage", "did you mean 'coverage'")),
        ('finish = "matte"', "", ("finish", "missing")),
        (", coverage = 0.9", "", ("coverage", "missing")),
        ("[40.0, 50.0, 30.0]", "[140.0, 50.0, 30.0]", ("lab", "less than or equal to 100")),
        ("[40.0, 50.0, 30.0]", "[40.0, nan, 30.0]", ("lab", "finite")),
        ("[40.0, 50.0, 30.0]", "[40.0, 50.0]", ("lab", "missing")),
        ("[40.0, 50.0, 30.0]", '"#ff0000"', ("lab", "#ff0000")),
        ("coverage = 0.9", "coverage = 1.5", ("coverage", "less than or equal to 1")),
        ('effect = "lipstick"', 'effect = "lipstik"', ("effect", "Did you mean 'lipstick'")),
        ('effect = "lipstick"', 'effect = "_lips"', ("effect", "It has: ")),
        ('finish = "matte"', 'finish = "mat"', ("finish", "matte, satin, gloss")),
        ('currency = "EUR"', 'currency = "euro"', ("price.currency",)),
        ("amount = 2900", "amount = -1", ("price.amount",)),
        ('sku = "R-1"', 'sku = "R 1"', ("sku",)),
        ('name = "Rouge"', 'name = ""', ("name",)),
        ('id = "rouge"', "id = ", ("not valid TOML",)),
        (PRODUCT, "products = []", ("products",)),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, was: str, wrong: str, words: tuple[str, ...]
) -> None:
    assert was in PRODUCT
    path = written(tmp_path, PRODUCT.replace(was, wrong))
    with pytest.raises(ConfigError) as said:
        catalog.load(path)
    for word in (str(path), *words):
        assert word in str(said.value)


def test_no_such_file_and_no_such_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        catalog.load(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="comes with demo"):
        catalog.load("dmo")


@pytest.mark.parametrize(
    ("asked", "close"),
    [("MO-VP-131", "MO-VP-130"), ("mo-vp-130", "MO-VP-130"), ("carmin", "MO-EM-208"), ("zzz", "MO-VP-101")],
)
def test_an_unknown_sku_names_close_ones(asked: str, close: str) -> None:
    with pytest.raises(UnknownSku, match=close):
        catalog.load("demo").find(asked)


def test_any_name_a_brand_may_give_is_taken(tmp_path: Path) -> None:
    names = ("💄 Kiss", "أحمر شفاه", "口紅", "ลิปสติก")
    text = "".join(
        PRODUCT.replace('"Rouge"', f'"{name}"').replace('"rouge"', f'"p{k}"').replace("R-1", f"R-{k}")
        for k, name in enumerate(names)
    )
    found = catalog.load(written(tmp_path, text))
    assert tuple(product.name for product in found.products) == names
