"""From the desk to the mirror: published in the cloud, fetched by a box, offered; stock follows."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cloud_api import catalogue_upload, catalogues, orders, stock
from cloud_api.contract.enrolment import Credential
from cloud_api.service import Cloud
from edge import catalogue_line
from edge.catalogue import Cache
from edge.line import open_line
from mirror_app import catalog
from mirror_app.catalog import Source
from mirror_app.layer import Parameters

from .test_catalogue import PNG, product, shade
from .things import order


@pytest.fixture
def line(http: httpx.Client, paris: Credential) -> Iterator[httpx.Client]:
    with open_line(str(http.base_url), paris) as client:
        yield client


def test_a_catalogue_with_a_picture_reaches_the_mirror(
    cloud: Cloud, line: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "house.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("catalogue.json", json.dumps({"products": [shade(product(image="a.png"), stock=2)]}))
        archive.writestr("a.png", PNG)
    catalogues.publish(cloud, "paris", catalogue_upload.from_file(file), "mia", cloud.now())
    cache, source = Cache(tmp_path / "state"), Source("cloud", tmp_path, tmp_path / "state")
    catalogue_line.fetch(line, cache)
    (item,) = source.load().items
    assert item.picture is not None
    assert item.picture.read_bytes() == PNG
    assert item.shade.stock == 2
    orders.place(cloud.db, order("ROUGE", quantity=2), "mirror-1", cloud.now())
    assert catalogue_line.fetch(line, cache) == catalogue_line.Fetched(document=False, stock=True)
    assert source.load().items[0].sold_out
    stock.set_on_hand(cloud.db, "paris", "ROUGE", 5)
    catalogue_line.fetch(line, cache)
    assert source.load().items[0].shade.stock == 3


def _files(parameters: Parameters) -> list[Path]:
    """The pictures and models that an effect's parameters name."""
    named = (getattr(parameters, name, None) for name in ("artwork", "model"))
    return [file for file in named if file is not None]


def test_the_demo_catalogue_travels_whole(cloud: Cloud, line: httpx.Client, tmp_path: Path) -> None:
    file = Path(catalog.__file__).parents[1] / "catalogues" / "demo.toml"
    stands = catalogues.publish(cloud, "paris", catalogue_upload.from_file(file), "mia", cloud.now())
    assert stands.skipped == ()
    catalogue_line.fetch(line, Cache(tmp_path))
    arrived, written = Source("cloud", tmp_path, tmp_path).load(), catalog.load("demo")
    assert arrived.skipped == ()
    assert [item.shade.sku for item in arrived.items] == [item.shade.sku for item in written.items]
    for here, there in zip(arrived.items, written.items, strict=True):
        ours, theirs = (_files(item.shade.fitted) for item in (here, there))
        if theirs:
            assert [file.read_bytes() for file in ours] == [file.read_bytes() for file in theirs]
        else:
            assert here.layer == there.layer
    assert arrived.looks == written.looks
