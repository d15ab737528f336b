"""The catalogue of a store: published by staff, fetched by its boxes, with what can still be had."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloud_api import catalogue_upload, catalogues, housekeeping, orders, stock, users
from cloud_api.catalogue_upload import Upload
from cloud_api.contract.catalogue import Document, StockList
from cloud_api.contract.enrolment import Credential
from cloud_api.errors import Invalid, NotFound, TooLarge
from cloud_api.service import Cloud
from cloud_api.users import Role
from deploy.cli.main import main

from .conftest import bearer, enrolled
from .things import order

pytestmark = pytest.mark.usefixtures("paris")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
SECRET = "velvet-and-brass"


def product(name: str = "rouge", **other: Any) -> dict[str, Any]:
    shade = {"sku": name.upper(), "name": "One", "lab": [40.0, 50.0, 30.0], "coverage": 0.9}
    return {
        "id": name,
        "brand": "House",
        "name": name.title(),
        "category": "lips",
        "effect": "lipstick",
        "finish": "matte",
        "price": {"amount": 2900, "currency": "EUR"},
        "description": "Red.",
        "shades": [shade],
    } | other


def shade(product_: dict[str, Any], **other: Any) -> dict[str, Any]:
    return product_ | {"shades": [product_["shades"][0] | other]}


def upload(*products: dict[str, Any], **other: Any) -> Upload:
    return catalogue_upload.unpack(json.dumps({"products": products} | other).encode())


def publish(cloud: Cloud, *products: dict[str, Any], **other: Any) -> catalogues.Published:
    return catalogues.publish(cloud, "paris", upload(*products, **other), "mia", cloud.now())


def document(cloud: Cloud, store: str = "paris") -> Document:
    return Document.model_validate_json(catalogues.document(cloud.db, store).body)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def free(cloud: Cloud) -> dict[str, int]:
    return StockList.model_validate_json(catalogues.stock_list(cloud.db, "paris").body).free


def test_what_is_published_is_fetched_as_it_was_written(cloud: Cloud) -> None:
    written = product(texts={"zh-Hans": {"name": "口红 💄"}, "ar": {"name": "أحمر"}})
    stands = publish(cloud, written, language="fr")
    assert (stands.products, stands.skipped, stands.uploaded_by) == (1, (), "mia")
    assert document(cloud) == Document(language="fr", products=(written,))


def test_toml_says_the_same_as_json() -> None:
    toml = """
