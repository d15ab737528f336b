"""The catalogue: the one that comes with Vitrine, and every way to write one wrongly."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from edge import plugins
from edge.speech import NAMES
from edge.toml_file import ConfigError
from mirror_app import catalog, effects
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
    assert demo.skipped == ()
    lips = [item for item in demo.items if item.product.effect == "lipstick"]
    finishes = Counter(item.product.finish for item in lips)
    assert min(finishes[finish] for finish in ("matte", "satin", "gloss")) >= 4
    shown = {name for name in effects.names() if not effects.missing(effects.load(name))}
    assert {item.product.effect for item in demo.items} == shown
    assert len(demo.looks) >= 4
    names = " ".join(product.name for product in demo.products)
    assert "朱颜" in names
    assert "é" in names


def test_the_demo_has_a_foundation_for_every_skin() -> None:
    tones = [item.shade.lab for item in catalog.load("demo").items if item.product.effect == "foundation"]
    assert len(tones) >= 12
    lightness = [lab[0] for lab in tones]
    assert lightness == sorted(lightness, reverse=True)
    assert (lightness[0] > 78, lightness[-1] < 30) == (True, True)
    assert max(before - after for before, after in pairwise(lightness)) <= 5, "no skin falls between two"


@pytest.mark.parametrize("language", [code for code in NAMES if code != "en"])
def test_the_demo_speaks_every_language_of_the_mirror(language: str) -> None:
    demo = catalog.load("demo")
    for product in demo.products:
        assert product.description_in(language) != product.description
        assert product.suitability is None or product.suitability_in(language) != product.suitability
        assert product.suitability is not None or product.category in ("glasses", "hats")


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


# -- product by product -------------------------------------------------------------------------------------


def another(name: str, sku: str, text: str = PRODUCT) -> str:
    return text.replace('"rouge"', f'"{name}"').replace('"R-1"', f'"{sku}"')


@pytest.mark.parametrize(
    ("was", "wrong", "words"),
    [
        ("[40.0, 50.0, 30.0]", "[140.0, 50.0, 30.0]", "less than or equal to 100"),
        ("[40.0, 50.0, 30.0]", '"#ff0000"', "#ff0000"),
        ('effect = "lipstick"', 'effect = "hologram"', "has no 'hologram'"),
        ('finish = "matte"', 'finish = "mat"', "it has: matte"),
        ('brand = "House"', 'brnad = "House"', "did you mean 'brand'"),
        ('description = "Red."', 'description = "Red."\nimage = "none.png"', "the file is missing"),
        ('description = "Red."', 'description = "Red."\nimage = "a.gif"', "is no name of a .png"),
        ('description = "Red."', 'description = "Red."\nimage = "../a.png"', "must lie beside the catalogue"),
        ('description = "Red."', 'description = "Red."\nimage = "text.png"', "is no PNG file"),
        ('description = "Red."', 'description = "Red."\nparameters = { wings = 2 }', "unknown key 'wings'"),
        ("coverage = 0.9", "coverage = 0.9, parameters = { wings = 2 }", "unknown key 'wings'"),
    ],
)
def test_one_bad_product_is_skipped_and_reported_the_others_are_offered(
    tmp_path: Path, was: str, wrong: str, words: str
) -> None:
    (tmp_path / "text.png").write_text("no picture")
    assert was in PRODUCT
    text = PRODUCT + another("bad", "B-1").replace(was, wrong) + another("noir", "N-1")
    found = catalog.load(written(tmp_path, text))
    assert [item.shade.sku for item in found.items] == ["R-1", "N-1"]
    (skipped,) = found.skipped
    assert skipped.what == "product 'bad'"
    assert words in skipped.why


def test_one_bad_shade_costs_itself_only(tmp_path: Path) -> None:
    good = '{ sku = "R-1", name = "One", lab = [40.0, 50.0, 30.0], coverage = 0.9 }'
    bad = good.replace("R-1", "R-2").replace("50.0", "500.0")
    found = catalog.load(written(tmp_path, PRODUCT.replace(good, f"{bad}, {good}")))
    assert [item.shade.sku for item in found.items] == ["R-1"]
    assert str(found.skipped[0]).startswith("product 'rouge', shade 'R-2': key 'shades.0.lab.1': ")


def test_a_sku_or_a_product_twice_is_offered_once_and_reported(tmp_path: Path) -> None:
    found = catalog.load(written(tmp_path, PRODUCT + another("other", "R-1")))
    assert [product.id for product in found.products] == ["rouge"]
    assert str(found.skipped[0]) == "product 'other': SKU used more than once: R-1"
    found = catalog.load(written(tmp_path, PRODUCT + another("rouge", "R-2")))
    assert [item.shade.sku for item in found.items] == ["R-1"]
    assert str(found.skipped[0]) == "product 'rouge': product id used more than once: rouge"
    shade = '{ sku = "R-1", name = "One", lab = [40.0, 50.0, 30.0], coverage = 0.9 }'
    found = catalog.load(written(tmp_path, PRODUCT.replace(shade, f"{shade}, {shade}")))
    assert len(found.items) == 1


def test_a_product_without_a_name_is_found_by_its_place(tmp_path: Path) -> None:
    found = catalog.load(written(tmp_path, PRODUCT + another("x", "X-1").replace('id = "x"', "")))
    assert found.skipped[0].what == "product number 2"


@pytest.mark.parametrize(
    "text", ["x = 1", "[products]", "products = [1]", "", 'language = "Deutsch"\n' + PRODUCT]
)
def test_what_is_no_catalogue_is_refused_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"catalogue\.toml: "):
        catalog.load(written(tmp_path, text))


def test_texts_in_several_languages_fall_back(tmp_path: Path) -> None:
    more = """
