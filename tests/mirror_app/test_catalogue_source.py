"""Where a mirror's catalogue comes from: files, or what came last from the cloud; changed between visits."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cloud_api.contract.catalogue import CatalogueLoaded
from edge.catalogue import Cache
from edge.config import Screen
from edge.experience import Inputs, Pointer, Record
from edge.toml_file import ConfigError
from mirror_app.catalog import Catalog, Source, announced
from mirror_app.mirror import Mirror
from tests.mirror_app.test_catalog import PRODUCT, written
from tests.mirror_app.touring import somebody

SIZE = (640, 360)


def product(name: str = "rouge", **other: Any) -> dict[str, Any]:
    return {
        "id": name,
        "brand": "House",
        "name": name.title(),
        "category": "lips",
        "effect": "lipstick",
        "finish": "matte",
        "price": {"amount": 2900, "currency": "EUR"},
        "description": "Red.",
        "shades": [{"sku": name.upper(), "name": "One", "lab": [40, 50, 30], "coverage": 0.9}],
    } | other


def send(state: Path, *products: dict[str, Any], **other: Any) -> Cache:
    """A document came from the cloud."""
    cache = Cache(state)
    cache.keep_document(json.dumps({"products": products} | other).encode(), '"tag"')
    return cache


def skus(source: Source) -> list[str]:
    return [item.shade.sku for item in source.load().items]


def test_the_first_that_can_be_used(tmp_path: Path) -> None:
    written(tmp_path, PRODUCT)
    source = Source(("cloud", "catalogue.toml"), tmp_path, tmp_path / "state")
    assert skus(source) == ["R-1"]
    send(tmp_path / "state", product())
    assert skus(source) == ["ROUGE"]
    assert source.load().origin == "cloud"


def test_nothing_to_offer_says_of_each_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as said:
        Source(("cloud", "house.toml"), tmp_path, tmp_path).load()
    for word in ("come from the cloud yet", "vitrine cloud catalogue", "house.toml: there is no such file"):
        assert word in str(said.value)


def test_a_document_of_which_nothing_can_be_offered_leaves_the_one_before(tmp_path: Path) -> None:
    send(tmp_path, product())
    send(tmp_path, product("newer", effect="hologram"))
    assert skus(Source("cloud", tmp_path, tmp_path)) == ["ROUGE"]


def test_a_newer_cloud_may_say_more_than_this_mirror_knows(tmp_path: Path) -> None:
    newer = product(scent="rose", texts={"fr": {"name": "Rouge", "sound": "x.mp3"}})
    newer["shades"][0]["tint"] = 7
    send(tmp_path, newer, product("other", effect="hologram"))
    offered = Source("cloud", tmp_path, tmp_path).load()
    assert [each.name_in("fr") for each in offered.products] == ["Rouge"]
    (skipped,) = offered.skipped
    assert "mirror_app.effects has no 'hologram'" in str(skipped)


def test_stock_comes_by_its_own(tmp_path: Path) -> None:
    cache = send(tmp_path, product(), product("noir"))
    cache.keep_stock(b'{"free": {"ROUGE": 0, "OTHER": 3}}', '"tag"')
    offered = Source("cloud", tmp_path, tmp_path).load()
    assert [item.shade.stock for item in offered.items] == [0, None]
    assert [item.sold_out for item in offered.items] == [True, False]


def test_pictures_of_the_cloud_are_found_by_their_hash(tmp_path: Path) -> None:
    both = (product(image="a.png"), product("lost", image="b.png"))
    cache = send(tmp_path, *both, files={"a.png": "1" * 64, "b.png": "2" * 64})
    at = cache.file("1" * 64, "a.png")
    at.parent.mkdir()
    at.write_bytes(b"\x89PNG\r\n\x1a\n")
    offered = Source("cloud", tmp_path, tmp_path).load()
    assert [item.picture for item in offered.items] == [at]
    assert "the file is missing" in str(offered.skipped[0])


def _wait(source: Source, now_s: float) -> object:
    """What `fresh` gives once it has read."""
    assert source.fresh(now_s) is None
    for _ in range(500):
        if (found := source.fresh(now_s)) is not None:
            return found
        time.sleep(0.01)
    raise AssertionError("no newer catalogue")


def test_a_change_is_noticed_and_read_beside_the_loop(tmp_path: Path) -> None:
    cache = send(tmp_path, product())
    source = Source("cloud", tmp_path, tmp_path)
    source.load()
    assert source.fresh(0.0) is None
    send(tmp_path, product("noir"))
    assert source.fresh(0.1) is None, "the disk is not looked at all the time"
    found = _wait(source, 10.0)
    assert getattr(found, "origin", "") == "cloud"
    assert source.fresh(20.0) is None
    cache.keep_stock(b'{"free": {"NOIR": 2}}', '"tag"')
    counted = _wait(source, 30.0)
    assert isinstance(counted, Catalog)
    assert [item.shade.stock for item in counted.items] == [2]
    assert counted.find("NOIR").shade.stock == 2


def test_what_the_staff_reads_again_is_newer_than_what_is_read_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, begun, goes_on = Source._again, threading.Event(), threading.Event()

    def slowly(source: Source, now: Any) -> Catalog:
        catalog = read(source, now)
        begun.set()
        goes_on.wait(10)
        return catalog

    monkeypatch.setattr(Source, "_again", slowly)
    send(tmp_path, product())
    source = Source("cloud", tmp_path, tmp_path)
    source.load()
    send(tmp_path, product("noir"))
    assert source.fresh(0.0) is None
    assert begun.wait(10)
    (beside,) = [each for each in threading.enumerate() if each.name == "catalogue"]
    send(tmp_path, product("brique"))
    assert skus(source) == ["BRIQUE"]
    goes_on.set()
    beside.join(10)
    assert source.fresh(20.0) is None
    assert source.fresh(40.0) is None, "nothing has changed since the staff read it"


def test_a_file_in_the_middle_of_being_written_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, PRODUCT)
    source = Source("catalogue.toml", tmp_path, tmp_path)
    source.load()
    time.sleep(0.01)
    path.write_text("[[products")
    assert source.fresh(0.0) is None
    for _ in range(50):
        time.sleep(0.01)
        assert source.fresh(0.1) is None
    written(tmp_path, PRODUCT.replace("R-1", "R-2"))
    _wait(source, 10.0)


def _mirror(source: Source) -> Mirror:
    screen = Screen(experience="mirror", camera="front", width_px=SIZE[0], height_px=SIZE[1])
    return Mirror(source.load(), screen, "corner-shop", source=source, name="front")


def _news(mirror: Mirror, now_s: float) -> list[CatalogueLoaded]:
    requests = mirror.update(somebody(now_s), Inputs(SIZE), now_s)
    events = [each.event for each in requests if isinstance(each, Record)]
    return [event for event in events if isinstance(event, CatalogueLoaded)]


def _until_news(mirror: Mirror, now_s: float) -> CatalogueLoaded:
    for _ in range(500):
        if news := _news(mirror, now_s):
            return news[0]
        time.sleep(0.01)
    raise AssertionError("no news")


def test_the_mirror_changes_between_two_visits_only(tmp_path: Path) -> None:
    send(tmp_path, product(), product("bad", finish="sticky"))
    mirror = _mirror(Source("cloud", tmp_path, tmp_path))
    mirror.enter(0.0)
    (first,) = _news(mirror, 0.0)
    assert (first.screen, first.origin, first.products, first.skipped) == ("front", "cloud", 1, 1)
    assert first.some[0].what == "product 'bad'"
    assert _news(mirror, 0.1) == []
    middle = (SIZE[0] / 2, SIZE[1] / 2)
    touch = (Pointer("down", *middle), Pointer("up", *middle))
    mirror.update(somebody(1.0), Inputs(SIZE, pointers=touch), 1.0)
    assert mirror.describe().session_open
    send(tmp_path, product("noir"))
    for step in range(20):
        assert _news(mirror, 1.1 + step / 10) == []
        time.sleep(0.01)
    mirror.exit(20.0, "stopped")
    mirror.enter(20.0)
    assert _until_news(mirror, 30.0).skipped == 0


def test_other_counts_are_offered_without_a_word(tmp_path: Path) -> None:
    cache = send(tmp_path, product())
    mirror = _mirror(Source("cloud", tmp_path, tmp_path))
    mirror.enter(0.0)
    assert len(_news(mirror, 0.0)) == 1
    cache.keep_stock(b'{"free": {"ROUGE": 0}}', '"tag"')
    for step in range(20):
        assert _news(mirror, 10 + step / 10) == []
        time.sleep(0.01)


def test_what_is_left_out_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    send(tmp_path, product(), *(product(f"bad-{k}", finish="sticky") for k in range(30)))
    offered = Source("cloud", tmp_path, tmp_path).load()
    event = announced(offered, "front", None)
    assert event is not None
    assert event.skipped == 30
    assert len(event.some) == 20
    assert "not offered: product 'bad-3': key 'finish'" in caplog.text
    assert "10 more not offered" in caplog.text
    assert announced(offered, "front", event) is None