language = "fr"
[[products]]
id = "rouge"
brand = "House"
texts.ja.name = "紅"
"""
    assert catalogue_upload.unpack(toml.encode()) == catalogue_upload.unpack(
        json.dumps(
            {
                "language": "fr",
                "products": [{"id": "rouge", "brand": "House", "texts": {"ja": {"name": "紅"}}}],
            }
        ).encode()
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (shade(product("bad"), lab=[140.0, 0.0, 0.0]), "product 'bad': shades.0.lab.0: .*less than or equal"),
        (shade(product("bad"), lab="#ff0000"), "product 'bad': shades.0.lab"),
        (product("bad", shades=[]), "product 'bad': shades: .*at least 1"),
        (product("bad", image="nowhere.png"), "the picture nowhere.png did not come"),
        (product("bad", parameters={"artwork": "nowhere.glb"}), "nowhere.glb did not come"),
        (product("bad", image="../../etc/x.png"), "must lie beside the catalogue"),
        (product("bad", parameters={"x": float("nan")}), "cannot be written as JSON"),
        (product("bad", colour="red"), "colour: Extra inputs"),
        (shade(product("bad"), sku="ROUGE"), "SKU used more than once: ROUGE"),
        ({"id": 7}, "product number 2: id"),
        ({}, "product number 2: id: Field required"),
    ],
)
def test_one_bad_product_is_left_out_and_reported(cloud: Cloud, wrong: dict[str, Any], words: str) -> None:
    stands = catalogues.publish(
        cloud, "paris", Upload(Document(products=(product(), wrong))), "mia", cloud.now()
    )
    assert stands.products == 1
    assert [each["id"] for each in document(cloud).products] == ["rouge"]
    (skipped,) = stands.skipped
    assert re.search(words, str(skipped))


def test_one_bad_shade_costs_itself_only(cloud: Cloud) -> None:
    good, bad = product()["shades"][0], product("bad")["shades"][0] | {"lab": "#ff0000"}
    stands = publish(cloud, product(shades=[bad, good]))
    assert [each["sku"] for each in document(cloud).products[0]["shades"]] == ["ROUGE"]
    assert [skipped.what for skipped in stands.skipped] == ["product 'rouge', shade 'BAD'"]


def test_a_catalogue_of_nothing_but_mistakes_leaves_the_one_before(cloud: Cloud) -> None:
    publish(cloud, product())
    with pytest.raises(Invalid, match="product 'bad'"):
        publish(cloud, shade(product("bad"), coverage=7))
    assert document(cloud).products == (product(),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "products: Field required"),
        (b"{", "neither TOML nor JSON"),
        (b"products = [", "neither TOML nor JSON"),
        (b"\xff\xfe", "neither TOML nor JSON"),
        (b"products = 7", "no catalogue: products"),
        (b"[[products]]\n[oops]\nx = 1", "no catalogue: oops"),
        (b"PK\x03\x04 broken", "ZIP file cannot be read"),
        (zipped({"holiday.png": PNG}), r"no catalogue\.toml or catalogue\.json"),
        (b"[" * 100_000, "neither TOML nor JSON"),
        (b"{" + b'"a":{' * 100_000, "neither TOML nor JSON"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_words(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as said:
        catalogue_upload.unpack(data)
    assert re.search(words, said.value.detail)


def test_pictures_travel_in_a_zip_and_need_not_come_again(cloud: Cloud) -> None:
    written = product(image="art/red lips.png")
    members = {"house/catalogue.json": json.dumps({"products": [written]}).encode()}
    members |= {"house/art/red lips.png": PNG, "house/notes.txt": b"...", "../evil.png": PNG}
    catalogues.publish(cloud, "paris", catalogue_upload.unpack(zipped(members)), "mia", cloud.now())
    ((name, sha256),) = document(cloud).files.items()
    assert name == "art/red lips.png"
    assert catalogues.picture(cloud, "paris", sha256) == PNG
    stands = publish(cloud, written | {"description": "Redder."})
    assert stands.skipped == ()
    assert document(cloud).files == {name: sha256}
    publish(cloud, product())
    with pytest.raises(NotFound):
        catalogues.picture(cloud, "paris", sha256)


def test_a_picture_that_is_none_costs_its_product(cloud: Cloud) -> None:
    both = Document(products=(product(), product("bad", image="a.png")))
    stands = catalogues.publish(cloud, "paris", Upload(both, {"a.png": b"GIF89a"}), "mia", cloud.now())
    assert [str(skipped) for skipped in stands.skipped] == [
        "product 'bad': a.png is not the kind of file that its name says"
    ]


def test_a_picture_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_upload, "MAX_FILE_BYTES", 20)
    written = json.dumps({"products": [product(image="a.png")]}).encode()
    with pytest.raises(TooLarge, match=r"a\.png has more than 20 bytes"):
        catalogue_upload.unpack(zipped({"catalogue.json": written, "a.png": PNG}))


def test_pictures_of_no_catalogue_are_swept_the_others_stay(cloud: Cloud) -> None:
    def put(name: str, data: bytes) -> str:
        both = Document(products=(product(image=name),))
        catalogues.publish(cloud, "paris", Upload(both, {name: data}), "mia", cloud.now())
        return document(cloud).files[name]

    old, new = put("a.png", PNG), put("b.png", PNG + b"b")
    later = cloud.now() + timedelta(days=36500)
    assert housekeeping.sweep(cloud, later) == 1
    assert cloud.blobs.get(f"catalogue/{old}") is None
    assert catalogues.picture(cloud, "paris", new) == PNG + b"b"


def test_looks_are_made_of_what_is_offered(cloud: Cloud) -> None:
    good = {"id": "day", "name": "Day", "parts": [{"sku": "ROUGE", "strength": 0.5}]}
    bad = {"id": "night", "name": "Night", "parts": [{"sku": "NOIR"}]}
    stands = publish(cloud, product(), looks=[good, bad])
    assert document(cloud).looks == (good,)
    assert [str(skipped) for skipped in stands.skipped] == [
        "look 'night': nothing that is offered has the SKU NOIR"
    ]


def test_stock_begins_with_the_file_and_is_counted_from_then_on(cloud: Cloud) -> None:
    publish(cloud, shade(product(), stock=3), product("free"))
    assert free(cloud) == {"ROUGE": 3}
    orders.place(cloud.db, order("ROUGE", quantity=2), "mirror-1", cloud.now())
    assert free(cloud) == {"ROUGE": 1}
    publish(cloud, shade(product(), stock=3))
    assert free(cloud) == {"ROUGE": 1}, "an old file does not undo what was counted since"
    stock.set_on_hand(cloud.db, "paris", "ROUGE", 10)
    assert free(cloud) == {"ROUGE": 8}


def test_a_store_that_does_not_exist_gets_none(cloud: Cloud) -> None:
    with pytest.raises(Invalid, match="There is no store lyon"):
        catalogues.publish(cloud, "lyon", upload(product()), "mia", cloud.now())
    with pytest.raises(NotFound):
        catalogues.document(cloud.db, "lyon")


def test_the_command_publishes_a_file_with_its_pictures(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VITRINE_DATABASE_URL", cloud.settings.database_url)
    file = tmp_path / "house.json"
    (tmp_path / "a.png").write_bytes(PNG)
    file.write_text(json.dumps({"products": [product(image="a.png"), product("bad", image="b.png")]}))
    command = ["cloud", "catalogue", "--data", str(tmp_path), "paris"]
    assert main([*command, str(file)]) == 1
    shown = capsys.readouterr().out
    assert "paris: 1 products" in shown
    assert "not offered: product 'bad': the picture b.png did not come" in shown
    sha256 = document(cloud).files["a.png"]
    assert catalogues.picture(cloud, "paris", sha256) == PNG
    file.write_text(json.dumps({"products": [product()]}))
    assert main([*command, str(file)]) == 0
    assert main(command) == 0
    assert "by command line" in capsys.readouterr().out
    assert main([*command, str(tmp_path / "none.toml")]) == 2


# -- over HTTP ----------------------------------------------------------------------------------------------


def signed_in(cloud: Cloud, http: httpx.Client, role: Role = Role.STAFF, store: str | None = "paris") -> str:
    """Sign in; the form token."""
    users.create(cloud.db, "mia", SECRET, cloud.now(), role=role, store=store)
    answer = http.post("/staff/login", data={"name": "mia", "password": SECRET})
    assert answer.status_code == 303
    return users.csrf_token(cloud.settings, http.cookies["vitrine_session"])


def test_a_box_fetches_once_and_then_only_asks(cloud: Cloud, http: httpx.Client, paris: Credential) -> None:
    http.headers.update(bearer(paris))
    assert http.get("/v1/catalogue").status_code == 404
    publish(cloud, *(product(f"p{place}") for place in range(40)))
    for path in ("/v1/catalogue", "/v1/catalogue/stock"):
        first = http.get(path)
        assert first.status_code == 200
        again = http.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    packed = http.get("/v1/catalogue")
    assert packed.headers["content-encoding"] == "gzip"
    plain = http.get("/v1/catalogue", headers={"Accept-Encoding": "identity"})
    assert plain.content == packed.content
    tag = packed.headers["etag"]
    publish(cloud, product())
    assert http.get("/v1/catalogue", headers={"If-None-Match": tag}).status_code == 200
    before = http.get("/v1/catalogue/stock").headers["etag"]
    stock.set_on_hand(cloud.db, "paris", "ROUGE", 5)
    changed = http.get("/v1/catalogue/stock", headers={"If-None-Match": before})
    assert changed.json() == {"free": {"ROUGE": 5}}


def test_a_box_gets_pictures_of_its_own_store_only(
    cloud: Cloud, http: httpx.Client, paris: Credential
) -> None:
    both = Document(products=(product(image="a.png"),))
    catalogues.publish(cloud, "paris", Upload(both, {"a.png": PNG}), "mia", cloud.now())
    path = f"/v1/catalogue/files/{document(cloud).files['a.png']}"
    assert http.get(path).status_code == 401
    assert http.get("/v1/catalogue").status_code == 401
    assert http.get("/v1/catalogue/stock").status_code == 401
    assert http.get(path, headers=bearer(paris)).content == PNG
    lyon = enrolled(cloud, "lyon", "mirror-1")
    assert http.get(path, headers=bearer(lyon)).status_code == 404
    assert http.get("/v1/catalogue", headers=bearer(lyon)).status_code == 404
    assert http.get("/v1/catalogue/files/..%2f..%2fx", headers=bearer(paris)).status_code in (404, 422)


def test_staff_publish_and_are_told_what_is_left_out(cloud: Cloud, http: httpx.Client) -> None:
    body = json.dumps({"products": [product(), shade(product("bad"), coverage=7)]}).encode()
    assert http.put("/v1/catalogues/paris", content=body).status_code == 403
    token = signed_in(cloud, http)
    assert http.put("/v1/catalogues/paris", content=body).status_code == 403, "a form token is needed"
    answer = http.put("/v1/catalogues/paris", content=body, headers={"X-CSRF-Token": token})
    assert answer.status_code == 200
    assert answer.json()["products"] == 1
    assert answer.json()["skipped"][0]["what"] == "product 'bad'"
    headers = {"X-CSRF-Token": token}
    assert http.put("/v1/catalogues/lyon", content=body, headers=headers).status_code == 403
    broken = http.put("/v1/catalogues/paris", content=b"{", headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (422, "bad_catalogue")


def test_marketing_does_not_publish(cloud: Cloud, http: httpx.Client) -> None:
    token = signed_in(cloud, http, Role.MARKETING)
    answer = http.put("/v1/catalogues/paris", content=b"{}", headers={"X-CSRF-Token": token})
    assert answer.status_code == 403


def test_a_box_does_not_publish(http: httpx.Client, paris: Credential) -> None:
    assert http.put("/v1/catalogues/paris", content=b"{}", headers=bearer(paris)).status_code in (401, 403)
