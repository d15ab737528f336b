"""Reads a catalogue product by product: what is wrong is left out and reported, the rest is offered.

TOML or JSON -> Document -> each product and look on its own -> Catalog with what was skipped
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from cloud_api.contract.catalogue import Document, Skipped, without_shades, wrong_shades
from edge.toml_file import ConfigError, explain
from mirror_app.catalog.product import Look, Product, Shade
from mirror_app.catalog.shelf import Catalog
from mirror_app.files import Beside, Files

M = TypeVar("M", bound=BaseModel)
Raw = dict[str, Any]
Pause = Callable[[], None]

#: The catalogues that come with Vitrine.
_FOLDER: Final = Path(__file__).parents[1] / "catalogues"
_MOST_WORDS: Final = 500
#: How many times a product is tried again without what was wrong with it.
_PATIENCE: Final = 3


def load(path_or_name: Path | str, pause: Pause | None = None) -> Catalog:
    """Read a catalogue: a TOML file, or the name of one that comes with Vitrine (`demo`).

    pause: called again and again meanwhile, where something else must go on. ConfigError where there is no
    such file, it is no TOML, or nothing of it can be offered; the message names file, key and valid names.
    """
    path = path_of(path_or_name)
    try:
        with path.open("rb") as file:
            written = tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except OSError as wrong:
        raise ConfigError(f"{path}: cannot be read: {wrong.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise ConfigError(f"{path}: not valid TOML: {broken}") from None
    document = document_of(written, str(path))
    return read(document, Beside(path.parent), str(path), by_hand=True, pause=pause)


def path_of(path_or_name: Path | str) -> Path:
    """The file of a catalogue; ConfigError where no such one comes with Vitrine."""
    path = Path(path_or_name)
    if path.suffix or path.name != str(path_or_name):
        return path
    there = sorted(file.stem for file in _FOLDER.glob("*.toml"))
    if path.name not in there:
        raise ConfigError(
            f"no catalogue is called {path.name!r}; Vitrine comes with {', '.join(there)}; "
            "your own is the path of a .toml file"
        )
    return _FOLDER / f"{path.name}.toml"


def document_of(written: object, origin: str) -> Document:
    """The frame of a catalogue, its products still unread; ConfigError where even that is wrong."""
    try:
        return Document.model_validate(written)
    except ValidationError as wrong:
        raise ConfigError("\n".join(f"{origin}: {line}" for line in explain(Document, wrong))) from None


def read(
    document: Document, files: Files, origin: str, *, by_hand: bool = False, pause: Pause | None = None
) -> Catalog:
    """Everything of a document that can be offered. ConfigError where nothing can.

    by_hand: a person wrote it, and a key nobody knows is a mistake; the cloud may be newer than this mirror,
    and what it says besides is for others. pause: called after every product.
    """
    reader = _Reader(files, by_hand=by_hand, pause=pause or (lambda: None))
    products = tuple(reader.products(document.products))
    if not products:
        raise ConfigError("\n".join(f"{origin}: {skipped}" for skipped in reader.skipped))
    looks = tuple(reader.looks(document.looks))
    return Catalog(
        products=products,
        looks=looks,
        language=document.language,
        skipped=tuple(reader.skipped),
        origin=origin,
    )


class _Reader:
    """Reads one document; remembers the SKUs and names that are taken."""

    def __init__(self, files: Files, *, by_hand: bool, pause: Pause) -> None:
        self._files, self._by_hand, self._pause = files, by_hand, pause
        self._ids: set[str] = set()
        self._skus: set[str] = set()
        self.skipped: list[Skipped] = []

    def products(self, written: tuple[Raw, ...]) -> Iterator[Product]:
        for place, raw in enumerate(written):
            self._pause()
            what = _called("product", raw, place)
            product = self._read(Product, raw, what)
            if product is None or (product := self._new(product, what)) is None:
                continue
            self._ids.add(product.id)
            self._skus.update(shade.sku for shade in product.shades)
            yield self._with_pictures(product)

    def looks(self, written: tuple[Raw, ...]) -> Iterator[Look]:
        for place, raw in enumerate(written):
            what = _called("look", raw, place)
            look = self._read(Look, raw, what)
            if look is None:
                continue
            missing = [part.sku for part in look.parts if part.sku not in self._skus]
            if missing:
                self._skip(what, f"nothing that is offered has the SKU {', '.join(missing)}")
            else:
                yield look

    def _read(self, model: type[M], raw: Raw, what: str) -> M | None:
        """Read one thing; without single shades that are wrong, where others are right."""
        for _ in range(_PATIENCE):
            try:
                return model.model_validate(raw, context=self._files)
            except ValidationError as wrong:
                less = self._without(raw, wrong, what)
                if less is None:
                    self._skip(what, "; ".join(_words(model, wrong)))
                    return None
                raw = less
        return None

    def _without(self, raw: Raw, wrong: ValidationError, what: str) -> Raw | None:
        """The same without what is wrong with it: single shades (reported), keys of a newer cloud. None where
        nothing would be left."""
        unknown = [error["loc"] for error in wrong.errors() if error["type"] == "extra_forbidden"]
        if unknown and not self._by_hand:
            return _without_keys(raw, unknown)
        bad = wrong_shades(raw, wrong)
        for at in bad:
            lines = [line for line in explain(Product, wrong) if f"'shades.{at}." in line]
            self._skip(f"{what}, {_called('shade', raw['shades'][at], at, 'sku')}", "; ".join(lines))
        return without_shades(raw, bad) if bad else None

    def _new(self, product: Product, what: str) -> Product | None:
        """The product without shades whose SKU another has; None where its id or all its SKUs are taken."""
        if product.id in self._ids:
            self._skip(what, f"product id used more than once: {product.id}")
            return None
        skus = [shade.sku for shade in product.shades]
        twice = {sku for at, sku in enumerate(skus) if sku in self._skus or sku in skus[:at]}
        if not twice:
            return product
        self._skip(what, f"SKU used more than once: {', '.join(sorted(twice))}")
        kept, seen = [], set(self._skus)
        for shade in product.shades:
            if shade.sku not in seen:
                kept.append(shade)
                seen.add(shade.sku)
        return product.model_copy(update={"shades": tuple(kept)}) if kept else None

    def _with_pictures(self, product: Product) -> Product:
        """The product with the paths of the pictures it names."""
        shades = tuple(self._with_picture(shade) for shade in product.shades)
        if product.image is None and shades == product.shades:
            return product
        picture = self._files.find(product.image) if product.image else None
        return product.model_copy(update={"shades": shades, "picture": picture})

    def _with_picture(self, shade: Shade) -> Shade:
        if shade.image is None:
            return shade
        return shade.model_copy(update={"picture": self._files.find(shade.image)})

    def _skip(self, what: str, why: str) -> None:
        self.skipped.append(Skipped(what=what[:300], why=why[:_MOST_WORDS]))


def _words(model: type[BaseModel], wrong: ValidationError) -> list[str]:
    """What is wrong, without "no shade is left" where each shade says what is wrong with it."""
    lines = explain(model, wrong)
    inner = [line for line in lines if "'shades." in line]
    return [line for line in lines if not (inner and line.startswith("key 'shades':"))]


def _called(kind: str, raw: object, place: int, key: str = "id") -> str:
    """What a person finds it by: its id where it has one, and its place."""
    name = raw.get(key) if isinstance(raw, dict) else None
    return f"{kind} {name!r}" if isinstance(name, str) else f"{kind} number {place + 1}"


def _without_keys(raw: Raw, places: list[tuple[int | str, ...]]) -> Raw:
    """A copy without the keys at `places`."""
    return {
        key: _pruned(value, [place[1:] for place in places if place[0] == key and len(place) > 1])
        for key, value in raw.items()
        if (key,) not in places
    }


def _pruned(value: Any, places: list[tuple[int | str, ...]]) -> Any:
    if not places:
        return value
    if isinstance(value, dict):
        return _without_keys(value, places)
    return [_pruned(each, [place[1:] for place in places if place[0] == at]) for at, each in enumerate(value)]