suitability = "For sensitive skin."
ingredients = "RICINUS COMMUNIS SEED OIL, CI 15850"
texts.fr = { description = "Du rouge.", suitability = "Peaux sensibles." }
texts.zh-Hans = { name = "胭脂" }
"""
    text = PRODUCT.replace('description = "Red."', f'description = "Red."{more}')
    text = text.replace('name = "One"', 'name = "One", names = { ja = "壱" }')
    (item,) = catalog.load(written(tmp_path, text)).items
    product = item.product
    assert [product.name_in(code) for code in ("fr", "zh-Hans", "zh-Hant", "zh", "en")] == [
        "Rouge",
        "胭脂",
        "胭脂",
        "胭脂",
        "Rouge",
    ]
    assert product.description_in("fr-CA") == "Du rouge."
    assert product.description_in("zh-Hans") == "Red."
    assert (product.suitability_in("fr"), product.suitability_in("de")) == (
        "Peaux sensibles.",
        "For sensitive skin.",
    )
    assert product.ingredients.startswith("RICINUS")
    assert (item.shade.name_in("ja"), item.shade.name_in("th")) == ("壱", "One")
    assert item.snapshot("ja").shade == "壱"
    assert item.snapshot("zh-Hans").name == "胭脂"
    assert item.snapshot().name == "Rouge"


def test_a_product_that_says_nothing_of_who_it_is_for(tmp_path: Path) -> None:
    (item,) = catalog.load(written(tmp_path, PRODUCT)).items
    assert item.product.suitability_in("en") == ""
    assert item.shade.stock is None
    assert not item.sold_out


def test_a_look_wears_several_products_some_with_a_light_hand(tmp_path: Path) -> None:
    look = """
[[looks]]
id = "day"
name = "Day"
names.de = "Tag"
parts = [{ sku = "R-1", strength = 0.5 }, { sku = "N-1" }]
[[looks]]
id = "gone"
name = "Gone"
parts = [{ sku = "R-1" }, { sku = "Q-1" }]
[[looks]]
id = "Not a name"
name = "Bad"
parts = []
"""
    found = catalog.load(written(tmp_path, PRODUCT + another("noir", "N-1") + look))
    (day,) = found.looks
    assert day.name_in("de") == "Tag"
    worn = found.worn_in(day)
    assert [(item.shade.sku, strength) for item, strength in worn] == [("R-1", 0.5), ("N-1", 1.0)]
    assert [item.layer_at(strength).opacity for item, strength in worn] == [0.45, 0.9]
    assert "nothing that is offered has the SKU Q-1" in found.skipped[0].why
    assert found.skipped[1].what == "look 'Not a name'"


def test_pictures_lie_beside_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "a b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    text = PRODUCT.replace('description = "Red."', 'description = "Red."\nimage = "art/a b.png"')
    (item,) = catalog.load(written(tmp_path, text)).items
    assert item.picture == tmp_path / "art" / "a b.png"


def test_five_thousand_products_are_all_there(tmp_path: Path) -> None:
    """Names of every writing among them; one bad one costs one."""
    names = ("💄 Kiss", "أحمر شفاه", "口紅", "ลิปสติก")
    parts = [another(f"p{k}", f"S-{k}").replace('"Rouge"', f'"{names[k % 4]} {k}"') for k in range(5000)]
    parts[77] = parts[77].replace("coverage = 0.9", "coverage = 9")
    found = catalog.load(written(tmp_path, "".join(parts)))
    assert len(found.items) == 4999
    assert len(found.skipped) == 1
    assert found.find("S-4999").product.name == "ลิปสติก 4999"
    with pytest.raises(UnknownSku, match="close: S-"):
        found.find("S-50000")


def test_what_nobody_can_show_is_not_offered_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hair colour needs a model that tells where hair is; a store brings it, Vitrine does not."""
    tint = PRODUCT.replace("rouge", "tint").replace("R-1", "T-1").replace("lipstick", "hair")
    path = written(tmp_path, PRODUCT + tint.replace("matte", "natural"))
    offered = catalog.load(path)
    assert [item.shade.sku for item in offered.items] == ["R-1"]
    assert "models/hair.py" in str(offered.skipped)
    assert effects.brought() == frozenset()
    names = plugins.names
    monkeypatch.setattr(plugins, "names", lambda p: [*names(p), *(["hair"] if p == "models" else [])])
    assert effects.brought() == {"hair"}
    assert [item.shade.sku for item in catalog.load(path).items] == ["R-1", "T-1"]
