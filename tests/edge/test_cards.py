"""What is on a card and in its file: the face, the products, a QR that reads, the marks, nothing else."""

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image

from cloud_api.contract import links
from cloud_api.contract.shares import MAX_PICTURE_BYTES, Purpose
from edge import cards
from edge.cards import Card, crop, layout
from edge.cards.jpeg import MAX_BYTES, SOURCE_TYPE
from edge.experience import Publish
from edge.ui import brand, text
from edge.ui.text import Style
from models.results import U8

from .acting import product, publish

SECRET = bytes(32)


def portrait() -> U8:
    """The NASA portrait as a mirror shows it: (720, 1280) landscape."""
    portrait = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    picture = cv2.resize(portrait, (1280, 1280), interpolation=cv2.INTER_CUBIC)[:720]
    return np.ascontiguousarray(picture[..., ::-1])


def link_of(request: Publish) -> str:
    return links.address(links.Kind.SHARE, request.share, "front-of-shop", SECRET, "https://share.example")


def composed(request: Publish) -> Card:
    return cards.compose(request, link_of(request), "Lumen, Hauptstraße 7")


def decoded(card: Card) -> U8:
    image = cv2.imdecode(np.frombuffer(card.jpeg, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(image, np.uint8)


def read(image: U8) -> set[str]:
    """What OpenCV's two readers make of an image; each alone misses one code in forty."""
    readers = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())
    return {reader.detectAndDecode(image)[0] for reader in readers} - {""}


@pytest.mark.parametrize("count", [0, 1, 2, 4, 7])
def test_the_qr_reads_back_from_the_jpeg_and_as_a_chat_app_shrinks_it(count: int) -> None:
    request = publish(portrait(), (product(),) * count)
    card = composed(request)
    image = decoded(card)
    assert image.shape == (card.height_px, card.width_px, 3)
    assert read(image) == {link_of(request)}
    shrunk = cv2.resize(image, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    assert read(np.asarray(shrunk, np.uint8)) == {link_of(request)}


def test_the_image_on_the_screen_is_what_the_jpeg_shows() -> None:
    card = composed(publish(portrait(), (product(),)))
    difference = np.abs(card.image_bgr.astype(int) - decoded(card)).mean()
    assert card.image_bgr.shape == (card.height_px, card.width_px, 3)
    assert difference < 2


def test_a_card_stays_small_even_for_the_worst_picture() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1920, 1080, 3), np.uint8)
    assert MAX_BYTES < MAX_PICTURE_BYTES
    assert len(composed(publish(noise, (product(),))).jpeg) <= MAX_BYTES


def test_the_metadata_names_consent_share_and_synthetic_elements_and_no_camera() -> None:
    request = publish(portrait(), (product(),), purposes=frozenset({Purpose.PHONE, Purpose.SHOP}))
    image = Image.open(io.BytesIO(composed(request).jpeg))
    packet = image.info["xmp"].decode()
    values = dict(re.findall(r'([\w:]+)="([^"]*)"', packet))
    assert values["Iptc4xmpExt:DigitalSourceType"] == SOURCE_TYPE
    assert values["vitrine:Consent"] == str(request.consent)
    assert values["vitrine:Share"] == str(request.share)
    assert values["vitrine:Purposes"] == "phone shop"
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info
    assert image.info.get("progressive")


def test_the_xmp_is_well_formed() -> None:
    image = Image.open(io.BytesIO(composed(publish(portrait())).jpeg))
    root = ElementTree.fromstring(image.info["xmp"])
    assert root.tag == "{adobe:ns:meta/}xmpmeta"


