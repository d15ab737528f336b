"""A store's catalogue: products, shades and looks, as people write it (TOML) and as the cloud sends it.

Both have the same keys. Products are read one by one: one that is wrong is left out and reported, the others
are offered. What an effect draws, and which parameters it knows, only a mirror can tell.

    staff -> TOML, or ZIP with pictures -> cloud -> Document + pictures + StockList -> box -> mirror
"""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError

from .base import Language, Money, ShortText, Sku, Slug, Value
from .events import EventData

T = TypeVar("T")

#: One upload, pictures included, and one picture.
MAX_UPLOAD_BYTES: Final = 64_000_000
MAX_FILE_BYTES: Final = 8_000_000
MAX_PRODUCTS: Final = 20_000
#: What a value must look like to be the name of a picture or model that travels with the catalogue.
FILE: Final = re.compile(r"[^\x00-\x1f:?*\"<>|\\]{1,200}\.(?:png|jpe?g|glb|gltf)", re.IGNORECASE)
#: What the parts of a report in an event are cut to.
_MOST_SKIPPED: Final = 50

_Lightness = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
_Chroma = Annotated[float, Field(ge=-128, le=128, allow_inf_nan=False)]
Lab = tuple[_Lightness, _Chroma, _Chroma]
#: One or two sentences, as they stand under a product's name.
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=240, strip_whitespace=True)]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=800, strip_whitespace=True)]


def _file_name(name: str) -> str:
    if not FILE.fullmatch(name):
        raise ValueError("is no name of a .png, .jpg, .glb or .gltf file")
    if name.startswith("/") or ".." in name.split("/"):
        raise ValueError("must lie beside the catalogue or in a folder there")
    return name


#: A picture's path, relative to the catalogue's file, with forward slashes.
FileName = Annotated[str, AfterValidator(_file_name)]


class Texts(Value):
    """What a product says in one language; left out, what it says anyway."""

    name: ShortText | None = None
    description: Sentence | None = None
    suitability: Paragraph | None = None


class Shade(Value):
    """One colour of a product, or one kind of a thing that is worn."""

    sku: Sku
    name: ShortText
    #: Its name in other languages.
    names: dict[Language, ShortText] = Field(default_factory=dict)
    #: Measured under D65: of what is painted, or the chief colour of a thing, for the dot that stands for it.
    lab: Lab
    #: Of a palette: all its colours, up to three, as its effect wants them; left out, `lab` alone.
    tones: tuple[Lab, ...] = Field(default=(), max_length=3)
    #: 0..1: how much of what is below it hides, in one application. 1 of a thing.
    coverage: float = Field(gt=0, le=1, allow_inf_nan=False)
    #: How many lie in this store; left out, nobody counts them.
    stock: int | None = Field(default=None, ge=0, le=10**6)
    image: FileName | None = None
    #: What its effect wants to know of this shade, over the product's.
    parameters: dict[str, Any] = Field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.sku)

    def name_in(self, language: str) -> str:
        """Its name in a language, or as it is called everywhere."""
        return in_language(self.names, language) or self.name


class Product(Value):
    """One product with its shades."""

    id: Slug
    brand: ShortText
    name: ShortText
    category: Slug
    #: What draws it on a face, and how; the mirror knows which there are.
    effect: str = Field(min_length=1, max_length=64)
    finish: str = Field(min_length=1, max_length=64)
    price: Money
    description: Sentence
    #: Who it is for and who should not: "for sensitive skin?"
    suitability: Paragraph | None = None
    #: INCI names, which are the same in every language.
    ingredients: Annotated[str, StringConstraints(max_length=4000, strip_whitespace=True)] = ""
    image: FileName | None = None
    #: What it says in other languages.
    texts: dict[Language, Texts] = Field(default_factory=dict)
    #: What its effect wants to know besides.
    parameters: dict[str, Any] = Field(default_factory=dict)
    shades: tuple[Shade, ...] = Field(min_length=1, max_length=500)

    def __hash__(self) -> int:
        return hash(self.id)

    def name_in(self, language: str) -> str:
        """Its name in a language, or as it is called everywhere."""
        return self._text("name", language) or self.name

    def description_in(self, language: str) -> str:
        """One sentence about it, in a language if there is one."""
        return self._text("description", language) or self.description

    def suitability_in(self, language: str) -> str:
        """Who it is for; empty where the brand says nothing."""
        return self._text("suitability", language) or self.suitability or ""

    def _text(self, key: str, language: str) -> str | None:
        said = {code: text for code, texts in self.texts.items() if (text := getattr(texts, key)) is not None}
        return in_language(said, language)


class LookPart(Value):
    """One shade of a look. strength: how much of it, 0..1: a light hand."""

    sku: Sku
    strength: float = Field(default=1.0, gt=0, le=1, allow_inf_nan=False)


class Look(Value):
    """Several products worn together, by one tap."""

    id: Slug
    name: ShortText
    names: dict[Language, ShortText] = Field(default_factory=dict)
    parts: tuple[LookPart, ...] = Field(min_length=1, max_length=16)

    def __hash__(self) -> int:
        return hash(self.id)

    def name_in(self, language: str) -> str:
        """Its name in a language, or as it is called everywhere."""
        return in_language(self.names, language) or self.name


class Document(Value):
    """A whole catalogue. products, looks: still as they were written, to be read one by one.

    language: of the texts that name none. files: of each picture or model that travels with it, its SHA-256.
    """

    language: Language = "en"
    products: tuple[dict[str, Any], ...] = Field(min_length=1, max_length=MAX_PRODUCTS)
    looks: tuple[dict[str, Any], ...] = Field(default=(), max_length=1000)
    files: dict[str, Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]] = Field(
        default_factory=dict
    )


class Delivered(Document):
    """A document as a box reads it: what a newer cloud says besides is for others."""

    model_config = ConfigDict(extra="ignore")


class StockList(Value):
    """What can still be had in the store: on hand less what open orders hold. A sku that is not in it is not
    counted. What a newer cloud says besides is for others."""

    model_config = ConfigDict(extra="ignore")

    free: dict[Sku, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class Skipped(Value):
    """One thing of a catalogue that is not offered, and why; the words have the remedy."""

    what: str = Field(max_length=300)
    why: str = Field(max_length=500)

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


class CatalogueLoaded(EventData):
    """A mirror offers another catalogue than before. skipped: how many things are left out; some by name."""

    kind = "vitrine.mirror.catalogue_loaded.v1"
    screen: str = Field(default="", max_length=64)
    #: Where it came from: `cloud`, or the file's name.
    origin: str = Field(max_length=200)
    products: int = Field(ge=0)
    shades: int = Field(ge=0)
    skipped: int = Field(ge=0)
    some: tuple[Skipped, ...] = Field(default=(), max_length=_MOST_SKIPPED)


def in_language(texts: Mapping[str, T], language: str) -> T | None:
    """The text of a language, of the language without its script or region, or of another script or region
    of it: `zh-Hans-CN`, then `zh-Hans`, `zh`, then `zh-Hant`. None where there is none of these."""
    tag = language
    while tag:
        if tag in texts:
            return texts[tag]
        tag = tag.rpartition("-")[0]
    primary = language.partition("-")[0]
    return next((text for code, text in texts.items() if code.partition("-")[0] == primary), None)


def wrong_shades(raw: Mapping[str, Any], wrong: ValidationError) -> tuple[int, ...]:
    """The places of the shades that are wrong, where nothing else of a product is and others are right;
    empty where the product is not to be saved by leaving them out."""
    places = [error["loc"] for error in wrong.errors()]
    if any(len(place) < 2 or place[0] != "shades" or not isinstance(place[1], int) for place in places):
        return ()
    bad = sorted({int(place[1]) for place in places})
    return tuple(bad) if len(bad) < len(raw["shades"]) else ()


def without_shades(raw: Mapping[str, Any], places: Collection[int]) -> dict[str, Any]:
    """The product as it was written, without some of its shades."""
    return {**raw, "shades": [shade for at, shade in enumerate(raw["shades"]) if at not in places]}


def files_of(product: Mapping[str, Any]) -> set[str]:
    """The names of pictures and models that a product, as it was written, mentions."""
    shades = product.get("shades")
    parts = [product, *(shades if isinstance(shades, list | tuple) else ())]
    places = [part.get(key) for part in parts if isinstance(part, Mapping) for key in ("image", "parameters")]
    return set(_file_names(places))


def _file_names(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if FILE.fullmatch(value) else []
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [name for each in inner for name in _file_names(each)]