def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is painted from now on, as given."""
    painted: list[str] = []
    real = text.paint

    def paint(*given: object) -> tuple[int, int]:
        painted.append(str(given[2]))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(text, "paint", paint)
    return painted


def test_one_product_stands_with_brand_name_shade_and_price(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = texts(monkeypatch)
    composed(publish(portrait(), (product(),)))
    for words in ("Aurel", "Velvet silk", "Rose des vents", "€29.00", "Vitrine"):
        assert words in painted
    assert any("Virtual try-on" in p and "Lumen" in p and "22\u00a0November\u00a02026" in p for p in painted)


def test_four_products_stand_one_by_one_and_more_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = texts(monkeypatch)
    names = tuple(f"Product {number}" for number in range(6))
    composed(publish(portrait(), tuple(product(name) for name in names[:4])))
    assert set(names[:4]) <= set(painted)
    painted.clear()
    composed(publish(portrait(), tuple(product(name) for name in names)))
    assert "and 3 more" in painted
    assert "Product 3" not in painted


def test_the_swatch_is_on_the_card_in_its_colour() -> None:
    card = composed(publish(portrait(), (product(),)))
    band = card.image_bgr[-400:, :200]
    assert (band == (0x45, 0x2B, 0x9E)).all(-1).sum() > 500


def differs(a: Card, b: Card) -> bool:
    return a.image_bgr.shape != b.image_bgr.shape or bool((a.image_bgr != b.image_bgr).any())


def test_chinese_names_are_drawn() -> None:
    request = publish(portrait(), language="zh-Hans")
    named = composed(replace(request, products=(product("丝绒哑光唇釉", "玫瑰豆沙"),)))
    other = composed(replace(request, products=(product("缎光润唇膏盒", "浆果红酒"),)))
    assert differs(named, other), "two names of the same length must not both be empty boxes"


def test_long_names_stay_clear_of_the_qr() -> None:
    long = product("An extraordinarily long name for one small lipstick " * 2, "in a shade as long " * 6)
    request = publish(portrait(), (long,) * 3)
    assert read(decoded(composed(request))) == {link_of(request)}


@pytest.mark.parametrize(
    ("size_px", "focus", "ratio"),
    [
        ((1080, 1920), None, 4 / 5),
        ((1920, 1080), None, 4 / 5),
        ((1920, 1080), (1700.0, 300.0, 1900.0, 560.0), 4 / 5),
        ((1920, 1080), (500.0, 300.0, 1300.0, 560.0), 1.0),
        ((1920, 1080), (400.0, 300.0, 1500.0, 560.0), 4 / 3),
        ((1920, 1080), (0.0, 300.0, 1920.0, 560.0), 4 / 3),
        ((720, 720), None, 4 / 5),
    ],
)
def test_the_crop_is_the_wanted_format_that_keeps_the_faces(
    size_px: tuple[int, int], focus: crop.Box | None, ratio: float
) -> None:
    left, top, right, bottom = crop.window(size_px, focus)
    assert 0 <= left < right <= size_px[0]
    assert 0 <= top < bottom <= size_px[1]
    assert (right - left) / (bottom - top) == pytest.approx(ratio, rel=0.01)
    if focus and focus[2] - focus[0] < 1200:
        assert left <= focus[0]
        assert right >= focus[2]
        assert top <= focus[1]
        assert bottom >= focus[3]


@pytest.mark.parametrize("size_px", [(1, 1), (2, 900), (900, 2), (5, 5)])
def test_odd_pictures_give_a_card_or_say_why(size_px: tuple[int, int]) -> None:
    left, top, right, bottom = crop.window(size_px, None)
    assert 0 <= left < right <= size_px[0]
    assert 0 <= top < bottom <= size_px[1]


@pytest.mark.parametrize("picture", [np.zeros((40, 30), np.uint8), np.zeros((40, 30, 3), np.uint16)])
def test_a_picture_that_is_none_is_an_error(picture: U8) -> None:
    with pytest.raises(ValueError, match="uint8"):
        composed(publish(picture))


def test_the_date_is_the_shops_own() -> None:
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    early = late.astimezone(dt.UTC) - dt.timedelta(hours=15)
    request = publish(portrait())
    assert differs(composed(request), composed(replace(request, created_at=early)))
    assert not differs(composed(request), composed(replace(request, created_at=late)))


def housed(folder: Path, words: str) -> U8:
    """The card of a house with this theme file: its foot, where its mark stands."""
    (folder / "theme.toml").write_text(words)
    house = brand.load(folder / "theme.toml")
    request = publish(portrait())
    card = cards.compose(request, link_of(request), "Lumen", house)
    assert read(card.image_bgr) == {link_of(request)}
    return card.image_bgr[-72:-8, 48:408]


def test_the_card_bears_the_mark_and_the_colours_of_its_house(tmp_path: Path) -> None:
    own, named = housed(tmp_path, ""), housed(tmp_path, 'name = "MAISON ORÉE"\n[colours]\npaper = "#F1F4F2"')
    assert tuple(own[0, 0]) == (0xEE, 0xF3, 0xF7)
    assert tuple(named[0, 0]) == (0xF2, 0xF4, 0xF1)
    assert np.count_nonzero(named.max(axis=2) < 128) > 1.3 * np.count_nonzero(own.max(axis=2) < 128)


def test_a_logo_stands_on_the_card_instead_of_the_name(tmp_path: Path) -> None:
    Image.new("RGBA", (400, 100), (16, 32, 130, 255)).save(tmp_path / "logo.png")
    foot = housed(tmp_path, 'logo = "logo.png"')
    blue = (foot == (130, 32, 16)).all(axis=2)
    assert blue.sum() == pytest.approx(176 * 44, rel=0.05)


def test_a_card_is_made_though_its_houses_logo_is_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody renews the theme's files while the shop is open."""
    Image.new("RGBA", (400, 100), (16, 32, 130, 255)).save(tmp_path / "logo.png")
    (tmp_path / "theme.toml").write_text('name = "MAISON ORÉE"\nlogo = "logo.png"')
    house, request = brand.load(tmp_path / "theme.toml"), publish(portrait())
    (tmp_path / "logo.png").unlink()

    gone = cards.compose(request, link_of(request), "Lumen", house)
    assert "logo.png cannot be read" in caplog.text
    named = cards.compose(request, link_of(request), "Lumen", replace(house, logo=None))
    assert np.array_equal(gone.image_bgr, named.image_bgr)


def test_a_card_on_dark_paper_has_a_code_that_phones_read(tmp_path: Path) -> None:
    night = {
        "ink": "#F3EEE6",
        "paper": "#17130F",
        "paper_2": "#221C17",
        "mist": "#B9B0A5",
        "white": "#17130F",
    }
    night |= {"brass": "#C9A86A", "rouge": "#E58AA0", "rouge_dark": "#E9A0B2"}
    night |= {"danger": "#FF8F85", "positive": "#8FD1AD"}
    foot = housed(tmp_path, "[colours]\n" + "\n".join(f'{name} = "{tone}"' for name, tone in night.items()))
    assert tuple(foot[0, 0]) == (0x0F, 0x13, 0x17)


def test_of_what_has_no_room_at_the_foot_only_the_stores_name_is_cut() -> None:
    sizes = [Style("sans", px) for px in (24, 18)]
    about = ("Virtual try-on", "Galeries du Rond-Point des Champs-Élysées, 2e étage", "22 November 2026")
    words, style = layout._fitting(about, sizes, 520)
    assert words.startswith("Virtual try-on  ·  Galeries")
    assert words.endswith("…  ·  22 November 2026")
    assert text.size(words, style)[0] <= 520
    assert layout._fitting(about, sizes, 2000) == ("  ·  ".join(about), sizes[0])
